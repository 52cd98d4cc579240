//! What triggers make while generated rows are inserted (a table for each tenant): a fresh replay has no such rows, and so none
//! of it.

use std::collections::BTreeSet;

use crate::outcome::SqlError;
use crate::postgres::Session;
use crate::schema::{Catalog, Change, Comparison, Kind, ObjectId};

/// Where the numbers of these objects are kept. A copy of the database has the same ones.
const KEEPING: &str =
    "CREATE TABLE IF NOT EXISTS migration_replay.made_by_rows (object oid PRIMARY KEY)";

/// Numbers of objects only grow; nobody else makes any while rows are inserted.
const NEWEST: &str = "\
SELECT GREATEST((SELECT pg_catalog.max(oid) FROM pg_catalog.pg_class),
                (SELECT pg_catalog.max(oid) FROM pg_catalog.pg_namespace))";

const NEWER: &str = "\
INSERT INTO migration_replay.made_by_rows
SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid > {newest} AND n.nspname OPERATOR(pg_catalog.!~) '^(pg_|migration_replay$)'
UNION ALL
SELECT oid FROM pg_catalog.pg_namespace
WHERE oid > {newest} AND nspname OPERATOR(pg_catalog.!~) '^(pg_|migration_replay$)'
ON CONFLICT DO NOTHING";

/// A schema has no `relkind`.
const MADE: &str = "\
SELECT c.relkind, pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM migration_replay.made_by_rows m JOIN pg_catalog.pg_class c ON c.oid = m.object
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
UNION ALL
SELECT NULL, pg_catalog.format('%I', n.nspname)
FROM migration_replay.made_by_rows m JOIN pg_catalog.pg_namespace n ON n.oid = m.object";

/// Looks before rows are inserted.
pub(super) async fn before<S: Session>(session: &mut S) -> Result<u32, SqlError> {
    let rows = session.query(NEWEST).await?.0;
    let newest = rows.first().and_then(|row| row.first()?.as_deref()?.parse().ok());
    Ok(newest.unwrap_or(u32::MAX))
}

/// Notes what came after that look.
pub(super) async fn note<S: Session>(session: &mut S, before: u32) -> Result<(), SqlError> {
    let rows = session.query(NEWEST).await?.0;
    let newest = rows.first().and_then(|row| row.first()?.as_deref()?.parse::<u32>().ok());
    if newest.is_none_or(|newest| newest <= before) {
        return Ok(());
    }
    session.execute(KEEPING).await?;
    session.execute(&NEWER.replace("{newest}", &before.to_string())).await
}

/// All of it that is still there.
pub(super) async fn all<S: Session>(session: &mut S) -> Result<BTreeSet<ObjectId>, SqlError> {
    let is_kept =
        "SELECT 1 WHERE pg_catalog.to_regclass('migration_replay.made_by_rows') IS NOT NULL";
    if session.query(is_kept).await?.0.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = session.query(MADE).await?.0;
    let object = |row: &Vec<Option<String>>| {
        let [kind, Some(name)] = row.as_slice() else { return None };
        let kind = match kind.as_deref() {
            None => Kind::Schema,
            Some("r" | "p") => Kind::Table,
            Some("v") => Kind::View,
            Some("m") => Kind::MaterializedView,
            Some("S") => Kind::Sequence,
            Some("f") => Kind::ForeignTable,
            Some("i" | "I") => Kind::Index,
            Some(_) => return None,
        };
        Some(ObjectId::new(kind, name))
    };
    Ok(rows.iter().filter_map(object).collect())
}

/// Takes out of a comparison what only the left side has, because rows made it there.
pub(super) fn without(comparison: &mut Comparison, made: &BTreeSet<ObjectId>, left: &Catalog) {
    comparison
        .differences
        .retain(|each| each.change != Change::Extra || !is_made(&each.object, made, left));
}

/// Whether the object is one of them, or goes with one.
fn is_made(object: &ObjectId, made: &BTreeSet<ObjectId>, catalog: &Catalog) -> bool {
    let is_inside = |schema: &ObjectId| {
        let rest = object.name.strip_prefix(&schema.name);
        schema.kind == Kind::Schema && rest.is_some_and(|rest| rest.starts_with('.'))
    };
    made.contains(object)
        || made.iter().any(is_inside)
        || catalog
            .get(object)
            .is_some_and(|known| known.parents.iter().any(|parent| is_made(parent, made, catalog)))
}
