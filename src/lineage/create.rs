//! Making objects.

use super::copies::{chosen_parts, columns_of, has_index};
use super::happening::Effect;
use super::inherit::has_words;
use super::names::{
    free_chosen, free_name, is_global, is_member, is_relation, is_routine, member_id, qualified,
};
use super::story::{At, Done, Outcome, Story};
use super::types;
use super::world::ThingId;
use crate::schema::{Kind, ObjectId, quoted};
use crate::sql::{Act, Guard, Named, Verb, chosen_name};

/// The schema of temporary relations.
pub(super) const TEMPORARY: &str = "pg_temp";

/// The act before this one in its statement, and what became of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last<'a> {
    pub(super) act: &'a Act,
    pub(super) done: Done,
}

impl Last<'_> {
    /// The constraint of a new index, or the column of a new sequence: what has them is told right before.
    fn owner_of(&self, act: &Act) -> Option<Done> {
        let last = &self.act.object;
        let is_owner = match (act.object.kind, last.kind) {
            (Kind::Index, Kind::Constraint) => {
                last.member.as_ref() == Some(&act.object.name) && last.schema == act.object.schema
            }
            (Kind::Sequence, Kind::Column) => self.act.inside == act.inside,
            _ => false,
        };
        let is_new = matches!(self.act.verb, Verb::Create | Verb::Alter("identity"));
        (is_owner && is_new).then_some(self.done)
    }
}

impl Story {
    /// `CREATE`, and the parts of it.
    pub(super) fn create(
        &mut self,
        at: At<'_>,
        whole: Option<Done>,
        last: Option<Last<'_>>,
    ) -> Done {
        if let Some(whole) = whole {
            match whole.outcome {
                Outcome::Kept(thing) => return self.swallow(at, thing),
                Outcome::Nothing => return self.share_fate(at, whole),
                Outcome::Made(_) | Outcome::Touched(_) => {}
            }
        }
        let owner = last.and_then(|last| last.owner_of(at.act)).or(whole);
        let owner = owner.and_then(|owner| owner.outcome.thing());
        if is_member(at.act.object.kind) {
            self.create_member(at, owner)
        } else {
            self.create_whole(at, owner)
        }
    }

    /// A part of something that was kept as it was: there already, or not made.
    fn swallow(&mut self, at: At<'_>, whole: ThingId) -> Done {
        let path = self.path.schemas();
        if let Some(part) = self.world.resolve(&at.act.object, path).first().copied() {
            let happening = self.tell(at, part, Effect::Kept);
            return Done { outcome: Outcome::Kept(part), happening: Some(happening) };
        }
        let object = self.world.would_be(&at.act.object, path);
        let by = self.world.thing(whole).maker;
        let happening = self.tell_of_nothing(at, object, Effect::Swallowed(by));
        Done { outcome: Outcome::Kept(whole), happening: Some(happening) }
    }

    /// A part of something that was not made.
    fn share_fate(&mut self, at: At<'_>, whole: Done) -> Done {
        let told = whole.happening.and_then(|it| self.happenings.get(it));
        let effect = told.map_or(Effect::Unclear, |told| told.effect.clone());
        self.not_there(at, effect)
    }

    /// Tells something of an object that is not there.
    pub(super) fn not_there(&mut self, at: At<'_>, effect: Effect) -> Done {
        let object = self.world.would_be(&at.act.object, self.path.schemas());
        let happening = self.tell_of_nothing(at, object, effect);
        Done { outcome: Outcome::Nothing, happening: Some(happening) }
    }

