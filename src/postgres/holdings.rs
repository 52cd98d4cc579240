//! What tables hold, read again only where it may have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Session, oid_array, quote};
use crate::accounts::{self, Account, Counted, Holdings, TableFacts};
use crate::outcome::SqlError;
use crate::verify::Rows;

const TABLES: &str = include_str!("holdings.sql");

/// Values are printed in one way, and nobody is waited for: what holds a lock between two migrations would hold it for ever.
const SETTINGS: &str = "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL jit = off; \
    SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL datestyle = 'ISO, YMD'; \
    SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL lock_timeout = '2s'";

/// Up to so many rows of a table are held; of larger ones only sums.
const MOST_ROWS: u64 = 10_000;

/// What tables hold, as last read.
#[derive(Default)]
pub struct Holder {
    holdings: Holdings,
    marks: BTreeMap<u32, Mark>,
    /// Whether the last reading came to its end.
    has_read: bool,
}

/// What is another after any change of rows: their number, the latest transaction that wrote one, the file, the columns.
#[derive(PartialEq, Eq)]
struct Mark {
    rows: u64,
    latest: String,
    table: TableFacts,
}

impl Holder {
    /// What the tables hold now, and what time it is, as the server prints it: that of `now()`, which is the beginning of an open
    /// transaction. The session, its settings and its transaction are left as they were; if something is refused, too. Only what
    /// has been `written` to since the last time is looked at, where that is known.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn read<S: Session>(
        &mut self,
        session: &mut S,
        written: Option<&BTreeSet<u32>>,
    ) -> Result<(Holdings, String), SqlError> {
        let is_open = session.in_transaction().await?;
        if is_open {
            // What one transaction writes has one xmin, so that nothing would tell of a second change.
            self.marks.clear();
        }
        let written = written.filter(|_| self.has_read && !is_open);
        self.has_read = false;
        begin(session, is_open).await?;
        let read = self.look(session, written).await;
        self.has_read = read.is_ok();
        let ended = end(session, is_open).await;
        read.and_then(|read| ended.map(|()| read))
    }

    /// Asks something under the same settings.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn ask<S: Session>(&self, session: &mut S, query: &str) -> Result<Rows, SqlError> {
        let is_open = session.in_transaction().await?;
        begin(session, is_open).await?;
        let told = session.query(query).await;
        let ended = end(session, is_open).await;
        told.and_then(|told| ended.map(|()| told))
    }

    async fn look<S: Session>(
        &mut self,
        session: &mut S,
        written: Option<&BTreeSet<u32>>,
    ) -> Result<(Holdings, String), SqlError> {
        let now = session.query("SELECT pg_catalog.now()::text").await?;
        let now = now.0.into_iter().flatten().flatten().next().unwrap_or_default();
        if written.is_some_and(BTreeSet::is_empty) {
            return Ok((self.holdings.clone(), now));
        }
        let tables = tables(session, written).await?;
        let mut marks = marks(session, tables).await?;
        let is_new = |(oid, mark): &(&u32, &Mark)| self.marks.get(oid) != Some(*mark);
        let changed: Vec<_> = marks.iter().filter(is_new).map(|(_, mark)| mark).collect();
        let read = contents(session, &changed).await?;
        if let Some(written) = written {
            let others = std::mem::take(&mut self.marks).into_iter();
            for (oid, mark) in others.filter(|(oid, _)| !written.contains(oid)) {
                marks.entry(oid).or_insert(mark);
            }
        }
        self.holdings.retain(|oid, _| marks.contains_key(oid));
        self.holdings.extend(read);
        self.marks = marks;
        Ok((self.holdings.clone(), now))
    }
}

/// Begins what leaves no trace: a transaction, or a savepoint of the open one.
async fn begin<S: Session>(session: &mut S, is_open: bool) -> Result<(), SqlError> {
    let begin = if is_open { "SAVEPOINT migration_replay_rows" } else { "BEGIN" };
    session.execute(&format!("{begin}; {SETTINGS}")).await
}

async fn end<S: Session>(session: &mut S, is_open: bool) -> Result<(), SqlError> {
    let name = "migration_replay_rows";
    if !is_open {
        return session.execute("ROLLBACK").await;
    }
    session.execute(&format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")).await
}

async fn tables<S: Session>(
    session: &mut S,
    written: Option<&BTreeSet<u32>>,
) -> Result<Vec<TableFacts>, SqlError> {
    let only = written.map(|written| {
        let oids = format!("{}::oid[]", oid_array(written));
        // Rows of a partition are held with the table that it is a part of.
        format!(
            "AND c.oid IN (SELECT o FROM unnest({oids}) o
                UNION ALL SELECT pg_partition_root(o) FROM unnest({oids}) o)"
        )
    });
    let rows = session.query(&TABLES.replace("/* only */", &only.unwrap_or_default())).await?;
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

async fn marks<S: Session>(
    session: &mut S,
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
        .map(|table| {
            let (oid, from) = (table.oid, from(table));
            format!("SELECT {oid}, count(*), max(xmin::text::int8) FROM {from}")
        })
        .collect();
    let answers = session.query(&queries.join(" UNION ALL ")).await?;
    all.extend(marks_of(others, answers));
    Ok(all)
}

/// Which answer comes first is the server's to choose: it may read tables side by side (documentation, "Parallel Append").
fn marks_of(tables: Vec<TableFacts>, answers: Rows) -> impl Iterator<Item = (u32, Mark)> {
    let mut told: BTreeMap<u32, _> = answers.0.into_iter().filter_map(mark).collect();
    tables.into_iter().map(move |table| {
        let (rows, latest) = told.remove(&table.oid).unwrap_or_default();
        (table.oid, Mark { rows, latest, table })
    })
}

/// OID, number of rows and latest transaction.
fn mark(row: Vec<Option<String>>) -> Option<(u32, (u64, String))> {
    let mut cells = row.into_iter();
    let oid = cells.next()??.parse().ok()?;
    let rows = cells.next()??.parse().ok()?;
    Some((oid, (rows, cells.next()?.unwrap_or_default())))
}

async fn contents<S: Session>(session: &mut S, tables: &[&Mark]) -> Result<Holdings, SqlError> {
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
        holdings.extend([account(mark, accounts::Rows::All(all))]);
    }
    for mark in many {
        let counted = sums(session, mark).await?;
        holdings.extend([account(mark, accounts::Rows::Counted(counted))]);
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

async fn sums<S: Session>(session: &mut S, mark: &Mark) -> Result<Counted, SqlError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table(oid: u32) -> TableFacts {
        let name = format!("t{oid}");
        let facts = format!(
            r#"{{"oid": {oid}, "schema": "s", "name": "{name}", "partitioned": false, "empty": false, "file": 1, "columns": [], "key": [], "partitions": []}}"#
        );
        serde_json::from_str(&facts).unwrap()
    }

    #[test]
    fn each_table_has_its_own_answer_in_whatever_order_they_come() {
        let answer = |cells: [&str; 3]| cells.map(|cell| Some(cell.to_owned())).to_vec();
        let answers = Rows(vec![answer(["2", "70", "900"]), answer(["1", "5", "800"])]);
        let marks: Vec<_> = marks_of(vec![table(1), table(2)], answers)
            .map(|(oid, mark)| (oid, mark.rows, mark.latest))
            .collect();
        assert_eq!(marks, [(1, 5, "800".to_owned()), (2, 70, "900".to_owned())]);
    }
}
