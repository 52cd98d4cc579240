//! What tables are, as far as generated rows depend on it.

use crate::outcome::SqlError;
use crate::rows::{Fact, Facts};

use super::{PgSession, Session};

/// One message of a fixed number of queries, whatever the size of the schema; each row is one fact, as JSON.
const QUERIES: &str = include_str!("facts.sql");

const UNFILLED: &str = "\
    SELECT 1 FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN migration_replay.filled f ON f.relation = c.oid
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('information_schema', 'migration_replay') AND n.nspname NOT LIKE 'pg\\_%'
        AND c.oid <> ALL ('{list}'::oid[])
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
        AND (f.relation IS NULL OR EXISTS (
            SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnum <> ALL (f.columns)
                AND NOT (a.attnotnull AND -a.attnum = ANY (f.columns))))
    LIMIT 1";

/// With `pg_catalog` only, names in expressions are printed with their schemas.
const SETTINGS: &str = "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL jit = off; \
    SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL datestyle = 'ISO, YMD'; \
    SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC';";

impl PgSession {
    /// Whether there is a table that was not filled yet, or has columns that it had not then or that may be null only now; those of
    /// `but` do not count.
    /// A quick look, after files that may have changed nothing of the kind.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn has_unfilled_tables(
        &mut self,
        but: impl Iterator<Item = u32>,
    ) -> Result<bool, SqlError> {
        let but: Vec<_> = but.map(|oid| oid.to_string()).collect();
        let sql = UNFILLED.replace("{list}", &format!("{{{}}}", but.join(",")));
        Ok(!self.query(&sql).await?.0.is_empty())
    }

    /// Reads what the tables of the database are. The session must not be inside a transaction.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn facts(&mut self) -> Result<Facts, SqlError> {
        let rows = self.query(&format!("BEGIN READ ONLY; {SETTINGS} {QUERIES}; COMMIT")).await?;
        let texts = rows.0.iter().filter_map(|row| row.first()?.as_deref());
        let told: Result<Vec<Fact>, _> = texts.map(serde_json::from_str).collect();
        told.map(Facts::of).map_err(|error| SqlError {
            message: format!("the catalog could not be read: {error}"),
            ..SqlError::default()
        })
    }
}
