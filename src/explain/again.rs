use std::collections::HashSet;

use super::explanation::Scene;
use super::steps::Step;
use crate::lineage::{Effect, Happening, Lineage, Need, Strength};
use crate::schema::Kind;
use crate::sql::{Change, Deed, Inside, Reading, RowWrite, Verb};

/// What becomes of a migration that runs a second time, right after the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// Nothing stands in the way.
    Can,
    /// It is not certain, for what this step does; a position in [`Explanation::steps`](super::Explanation::steps).
    Unsure(usize),
    /// It fails, or does more than it should, at this step first.
    Cannot(usize),
}

/// Whether a statement can run a second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing that lasts.
    Harmless,
    /// It comes to the same, as such statements do.
    Same,
    /// Something in it looks before it acts; what, in a few words.
    Guarded(&'static str),
    /// Nobody knows; why.
    Unsure(String),
    /// It would fail, or do more; why.
    Once(String),
}

/// Lets the migration run twice, and says of each step what the second time meets.
pub(super) fn again(scene: &Scene<'_>, steps: &mut [Step]) -> Again {
    let mut authors = scene.authors().to_vec();
    let Some(own) = authors.last().cloned() else { return Again::Can };
    authors.push(own);
    let twice = Lineage::of(&authors, scene.request.opening, scene.request.readings);
    let second = Second { lineage: &twice, author: scene.author + 1 };
    for step in steps.iter_mut() {
        let reading = scene.request.readings.reading(&scene.migration.up, step.statement);
        step.repeat = second.repeat(step, &reading);
    }
    let first = |is: fn(&Repeat) -> bool| steps.iter().position(|step| is(&step.repeat));
    match first(|it| matches!(it, Repeat::Once(_))) {
        Some(step) => Again::Cannot(step),
        None => first(|it| matches!(it, Repeat::Unsure(_))).map_or(Again::Can, Again::Unsure),
    }
}

/// The second run.
struct Second<'l> {
    lineage: &'l Lineage,
    author: usize,
}

