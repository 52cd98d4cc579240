//! Foreign keys that change rows of a table when rows of another are written to.

use serde::Deserialize;

use super::{Loss, Sayings, TableLosses, What};
use crate::sql::{RowWrite, Verb};

/// A chain of foreign keys from a table to one on whose rows its own depend.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Cascade {
    /// The schema of the table that others are written to.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// The columns of the first key of the chain.
    pub columns: Vec<String>,
    /// The names of the keys, that of the table first.
    pub keys: Vec<String>,
    /// What comes of a `DELETE` there, as the catalog has it (documentation, `pg_constraint`): `c` for CASCADE, `n` for SET NULL,
    /// `d` for SET DEFAULT, others for nothing.
    pub deletes: char,
    /// The same of an `UPDATE`.
    pub updates: char,
}

/// Asks for the chains of a table. Its answer has one [`Cascade`] as JSON in each row.
#[must_use]
pub fn ask_for_cascades(table: u32) -> String {
    format!(
        "WITH RECURSIVE chain AS (
            SELECT k.confrelid AS other, k.confdeltype AS deletes, k.confupdtype AS updates, k.conrelid AS first, k.conkey AS columns,
                ARRAY[k.conname::text] AS keys
            FROM pg_catalog.pg_constraint k WHERE k.conrelid = {table} AND k.contype = 'f' AND k.conparentid = 0
            UNION ALL
            SELECT k.confrelid, c.deletes, ' ', c.first, c.columns, c.keys || k.conname::text
            FROM chain c
            JOIN pg_catalog.pg_constraint k ON k.conrelid = c.other AND k.contype = 'f' AND k.conparentid = 0 AND k.confdeltype = 'c'
            WHERE pg_catalog.cardinality(c.keys) < 5 AND NOT k.conname = ANY (c.keys))
        SELECT pg_catalog.json_build_object('schema', n.nspname, 'table', t.relname, 'keys', c.keys, 'deletes', c.deletes, 'updates', c.updates,
            'columns', (SELECT pg_catalog.json_agg(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.first AND a.attnum = ANY (c.columns)))::text
        FROM chain c
        JOIN pg_catalog.pg_class t ON t.oid = c.other
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        ORDER BY pg_catalog.cardinality(c.keys), c.keys"
    )
}

impl Cascade {
    /// What becomes of the rows of its table when others are written to in this way; `None`: not what was lost.
    fn effect(&self, write: RowWrite, loss: &Loss) -> Option<&'static str> {
        let is_own = |column: &String| self.columns.contains(column);
        match (&loss.what, write) {
            (What::Rows, RowWrite::Delete) if self.deletes == 'c' => {
                Some("goes, too (ON DELETE CASCADE)")
            }
            (What::Rows, RowWrite::Truncate) if loss.count == loss.of => {
                Some("goes, too (TRUNCATE … CASCADE)")
            }
            (What::Values { column, .. }, RowWrite::Delete) if is_own(column) => {
                match self.deletes {
                    'n' => Some("becomes null (ON DELETE SET NULL)"),
                    'd' => Some("gets its default (ON DELETE SET DEFAULT)"),
                    _ => None,
                }
            }
            (What::Values { column, .. }, RowWrite::Update) if is_own(column) => match self.updates
            {
                'c' => Some("changes, too (ON UPDATE CASCADE)"),
                'n' => Some("becomes null (ON UPDATE SET NULL)"),
                'd' => Some("gets its default (ON UPDATE SET DEFAULT)"),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Sayings {
    /// The statement that reached a table by way of its foreign keys, and how; `None` where none did, as far as can be seen.
    #[must_use]
    pub fn by_way_of(&self, of: &TableLosses, loss: &Loss) -> Option<(usize, String)> {
        of.cascades.iter().find_map(|cascade| {
            self.acts().find_map(|(at, act)| {
                let named = &act.object;
                let is_there = named.name == cascade.table
                    && named.schema.as_ref().is_none_or(|schema| *schema == cascade.schema);
                let Verb::Write(write) = act.verb else { return None };
                let effect = cascade.effect(write, loss).filter(|_| is_there)?;
                let does = match write {
                    RowWrite::Delete => "deletes rows of",
                    RowWrite::Truncate => "empties",
                    _ => "changes rows of",
                };
                let key = if cascade.keys.len() == 1 { "key" } else { "keys" };
                let keys = cascade.keys.join(", ");
                let (schema, table) = (&cascade.schema, &cascade.table);
                let how = format!("it {does} {schema}.{table}: what refers to them by the foreign {key} {keys} {effect}");
                Some((at, how))
            })
        })
    }
}