    fn create_member(&mut self, at: At<'_>, owner: Option<ThingId>) -> Done {
        let named = &at.act.object;
        let parent = match owner {
            Some(owner) => Some(self.whole_of(owner)),
            None => self.world.parent_of(named, self.path.schemas()),
        };
        let parent = match parent {
            Some(parent) => parent,
            None if at.act.guard == Guard::IfExists => return self.not_there(at, Effect::Absent),
            None if self.was_there(named) => return self.not_there(at, at.misfit()),
            None => {
                let schema = self.schema_for(named, None);
                self.world.foreign(Kind::Table, &schema, &named.name)
            }
        };
        let member = self.member_name(at, parent);
        let there = member_id(named.kind, &self.world.thing(parent).id.name, &member);
        if let Some(there) = self.world.at(&there) {
            return self.there_already(at, there);
        }
        let thing = self.world.add_member(named.kind, parent, &member);
        self.world.thing_mut(thing).definition.clone_from(&at.act.definition);
        if let Some(owner) = owner {
            self.world.tie(owner, thing);
        }
        if named.kind == Kind::Constraint {
            self.tie_to_columns(thing, parent);
        }
        let happening = self.tell(at, thing, Effect::Made);
        self.inherit_member(at.following(happening), thing, parent);
        Done { outcome: Outcome::Made(thing), happening: Some(happening) }
    }

    /// Keys go with their columns, also where they do not name them: `id bigint PRIMARY KEY`.
    fn tie_to_columns(&mut self, constraint: ThingId, table: ThingId) {
        let definition = self.world.thing(constraint).definition.clone().unwrap_or_default();
        if !has_index(Some(&definition)) && !definition.starts_with("foreign key") {
            return;
        }
        for column in columns_of(&definition) {
            let id = member_id(Kind::Column, &self.world.thing(table).id.name, &column);
            if let Some(column) = self.world.at(&id) {
                self.world.tie(column, constraint);
            }
        }
    }

    /// The name of a new member: one that Postgres chooses is made free.
    fn member_name(&self, at: At<'_>, parent: ThingId) -> String {
        let said = at.act.object.member.clone().unwrap_or_default();
        let Some(schema) = self.world.thing(parent).schema.as_deref() else { return said };
        if at.act.object.kind != Kind::Constraint || is_said(at, &said) {
            return said;
        }
        let next = at.context.reading.acts.get(at.number + 1);
        let has_index =
            next.is_some_and(|next| next.object.kind == Kind::Index && next.verb == Verb::Create);
        let table = &self.world.thing(parent).name;
        chosen(at, &said, table, |name| {
            self.world.is_constraint(schema, name)
                || (has_index && self.world.is_relation(schema, name))
        })
    }

    /// The relation or type that a thing belongs to, or is.
    pub(super) fn whole_of(&self, thing: ThingId) -> ThingId {
        let parent = self.world.thing(thing).parent;
        parent.map_or(thing, |parent| self.whole_of(parent))
    }

    fn create_whole(&mut self, at: At<'_>, owner: Option<ThingId>) -> Done {
        let named = &at.act.object;
        let near = owner.or_else(|| self.indexed(at));
        let is_temporary = at.act.definition.as_deref().is_some_and(is_temporary);
        let schema = if is_temporary { TEMPORARY.to_owned() } else { self.schema_for(named, near) };
        let name = self.whole_name(at, owner, near, &schema);
        let path = [schema.clone()];
        let exact = Named { schema: Some(schema.clone()), name: name.clone(), ..named.clone() };
        let id = if is_routine(named.kind) {
            let arguments = named.arguments.as_deref().unwrap_or_default();
            let signature = self.world.signature(arguments, self.path.schemas());
            ObjectId::new(named.kind, format!("{}{signature}", qualified(&schema, &name)))
        } else {
            self.world.would_be(&exact, &path)
        };
        let there = match self.world.at(&id) {
            None if is_relation(id.kind) => self.world.relation(Some(&schema), &name, &path),
            found => found,
        };
        match there {
            // An earlier statement works on it, and cannot have: it is only made now.
            Some(there) if self.world.thing(there).is_foreign() => self.world.dismiss(there),
            Some(there) => return self.there_already(at, there),
            None => {}
        }
        let schema = (!is_global(named.kind)).then_some(schema);
        let thing = self.world.add(id, schema, &name);
        let new = self.world.thing_mut(thing);
        new.definition.clone_from(&at.act.definition);
        new.is_open = at.act.has_other_columns;
        for owner in [owner, near].into_iter().flatten() {
            self.world.tie(owner, thing);
        }
        let happening = self.tell(at, thing, Effect::Made);
        self.inherit(at.following(happening), thing);
        if let (None, Some(table)) = (owner, near) {
            self.inherit_index(at.following(happening), thing, table);
        }
        Done { outcome: Outcome::Made(thing), happening: Some(happening) }
    }

