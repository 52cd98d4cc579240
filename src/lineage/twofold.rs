use super::answers::Lineage;
use super::author::{Author, Opening};
use super::happening::{Effect, Happening};
use super::readings::Readings;
use super::sighting::Sightings;
use crate::schema::{Kind, ObjectId};

/// Two lineages: of what runs, and of the same with what is left out.
#[derive(Debug, Clone)]
pub struct Twofold {
    /// Of all authors, also those that are left out.
    pub all: Lineage,
    /// Of the authors that run.
    pub run: Lineage,
    /// Why an author of `all` is left out; `None` for one that runs.
    left_out: Vec<Option<String>>,
    /// For each author of `run` its position in `all`.
    positions: Vec<usize>,
}

/// A happening, and whether it really happens.
#[derive(Debug, Clone, Copy)]
pub struct Told<'t> {
    /// The happening.
    pub happening: &'t Happening,
    /// Who does it, or would do it.
    pub author: &'t Author,
    /// Why it does not happen: the author is left out.
    pub left_out: Option<&'t str>,
    /// For [`Effect::Swallowed`]: by which happening the whole is there.
    pub by: Option<&'t Happening>,
}

impl Twofold {
    /// Lays both lineages over authors in their order, each with the reason why it is left out, if it is.
    #[must_use]
    pub fn of(
        authors: &[(Author, Option<String>)],
        opening: &Opening<'_>,
        readings: &Readings,
    ) -> Self {
        Self::with(authors, |authors, _| Lineage::of(authors, opening, readings))
    }

    /// The same as a server showed it, which replayed those that are not left out.
    #[must_use]
    pub fn seen(
        authors: &[(Author, Option<String>)],
        opening: &Opening<'_>,
        readings: &Readings,
        sightings: &Sightings,
    ) -> Self {
        Self::with(authors, |authors, positions| {
            Lineage::seen(authors, opening, readings, &sightings.of(positions))
        })
    }

    fn with(
        authors: &[(Author, Option<String>)],
        lay: impl Fn(&[Author], &[usize]) -> Lineage,
    ) -> Self {
        let everybody: Vec<_> = authors.iter().map(|(author, _)| author.clone()).collect();
        let running = authors.iter().enumerate().filter(|(_, (_, left_out))| left_out.is_none());
        let positions: Vec<_> = running.clone().map(|(position, _)| position).collect();
        let run: Vec<_> = running.map(|(_, (author, _))| author.clone()).collect();
        let all = lay(&everybody, &(0..everybody.len()).collect::<Vec<_>>());
        let is_same = run.len() == everybody.len();
        let run = if is_same { all.clone() } else { lay(&run, &positions) };
        let left_out = authors.iter().map(|(_, left_out)| left_out.clone()).collect();
        Self { all, run, left_out, positions }
    }

    /// Why an author of [`Twofold::all`] is left out, if it is.
    #[must_use]
    pub fn left_out(&self, author: usize) -> Option<&str> {
        self.left_out.get(author)?.as_deref()
    }

    /// The position in [`Twofold::run`] of an author of [`Twofold::all`], where it is not left out.
    #[must_use]
    pub fn running(&self, author: usize) -> Option<usize> {
        self.positions.iter().position(|position| *position == author)
    }

    /// What came to an object, and what would come to it if nobody were left out, in the order of the authors.
    #[must_use]
    pub fn history(&self, object: &ObjectId) -> Vec<Told<'_>> {
        self.told(&self.run.numbers_of(object), &self.all.numbers_of(object))
    }

    /// The same, and what came to parts of it on their own: columns that were added, indexes, policies.
    #[must_use]
    pub fn history_with_parts(&self, object: &ObjectId) -> Vec<Told<'_>> {
        self.told(&numbers_with_parts(&self.run, object), &numbers_with_parts(&self.all, object))
    }

    fn told<'t>(&'t self, run: &[usize], all: &[usize]) -> Vec<Told<'t>> {
        let run = run.iter().filter_map(|number| self.run.happenings().get(*number));
        let run = run.filter_map(|told| Some((*self.positions.get(told.author)?, told)));
        let all = all.iter().filter_map(|number| self.all.happenings().get(*number));
        let left_out = all.filter(|told| self.left_out(told.author).is_some());
        let mut told: Vec<_> = run.chain(left_out.map(|told| (told.author, told))).collect();
        told.sort_by_key(|(author, told)| (*author, told.statement));
        let with_author = |(author, happening): (usize, &'t Happening)| {
            let left_out = self.left_out(author);
            let lineage = if left_out.is_some() { &self.all } else { &self.run };
            let by = match happening.effect {
                Effect::Swallowed(Some(by)) => lineage.happenings().get(by),
                _ => None,
            };
            Some(Told { happening, author: self.all.authors().get(author)?, left_out, by })
        };
        told.into_iter().filter_map(with_author).collect()
    }

    /// The objects that a text means, also those that only left-out authors make.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<ObjectId> {
        let mut found = self.all.find(text);
        let known = found.clone();
        found.extend(self.run.find(text).into_iter().filter(|id| !known.contains(id)));
        found
    }
}

fn numbers_with_parts(lineage: &Lineage, object: &ObjectId) -> Vec<usize> {
    let mut numbers = lineage.numbers_of(object);
    for part in lineage.parts_of(object) {
        let own = lineage.numbers_of(&part).into_iter().filter(|number| {
            lineage.happenings().get(*number).is_some_and(|told| {
                match &told.effect {
                    Effect::Altered("comment") => false,
                    Effect::MadeAgainWithout => part.kind == Kind::Column,
                    // What the drop of something else took along is worth telling.
                    Effect::RemovedWith(other) => !is_of(other, object),
                    _ => told.part_of.is_none(),
                }
            })
        });
        numbers.extend(own);
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Whether an object is another one, or a member of it.
fn is_of(object: &ObjectId, whole: &ObjectId) -> bool {
    object
        .name
        .strip_prefix(&whole.name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
