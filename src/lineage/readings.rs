use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::path::{PathChange, path_change};
use crate::migration::{Checksum, Script, StatementKind};
use crate::sql::{self, Reading};

/// Parsed statements: each script is read once, however many lineages of a run are laid over it.
#[derive(Debug, Default)]
pub struct Readings {
    scripts: Mutex<HashMap<Key, Arc<Vec<Read>>>>,
}

/// One statement, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    /// What it does and speaks of.
    pub(super) reading: Reading,
    /// What it does to the search path.
    pub(super) path: PathChange,
}

type Key = (PathBuf, Checksum, Range<usize>);

impl Readings {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The reading of one statement of a script.
    #[must_use]
    pub fn reading(&self, script: &Script, statement: usize) -> Reading {
        let reads = self.of(script);
        reads.get(statement).map(|read| read.reading.clone()).unwrap_or_default()
    }

    /// Shows every statement of a script, read, with its position.
    pub fn each(&self, script: &Script, mut look: impl FnMut(usize, &Reading)) {
        for (number, read) in self.of(script).iter().enumerate() {
            look(number, &read.reading);
        }
    }

    /// Every statement of a script, in the order of [`Script::statements`].
    pub(super) fn of(&self, script: &Script) -> Arc<Vec<Read>> {
        let key = (script.source().path().to_owned(), script.sent_checksum(), script.body());
        if let Some(known) = self.scripts().get(&key) {
            return known.clone();
        }
        let reads = script.statements().iter().map(|statement| match statement.kind {
            StatementKind::Meta => Read::default(),
            StatementKind::Sql | StatementKind::CopyIn { .. } => read(&script.text_of(statement)),
        });
        let reads = Arc::new(reads.collect::<Vec<_>>());
        self.scripts().insert(key, reads.clone());
        reads
    }

    fn scripts(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Vec<Read>>>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(text: &str) -> Read {
    Read { reading: sql::read(text), path: path_change(text) }
}
