use std::sync::Arc;

use crate::migration::{Migration, MigrationSet, Script, Sessions};
use crate::schema::Catalog;

/// Whose statements they are.
#[derive(Debug, Clone)]
pub enum Author {
    /// A migration, going up.
    Migration(Arc<Migration>),
    /// SQL of a scenario: its setup, or rows of a seed.
    Script(Arc<Script>),
}

impl Author {
    /// What it runs.
    #[must_use]
    pub fn script(&self) -> &Script {
        match self {
            Self::Migration(migration) => &migration.up,
            Self::Script(script) => script,
        }
    }

    /// The migration, if it is one.
    #[must_use]
    pub fn migration(&self) -> Option<&Arc<Migration>> {
        match self {
            Self::Migration(migration) => Some(migration),
            Self::Script(_) => None,
        }
    }

    /// What to call it: the migration's identity, or the path of the file.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Migration(migration) => migration.id.to_string(),
            Self::Script(script) => script.source().path().display().to_string(),
        }
    }
}

impl From<Arc<Migration>> for Author {
    fn from(migration: Arc<Migration>) -> Self {
        Self::Migration(migration)
    }
}

impl From<Arc<Script>> for Author {
    fn from(script: Arc<Script>) -> Self {
        Self::Script(script)
    }
}

/// What is so before the first author.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    /// The search path of every session, as it would be written after `SET search_path TO`; `None` is the server's own.
    pub search_path: Option<String>,
    /// Which authors share a session, and with it what one of them left there.
    pub sessions: Sessions,
    /// Roles that are there.
    pub roles: Vec<String>,
    /// The objects that are there, where they are known.
    pub there: Option<&'a Catalog>,
}

impl Default for Opening<'_> {
    /// A fresh database, and one session for all.
    fn default() -> Self {
        Self { search_path: None, sessions: Sessions::Shared, roles: Vec::new(), there: None }
    }
}

impl Opening<'_> {
    /// A fresh database, and sessions as the tool of this set has them.
    #[must_use]
    pub fn for_set(set: &MigrationSet) -> Self {
        Self { sessions: set.sessions, ..Self::default() }
    }
}
