//! The comparison as JSON: an interface, `version` 1. Fields may be added; none changes its name or meaning.

use serde::Serialize;

use crate::exclusions::compare::{Comparison, Entry, Row};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    migrations: &'a str,
    /// Whether nothing is wrong.
    agree: bool,
    lists: Vec<ListOut<'a>>,
    left_out: Vec<LeftOut<'a>>,
    differing: Vec<&'a str>,
    only_in_production: Vec<&'a str>,
    not_in_production: Vec<&'a str>,
    stale: Vec<StaleOut<'a>>,
    duplicates: Vec<DuplicateOut<'a>>,
}

#[derive(Serialize)]
struct ListOut<'a> {
    file: String,
    line: usize,
    what: Option<&'a str>,
    production: bool,
    entries: Vec<EntryOut<'a>>,
    unknown: Vec<EntryOut<'a>>,
}

#[derive(Serialize)]
struct EntryOut<'a> {
    entry: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    migration: &'a str,
    file: &'a str,
    /// Positions in `lists`.
    lists: Vec<usize>,
}

#[derive(Serialize)]
struct StaleOut<'a> {
    list: usize,
    #[serde(flatten)]
    entry: EntryOut<'a>,
    nearest: Option<&'a str>,
}

#[derive(Serialize)]
struct DuplicateOut<'a> {
    list: usize,
    #[serde(flatten)]
    entry: EntryOut<'a>,
    earlier: EntryOut<'a>,
}

/// The comparison as JSON.
#[must_use]
pub fn json(comparison: &Comparison) -> String {
    let document = Document {
        version: 1,
        migrations: &comparison.folder,
        agree: !comparison.has_findings(),
        lists: comparison.lists.iter().map(list).collect(),
        left_out: comparison.rows.iter().map(left_out).collect(),
        differing: ids(comparison.differing()),
        only_in_production: ids(comparison.only_in_production()),
        not_in_production: ids(comparison.not_in_production()),
        stale: comparison
            .stale
            .iter()
            .map(|it| StaleOut {
                list: it.list,
                entry: entry(&it.entry),
                nearest: it.nearest.as_deref(),
            })
            .collect(),
        duplicates: comparison
            .duplicates
            .iter()
            .map(|it| DuplicateOut {
                list: it.list,
                entry: entry(&it.entry),
                earlier: entry(&it.earlier),
            })
            .collect(),
    };
    // Only maps with odd keys and failing `Serialize` implementations are errors; there are none here.
    let text = serde_json::to_string_pretty(&document);
    debug_assert!(text.is_ok(), "plain structs are always JSON");
    text.unwrap_or_default() + "\n"
}

fn list(list: &crate::exclusions::compare::List) -> ListOut<'_> {
    ListOut {
        file: list.place.source().path().display().to_string(),
        line: list.place.line_column().line,
        what: list.what.as_deref(),
        production: list.is_production,
        entries: list.entries.iter().map(entry).collect(),
        unknown: list.unknown.iter().map(entry).collect(),
    }
}

fn entry(entry: &Entry) -> EntryOut<'_> {
    let at = entry.place.line_column();
    EntryOut { entry: &entry.text, line: at.line, column: at.column }
}

fn left_out(row: &Row) -> LeftOut<'_> {
    let lists = row.left_out_by.iter().enumerate().filter(|(_, leaves_out)| **leaves_out);
    LeftOut {
        migration: row.migration.as_str(),
        file: &row.file,
        lists: lists.map(|(position, _)| position).collect(),
    }
}

fn ids(rows: Vec<&Row>) -> Vec<&str> {
    rows.into_iter().map(|row| row.migration.as_str()).collect()
}
