//! What statements speak of: needs, and what leans on what.

use std::cmp::Reverse;

use super::extensions::extension_with;
use super::happening::{Effect, Need, Strength};
use super::names::{is_member, is_relation, is_routine, is_system_schema, member_id};
use super::story::{Context, Done, Outcome, Story};
use super::types::is_built_in;
use super::world::{ThingId, is_system};
use crate::schema::{Kind, ObjectId, canonical, quoted};
use crate::sql::{Act, Guard, Inside, Named, Use, Verb};

/// What a use means.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    object: ObjectId,
    thing: Option<ThingId>,
}

impl Story {
    /// What each use of a statement means now; `None` for what is Postgres' own or cannot be known.
    pub(super) fn resolve_uses(&self, context: &Context<'_>) -> Vec<Option<Meant>> {
        context.reading.uses.iter().map(|it| self.resolve_use(it)).collect()
    }

    fn resolve_use(&self, used: &Use) -> Option<Meant> {
        let named = &used.object;
        if is_system(named) {
            return None;
        }
        match named.kind {
            Kind::Column => self.resolve_column(used),
            Kind::Type => self.resolve_type(named),
            kind if is_routine(kind) => self.resolve_function(named),
            Kind::Role
                if matches!(
                    named.name.as_str(),
                    "public" | "current_user" | "session_user" | "current_role"
                ) =>
            {
                None
            }
            Kind::Schema if is_system_schema(&named.name) => None,
            Kind::AccessMethod
            | Kind::OperatorClass
            | Kind::OperatorFamily
            | Kind::Operator
            | Kind::Collation
            | Kind::Language => self.known(named).or_else(|| self.of_extension(named)),
            _ => Some(self.known(named).unwrap_or_else(|| self.unknown(named))),
        }
    }

    /// What is there under this name.
    fn known(&self, named: &Named) -> Option<Meant> {
        let found = self.world.resolve(named, self.path.schemas());
        let thing = found.into_iter().find(|it| !self.world.thing(*it).is_foreign)?;
        Some(Meant { object: self.world.thing(thing).id.clone(), thing: Some(thing) })
    }

    fn unknown(&self, named: &Named) -> Meant {
        Meant { object: self.world.would_be(named, self.path.schemas()), thing: None }
    }

    fn resolve_type(&self, named: &Named) -> Option<Meant> {
        let canonical = canonical(&named.name);
        if named.schema.is_none() && is_built_in(&canonical) {
            return None;
        }
        let known = self.known(named).or_else(|| self.of_extension(named));
        Some(known.unwrap_or_else(|| self.unknown(named)))
    }

    /// The extension that brings it.
    fn of_extension(&self, named: &Named) -> Option<Meant> {
        let extension = extension_with(named.kind, named.schema.as_deref(), &named.name)?;
        let object = ObjectId::new(Kind::Extension, quoted(extension));
        let thing = self.world.at(&object);
        Some(Meant { object, thing })
    }

    /// Functions that nobody made may be Postgres' own, or an extension's.
    fn resolve_function(&self, named: &Named) -> Option<Meant> {
        let path = self.path.schemas();
        let overloads = self.world.routines(named.schema.as_deref(), &named.name, path);
        if let Some(thing) = overloads.last().copied() {
            return Some(Meant { object: self.world.thing(thing).id.clone(), thing: Some(thing) });
        }
        if let Some(meant) = self.of_extension(named) {
            return Some(meant);
        }
        let was_there = self.world.was_routine(named.schema.as_deref(), &named.name, path);
        let is_said = named.schema.is_some();
        let object = || {
            let name = self.world.would_be(named, path).name;
            let end = super::world::routine_name(&name).len();
            was_there.clone().unwrap_or_else(|| ObjectId::new(named.kind, &name[..end]))
        };
        (was_there.is_some() || is_said).then(|| Meant { object: object(), thing: None })
    }

    /// The first of the relations that has a column of this name; where none has, and the columns of all are known, the
    /// first that could have it.
    fn resolve_column(&self, used: &Use) -> Option<Meant> {
        let column = used.object.member.as_deref()?;
        let is_said = !used.object.name.is_empty();
        let said =
            is_said.then(|| Named { kind: Kind::Table, member: None, ..used.object.clone() });
        let among: Vec<&Named> =
            if used.among.is_empty() { said.iter().collect() } else { used.among.iter().collect() };
        let mut first = None;
        for relation in among {
            if is_system(relation) {
                return None;
            }
            let path = self.path.schemas();
            let found = self.world.parent_of(relation, path)?;
            let told = self.world.thing(found);
            let id = member_id(Kind::Column, &told.id.name, column);
            if let Some(thing) = self.world.at(&id) {
                return Some(Meant { object: id, thing: Some(thing) });
            }
            if told.is_open || !matches!(told.id.kind, Kind::Table | Kind::ForeignTable) {
                return None;
            }
            first.get_or_insert(id);
        }
        let is_variable = used.inside != Inside::Statement && !is_said;
        let object = first.filter(|_| !is_variable && !is_system_column(column))?;
        Some(Meant { object, thing: None })
    }

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
                Some(thing) if !self.world.thing(thing).is_foreign => {
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

    fn push_need(
        &mut self,
        context: &Context<'_>,
        span: std::ops::Range<usize>,
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
        needs.sort_by(|left, right| left.strength.cmp(&right.strength));
        let mut seen = std::collections::HashSet::new();
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

fn is_system_column(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid" | "oid")
}
