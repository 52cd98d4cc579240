use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Pattern, Script, Transaction, Version};

/// What identifies a migration in its history and in reports, as its layout has it: the file name for
/// plain numbered files, the version for golang-migrate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationId(String);

impl MigrationId {
    /// Takes an identity as the layout writes it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The identity as the layout writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MigrationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file (or a pair of files) that changes schema or data.
#[derive(Debug)]
pub struct Migration {
    /// Its identity.
    pub id: MigrationId,
    /// Its version.
    pub version: Version,
    /// What runs going up.
    pub up: Script,
    /// What runs going down; never run going up.
    pub down: Option<Script>,
    /// A transaction rule of its own, where the layout lets a file say so.
    pub transaction: Option<Transaction>,
}

impl Migration {
    /// The name of the file that runs going up.
    #[must_use]
    pub fn file_name(&self) -> &str {
        let path = self.up.source().path();
        path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

/// A file of the folder that is not replayed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file, relative to the folder.
    pub file: PathBuf,
    /// Why, in a few words.
    pub why: String,
}

/// The migrations of a folder in the order in which they are replayed.
#[derive(Debug)]
pub struct MigrationSet {
    /// The layout that read them.
    pub layout: &'static str,
    /// The folder, as people should see it.
    pub root: PathBuf,
    /// The layout's transaction rule.
    pub transaction: Transaction,
    /// Files that are not replayed.
    pub left_out: Vec<LeftOut>,
    migrations: Vec<Arc<Migration>>,
}

impl MigrationSet {
    /// Sorts the migrations by version as numbers, then by identity.
    #[must_use]
    pub fn by_number(
        layout: &'static str,
        root: PathBuf,
        transaction: Transaction,
        mut migrations: Vec<Migration>,
        left_out: Vec<LeftOut>,
    ) -> Self {
        migrations.sort_by(|left, right| {
            left.version
                .number_order(&right.version)
                .then_with(|| left.up.source().path().cmp(right.up.source().path()))
        });
        let migrations = migrations.into_iter().map(Arc::new).collect();
        Self { layout, root, transaction, left_out, migrations }
    }

    /// The migrations in order.
    #[must_use]
    pub fn migrations(&self) -> &[Arc<Migration>] {
        &self.migrations
    }

    /// Those that a pattern means.
    pub fn matching<'a>(
        &'a self,
        pattern: &'a Pattern,
    ) -> impl Iterator<Item = &'a Arc<Migration>> + 'a {
        self.migrations.iter().filter(|migration| pattern.matches(migration))
    }

    /// The position of the last migration that a version, file name or glob means.
    #[must_use]
    pub fn last_position(&self, pattern: &Pattern) -> Option<usize> {
        self.migrations.iter().rposition(|migration| pattern.matches(migration))
    }

    /// Groups of files that share one version, in order.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Vec<Arc<Migration>>> {
        let mut groups: BTreeMap<usize, Vec<Arc<Migration>>> = BTreeMap::new();
        let mut first = 0;
        for (position, migration) in self.migrations.iter().enumerate() {
            if !migration.version.is(self.migrations[first].version.as_str()) {
                first = position;
            }
            groups.entry(first).or_default().push(migration.clone());
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }
}
