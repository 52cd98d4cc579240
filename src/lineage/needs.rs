//! Who needs what, and what leans on what.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;

use super::happening::{Effect, Need, Strength};
use super::names::{is_member, is_relation};
use super::story::{Context, Done, Outcome, Story};
use super::uses::Meant;
use super::world::ThingId;
use crate::schema::Kind;
use crate::sql::{Act, Guard, Inside, Named, Use, Verb};

impl Story {
    /// Tells the needs of a statement, and ties what it made to what that speaks of.
    pub(super) fn need(&mut self, context: &Context<'_>, uses: Vec<Option<Meant>>, done: &[Done]) {
        let first = self.needs.len();
        let beginnings = Beginnings::of(&context.reading.acts);
        for (used, meant) in context.reading.uses.iter().zip(uses) {
            let meant = meant.filter(|meant| meant.thing.is_some());
            let Some(meant) = meant.or_else(|| self.resolve_use(used)) else { continue };
            let act = beginnings.act_of(used);
            let outcome = act.and_then(|it| done.get(it)).map_or(Outcome::Nothing, |it| it.outcome);
            let act = act.and_then(|it| context.reading.acts.get(it));
            let is_defined =
                act.is_some_and(|act| matches!(act.verb, Verb::Create | Verb::Alter("type")));
            match (meant.thing, outcome) {
                (Some(on), Outcome::Made(thing) | Outcome::Touched(thing)) if is_defined => {
                    self.lean_on(used, on, thing);
                }
                _ => {}
            }
            let is_kept = matches!(outcome, Outcome::Kept(_)) && !is_relation(used.object.kind);
            let strength = match strength(used.inside, context) {
                Strength::Firm if is_kept => Strength::Guarded,
                strength => strength,
            };
            self.push_need(context, used.span.start..used.span.end, meant, strength);
        }
        for (act, became) in context.reading.acts.iter().zip(done) {
            self.need_of_act(context, act, *became);
        }
        self.keep_strongest(first);
    }

    /// A view leans on its tables, an index goes with its columns.
    fn lean_on(&mut self, used: &Use, on: ThingId, made: ThingId) {
        if used.inside == Inside::Routine {
            return;
        }
        let whole = self.whole_of(made);
        let is_own =
            self.whole_of(on) == whole || self.world.owners_of(made).contains(&self.whole_of(on));
        let kind = self.world.thing(made).id.kind;
        let goes_along = matches!(kind, Kind::Index | Kind::Constraint | Kind::Statistics);
        match self.world.thing(on).id.kind {
            Kind::Column if is_own && goes_along => self.world.tie(on, made),
            _ if on == whole || on == made => {}
            _ => self.world.lean(on, made),
        }
    }

    fn need_of_act(&mut self, context: &Context<'_>, act: &Act, became: Done) {
        if act.verb == Verb::Create && act.part_of.is_none() {
            self.need_of_shape(context, act, became);
        }
        let path = self.path.schemas();
        let strength = match act.guard {
            Guard::IfExists => Strength::Guarded,
            _ => strength(act.inside, context),
        };
        let meant = if act.verb == Verb::Create {
            if !is_member(act.object.kind) || act.part_of.is_some() {
                return;
            }
            let parent = Named { kind: Kind::Table, member: None, ..act.object.clone() };
            match self.world.parent_of(&act.object, path) {
                Some(thing) if !self.world.thing(thing).is_foreign() => {
                    Meant { object: self.world.thing(thing).id.clone(), thing: Some(thing) }
                }
                _ => self.unknown(&parent),
            }
        } else {
            match became.happening.and_then(|it| self.happenings.get(it)) {
                Some(told) => {
                    let before = match &told.effect {
                        Effect::RenamedFrom(before) => before,
                        _ => &told.object,
                    };
                    Meant { object: before.clone(), thing: became.outcome.thing() }
                }
                None => return,
            }
        };
        self.push_need(context, act.span.clone(), meant, strength);
    }

    /// Whoever makes what is there already depends on its shape, if on nothing more.
    fn need_of_shape(&mut self, context: &Context<'_>, act: &Act, became: Done) {
        let (Outcome::Kept(thing) | Outcome::Touched(thing)) = became.outcome else { return };
        let meant = Meant { object: self.world.thing(thing).id.clone(), thing: Some(thing) };
        self.push_need(context, act.span.clone(), meant, Strength::Guarded);
    }

    fn push_need(
        &mut self,
        context: &Context<'_>,
        span: Range<usize>,
        meant: Meant,
        strength: Strength,
    ) {
        let maker = meant.thing.and_then(|it| self.maker_before(it, context));
        let is_own = meant.thing.is_some()
            && maker.and_then(|it| self.happenings.get(it)).is_some_and(|made| {
                (made.author, made.statement) == (context.author, context.statement)
            });
        if is_own {
            return;
        }
        self.needs.push(Need {
            author: context.author,
            statement: context.statement,
            place: context.script.place(context.start + span.start..context.start + span.end),
            object: meant.object,
            found: meant.thing.is_some(),
            maker,
            strength,
        });
    }

    /// By which happening a thing bears the name that this statement found.
    fn maker_before(&self, thing: ThingId, context: &Context<'_>) -> Option<usize> {
        let told = &self.world.thing(thing).happenings;
        let is_before = |it: &&usize| {
            self.happenings.get(**it).is_some_and(|told| {
                told.effect.brings()
                    && (told.author, told.statement) < (context.author, context.statement)
            })
        };
        told.iter().rev().find(is_before).copied().or(self.world.thing(thing).maker)
    }

    /// One need for each object of a statement: the strongest.
    fn keep_strongest(&mut self, first: usize) {
        let mut needs = self.needs.split_off(first);
        needs.sort_by_key(|need| need.strength);
        let mut seen = HashSet::new();
        needs.retain(|need| seen.insert(need.object.clone()));
        needs.sort_by_key(|need| need.place.span().start);
        self.needs.extend(needs);
    }
}

/// What happens where it is missing. Postgres looks into the bodies of SQL functions when they are made
/// (`check_function_bodies`), and into no others.
fn strength(inside: Inside, context: &Context<'_>) -> Strength {
    let is_sql = || {
        let definition = context.reading.acts.first().and_then(|act| act.definition.as_deref());
        definition.is_some_and(|definition| definition.contains("language sql"))
    };
    match inside {
        Inside::Statement | Inside::Block => Strength::Firm,
        Inside::Branch | Inside::Dynamic => Strength::Guarded,
        Inside::Routine if is_sql() => Strength::Firm,
        Inside::Routine => Strength::Called,
    }
}

/// The acts of a statement by where they begin, to find the one that a use belongs to: the last that begins before it.
struct Beginnings(Vec<(usize, Reverse<usize>)>);

impl Beginnings {
    fn of(acts: &[Act]) -> Self {
        let acts = acts.iter().enumerate().filter(|(_, act)| act.inside != Inside::Routine);
        let mut starts: Vec<_> =
            acts.map(|(number, act)| (act.span.start, Reverse(number))).collect();
        starts.sort_unstable();
        Self(starts)
    }

    fn act_of(&self, used: &Use) -> Option<usize> {
        let after = self.0.partition_point(|(start, _)| *start <= used.span.start);
        self.0.get(after.checked_sub(1)?).map(|(_, number)| number.0)
    }
}
