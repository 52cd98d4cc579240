use std::fmt::Write;

use std::collections::BTreeSet;

use super::words::why_it_falls;
use crate::exclusions::{Examination, Standing};
use crate::migration::MigrationId;

/// The closed lists of several cases as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedList {
    /// The `[[exclude]]` tables, with the same list for an environment variable on top.
    pub toml: String,
    /// The migrations, in the order in which they run.
    pub migrations: Vec<MigrationId>,
}

/// One table of the list.
struct Row<'a> {
    migration: &'a MigrationId,
    reason: String,
    /// The images of the cases that leave it out.
    images: BTreeSet<&'a str>,
    /// Whether some case needs it.
    is_needed: bool,
}

/// The list of a scenario's cases with everything that falls with it; `None` where a case has no list that passes. What only
/// some of the images need is left out only there.
#[must_use]
pub fn closed_list(examinations: &[Examination]) -> Option<ClosedList> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for examination in examinations {
        examination.closed()?;
        for (migration, reason, is_needed) in entries(examination).chain(falls(examination)) {
            let at = rows.iter().position(|row| row.migration == migration).unwrap_or(rows.len());
            if at == rows.len() {
                let images = BTreeSet::new();
                rows.push(Row { migration, reason, images, is_needed: false });
            }
            rows[at].images.insert(&examination.image);
            rows[at].is_needed |= is_needed;
        }
    }
    let all: BTreeSet<&str> = examinations.iter().map(|it| it.image.as_str()).collect();
    let order = |row: &Row<'_>| {
        let mut orders = examinations.iter().map(|it| it.order.iter());
        orders.find_map(|mut order| order.position(|id| id == row.migration))
    };
    rows.sort_by_key(order);
    let migrations: Vec<_> = rows.iter().map(|row| row.migration.clone()).collect();
    let names: Vec<_> = migrations.iter().map(MigrationId::as_str).collect();
    let tables: String = rows.iter().map(|row| table(row, &all)).collect();
    let proof = "# The list with everything that falls with it; proven by a replay.";
    let toml = format!("{proof}\n# MIGRATION_EXCLUDE={}\n{tables}", names.join(","));
    Some(ClosedList { toml, migrations })
}

fn entries(examination: &Examination) -> impl Iterator<Item = (&MigrationId, String, bool)> {
    examination.entries.iter().map(|entry| {
        let is_needed = matches!(examination.standing(entry), Standing::Needed(_));
        (&entry.migration, entry.reason.clone(), is_needed)
    })
}

fn falls(examination: &Examination) -> impl Iterator<Item = (&MigrationId, String, bool)> {
    let smallest = examination.findings().and_then(|findings| findings.smallest.as_ref());
    examination.falls().iter().map(move |fall| {
        let is_needed = smallest.is_none_or(|smallest| smallest.contains(&fall.migration));
        (&fall.migration, why_it_falls(fall), is_needed)
    })
}

fn table(row: &Row<'_>, all: &BTreeSet<&str>) -> String {
    let mut table = String::from("\n");
    if !row.is_needed {
        table.push_str("# No longer needed, as a replay has shown.\n");
    }
    let _ = write!(table, "[[exclude]]\nmigration = {}\n", quoted(row.migration.as_str()));
    let _ = writeln!(table, "reason    = {}", quoted(&row.reason));
    if row.images != *all {
        let images: Vec<_> = row.images.iter().map(|image| quoted(image)).collect();
        let _ = writeln!(table, "images    = [{}]", images.join(", "));
    }
    table
}

/// A basic string of TOML: as in JSON, but that DEL is escaped too (TOML 1.0, "String").
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
