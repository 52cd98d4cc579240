use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{BodyRule, Ledger, Order, Pattern, Script, Sessions, Version};
use crate::place::{Problem, Problems};

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
    /// A script of the tool that checks the migration after it ran.
    pub verify: Option<Script>,
    /// A rule of its own, where the layout lets a file say so.
    pub rule: Option<BodyRule>,
    /// Whether it may be late, where the layout lets a file say so.
    pub order: Option<Order>,
    /// Which place it has in its tool's order of things.
    pub kind: MigrationKind,
    /// Why the tool stops when it comes to this migration, although it can read it.
    pub refused: Option<Problem>,
}

/// What kind of migration a tool takes a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MigrationKind {
    /// Applied once, in the order of versions.
    #[default]
    Versioned,
    /// Applied after all others, and again whenever its file changes.
    Repeatable,
    /// Stands for every version up to its own on a database without history; never runs on others.
    Baseline,
}

impl Migration {
    /// The same going up with more in its file, before a byte of [`Script::text`]: to be tried out.
    #[must_use]
    pub fn saying(&self, sql: &str, at: usize) -> Self {
        Self {
            rule: self.rule,
            order: self.order,
            kind: self.kind,
            ..Self::new(self.id.clone(), self.version.clone(), self.up.saying(sql, at))
        }
    }

    /// A versioned migration that only goes up; the other fields are set by layouts that have them.
    #[must_use]
    pub fn new(id: MigrationId, version: Version, up: Script) -> Self {
        Self {
            id,
            version,
            up,
            down: None,
            verify: None,
            rule: None,
            order: None,
            kind: MigrationKind::default(),
            refused: None,
        }
    }

    /// Whether a value of somebody's own history table means it: its identity, version, file name, or file name without
    /// ending.
    #[must_use]
    pub fn is_called(&self, value: &str) -> bool {
        let file = self.file_name();
        value == self.id.as_str()
            || value == file
            || file.strip_suffix(".sql") == Some(value)
            || file.strip_suffix(".up.sql") == Some(value)
            || self.version.is(value)
    }

    /// The name of the file that runs going up; of its folder, where the tool calls all of them `up.sql`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        let path = self.up.source().path();
        let path = match path.parent() {
            Some(folder) if path.ends_with("up.sql") && folder.file_name().is_some() => folder,
            _ => path,
        };
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
    /// Whether it is a migration all the same, only not one that can be run here.
    pub is_gap: bool,
    /// The rule of `check` that it breaks, by its name, where it is one of these.
    pub rule: Option<&'static str>,
}

impl LeftOut {
    /// A file that the tool does not run either.
    pub fn new(file: impl Into<PathBuf>, why: impl Into<String>) -> Self {
        Self { file: file.into(), why: why.into(), is_gap: false, rule: None }
    }

    /// A migration in a language that is not SQL.
    pub fn foreign(file: impl Into<PathBuf>, language: &str) -> Self {
        let why = format!("it is {language}, which only its own tool can run");
        Self { is_gap: true, ..Self::new(file, why) }
    }
}

/// The migrations of a folder in the order in which they are replayed, and what their tool's rules are.
#[derive(Debug)]
pub struct MigrationSet {
    /// The layout that read them.
    pub layout: &'static str,
    /// The folder, as people should see it.
    pub root: PathBuf,
    /// How bodies are run, unless a migration has a rule of its own.
    pub rule: BodyRule,
    /// Which migrations the tool takes for pending.
    pub order: Order,
    /// Which migrations one session runs.
    pub sessions: Sessions,
    /// The history table of the tool, where it has one of its own.
    pub ledger: Option<Ledger>,
    /// Files that are not replayed.
    pub left_out: Vec<LeftOut>,
    /// What is worth knowing about the folder, and is no error.
    pub warnings: Problems,
    /// Why the tool refuses the folder, although its files can be told apart and read: several of one version.
    pub refused: Problems,
    migrations: Vec<Arc<Migration>>,
}

impl MigrationSet {
    /// The set, as its tool takes it.
    ///
    /// # Errors
    ///
    /// What the tool refuses in it.
    pub fn accepted(self) -> Result<Self, Problems> {
        if self.refused.has_errors() { Err(self.refused) } else { Ok(self) }
    }

    /// A set of migrations in the order in which the tool runs them. The other rules are psql's until
    /// the layout sets them: statement by statement, the applied set, one session.
    #[must_use]
    pub fn in_order(layout: &'static str, root: PathBuf, migrations: Vec<Migration>) -> Self {
        Self {
            layout,
            root,
            rule: BodyRule::STATEMENTS,
            order: Order::AppliedSet,
            sessions: Sessions::Shared,
            ledger: None,
            left_out: Vec::new(),
            warnings: Problems::default(),
            refused: Problems::default(),
            migrations: migrations.into_iter().map(Arc::new).collect(),
        }
    }

    /// The same, sorted by version as numbers, then by path.
    #[must_use]
    pub fn by_number(layout: &'static str, root: PathBuf, mut migrations: Vec<Migration>) -> Self {
        migrations.sort_by(|left, right| {
            left.version
                .number_order(&right.version)
                .then_with(|| left.up.source().path().cmp(right.up.source().path()))
        });
        Self::in_order(layout, root, migrations)
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

    /// The migrations up to a position, that one included, under the same rules.
    #[must_use]
    pub fn up_to(&self, position: usize) -> Self {
        Self {
            layout: self.layout,
            root: self.root.clone(),
            rule: self.rule,
            order: self.order,
            sessions: self.sessions,
            ledger: self.ledger,
            left_out: self.left_out.clone(),
            warnings: self.warnings.clone(),
            refused: self.refused.clone(),
            migrations: self.migrations.iter().take(position + 1).cloned().collect(),
        }
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