    /// The table of a new index.
    fn indexed(&mut self, at: At<'_>) -> Option<ThingId> {
        if at.act.object.kind != Kind::Index {
            return None;
        }
        let uses = &at.context.reading.uses;
        let is_table = |kind| is_relation(kind) && kind != Kind::Index;
        let mut near = uses.iter().filter(|it| {
            is_table(it.object.kind)
                && it.inside == at.act.inside
                && it.span.start >= at.act.span.start
        });
        let table = &near.next()?.object;
        if let Some(table) =
            self.world.relation(table.schema.as_deref(), &table.name, self.path.schemas())
        {
            return Some(table);
        }
        let schema = self.schema_for(table, None);
        Some(self.world.foreign(Kind::Table, &schema, &table.name))
    }

    /// The name of a new object: one that Postgres chooses is made free.
    fn whole_name(
        &self,
        at: At<'_>,
        owner: Option<ThingId>,
        near: Option<ThingId>,
        schema: &str,
    ) -> String {
        let said = &at.act.object.name;
        let owner = owner.map(|owner| self.world.thing(owner));
        match owner {
            Some(owner) if owner.id.kind == Kind::Constraint => owner.name.clone(),
            _ if !matches!(at.act.object.kind, Kind::Index | Kind::Sequence) => said.clone(),
            None if is_said(at, said) => said.clone(),
            _ => {
                let table = near.map_or("", |near| &self.world.thing(self.whole_of(near)).name);
                chosen(at, said, table, |name| self.world.is_relation(schema, name))
            }
        }
    }

    /// The schema that something new goes to: as said, or that of what it belongs to, or the first of the search path.
    pub(super) fn schema_for(&self, named: &Named, near: Option<ThingId>) -> String {
        let near = near.and_then(|near| self.world.thing(self.whole_of(near)).schema.as_deref());
        let schema = named.schema.as_deref().or(near);
        schema.unwrap_or_else(|| types::first(self.path.schemas())).to_owned()
    }

    fn there_already(&mut self, at: At<'_>, there: ThingId) -> Done {
        match at.act.guard {
            Guard::IfNotExists => {
                let happening = self.tell(at, there, Effect::Kept);
                Done { outcome: Outcome::Kept(there), happening: Some(happening) }
            }
            Guard::OrReplace => {
                let happening = self.tell(at, there, Effect::Replaced);
                self.world.thing_mut(there).definition.clone_from(&at.act.definition);
                self.world.stand_alone(there);
                Done { outcome: Outcome::Touched(there), happening: Some(happening) }
            }
            // `ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS c` has one guard to tell of.
            Guard::IfExists
                if has_words(&at.context.text.to_ascii_lowercase(), "if not exists") =>
            {
                let happening = self.tell(at, there, Effect::Kept);
                Done { outcome: Outcome::Kept(there), happening: Some(happening) }
            }
            Guard::None | Guard::IfExists => {
                let happening = self.tell(at, there, at.misfit());
                Done { outcome: Outcome::Nothing, happening: Some(happening) }
            }
        }
    }

    /// Whether there was a relation of this name once.
    fn was_there(&self, named: &Named) -> bool {
        let schema = self.schema_for(named, None);
        self.graves.contains_key(&qualified(&schema, &named.name))
    }
}

/// Whether the statement says this name: otherwise Postgres chose it.
fn is_said(at: At<'_>, name: &str) -> bool {
    let said = at.context.text.get(at.act.span.clone()).unwrap_or_default();
    let last = crate::schema::parts(said.trim()).pop();
    last.is_some_and(|last| last.means(name)) || said == quoted(name)
}

/// A name that Postgres chose for the statement alone, made free among what is there.
fn chosen(at: At<'_>, said: &str, table: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let definition = at.act.definition.as_deref().unwrap_or_default();
    let (addition, label) = chosen_parts(at.act.object.kind, definition);
    if chosen_name(table, &addition, label) == said {
        free_chosen(table, &addition, label, is_taken)
    } else {
        free_name(said, is_taken)
    }
}

fn is_temporary(definition: &str) -> bool {
    definition.starts_with("temporary")
}
