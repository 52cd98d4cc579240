//! What a server showed: the catalog before and after an author ran.

use std::collections::BTreeMap;

use crate::schema::{Catalog, Change, Object, ObjectId, compare};

/// What was new, gone and different after one author.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sighting {
    /// The objects that came.
    pub appeared: BTreeMap<ObjectId, Object>,
    /// The objects that went.
    pub vanished: Vec<ObjectId>,
    /// The properties of others that have another value, by their plain names.
    pub changed: BTreeMap<ObjectId, Vec<String>>,
}

/// A replay, seen: what was there before the first author, and what each of them did.
#[derive(Debug, Clone, Default)]
pub struct Sightings {
    /// What was there.
    pub opening: Catalog,
    /// By the author's position; `None` where nobody looked, or where it did not run.
    pub authors: Vec<Option<Sighting>>,
}

impl Sighting {
    /// The difference of two catalogs.
    #[must_use]
    pub fn between(before: &Catalog, after: &Catalog) -> Self {
        let mut sighting = Self::default();
        for difference in compare(before, after).differences {
            let object = difference.object;
            match difference.change {
                Change::Missing => {
                    let new = after.get(&object).cloned().unwrap_or_default();
                    sighting.appeared.insert(object, new);
                }
                Change::Extra => sighting.vanished.push(object),
                Change::Changed { property, .. } => {
                    sighting.changed.entry(object).or_default().push(property);
                }
            }
        }
        sighting
    }
}

impl Sightings {
    /// The sightings of some of the authors, by their positions.
    #[must_use]
    pub(super) fn of(&self, positions: &[usize]) -> Self {
        let authors = positions.iter().map(|it| self.authors.get(*it).cloned().flatten());
        Self { opening: self.opening.clone(), authors: authors.collect() }
    }
}
