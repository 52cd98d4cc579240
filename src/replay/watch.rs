//! Who watches a replay: what each file did to the catalog is written down.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::lineage::{Author, Sighting, Sightings};
use crate::migration::Script;
use crate::postgres::{CatalogWatch, Ran};
use crate::schema::{Catalog, ObjectId};

/// What a server showed while a case was replayed.
#[derive(Debug, Clone, Default)]
pub struct Watched {
    opening: Catalog,
    last: Catalog,
    scripts: Vec<(Key, Sighting)>,
}

/// The file, and which part of it.
type Key = (PathBuf, Range<usize>);

impl Watched {
    /// What was shown after each of these authors, in the order in which they ran; `None` is one that was left out.
    #[must_use]
    pub fn sightings(&self, authors: &[Option<&Author>]) -> Sightings {
        let mut left = self.scripts.iter();
        let shown = authors.iter().map(|author| {
            let key = key((*author)?.script());
            let mut ahead = left.clone();
            let found = ahead.find(|(known, _)| *known == key)?;
            left = ahead;
            Some(found.1.clone())
        });
        Sightings { authors: shown.collect(), opening: self.opening.clone() }
    }

    /// What was last done to an object.
    pub(super) fn last_touch(&self, object: &ObjectId) -> Touch {
        let touched = self.scripts.iter().rev().find_map(|((path, _), sighting)| {
            if sighting.appeared.contains_key(object) {
                Some(Touch::Made(path.clone()))
            } else if sighting.vanished.contains(object) {
                Some(Touch::Removed(path.clone()))
            } else {
                let properties = sighting.changed.get(object)?;
                Some(Touch::Changed(path.clone(), properties.clone()))
            }
        });
        let was_there = self.opening.objects.contains_key(object);
        touched.unwrap_or(if was_there { Touch::WasThere } else { Touch::Never })
    }

    fn take(&mut self, ran: Ran<'_>, catalog: Catalog) {
        match ran {
            Ran::Script(script) => {
                let sighting = Sighting::between(&self.last, &catalog);
                self.scripts.push((key(script), sighting));
            }
            Ran::Other if self.scripts.is_empty() => self.opening = catalog.clone(),
            Ran::Other => {}
        }
        self.last = catalog;
    }
}

/// What was done to an object, and by which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touch {
    Made(PathBuf),
    /// The properties that got another value.
    Changed(PathBuf, Vec<String>),
    Removed(PathBuf),
    WasThere,
    Never,
}

fn key(script: &Script) -> Key {
    (script.source().path().to_owned(), script.body())
}

/// Writes down what it is shown.
#[derive(Default)]
pub(super) struct Watcher(Arc<Mutex<Watched>>);

impl Watcher {
    pub(super) fn watch(&self) -> CatalogWatch {
        let watched = self.0.clone();
        Arc::new(move |ran, catalog| {
            watched.lock().unwrap_or_else(PoisonError::into_inner).take(ran, catalog);
        })
    }

    pub(super) fn watched(&self) -> Watched {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
