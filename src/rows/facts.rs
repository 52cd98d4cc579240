use std::collections::BTreeMap;

use serde::Deserialize;

/// What a database tells of its tables, as far as rows depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Tables that can hold rows of their own: ordinary ones, and partitioned ones that are no partition themselves.
    pub tables: Vec<Table>,
    /// Types that are not Postgres' own, by their number.
    pub types: BTreeMap<u32, TypeFact>,
}

/// One thing that the database tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Fact {
    /// A table, without what is told for itself.
    Table(Table),
    /// A column of a table.
    Column {
        /// The table.
        of: u32,
        /// The column.
        #[serde(flatten)]
        column: Column,
    },
    /// A unique index.
    Key {
        /// The table.
        of: u32,
        /// The index.
        #[serde(flatten)]
        key: Key,
    },
    /// A foreign key.
    Reference {
        /// The table that it is of.
        of: u32,
        /// The key.
        #[serde(flatten)]
        reference: Reference,
    },
    /// A check, or the columns of an exclusion constraint.
    Check {
        /// The table.
        of: u32,
        /// The check.
        #[serde(flatten)]
        check: Check,
    },
    /// A partition that is not partitioned itself.
    Partition {
        /// The table on top.
        of: u32,
        /// What its rows must satisfy; `None`: whatever no other partition takes.
        bound: Option<String>,
    },
    /// A type.
    Type(TypeFact),
}

/// A table that can hold rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Table {
    /// Its number in the catalog.
    pub oid: u32,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether its rows are in partitions.
    pub partitioned: bool,
    /// The columns that were known when it was last filled, those that could not be null then by the negative of their number;
    /// `None` where it never was.
    pub filled: Option<Vec<i16>>,
    /// The columns that told its rows apart then.
    pub key: Option<Vec<i16>>,
    /// Whether it had no other rows then.
    pub sole: bool,
    /// How many rows were generated for it so far.
    pub generated: usize,
    /// Its columns, in order.
    #[serde(skip)]
    pub columns: Vec<Column>,
    /// Its unique indexes.
    #[serde(skip)]
    pub keys: Vec<Key>,
    /// Its foreign keys.
    #[serde(skip)]
    pub references: Vec<Reference>,
    /// Its checks.
    #[serde(skip)]
    pub checks: Vec<Check>,
    /// What its partitions take.
    #[serde(skip)]
    pub partitions: Vec<Option<String>>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Column {
    /// Its number in the table.
    pub number: i16,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub type_: TypeName,
    /// What the type is narrowed to: the length of a `varchar`, as the catalog keeps it; -1 for nothing.
    pub modifier: i32,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Its default, as Postgres prints it.
    pub default: Option<String>,
    /// Whether the server makes its values: generated, identity, a sequence.
    pub automatic: bool,
}

/// Which type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct TypeName {
    /// Its number in the catalog.
    pub oid: u32,
    /// Its name, as the catalog keeps it: `int4`, `_text`.
    pub name: String,
    /// Whether it is one of Postgres' own.
    pub builtin: bool,
}

/// A unique index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Whether it is the primary key.
    pub primary: bool,
    /// What it is over: a column's number, or 0 for an expression.
    pub columns: Vec<i16>,
    /// The parts as Postgres prints them; none where all are columns.
    pub parts: Vec<String>,
    /// Only the rows that satisfy this.
    pub predicate: Option<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_equal: bool,
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<i16>,
    /// The table that it points to.
    pub to: u32,
    /// The columns there.
    pub to_columns: Vec<i16>,
    /// Whether it can wait for the end of the transaction.
    pub deferrable: bool,
}

/// A check, or an exclusion constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// What must not be false; empty for an exclusion constraint.
    pub expression: String,
    /// The columns that an exclusion constraint is over.
    pub excludes: Vec<i16>,
}

/// A type that is not Postgres' own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct TypeFact {
    /// Its number in the catalog.
    pub oid: u32,
    /// Its name.
    pub name: String,
    /// `e` for an enum, `d` for a domain, `c` for a composite type, `r` for a range, `m` for a multirange, `b` for others.
    pub kind: char,
    /// Of an array the element, of a domain what it is over, of a range what it is of.
    pub inner: Option<TypeName>,
    /// What a domain narrows its base to.
    pub modifier: i32,
    /// A domain that is `NOT NULL`.
    pub not_null: bool,
    /// The labels of an enum.
    pub labels: Vec<String>,
    /// The fields of a composite type, with what they are narrowed to.
    pub fields: Vec<(TypeName, i32)>,
    /// The checks of a domain, over `VALUE`.
    pub checks: Vec<String>,
}

impl Facts {
    /// Puts together what was told.
    #[must_use]
    pub fn of(told: impl IntoIterator<Item = Fact>) -> Self {
        let mut facts = Self::default();
        let mut places = BTreeMap::new();
        for fact in told {
            if let Fact::Table(table) = fact {
                places.insert(table.oid, facts.tables.len());
                facts.tables.push(table);
                continue;
            }
            facts.add(fact, &places);
        }
        facts
    }

    fn add(&mut self, fact: Fact, places: &BTreeMap<u32, usize>) {
        let of = match &fact {
            Fact::Column { of, .. }
            | Fact::Key { of, .. }
            | Fact::Reference { of, .. }
            | Fact::Check { of, .. }
            | Fact::Partition { of, .. } => *of,
            Fact::Table(_) => return,
            Fact::Type(type_) => {
                self.types.insert(type_.oid, type_.clone());
                return;
            }
        };
        let Some(table) = places.get(&of).and_then(|place| self.tables.get_mut(*place)) else {
            return;
        };
        match fact {
            Fact::Column { column, .. } => table.columns.push(column),
            Fact::Key { key, .. } => table.keys.push(key),
            Fact::Reference { reference, .. } => table.references.push(reference),
            Fact::Check { check, .. } => table.checks.push(check),
            Fact::Partition { bound, .. } => table.partitions.push(bound),
            Fact::Table(_) | Fact::Type(_) => {}
        }
    }
}

impl Table {
    /// `public.users`, without quotes, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// The column of that number.
    #[must_use]
    pub fn column(&self, number: i16) -> Option<&Column> {
        self.columns.iter().find(|column| column.number == number)
    }

    /// What told its rows apart when it was first filled, else what does now.
    #[must_use]
    pub fn known_identity(&self) -> Vec<i16> {
        self.key.clone().unwrap_or_else(|| self.identity())
    }

    /// What tells its rows apart: the columns of its primary key, else all.
    #[must_use]
    pub fn identity(&self) -> Vec<i16> {
        match self.keys.iter().find(|key| key.primary) {
            Some(key) => key.columns.clone(),
            None => self.columns.iter().map(|column| column.number).collect(),
        }
    }
}
