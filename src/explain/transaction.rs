use super::steps::code_start;
use crate::lineage::ScriptReading;
use crate::locking::refuses_transaction;
use crate::migration::{BodyRule, Migration, Sends, Wraps};
use crate::place::Place;
use crate::schema::Kind;
use crate::sql::{Control, Deed, Inside, Named, Reading, Verb};

/// How a migration stands to transactions.
#[derive(Debug, Clone)]
pub struct InTransaction {
    /// How it is run.
    pub rule: BodyRule,
    /// Whether the file says so, and not the tool.
    pub is_own_rule: bool,
    /// What refuses a transaction, in order.
    pub obstacles: Vec<Obstacle>,
    /// Its own `BEGIN`, `COMMIT` and `ROLLBACK`, in order.
    pub controls: Vec<(Place, Control)>,
    /// What comes of it.
    pub standing: Standing,
}

/// Something that refuses a transaction.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// Where.
    pub place: Place,
    /// What, in the words of SQL.
    pub what: String,
    /// Whether it stands in a transaction as the migration is run.
    pub is_inside: bool,
}

/// What comes of the statements and the rule together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It runs in a transaction: all of it, or nothing.
    Whole,
    /// It runs in transactions of its own.
    Own,
    /// It can run in one, and each statement runs on its own.
    Could,
    /// It cannot, and does not.
    Outside,
    /// It cannot, and does: it fails.
    Refused,
    /// It ends the transaction that its tool has begun.
    EndsTheirs,
}

impl InTransaction {
    /// How a migration stands to transactions where its tool runs bodies by this rule, unless the file says otherwise.
    #[must_use]
    pub fn of(migration: &Migration, tools: BodyRule, reading: &ScriptReading) -> Self {
        let rule = migration.rule.unwrap_or(tools);
        let mut found = Found::default();
        let script = &migration.up;
        let count = script.statements().len();
        let starts_inside =
            rule.wraps != Wraps::Nothing || (rule.sends == Sends::Whole && count > 1);
        let mut is_inside = starts_inside;
        for (statement, reading) in script.statements().iter().zip(reading.statements()) {
            let text = script.text_of(statement);
            let start = statement.span.start + code_start(&text);
            let place = script.place(start..start);
            is_inside = found.take(reading, &place, is_inside);
            if !may_say_label(reading, &text) {
                found.take_use(&text, &place, is_inside);
            }
            found.take_labels(reading);
        }
        let standing = found.standing(rule, starts_inside);
        Self {
            rule,
            is_own_rule: migration.rule.is_some(),
            obstacles: found.obstacles,
            controls: found.controls,
            standing,
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    obstacles: Vec<Obstacle>,
    controls: Vec<(Place, Control)>,
    /// The labels that were added to enums.
    labels: Vec<String>,
    /// Types that were made here: their labels can be used at once.
    types: Vec<Named>,
}

impl Found {
    /// Takes a statement, and says whether the next one stands in a transaction.
    fn take(&mut self, reading: &Reading, place: &Place, was_inside: bool) -> bool {
        let mut is_inside = was_inside;
        for work in reading.works.iter().filter(|work| work.inside != Inside::Routine) {
            if let Deed::Control(control) = &work.deed {
                self.controls.push((place.clone(), *control));
                is_inside = *control == Control::Begin;
            } else if let Some(words) = refuses_transaction(work) {
                let is_inside = is_inside || work.inside != Inside::Statement;
                let place = place.clone();
                self.obstacles.push(Obstacle { place, what: words.to_owned(), is_inside });
            }
        }
        is_inside
    }

    /// A label of an enum cannot be used in the transaction that adds it: `ALTER TYPE`, "Notes", SQLSTATE 55P04.
    fn take_use(&mut self, text: &str, place: &Place, is_inside: bool) {
        let used = self.labels.iter().position(|label| text.contains(&format!("'{label}'")));
        if let Some(label) = used.map(|at| self.labels.remove(at)) {
            let what = format!("the new enum value '{label}' is used before it is committed");
            self.obstacles.push(Obstacle { place: place.clone(), what, is_inside });
        }
    }

    fn take_labels(&mut self, reading: &Reading) {
        let makes = reading.acts.iter().filter(|act| act.verb == Verb::Create);
        for act in makes {
            let object = &act.object;
            match object.kind {
                Kind::Type => self.types.push(object.clone()),
                Kind::EnumValue if act.part_of.is_none() => {
                    let is_own = self
                        .types
                        .iter()
                        .any(|it| (&it.schema, &it.name) == (&object.schema, &object.name));
                    self.labels.extend(object.member.clone().filter(|_| !is_own));
                }
                _ => {}
            }
        }
    }

    fn standing(&self, rule: BodyRule, starts_inside: bool) -> Standing {
        let ends = self.controls.iter().any(|(_, control)| *control != Control::Begin);
        if self.obstacles.iter().any(|it| it.is_inside) {
            Standing::Refused
        } else if rule.wraps != Wraps::Nothing && ends {
            Standing::EndsTheirs
        } else if !self.obstacles.is_empty() {
            Standing::Outside
        } else if rule.wraps == Wraps::Nothing && !self.controls.is_empty() {
            Standing::Own
        } else if starts_inside {
            Standing::Whole
        } else {
            Standing::Could
        }
    }
}

/// Whether a statement may say a label without using it: as one of another type, or in a body that is not run now.
fn may_say_label(reading: &Reading, text: &str) -> bool {
    let makes = |kind: Kind| {
        let mut made = reading.acts.iter().filter(|act| act.verb == Verb::Create);
        made.any(|act| act.object.kind == kind)
    };
    let is_plpgsql = || text.to_ascii_lowercase().contains("plpgsql");
    makes(Kind::EnumValue) || (makes(Kind::Function) || makes(Kind::Procedure)) && is_plpgsql()
}
