//! What a database holds, to tell whether a second run of a runner changed it.

use std::collections::BTreeMap;

use crate::outcome::SqlError;
use crate::postgres::{OWN_SCHEMA, Session, literal};
use crate::schema::Catalog;

/// Schema and rows at one moment.
pub(super) struct State {
    pub(super) catalog: Catalog,
    /// Per table: how many rows, and a sum over their contents in which their order makes no
    /// difference.
    pub(super) rows: BTreeMap<String, String>,
}

/// One query that sums up every table; there may be none.
const SUMS: &str = "SELECT pg_catalog.string_agg(pg_catalog.format(
    'SELECT %L, pg_catalog.count(*) || '' '' || coalesce(pg_catalog.sum(pg_catalog.hashtextextended(t::text, 0)), 0) FROM ONLY %s t',
    c.oid::pg_catalog.regclass, c.oid::pg_catalog.regclass), ' UNION ALL ')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

/// Reads it.
pub(super) async fn read<S: Session>(session: &mut S) -> Result<State, SqlError> {
    let catalog = session.catalog().await?;
    let own = literal(OWN_SCHEMA);
    let sums = session.query(&format!("{SUMS} AND n.nspname <> {own}")).await?;
    let query = sums.0.into_iter().next().and_then(|row| row.into_iter().next().flatten());
    let mut rows = BTreeMap::new();
    if let Some(query) = query {
        for row in session.query(&query).await?.0 {
            if let [Some(table), Some(sum)] = row.as_slice() {
                rows.insert(table.clone(), sum.clone());
            }
        }
    }
    Ok(State { catalog, rows })
}

impl State {
    /// Tables whose rows differ.
    pub(super) fn changed_tables(&self, after: &Self) -> Vec<String> {
        let names = self.rows.keys().chain(after.rows.keys());
        let mut changed: Vec<_> = names
            .filter(|table| self.rows.get(*table) != after.rows.get(*table))
            .cloned()
            .collect();
        changed.sort();
        changed.dedup();
        changed
    }
}
