//! What is known of files that are applied or merged already.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::migration::{Checksum, Migration, MigrationId, MigrationSet, reason_of};

/// The folder as it was where this branch left the base.
#[derive(Debug, Clone)]
pub struct Base {
    /// The base as it was named: `origin/main`.
    pub name: String,
    /// The migrations at the merge base; `None` where the folder was not there, or could not be read.
    pub fork: Option<Arc<MigrationSet>>,
}

/// Another branch that may bring files as well.
#[derive(Debug, Clone)]
pub struct Branch {
    /// As it was named.
    pub name: String,
    /// Its migrations.
    pub set: Arc<MigrationSet>,
    /// Its migrations where this branch left it: what both have is no clash.
    pub fork: Option<Arc<MigrationSet>>,
}

/// Migrations of which something else than this folder knows that they are applied or merged.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The files, relative to the folder.
    pub files: Vec<PathBuf>,
    /// Who knows it, as the end of a sentence: `merged into origin/main`.
    pub says: String,
}

/// A file that must never run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The file, relative to the folder.
    pub file: PathBuf,
    /// The SHA-256 of its bytes.
    pub checksum: Checksum,
    /// Why, as its first lines say it: `-- RETIRED: never ran`.
    pub reason: Option<String>,
}

impl Recorded {
    /// The files of migrations that are recorded by their identities.
    #[must_use]
    pub fn of(set: &MigrationSet, recorded: &BTreeSet<MigrationId>, says: String) -> Self {
        let all = set.migrations().iter().filter(|it| recorded.contains(&it.id));
        Self { files: all.map(|it| relative(set, it).to_owned()).collect(), says }
    }
}

impl Retired {
    /// Takes a file with its content.
    #[must_use]
    pub fn new(file: PathBuf, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        Self { file, checksum: Checksum::of(bytes), reason: reason_of(&text).map(str::to_owned) }
    }

    /// The file that it was before.
    #[must_use]
    pub fn before(&self) -> PathBuf {
        self.file.with_extension("")
    }
}

/// Where a migration's file lies in its folder.
pub(super) fn relative<'m>(set: &MigrationSet, migration: &'m Migration) -> &'m Path {
    let path = migration.up.source().path();
    path.strip_prefix(&set.root).unwrap_or(path)
}

/// The migrations of a set by where their files lie in it.
pub(super) fn by_file(set: &MigrationSet) -> BTreeMap<&Path, &Arc<Migration>> {
    set.migrations().iter().map(|migration| (relative(set, migration), migration)).collect()
}

/// Whether two files hold the same, but for how lines end: git may change that when it checks out.
pub(super) fn is_same_text(left: &str, right: &str) -> bool {
    left == right || left.lines().eq(right.lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::said("-- RETIRED: never ran\nselect 1;", Some("never ran"))]
    #[case::after_others("-- 0001\n\n-- retired: replaced by 0030\n", Some("replaced by 0030"))]
    #[case::nothing_said("-- RETIRED:\nselect 1;", None)]
    #[case::too_late("select 1;\n-- RETIRED: never ran", None)]
    fn the_first_comments_say_why_a_file_is_retired(
        #[case] text: &str,
        #[case] reason: Option<&str>,
    ) {
        let retired = Retired::new("001_a.sql.retired".into(), text.as_bytes());
        assert_eq!(retired.reason.as_deref(), reason);
        assert_eq!(retired.before(), Path::new("001_a.sql"));
    }
}
