//! Which scenarios name a migration.

use std::path::{Path, PathBuf};

use crate::migration::{Migration, MigrationSet, Pattern};
use crate::scenario::{Defaults, parse};
use crate::source::{read_text, scenarios_near};

/// A line of a scenario that names a migration, and no other that its folder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedIn {
    /// The scenario.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// Keys whose texts are migrations.
const KEYS: &[&str] = &[
    "after",
    "down_to",
    "exclude",
    "files",
    "migration",
    "not_recorded",
    "provide",
    "recorded_not_run",
    "through",
];

/// The lines of the scenarios below `scenarios/` that name a migration of a folder.
pub(super) fn named_in(set: &MigrationSet, migration: &Migration) -> Vec<NamedIn> {
    let mut named = Vec::new();
    for file in scenarios_near() {
        // What cannot be read is told by `check`.
        let Ok(text) = read_text(&file) else { continue };
        let (scenario, _) = parse(&text, &Defaults::default());
        let folder = scenario.map(|it| it.folder.join(&it.migrations.path.value));
        if !folder.is_some_and(|folder| is_same(&folder, &set.root)) {
            continue;
        }
        let is_meant = |name: &str| {
            Pattern::new(name).is_ok_and(|pattern| {
                let mut all = set.matching(&pattern);
                all.next().is_some_and(|it| it.id == migration.id) && all.next().is_none()
            })
        };
        let lines = text.text().lines().zip(1..);
        let lines = lines.filter(|(line, _)| migrations_in(line).any(is_meant));
        named.extend(lines.map(|(line, number)| NamedIn {
            file: file.clone(),
            line: number,
            text: line.trim().to_owned(),
        }));
    }
    named
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().is_some_and(|one| other.canonicalize().ok() == Some(one))
}

/// The texts of a line that may be migrations: those of their keys, and those that go on with a list. A comment says nothing.
fn migrations_in(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim_start();
    let has_key = KEYS.iter().any(|key| {
        line.match_indices(key).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + key.len()..].trim_start();
            before.is_none_or(|it| !it.is_alphanumeric() && it != '_') && after.starts_with('=')
        })
    });
    let goes_on = line.starts_with(['"', '\'', '[']);
    let is_told = (has_key || goes_on) && !line.starts_with('#');
    let quote = |c: char| c == '"' || c == '\'';
    let parts = line.split(quote).skip(1).step_by(2);
    parts.filter(move |part| is_told && !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("migration = \"008\"", &["008"])]
    #[case("  '009_a.sql',", &["009_a.sql"])]
    #[case("history = { not_recorded = [\"7\", '8'] }", &["7", "8"])]
    #[case("[expect.at.\"012\".schema]", &["012"])]
    #[case("{ migration = \"1\", reason = \"x\" }", &["1", "x"])]
    #[case("name = \"008\"", &[])]
    #[case("# migration = \"008\"", &[])]
    fn texts_that_may_be_migrations(#[case] line: &str, #[case] expected: &[&str]) {
        assert_eq!(migrations_in(line).collect::<Vec<_>>(), expected);
    }
}
