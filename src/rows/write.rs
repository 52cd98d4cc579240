//! The SQL that puts rows into tables, looks at what they refer to, and takes them out again.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Column, Facts, Reference, Table};
use super::make::{Cell, Made};

/// Where it is kept what was generated: in our own schema, so that a copy of the database has it too.
pub const KEEPING: &str = "\
CREATE TABLE IF NOT EXISTS migration_replay.filled (
    relation oid PRIMARY KEY, columns smallint[] NOT NULL, key smallint[] NOT NULL,
    sole boolean NOT NULL);
CREATE TABLE IF NOT EXISTS migration_replay.generated (relation oid NOT NULL, key text NOT NULL);
CREATE INDEX IF NOT EXISTS generated_relation ON migration_replay.generated (relation);";

/// An identifier, quoted.
fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn full_name(table: &Table) -> String {
    format!("{}.{}", quote(&table.schema), quote(&table.name))
}

fn names(table: &Table, numbers: &[i16], prefix: &str) -> Vec<String> {
    let columns = numbers.iter().filter_map(|number| table.column(*number));
    columns.map(|column| format!("{prefix}{}", quote(&column.name))).collect()
}

/// The columns of a table that foreign keys point to.
pub(super) fn pointed_to(facts: &Facts, oid: u32) -> Vec<i16> {
    let keys = facts.tables.iter().flat_map(|table| &table.references);
    let columns: BTreeSet<i16> =
        keys.filter(|key| key.to == oid).flat_map(|key| key.to_columns.iter().copied()).collect();
    columns.into_iter().collect()
}

/// The columns as a JSON array of texts.
fn as_texts(table: &Table, numbers: &[i16], prefix: &str) -> String {
    let names = names(table, numbers, prefix);
    let texts: Vec<_> = names.iter().map(|name| format!("{name}::text")).collect();
    format!("pg_catalog.json_build_array({})", texts.join(", "))
}

/// What tells a row apart, as one text.
fn identity(table: &Table, numbers: &[i16], prefix: &str) -> String {
    format!("ROW({})::text", names(table, numbers, prefix).join(", "))
}

/// Inserts rows and notes that they are generated; gives the columns that foreign keys point to.
#[must_use]
pub fn insert(facts: &Facts, table: &Table, made: &Made, rows: &[Vec<Cell>]) -> String {
    let returned = pointed_to(facts, table.oid);
    let columns = names(table, &made.columns, "");
    let target = if columns.is_empty() {
        format!("INSERT INTO {} DEFAULT VALUES", full_name(table))
    } else {
        let rows: Vec<_> = rows.iter().map(|row| tuple(row)).collect();
        format!(
            "INSERT INTO {} ({}) VALUES\n{}",
            full_name(table),
            columns.join(", "),
            rows.join(",\n")
        )
    };
    format!(
        "WITH made AS ({target}\nRETURNING {} AS key, {} AS pointed_to),\n\
         noted AS (INSERT INTO migration_replay.generated (relation, key) SELECT {}, key FROM made)\n\
         SELECT pointed_to FROM made",
        identity(table, &table.known_identity(), ""),
        as_texts(table, &returned, ""),
        table.oid,
    )
}

fn tuple(row: &[Cell]) -> String {
    let cells = row.iter().map(|cell| cell.as_deref().map_or_else(|| "NULL".to_owned(), literal));
    format!("({})", cells.collect::<Vec<_>>().join(", "))
}

/// Notes that these tables are filled as they stand now, and whether they had no rows before; `None` where there are none.
#[must_use]
pub fn note_filled<'t>(tables: impl Iterator<Item = (&'t Table, bool)>) -> Option<String> {
    let numbers = |numbers: &[i16]| {
        let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        format!("'{{{}}}'::smallint[]", numbers.join(","))
    };
    let rows: Vec<_> = tables
        .map(|(table, sole)| {
            let known = |it: &Column| if it.not_null { -it.number } else { it.number };
            let columns: Vec<_> = table.columns.iter().map(known).collect();
            let (columns, key) = (numbers(&columns), numbers(&table.identity()));
            format!("({}, {columns}, {key}, {sole})", table.oid)
        })
        .collect();
    (!rows.is_empty()).then(|| {
        format!(
            "INSERT INTO migration_replay.filled (relation, columns, key, sole) VALUES\n{}\n\
             ON CONFLICT (relation) DO UPDATE SET columns = excluded.columns",
            rows.join(",\n")
        )
    })
}

