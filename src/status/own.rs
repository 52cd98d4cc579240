use super::HistoryTable;
use super::fold::{Mark, Recorded, Recording};
use super::proof::Proof;
use super::row::Row;
use super::tool::{Reach, RowState, Tool};
use crate::migration::{Migration, MigrationSet};
use crate::place::Problem;

/// A table that no known tool keeps.
static OWN: Tool = Tool {
    name: "a table of your own",
    tables: &[],
    columns: &[],
    only_these: false,
    order: None,
    key: |_| None,
    keys: |migration| vec![migration.id.to_string()],
    state: |_| RowState::Applied,
    reach: Reach::Each,
    sums: Some(("checksum", Proof::Sum(|migration| vec![migration.up.checksum().to_string()]))),
    at: &[],
};

/// Columns that say when, as people call them.
const TIMES: &[&str] =
    &["applied_at", "applied_on", "executed_at", "installed_on", "run_on", "created_at", "at"];

/// Reads a table of somebody's own: the column whose values mean most migrations of the folder (by identity, version, file
/// name, or file name without ending) says what is applied, one of SHA-256 sums what the files were. A column `success` that
/// says no makes a row one of a failure.
///
/// # Errors
///
/// When there are rows, and no column means any migration.
pub fn own_table(table: &HistoryTable, set: &MigrationSet) -> Result<Recorded, Problem> {
    let rows = Row::all(table, None);
    // The first of those that mean as many.
    let best = table.columns.iter().rev().max_by_key(|column| meant(set, &rows, column));
    let Some(column) = best.filter(|column| meant(set, &rows, column) > (0, 0)) else {
        if rows.is_empty() {
            return Ok(recorded(table, Vec::new()));
        }
        let message = format!(
            "no tool that is known keeps a table like {} ({}), and none of its columns names migrations of {}",
            table.name,
            table.columns.join(", "),
            set.root.display(),
        );
        let help = format!("tables that are known: {}", super::named().join(", "));
        return Err(Problem::error(message).help(help));
    };
    let sums = table.columns.iter().find(|column| is_of_sums(&rows, column));
    let recording = |row: &Row<'_>| {
        let value = row.cell(column)?;
        let key = meaning(set, value).map_or_else(|| value.to_owned(), |it| it.id.to_string());
        let mark = if row.denies("success") { Mark::Failed } else { Mark::Applied };
        let sum = sums.and_then(|column| row.cell(column)).map(str::to_lowercase);
        let at = TIMES.iter().find_map(|column| row.cell(column)).map(str::to_owned);
        Some(Recording { key, mark, sum, at })
    };
    Ok(recorded(table, rows.iter().filter_map(recording).collect()))
}

/// How many values of a column are names, and how many are names or versions: rows are numbered like migrations, too, so
/// names go before numbers, and an `id` counts only where it is a name.
fn meant(set: &MigrationSet, rows: &[Row<'_>], column: &str) -> (usize, usize) {
    let values = rows.iter().filter_map(|row| row.cell(column));
    let meant = values.filter_map(|value| Some((value, meaning(set, value)?)));
    let (mut names, mut all) = (0, 0);
    for (value, migration) in meant {
        let is_name = !migration.version.is(value);
        names += usize::from(is_name);
        all += usize::from(is_name || column != "id");
    }
    (names, all)
}

fn recorded(table: &HistoryTable, recordings: Vec<Recording>) -> Recorded {
    Recorded { tool: &OWN, table: table.name.clone(), recordings, baseline: None }
}

fn meaning<'s>(set: &'s MigrationSet, value: &str) -> Option<&'s Migration> {
    set.migrations().iter().find(|migration| migration.is_called(value)).map(AsRef::as_ref)
}

/// Whether every cell of a column is a SHA-256 as hexadecimal digits.
fn is_of_sums(rows: &[Row<'_>], column: &str) -> bool {
    let is_sum = |cell: &str| cell.len() == 64 && cell.bytes().all(|it| it.is_ascii_hexdigit());
    !rows.is_empty() && rows.iter().all(|row| row.cell(column).is_some_and(is_sum))
}
