//! What tables hold, read again only where it may have changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{PgSession, Session, quote};
use crate::accounts::{Account, Counted, Holdings, Rows, TableFacts};
use crate::outcome::SqlError;

const TABLES: &str = include_str!("holdings.sql");

/// Values are printed in one way, and nobody is waited for: what holds a lock between two migrations would hold it for ever.
const SETTINGS: &str = "SET search_path = pg_catalog, pg_temp; SET jit = off; SET datestyle = 'ISO, YMD'; \
    SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET bytea_output = 'hex'; SET lock_timeout = '2s'";

/// Up to so many rows of a table are held; of larger ones only sums.
const MOST_ROWS: u64 = 10_000;

/// What tables hold, as last read.
#[derive(Default)]
pub struct Holder {
    holdings: Holdings,
    marks: BTreeMap<u32, Mark>,
}

/// What is another after any change of rows: their number, the latest transaction that wrote one, the file, the columns.
#[derive(PartialEq, Eq)]
struct Mark {
    rows: u64,
    latest: String,
    table: TableFacts,
}

impl Holder {
    /// Begins, in a session that is used for nothing else.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn begin(session: &mut PgSession) -> Result<Self, SqlError> {
        session.execute(SETTINGS).await?;
        Ok(Self::default())
    }

    /// The time of the server, as it prints times.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn now(&self, session: &mut PgSession) -> Result<String, SqlError> {
        let rows = session.query("SELECT clock_timestamp()::text").await?;
        Ok(rows.0.into_iter().flatten().flatten().next().unwrap_or_default())
    }

    /// What the tables hold now.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn read(&mut self, session: &mut PgSession) -> Result<Holdings, SqlError> {
        let tables = tables(session).await?;
        let marks = marks(session, tables).await?;
        let is_new = |(oid, mark): &(&u32, &Mark)| self.marks.get(oid) != Some(*mark);
        let changed: Vec<_> = marks.iter().filter(is_new).map(|(_, mark)| mark).collect();
        let read = contents(session, &changed).await?;
        self.holdings.retain(|oid, _| marks.contains_key(oid));
        self.holdings.extend(read);
        self.marks = marks;
        Ok(self.holdings.clone())
    }
}

async fn tables(session: &mut PgSession) -> Result<Vec<TableFacts>, SqlError> {
    let rows = session.query(TABLES).await?;
    let texts = rows.0.iter().filter_map(|row| row.first()?.as_deref());
    let told: Result<_, _> = texts.map(serde_json::from_str).collect();
    told.map_err(|error| unread(&error))
}

fn unread(error: &serde_json::Error) -> SqlError {
    SqlError { message: format!("rows could not be read: {error}"), ..SqlError::default() }
}

/// The table in a `FROM`: with its partitions, without tables that inherit.
fn from(table: &TableFacts) -> String {
    let only = if table.partitioned { "" } else { "ONLY " };
    format!("{only}{}.{}", quote(&table.schema), quote(&table.name))
}

async fn marks(
    session: &mut PgSession,
    tables: Vec<TableFacts>,
) -> Result<BTreeMap<u32, Mark>, SqlError> {
    let (empty, others): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.empty);
    let nothing = |table: TableFacts| (table.oid, Mark { rows: 0, latest: String::new(), table });
    let mut all: BTreeMap<_, _> = empty.into_iter().map(nothing).collect();
    if others.is_empty() {
        return Ok(all);
    }
    let queries: Vec<_> = others
        .iter()
        .map(|table| format!("SELECT count(*), max(xmin::text::int8) FROM {}", from(table)))
        .collect();
    let answers = session.query(&queries.join(" UNION ALL ")).await?;
    let marks = others.into_iter().zip(answers.0).map(|(table, row)| {
        let mut cells = row.into_iter();
        let rows = cells.next().flatten().and_then(|count| count.parse().ok()).unwrap_or_default();
        let latest = cells.next().flatten().unwrap_or_default();
        (table.oid, Mark { rows, latest, table })
    });
    all.extend(marks);
    Ok(all)
}

async fn contents(session: &mut PgSession, tables: &[&Mark]) -> Result<Holdings, SqlError> {
    let (few, many): (Vec<&Mark>, Vec<&Mark>) =
        tables.iter().partition(|mark| mark.rows <= MOST_ROWS);
    let mut rows: BTreeMap<u32, Vec<_>> =
        few.iter().map(|mark| (mark.table.oid, Vec::new())).collect();
    let filled = few.iter().filter(|mark| mark.rows > 0);
    let queries: Vec<_> = filled.map(|mark| values_of(&mark.table)).collect();
    if !queries.is_empty() {
        for row in session.query(&queries.join(" UNION ALL ")).await?.0 {
            let mut cells = row.into_iter().flatten();
            let (Some(oid), Some(values)) = (cells.next(), cells.next()) else { continue };
            let values = serde_json::from_str(&values).map_err(|error| unread(&error))?;
            if let Some(rows) = oid.parse().ok().and_then(|oid: u32| rows.get_mut(&oid)) {
                rows.push(values);
            }
        }
    }
    let account =
        |mark: &Mark, rows| (mark.table.oid, Arc::new(Account { table: mark.table.clone(), rows }));
    let mut holdings = Holdings::new();
    for mark in few {
        let all = rows.remove(&mark.table.oid).unwrap_or_default();
        holdings.extend([account(mark, Rows::All(all))]);
    }
    for mark in many {
        let counted = sums(session, mark).await?;
        holdings.extend([account(mark, Rows::Counted(counted))]);
    }
    Ok(holdings)
}

fn values_of(table: &TableFacts) -> String {
    let values: Vec<_> =
        table.columns.iter().map(|column| format!("t.{}::text", quote(&column.name))).collect();
    format!(
        "SELECT {}, to_json(ARRAY[{}]::text[])::text FROM {} t",
        table.oid,
        values.join(", "),
        from(table)
    )
}

async fn sums(session: &mut PgSession, mark: &Mark) -> Result<Counted, SqlError> {
    let columns = &mark.table.columns;
    let of = columns.iter().map(|column| {
        let value = format!("t.{}", quote(&column.name));
        format!("count({value}), coalesce(sum(hashtextextended({value}::text, 0)::numeric), 0)")
    });
    let of: Vec<_> = std::iter::once("count(*)".to_owned()).chain(of).collect();
    let answer =
        session.query(&format!("SELECT {} FROM {} t", of.join(", "), from(&mark.table))).await?;
    let mut cells = answer.0.into_iter().flatten().map(Option::unwrap_or_default);
    let rows = cells.next().and_then(|count| count.parse().ok()).unwrap_or_default();
    let mut counted = Counted { rows, ..Counted::default() };
    while let (Some(filled), Some(sum)) = (cells.next(), cells.next()) {
        counted.filled.push(filled.parse().unwrap_or_default());
        counted.sums.push(sum);
    }
    Ok(counted)
}
