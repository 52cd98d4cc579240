//! Which tables a transaction has written to, and what rows are in a table, as sums that do not depend on their order.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error};

use super::{OWN_SCHEMA, PgSession, Session, literal};
use crate::outcome::SqlError;
use crate::verify::{FewRows, RowSum};

/// Rows written to each table so far, by qualified name: more than the open transaction's, since what earlier ones wrote may not
/// be flushed yet. Two readings in one transaction tell what came between (documentation, "The Cumulative Statistics System").
pub type Writes = BTreeMap<String, i64>;

/// Whether a table of [`Writes`] is one of the catalog's.
#[must_use]
pub fn is_of_catalog(table: &str) -> bool {
    table.starts_with("pg_catalog.")
}

/// One of these is written to by whatever changes relations, types or functions, their comments included.
const OF_RELATIONS: [&str; 19] = [
    "pg_aggregate",
    "pg_attrdef",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_depend",
    "pg_description",
    "pg_enum",
    "pg_index",
    "pg_inherits",
    "pg_partitioned_table",
    "pg_policy",
    "pg_proc",
    "pg_rewrite",
    "pg_sequence",
    "pg_shdepend",
    "pg_statistic_ext",
    "pg_trigger",
    "pg_type",
];

/// Which tables of the catalog may have been written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayWrite {
    /// Any.
    Catalog,
    /// Those that tell of relations, types and functions, which takes a third of the time.
    Relations,
}

/// Prepares what [`PgSession::writes_after`] asks: of the tables of the catalog, and of those that the open transaction has locked, as
/// whoever writes does until the transaction ends (documentation, "Explicit Locking"). Toast tables and temporary ones are left out.
/// Nothing of it takes longer in a large schema.
pub(super) async fn prepare_writes(client: &Client) -> Result<(), Error> {
    const CATALOG: &str = "SELECT c.oid, c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid < 16384 AND c.relkind = 'r' AND n.nspname = 'pg_catalog'";
    const WRITTEN: &str = "(SELECT pg_catalog.pg_stat_get_xact_tuples_inserted(t.oid)
        + pg_catalog.pg_stat_get_xact_tuples_updated(t.oid) + pg_catalog.pg_stat_get_xact_tuples_deleted(t.oid) AS written OFFSET 0)";
    let rows = client.query_typed(CATALOG, &[]).await?;
    let tables = rows.iter().map(|row| (row.get::<_, u32>(0), row.get::<_, &str>(1)));
    let (some, others): (Vec<_>, Vec<_>) =
        tables.partition(|(_, name)| OF_RELATIONS.contains(name));
    let listed = |tables: &[(u32, &str)]| {
        let rows = tables.iter().map(|(oid, name)| format!("({oid}::oid, 'pg_catalog.{name}')"));
        rows.collect::<Vec<_>>().join(", ")
    };
    let prepare = format!(
        "PREPARE migration_replay_writes(bool) AS
        SELECT t.name, s.written FROM (VALUES {some}) t (oid, name) CROSS JOIN LATERAL {WRITTEN} s WHERE s.written > 0
        UNION ALL
        SELECT t.name, s.written FROM (VALUES {others}) t (oid, name) CROSS JOIN LATERAL {WRITTEN} s WHERE NOT $1 AND s.written > 0
        UNION ALL
        SELECT pg_catalog.format('%I.%I', c.nspname, c.relname), s.written
        FROM (SELECT DISTINCT relation AS oid FROM pg_catalog.pg_locks
              WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation'
                  AND mode <> 'AccessShareLock' AND relation >= 16384) t
            CROSS JOIN LATERAL {WRITTEN} s
            CROSS JOIN LATERAL (
                SELECT n.nspname, c.relname
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = t.oid AND s.written > 0 AND c.relkind IN ('r', 'm', 'p')
                    AND n.nspname NOT LIKE 'pg\\_t%' AND n.nspname <> 'migration_replay' OFFSET 0) c",
        some = listed(&some),
        others = listed(&others),
    );
    client.batch_execute(&prepare).await
}

impl PgSession {
    /// Executes something, and reads [`Writes`] after it, in a session that is [`Self::for_trials`].
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn writes_after(&mut self, sql: &str, may: MayWrite) -> Result<Writes, SqlError> {
        let is_some = may == MayWrite::Relations;
        let asked = format!("{sql}; EXECUTE migration_replay_writes({is_some})");
        let rows = self.query(&asked).await?.0.into_iter().filter_map(|row| {
            let mut cells = row.into_iter().flatten();
            Some((cells.next()?, cells.next()?.parse().ok()?))
        });
        Ok(rows.collect())
    }

