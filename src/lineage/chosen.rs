//! Names that Postgres chooses: a statement alone cannot know which are free.

use super::copies::chosen_parts;
use super::names::{free_chosen, free_name};
use super::story::{At, Story};
use super::world::ThingId;
use crate::schema::{Kind, parts, quoted};
use crate::sql::{Verb, chosen_name};

impl Story {
    /// The name of a new member: one that Postgres chooses is made free.
    pub(super) fn member_name(&self, at: At<'_>, parent: ThingId) -> String {
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

    /// The name of a new object: one that Postgres chooses is made free.
    pub(super) fn whole_name(
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
}

/// Whether the statement says this name: otherwise Postgres chose it.
fn is_said(at: At<'_>, name: &str) -> bool {
    let said = at.context.text.get(at.act.span.clone()).unwrap_or_default();
    let last = parts(said.trim()).pop();
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
