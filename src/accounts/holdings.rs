use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

/// What the tables of a database hold, by their numbers (`pg_class.oid`).
pub type Holdings = BTreeMap<u32, Arc<Account>>;

/// A table as the catalog tells it. Partitions are part of their root.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TableFacts {
    /// Its number (`pg_class.oid`).
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether it is partitioned: its rows are then in other tables.
    pub partitioned: bool,
    /// Whether its file is empty.
    pub empty: bool,
    /// The file of its rows (`pg_class.relfilenode`): another one after a rewrite.
    pub file: u32,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns of its primary key, else of a unique index over columns that cannot be null, by their numbers.
    pub key: Vec<i16>,
    /// The names of its partitions, of all levels.
    pub partitions: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Column {
    /// Its number (`pg_attribute.attnum`), which a rename keeps.
    pub number: i16,
    /// Its name.
    pub name: String,
    /// Its type, as `format_type` prints it with its modifier.
    pub data_type: String,
    /// Whether the server computes it from the others.
    pub generated: bool,
}

/// A table and its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The table.
    pub table: TableFacts,
    /// What it holds.
    pub rows: Rows,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// All of them: values in the order of the columns, as the server prints them.
    All(Vec<Vec<Option<String>>>),
    /// Too many to be held: what is known of them.
    Counted(Counted),
}

/// What is known of rows that are too many to be held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub rows: u64,
    /// In each column, how many are not null.
    pub filled: Vec<u64>,
    /// For each column a sum that does not depend on the order of rows.
    pub sums: Vec<String>,
}

impl TableFacts {
    /// `public.users`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// The positions of the key among the columns; none where there is no key.
    pub(super) fn key_positions(&self) -> Vec<usize> {
        let position = |number: &i16| self.columns.iter().position(|it| it.number == *number);
        self.key.iter().filter_map(position).collect()
    }
}

impl Rows {
    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::All(rows) => rows.len() as u64,
            Self::Counted(counted) => counted.rows,
        }
    }

    /// How many are not null in the column at this position.
    pub(super) fn filled(&self, column: usize) -> u64 {
        match self {
            Self::All(rows) => {
                let filled = rows.iter().filter(|row| row.get(column).is_some_and(Option::is_some));
                filled.count() as u64
            }
            Self::Counted(counted) => counted.filled.get(column).copied().unwrap_or_default(),
        }
    }
}
