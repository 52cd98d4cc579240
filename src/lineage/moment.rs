//! What names mean at one moment of a lineage.

use std::collections::HashSet;

use super::author::{Author, Opening};
use super::build;
use super::names::is_relation;
use super::readings::Readings;
use super::story::Story;
use super::thing::Thing;
use super::world::ThingId;
use crate::schema::{Kind, ObjectId};
use crate::sql::{Named, Verb, name_in_text};

/// The moment just before a statement of an author.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'s> {
    story: &'s Story,
    older: &'s HashSet<ThingId>,
}

/// A relation at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// What it is called then.
    pub object: ObjectId,
    /// Whether it is there then, as far as the files say.
    pub is_there: bool,
    /// Whether it was there before the first statement of the author, under whatever name. What nobody made is taken to be
    /// there.
    pub is_older: bool,
}

/// Visits the moments before each statement of one author, by its position.
pub fn moments(
    authors: &[Author],
    opening: &Opening<'_>,
    readings: &Readings,
    author: usize,
    mut visit: impl FnMut(usize, Moment<'_>),
) {
    let mut older = None;
    let stop = Some((author + 1, 0));
    build::watched(authors, opening, readings, stop, &mut |(number, statement), story| {
        if number == author {
            let older = older.get_or_insert_with(|| there(story));
            visit(statement, Moment { story, older });
        }
    });
}

fn there(story: &Story) -> HashSet<ThingId> {
    let things = story.world.things().iter().enumerate();
    things.filter(|(_, thing)| thing.is_there()).map(|(number, _)| number).collect()
}

impl Moment<'_> {
    /// The relation that a statement means; for an index the table that has it, if it is known.
    #[must_use]
    pub fn relation(&self, named: &Named) -> Option<Relation> {
        let path = self.story.path.schemas();
        let found = self.story.world.resolve(named, path).first().copied();
        let Some(thing) = found else {
            let object = self.story.world.would_be(named, path);
            let unknown = Relation { object, is_there: false, is_older: true };
            return (named.kind != Kind::Index).then_some(unknown);
        };
        let thing = if named.kind == Kind::Index { self.holder(thing)? } else { thing };
        Some(self.tell(thing))
    }

    /// The type that a column has, if the files say it.
    #[must_use]
    pub fn column_type(&self, relation: &Named, column: &str) -> Option<String> {
        let named = relation.member(Kind::Column, column);
        let found = self.story.world.resolve(&named, self.story.path.schemas());
        let thing = self.story.world.thing(*found.first()?);
        let told = thing.happenings.iter().rev().filter_map(|it| self.story.happenings.get(*it));
        let definition = told
            .filter(|told| matches!(told.verb, Verb::Create | Verb::Alter("type")))
            .find_map(|told| told.definition.clone());
        Some(type_of(definition.as_ref().or(thing.definition.as_ref())?).to_owned())
    }

    /// The tables that the foreign keys of a relation point to, or only the one of this name.
    #[must_use]
    pub fn pointed_to(&self, relation: &Named, constraint: Option<&str>) -> Vec<Relation> {
        let world = &self.story.world;
        let Some(table) = world.resolve(relation, self.story.path.schemas()).first().copied()
        else {
            return Vec::new();
        };
        let parts = world.thing(table).parts.iter().map(|part| world.thing(*part));
        let keys = parts.filter(|part| {
            part.is_there()
                && part.id.kind == Kind::Constraint
                && constraint.is_none_or(|name| part.name == name)
        });
        let others = keys.filter_map(|key| self.target_of(key)).filter(|it| *it != table);
        let mut others: Vec<_> = others.collect();
        others.sort_unstable();
        others.dedup();
        others.into_iter().map(|it| self.tell(it)).collect()
    }

    fn target_of(&self, key: &Thing) -> Option<ThingId> {
        let made = self.story.happenings.get(key.maker?);
        let definition = made.and_then(|made| made.definition.as_ref());
        let (_, other) = definition?.split_once(" references ")?;
        let end = other.find([' ', '(']).unwrap_or(other.len());
        let named = name_in_text(Kind::Table, &other[..end]);
        self.story.world.resolve(&named, self.story.path.schemas()).first().copied()
    }

    fn holder(&self, index: ThingId) -> Option<ThingId> {
        let world = &self.story.world;
        let mut owners = world.thing(index).owners.clone();
        while let Some(owner) = owners.pop() {
            if is_relation(world.thing(owner).id.kind) && world.thing(owner).id.kind != Kind::Index
            {
                return Some(owner);
            }
            owners.extend(world.thing(owner).parent);
        }
        None
    }

    fn tell(&self, thing: ThingId) -> Relation {
        let told = self.story.world.thing(thing);
        let is_older = told.is_foreign() || self.older.contains(&thing);
        Relation { object: told.id.clone(), is_there: !told.is_foreign(), is_older }
    }
}

/// The type in the definition of a column.
fn type_of(definition: &str) -> &str {
    const CLAUSES: [&str; 9] = [
        " collate ",
        " not null",
        " default ",
        " generated ",
        " primary key",
        " unique",
        " check",
        " references ",
        " storage ",
    ];
    let ends = CLAUSES.iter().filter_map(|clause| definition.find(clause));
    &definition[..ends.min().unwrap_or(definition.len())]
}
