//! What the end of an order is held against.

use std::collections::{BTreeMap, BTreeSet};

use super::super::tour::Traces;
use crate::outcome::SqlError;
use crate::postgres::{PgSession, Session};
use crate::schema::{Catalog, compare};
use crate::verify::{RowChange, RowSum, row_changes};

/// A database at a moment.
pub(super) struct End {
    catalog: Catalog,
    rows: BTreeMap<String, RowSum>,
    /// Columns whose values count what came before: numbers of a sequence, and references to them.
    counted: BTreeSet<(String, String)>,
}

impl End {
    /// Looks, as somebody who sees everything; the tool's history table is left out.
    pub(super) async fn of(
        session: &mut PgSession,
        ledger: Option<&str>,
    ) -> Result<Self, SqlError> {
        let is_ledger = |table: &str| {
            ledger.is_some_and(|ledger| {
                table == ledger || table.rsplit_once('.').is_some_and(|(_, name)| name == ledger)
            })
        };
        let tables: Vec<_> =
            session.tables().await?.into_iter().filter(|table| !is_ledger(table)).collect();
        let mut rows = session.row_sums(&tables).await?;
        let counted = counted(session).await?;
        for (table, sum) in &mut rows {
            let is_counted = |column: &str| counted.contains(&(table.clone(), column.to_owned()));
            sum.few = sum.few.as_ref().map(|few| few.without(is_counted));
        }
        Ok(Self { catalog: session.catalog().await?, rows, counted })
    }

    /// How this one differs from the usual one. Two files that insert into one table get the numbers of its sequence in the order
    /// in which they run, which is no difference.
    pub(super) fn against(&self, usual: &Self) -> Traces {
        let mut rows = row_changes(&usual.rows, &self.rows);
        for change in &mut rows {
            change
                .columns
                .retain(|column| !self.counted.contains(&(change.table.clone(), column.clone())));
        }
        rows.retain(|change| change.before != change.after || !change.columns.is_empty());
        Traces { schema: compare(&self.catalog, &usual.catalog), rows }
    }
}

/// What of a difference is there without another order, too: names and values that are others each time.
pub(super) fn without_noise(mut traces: Traces, noise: &Traces) -> Traces {
    let unstable = noise.schema.identities();
    traces.schema.differences.retain(|each| !unstable.contains(&&each.object));
    traces.rows = traces.rows.into_iter().filter_map(|change| quieter(change, noise)).collect();
    traces
}

fn quieter(mut change: RowChange, noise: &Traces) -> Option<RowChange> {
    let Some(known) = noise.rows.iter().find(|it| it.table == change.table) else {
        return Some(change);
    };
    if known.before != known.after {
        return None;
    }
    change.columns.retain(|column| !known.columns.contains(column));
    // Nobody can tell which of these rows are noise.
    change.new.clear();
    change.gone.clear();
    (change.before != change.after || !change.columns.is_empty()).then_some(change)
}

async fn counted(session: &mut PgSession) -> Result<BTreeSet<(String, String)>, SqlError> {
    let rows = session.query(COUNTED).await?.0.into_iter().filter_map(|row| {
        let mut cells = row.into_iter().flatten();
        Some((cells.next()?, cells.next()?))
    });
    Ok(rows.collect())
}

const COUNTED: &str = "
    WITH RECURSIVE counted (relation, number) AS (
        SELECT a.attrelid, a.attnum FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND (a.attidentity <> '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
        UNION
        SELECT f.conrelid, k.own FROM pg_catalog.pg_constraint f
            CROSS JOIN LATERAL unnest(f.conkey, f.confkey) k (own, other)
            JOIN counted ON counted.relation = f.confrelid AND counted.number = k.other
        WHERE f.contype = 'f'
    )
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname
    FROM counted JOIN pg_catalog.pg_class c ON c.oid = counted.relation
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = counted.number";