impl Second<'_> {
    fn repeat(&self, step: &Step, reading: &Reading) -> Repeat {
        let once = self.impossible(step).or_else(|| self.missing(step.statement));
        if let Some(why) = once.or_else(|| self.piles_up(reading, step.statement)) {
            return Repeat::Once(why);
        }
        if let Some(why) = self.unsure(reading, step.statement) {
            return Repeat::Unsure(why);
        }
        if let Some(guard) = self.happenings(step.statement).find_map(guard_of) {
            return Repeat::Guarded(guard);
        }
        let is_skip = |deed: &Deed| {
            matches!(deed, Deed::Write { how: RowWrite::Insert, repeatable: true, .. })
        };
        if reading.works.iter().any(|work| is_skip(&work.deed)) {
            return Repeat::Guarded("WHERE NOT EXISTS");
        }
        if step.deeds.is_empty() { Repeat::Harmless } else { self.made_again(step) }
    }

    /// What is made although it was made before had to be dropped in between.
    fn made_again(&self, step: &Step) -> Repeat {
        let is_made = |told: &Happening| told.effect == Effect::Made && told.part_of.is_none();
        let was_made = step.deeds.iter().any(|deed| is_made(&deed.happening));
        if was_made && self.happenings(step.statement).any(is_made) {
            return Repeat::Guarded("dropped before it is made");
        }
        Repeat::Same
    }

    fn happenings(&self, statement: usize) -> impl Iterator<Item = &Happening> {
        let all = self.lineage.happenings().iter();
        all.filter(move |told| told.author == self.author && told.statement == statement)
    }

    fn needs(&self, author: usize, statement: usize) -> impl Iterator<Item = &Need> {
        let all = self.lineage.needs().iter();
        all.filter(move |need| need.author == author && need.statement == statement)
    }

    /// The first thing that does not fit any more, and did the first time.
    fn impossible(&self, step: &Step) -> Option<String> {
        let deeds =
            step.deeds.iter().flat_map(|deed| [&deed.happening].into_iter().chain(&deed.parts));
        let fails = |told: &&Happening| told.effect == Effect::Impossible;
        let before: HashSet<_> = deeds.filter(fails).map(|told| &told.object).collect();
        let is_replaced = |told: &&Happening| {
            let whole = told.part_of.and_then(|whole| self.lineage.happenings().get(whole));
            whole.is_some_and(|whole| whole.effect == Effect::Replaced)
        };
        let mut now = self.happenings(step.statement).filter(fails).filter(|it| !is_replaced(it));
        let told = now.find(|told| !before.contains(&told.object))?;
        Some(match told.verb {
            Verb::Create => format!("{} is there already", told.object),
            Verb::Rename(_) | Verb::SetSchema(_) => {
                format!("{} is not there any more, or the new name is taken", told.object)
            }
            Verb::Alter(_) | Verb::Drop { .. } | Verb::Write(_) => {
                format!("{} is not there any more", told.object)
            }
        })
    }

    /// The first thing that it needs and that is not there any more.
    fn missing(&self, statement: usize) -> Option<String> {
        let lacks = |need: &&Need| need.strength == Strength::Firm && !need.found;
        let before: HashSet<_> =
            self.needs(self.author - 1, statement).filter(lacks).map(|it| &it.object).collect();
        let mut now = self.needs(self.author, statement).filter(lacks);
        let need = now.find(|need| !before.contains(&need.object))?;
        Some(format!("{} is not there any more", need.object))
    }

    /// What would be there twice, or is refused when it is so already.
    fn piles_up(&self, reading: &Reading, statement: usize) -> Option<String> {
        let happens = |inside: Inside| matches!(inside, Inside::Statement | Inside::Block);
        let works = reading.works.iter().filter(|work| happens(work.inside));
        works.map(|work| &work.deed).find_map(|deed| match deed {
            Deed::Write { how: RowWrite::Insert, repeatable: false, .. }
                if !self.fills_new_table(statement) =>
            {
                Some("its rows would be inserted again".to_owned())
            }
            Deed::AttachPartition(partition) => {
                Some(format!("{} is a partition already", partition.name))
            }
            Deed::DetachPartition { partition, .. } => {
                Some(format!("{} is no partition any more", partition.name))
            }
            Deed::Inherit { parent, ends: false } => {
                Some(format!("it inherits from {} already", parent.name))
            }
            Deed::Inherit { parent, ends: true } => {
                Some(format!("it does not inherit from {} any more", parent.name))
            }
            Deed::Alter(Change::AddIdentity) => {
                Some("the column is an identity already".to_owned())
            }
            _ => None,
        })
    }

    /// Whether it writes to a table that the second run made itself, or emptied.
    fn fills_new_table(&self, statement: usize) -> bool {
        let is_renewed = |told: &Happening| {
            let earlier = self.lineage.happenings().iter().filter(|other| {
                other.author == self.author
                    && other.statement < statement
                    && other.object == told.object
            });
            earlier.into_iter().any(|other| {
                matches!(other.effect, Effect::Made | Effect::Written(RowWrite::Truncate))
            })
        };
        let mut writes = self
            .happenings(statement)
            .filter(|told| told.object.kind != Kind::Column && matches!(told.verb, Verb::Write(_)));
        writes.all(is_renewed)
    }

    fn unsure(&self, reading: &Reading, statement: usize) -> Option<String> {
        let grows = |deed: &Deed| {
            matches!(deed, Deed::Write { how: RowWrite::Update, repeatable: false, .. })
        };
        if reading.works.iter().any(|work| work.inside != Inside::Routine && grows(&work.deed)) {
            return Some("its values build on what is there, or are others each time".to_owned());
        }
        let does_nothing = self.happenings(statement).next().is_none();
        let is_called = |need: &&Need| matches!(need.object.kind, Kind::Function | Kind::Procedure);
        let called = self.needs(self.author, statement).find(is_called).filter(|_| does_nothing);
        called.map(|need| format!("it calls {}", need.object))
    }
}

/// What kept a statement from doing something twice.
fn guard_of(told: &Happening) -> Option<&'static str> {
    match (&told.effect, told.inside) {
        (Effect::Kept | Effect::Swallowed(_), _) => Some("IF NOT EXISTS"),
        (Effect::Absent, _) => Some("IF EXISTS"),
        (Effect::Replaced, _) => Some("OR REPLACE"),
        (Effect::Written(RowWrite::InsertOrSkip), _) => Some("ON CONFLICT"),
        (_, Inside::Branch) => Some("under a condition"),
        _ => None,
    }
}