    /// The rows of tables, by qualified name; one that is not there is left out.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn row_sums<'t>(
        &mut self,
        tables: impl IntoIterator<Item = &'t String>,
    ) -> Result<BTreeMap<String, RowSum>, SqlError> {
        let names: Vec<_> = tables.into_iter().map(|table| literal(table)).collect();
        let mut sums = BTreeMap::new();
        if names.is_empty() {
            return Ok(sums);
        }
        for (table, columns) in self.columns_of(&names.join(", ")).await? {
            let sum = self.row_sum(&table, columns).await?;
            sums.insert(table, sum);
        }
        Ok(sums)
    }

    /// Every ordinary table that is not the server's or ours.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn tables(&mut self) -> Result<Vec<String>, SqlError> {
        let sql = format!(
            "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%'
                AND n.nspname NOT IN ('information_schema', {})",
            literal(OWN_SCHEMA)
        );
        Ok(self.query(&sql).await?.0.into_iter().flatten().flatten().collect())
    }

    /// The columns of tables, but for those that hold a time, each with the expression for its value.
    async fn columns_of(
        &mut self,
        names: &str,
    ) -> Result<BTreeMap<String, Vec<(String, String)>>, SqlError> {
        let sql = format!(
            "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname,
                CASE WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'timetz'::regtype, 'time'::regtype) THEN 'time'
                    WHEN a.atttypid IN ('int4'::regtype, 'int8'::regtype, 'float8'::regtype) THEN 'number' ELSE 'other' END
            FROM (SELECT pg_catalog.parse_ident(name) AS parts FROM pg_catalog.unnest(ARRAY[{names}]) AS name) t
                JOIN pg_catalog.pg_class c ON c.relname = t.parts[2]
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = t.parts[1]
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum"
        );
        let mut columns: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in self.query(&sql).await?.0 {
            let mut cells = row.into_iter().flatten();
            let (Some(table), Some(column), Some(kind)) =
                (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let lasting = columns.entry(table).or_default();
            let value = format!("t.{}", super::quote(&column));
            match kind.as_str() {
                "time" => {}
                "number" => lasting.push((column, unless_now(&value))),
                _ => lasting.push((column, value)),
            }
        }
        Ok(columns)
    }

    async fn row_sum(
        &mut self,
        table: &str,
        columns: Vec<(String, String)>,
    ) -> Result<RowSum, SqlError> {
        let sum = |text: String| {
            format!("coalesce(sum(pg_catalog.hashtextextended({text}, 0)::numeric), 0)::text")
        };
        let (lasting, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let whole = sum(format!("ROW({})::text", values.join(", ")));
        let each = values.iter().map(|value| sum(format!("coalesce({value}::text, E'\\x01')")));
        let sums: Vec<_> = std::iter::once(whole).chain(each).collect();
        let few = few_of(table, &values);
        let rows = self
            .query(&format!("SELECT count(*), {few}, {} FROM {table} t", sums.join(", ")))
            .await?;
        let mut cells = rows.0.into_iter().flatten();
        let count = cells.next().flatten().and_then(|count| count.parse().ok()).unwrap_or_default();
        let few = cells.next().flatten().and_then(|rows| serde_json::from_str(&rows).ok());
        let few = few.filter(|_| count <= FEW).map(|rows| FewRows::new(lasting.clone(), rows));
        let mut cells = cells.flatten();
        let whole = cells.next().unwrap_or_default();
        Ok(RowSum { count, whole, columns: lasting.into_iter().zip(cells).collect(), few })
    }
}

/// A number, unless it is the time of now or of an hour around it: in seconds since 1970, milliseconds, microseconds, or
/// nanoseconds. What sets it, such as a trigger, sets another one at each run.
fn unless_now(value: &str) -> String {
    let now = "pg_catalog.date_part('epoch', pg_catalog.statement_timestamp())";
    let near = |unit: &str| format!("pg_catalog.abs({value}::float8 / {unit} - {now}) < 3600");
    let any = ["1", "1e3", "1e6", "1e9"].map(near).join(" OR ");
    format!("(CASE WHEN {any} THEN NULL ELSE {value} END)")
}

/// Up to so many rows are read themselves.
const FEW: u64 = 200;
/// So much of a value is.
const LONGEST: usize = 200;

/// The first rows of a table as JSON: an array for each, of texts. Nothing where the table has too many.
fn few_of(table: &str, values: &[String]) -> String {
    let texts: Vec<_> =
        values.iter().map(|value| format!("pg_catalog.left({value}::text, {LONGEST})")).collect();
    format!(
        "(SELECT coalesce(pg_catalog.json_agg(f.r), '[]')::text FROM
            (SELECT pg_catalog.to_json(ARRAY[{}]::text[]) AS r FROM {table} t LIMIT {FEW} + 1) f)",
        texts.join(", ")
    )
}
