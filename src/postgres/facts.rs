//! What tables are, as far as generated rows depend on it.

use crate::outcome::SqlError;
use crate::rows::{Fact, Facts};

use super::{PgSession, Session, oid_array};

/// One message of a fixed number of queries, whatever the size of the schema; each row is one fact, as JSON. `{among x}` says
/// that x is one of the tables that are asked for.
const QUERIES: &str = include_str!("facts.sql");

const UNFILLED: &str = "\
    SELECT c.oid FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN migration_replay.filled f ON f.relation = c.oid
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('information_schema', 'migration_replay') AND n.nspname NOT LIKE 'pg\\_%'
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
        AND (f.relation IS NULL OR EXISTS (
            SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnum <> ALL (f.columns)
                AND NOT (a.attnotnull AND -a.attnum = ANY (f.columns))))";

/// Rows of a table depend on those of the tables that it refers to.
const WITH_REFERENCED: &str = "\
    WITH RECURSIVE needed(oid) AS (
        SELECT * FROM pg_catalog.unnest({list}::pg_catalog.oid[])
        UNION
        SELECT k.confrelid FROM needed
        JOIN pg_catalog.pg_constraint k ON k.conrelid = needed.oid AND k.contype = 'f')
    SELECT oid FROM needed";

/// With `pg_catalog` only, names in expressions are printed with their schemas.
const SETTINGS: &str = "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL jit = off; \
    SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL datestyle = 'ISO, YMD'; \
    SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC';";

impl PgSession {
    /// The tables that were not filled yet, or have columns that they had not then or that may be null only now, by their numbers.
    /// A quick look, after files that may have changed nothing of the kind.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn unfilled_tables(&mut self) -> Result<Vec<u32>, SqlError> {
        self.numbers(UNFILLED).await
    }

    /// Reads what these tables are, and those that they refer to, directly or by way of others. The session must not be inside a
    /// transaction.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn facts_of(&mut self, tables: &[u32]) -> Result<Facts, SqlError> {
        let needed = self.numbers(&WITH_REFERENCED.replace("{list}", &oid_array(tables))).await?;
        self.read_facts(Some(&needed)).await
    }

    /// Reads what all tables of the database are. The session must not be inside a transaction.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn facts(&mut self) -> Result<Facts, SqlError> {
        self.read_facts(None).await
    }

    async fn read_facts(&mut self, among: Option<&[u32]>) -> Result<Facts, SqlError> {
        let queries = queries(among);
        let rows = self.query(&format!("BEGIN READ ONLY; {SETTINGS} {queries}; COMMIT")).await?;
        let texts = rows.0.iter().filter_map(|row| row.first()?.as_deref());
        let told: Result<Vec<Fact>, _> = texts.map(serde_json::from_str).collect();
        told.map(Facts::of).map_err(|error| SqlError {
            message: format!("the catalog could not be read: {error}"),
            ..SqlError::default()
        })
    }

    async fn numbers(&mut self, query: &str) -> Result<Vec<u32>, SqlError> {
        let rows = self.query(query).await?.0;
        Ok(rows.iter().filter_map(|row| row.first()?.as_deref()?.parse().ok()).collect())
    }
}

/// The queries about these tables, or about all.
fn queries(among: Option<&[u32]>) -> String {
    let list = among.map(oid_array);
    let mut parts = QUERIES.split("{among ");
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (table, rest) = part.split_once('}').unwrap_or((part, ""));
        let condition = list
            .as_ref()
            .map_or_else(|| "true".to_owned(), |list| format!("{table} = ANY ({list}::oid[])"));
        sql.push_str(&condition);
        sql.push_str(rest);
    }
    sql
}