/// Reads what rows that are there hold in the columns that foreign keys of `tables` point to: one query, at most
/// `most` rows of each table; `None` where nothing is pointed to.
#[must_use]
pub fn read_parents<'f>(
    facts: &'f Facts,
    tables: impl Iterator<Item = &'f Table>,
    most: usize,
) -> Option<String> {
    let wanted: BTreeSet<u32> =
        tables.flat_map(|table| table.references.iter().map(|key| key.to)).collect();
    let queries: Vec<_> = facts
        .tables
        .iter()
        .filter(|table| wanted.contains(&table.oid))
        .map(|table| {
            let texts = as_texts(table, &pointed_to(facts, table.oid), "x.");
            format!(
                "(SELECT {}, {texts} FROM {} x ORDER BY x.ctid LIMIT {most})",
                table.oid,
                full_name(table)
            )
        })
        .collect();
    (!queries.is_empty()).then(|| queries.join("\nUNION ALL\n"))
}

/// How many rows each of these tables holds, counted up to `most`: one query, with their numbers; `None` where there are none.
#[must_use]
pub fn read_counts<'t>(tables: impl Iterator<Item = &'t Table>, most: usize) -> Option<String> {
    let queries: Vec<_> = tables
        .map(|table| {
            let name = full_name(table);
            format!(
                "SELECT {}, (SELECT pg_catalog.count(*) FROM (SELECT FROM {name} LIMIT {most}) x)",
                table.oid
            )
        })
        .collect();
    (!queries.is_empty()).then(|| queries.join("\nUNION ALL\n"))
}

/// The tables (positions) whose rows go with those of `tables`, since they refer to them; referring ones first.
fn with_referring(facts: &Facts, tables: &BTreeSet<usize>) -> Vec<usize> {
    let mut order: Vec<usize> = tables.iter().copied().collect();
    let mut at = 0;
    while let Some(table) = order.get(at).copied() {
        let oid = facts.tables[table].oid;
        let referring = (0..facts.tables.len())
            .filter(|other| facts.tables[*other].references.iter().any(|key| key.to == oid));
        let new: Vec<_> = referring.filter(|other| !order.contains(other)).collect();
        order.extend(new);
        at += 1;
    }
    order.reverse();
    order
}

/// Takes the generated rows of tables (positions) out again, and what refers to them. Other rows that refer to a row that
/// is gone go too: they were made from it.
#[must_use]
pub fn take_out(facts: &Facts, tables: &BTreeSet<usize>) -> String {
    let all = with_referring(facts, tables);
    let all: Vec<_> = all.iter().map(|table| &facts.tables[*table]).collect();
    let oids: Vec<_> = all.iter().map(|table| table.oid.to_string()).collect();
    let oids = oids.join(", ");
    let mut sql = vec!["BEGIN; SET LOCAL session_replication_role = replica".to_owned()];
    sql.extend(all.iter().map(|table| delete_generated(table)));
    for table in all.iter().rev() {
        sql.extend(table.references.iter().filter_map(|key| delete_orphans(facts, table, key)));
    }
    sql.push(format!("DELETE FROM migration_replay.generated WHERE relation IN ({oids})"));
    sql.push(format!("DELETE FROM migration_replay.filled WHERE relation IN ({oids})"));
    sql.push("COMMIT".to_owned());
    sql.join(";\n")
}

/// Deletes the generated rows of a table. Where no primary key tells them, a later file may have changed what does: then
/// all rows go, if all were generated.
fn delete_generated(table: &Table) -> String {
    let has_primary = table.keys.iter().any(|key| key.primary);
    if table.sole && !has_primary {
        return format!("DELETE FROM {}", full_name(table));
    }
    format!(
        "DELETE FROM {} x USING migration_replay.generated g WHERE g.relation = {} AND {} = g.key",
        full_name(table),
        table.oid,
        identity(table, &table.known_identity(), "x."),
    )
}

/// Deletes what refers to rows that are gone.
fn delete_orphans(facts: &Facts, table: &Table, key: &Reference) -> Option<String> {
    let to = facts.tables.iter().find(|other| other.oid == key.to)?;
    let mine = names(table, &key.columns, "x.");
    let theirs = names(to, &key.to_columns, "y.");
    let set: Vec<_> = mine.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let same: Vec<_> = mine.iter().zip(&theirs).map(|(a, b)| format!("{a} = {b}")).collect();
    Some(format!(
        "DELETE FROM {} x WHERE {} AND NOT EXISTS (SELECT FROM {} y WHERE {})",
        full_name(table),
        set.join(" AND "),
        full_name(to),
        same.join(" AND "),
    ))
}

/// Reads rows of [`read_parents`] into what [`make`](super::make()) takes.
pub fn add_parents(facts: &Facts, parents: &mut super::make::Parents, oid: u32, texts: &str) {
    let columns = pointed_to(facts, oid);
    let Ok(values) = serde_json::from_str::<Vec<Option<String>>>(texts) else { return };
    let row: BTreeMap<_, _> = columns
        .into_iter()
        .zip(values)
        .filter_map(|(column, value)| Some((column, value?)))
        .collect();
    parents.entry(oid).or_default().push(row);
}
