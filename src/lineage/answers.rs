use std::sync::Arc;

use super::author::{Author, Opening};
use super::build;
use super::happening::{Effect, Happening, Need};
use super::readings::Readings;
use super::sighting::Sightings;
use super::story::Story;
use crate::schema::{Kind, ObjectId};
use crate::sql::Named;

/// What authors do to objects, one after the other. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Lineage {
    authors: Vec<Author>,
    story: Arc<Story>,
}

impl Lineage {
    /// The lineage of all that these authors do, in this order.
    #[must_use]
    pub fn of(authors: &[Author], opening: &Opening<'_>, readings: &Readings) -> Self {
        let story = Arc::new(build::story(authors, opening, readings, None));
        Self { authors: authors.to_vec(), story }
    }

    /// The lineage of all that these authors do, as a server showed it: what no statement says is in it, and what stands in
    /// branches that did not run is not.
    #[must_use]
    pub fn seen(
        authors: &[Author],
        opening: &Opening<'_>,
        readings: &Readings,
        sightings: &Sightings,
    ) -> Self {
        let story = Arc::new(build::seen(authors, opening, readings, sightings));
        Self { authors: authors.to_vec(), story }
    }

    /// [`Lineage::of`] up to a statement, which has not run yet: the author by position, the statement as a position in
    /// [`Script::statements`](crate::migration::Script::statements).
    #[must_use]
    pub fn before(
        authors: &[Author],
        opening: &Opening<'_>,
        readings: &Readings,
        author: usize,
        statement: usize,
    ) -> Self {
        let stop = Some((author, statement));
        let story = Arc::new(build::story(authors, opening, readings, stop));
        Self { authors: authors.to_vec(), story }
    }

    /// Whose statements they are.
    #[must_use]
    pub fn authors(&self) -> &[Author] {
        &self.authors
    }

    /// Everything that happened, in order.
    #[must_use]
    pub fn happenings(&self) -> &[Happening] {
        &self.story.happenings
    }

    /// What came to the objects that ever had this name: also what they lived through under earlier names, but nothing of
    /// what came after they got another.
    #[must_use]
    pub fn history(&self, object: &ObjectId) -> Vec<&Happening> {
        self.numbers_of(object)
            .into_iter()
            .filter_map(|number| self.story.happenings.get(number))
            .collect()
    }

    /// [`Lineage::history`] as positions in [`Lineage::happenings`].
    #[must_use]
    pub fn numbers_of(&self, object: &ObjectId) -> Vec<usize> {
        let mut numbers = self.story.loose.get(object).cloned().unwrap_or_default();
        for bearing in self.story.world.bearers.get(object).into_iter().flatten() {
            let all = &self.story.world.thing(bearing.thing).happenings;
            let until = bearing.until.unwrap_or(usize::MAX);
            numbers.extend(all.iter().copied().filter(|number| *number <= until));
        }
        numbers.sort_unstable();
        numbers.dedup();
        let is_told = |number: &usize| {
            self.story.happenings.get(*number).is_some_and(|told| {
                !matches!(told.effect, Effect::RenamedTo(_)) || told.object == *object
            })
        };
        numbers.retain(is_told);
        numbers
    }

    /// Whether it is there at the end.
    #[must_use]
    pub fn exists(&self, object: &ObjectId) -> bool {
        let found = self.story.world.at(object);
        found.is_some_and(|found| !self.story.world.thing(found).is_foreign())
    }

    /// By which happening what is there at the end came under this name: its making, or its last change of name.
    #[must_use]
    pub fn maker(&self, object: &ObjectId) -> Option<&Happening> {
        let thing = self.story.world.thing(self.story.world.at(object)?);
        self.story.happenings.get(thing.maker?)
    }

    /// Every object that ever was, or that a statement thought to be there.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectId> {
        let borne = &self.story.world.bearers;
        let loose = self.story.loose.keys().filter(|object| !borne.contains_key(*object));
        borne.keys().chain(loose)
    }

    /// The objects that are there at the end.
    pub fn there(&self) -> impl Iterator<Item = &ObjectId> {
        let things = self.story.world.things().iter();
        things.filter(|thing| thing.is_there() && !thing.is_foreign()).map(|thing| &thing.id)
    }

    /// Whether the relation has columns that no statement says, such as those of `CREATE TABLE x AS SELECT *`.
    #[must_use]
    pub fn has_unknown_columns(&self, relation: &ObjectId) -> bool {
        let found = self.story.world.at(relation);
        found.is_some_and(|found| self.story.world.thing(found).is_open)
    }

    /// What a name means at the end, by the search path that the last session has then; functions of every signature if
    /// none is said, relations whatever their kind. What is not there has the name that it would get.
    #[must_use]
    pub fn resolve(&self, named: &Named) -> Vec<ObjectId> {
        let path = self.story.path.schemas();
        let found = self.story.world.resolve(named, path);
        let found = found.into_iter().map(|it| self.story.world.thing(it));
        let found: Vec<_> =
            found.filter(|thing| !thing.is_foreign()).map(|thing| thing.id.clone()).collect();
        if found.is_empty() { vec![self.story.world.would_be(named, path)] } else { found }
    }

    /// What was ever a part of the object of this name: columns, constraints, indexes, triggers, policies, by the names that
    /// they had last.
    #[must_use]
    pub fn parts_of(&self, object: &ObjectId) -> Vec<ObjectId> {
        let world = &self.story.world;
        let mut found = std::collections::BTreeSet::new();
        for bearing in world.bearers.get(object).into_iter().flatten() {
            let thing = world.thing(bearing.thing);
            let parts = thing.parts.iter().map(|part| &world.thing(*part).id);
            found.extend(parts.filter(|id| id.kind != Kind::Table).cloned());
        }
        found.into_iter().collect()
    }

    /// What is there and leans on it: what `DROP … CASCADE` would take along, beside its own parts.
    #[must_use]
    pub fn dependents(&self, object: &ObjectId) -> Vec<ObjectId> {
        let Some(thing) = self.story.world.at(object) else { return Vec::new() };
        let thing = self.story.world.thing(thing);
        let all = thing.dependents.iter().map(|it| self.story.world.thing(*it));
        all.filter(|it| it.is_there()).map(|it| it.id.clone()).collect()
    }

    /// Everything that statements speak of or work on and did not make themselves, in order.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.story.needs
    }
}
