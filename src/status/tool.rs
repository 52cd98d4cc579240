use super::proof::Proof;
use super::row::Row;
use crate::migration::Migration;

/// A tool's history table: how it is known, and what its rows say.
#[derive(Debug)]
pub struct Tool {
    /// The tool, as its layout is called; several where their tables are alike.
    pub name: &'static str,
    /// What the table is called; with a schema only where the name alone is too common.
    pub tables: &'static [&'static str],
    /// The columns by which it is known.
    pub(super) columns: &'static [&'static str],
    /// Whether it has no other columns than these.
    pub(super) only_these: bool,
    /// The column that tells which row came last.
    pub(super) order: Option<&'static str>,
    /// What a row is about, to be found again among [`Tool::keys`]; `None`: about no migration.
    pub(super) key: fn(&Row<'_>) -> Option<String>,
    /// What rows about a migration would have as their key.
    pub(super) keys: fn(&Migration) -> Vec<String>,
    /// What a row says about it.
    pub(super) state: fn(&Row<'_>) -> RowState,
    /// Which rows there are.
    pub(super) reach: Reach,
    /// What tells whether a file is still what ran.
    pub(super) sums: Option<Sums>,
    /// The columns that say when, the first that is there counts.
    pub(super) at: &'static [&'static str],
}

/// The column that tells which text ran, and how.
pub(super) type Sums = (&'static str, Proof);

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowState {
    Applied,
    Failed,
    /// It is not applied any more.
    Undone,
    /// Everything up to it counts as applied, and was not run.
    Baseline,
}

/// Which rows a tool keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// One for each migration; where there are several, the last counts.
    Each,
    /// One for each migration, and one more for each time that it was reworked under its name.
    EachTime,
    /// One for the highest: all below it are applied, as far as the tool knows.
    UpTo,
}

/// A version without leading zeros, and blanks around it.
pub(super) fn number(text: &str) -> String {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    let significant = number.trim_start_matches('0');
    match (number, significant) {
        ("", _) => text.to_owned(),
        (_, "") => format!("0{rest}"),
        (_, number) => format!("{number}{rest}"),
    }
}

/// The name of a file without its folders.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
