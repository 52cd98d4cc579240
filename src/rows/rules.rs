//! What keys, foreign keys and partitions ask of rows.

use std::collections::{BTreeMap, HashSet};

use super::expression::{Expression, Row, columns_of, parse, truth};
use super::facts::{Key, Reference, Table};
use super::make::{Cell, Parents};

/// So much of a text tells it apart.
const BEGINNING: usize = 48;

/// A unique key, and what it has seen.
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
    pub(super) predicate: Option<Expression>,
    pub(super) nulls_equal: bool,
    pub(super) seen: HashSet<Vec<Cell>>,
}

/// A foreign key, and the rows that it may point to.
pub(super) struct Pointing {
    pub(super) columns: Vec<usize>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) to: u32,
    /// The columns of this table that it points to, where it is its own.
    pub(super) own: Option<Vec<usize>>,
}

impl Rule {
    /// What must be different from all other rows; `None` where the key does not count for this one.
    pub(super) fn tuple(&self, cells: &[Cell], row: &dyn Row) -> Option<Vec<Cell>> {
        if self.predicate.as_ref().is_some_and(|it| truth(it, row) == Some(false)) {
            return None;
        }
        // Case may not count. Texts that differ only after a long beginning do not come up otherwise.
        let lower = |cell: &Cell| {
            let beginning = cell.as_ref()?.chars().take(BEGINNING);
            Some(beginning.flat_map(char::to_lowercase).collect())
        };
        let tuple: Vec<_> = self.columns.iter().map(|column| lower(&cells[*column])).collect();
        let counts = self.nulls_equal || tuple.iter().all(Option::is_some);
        counts.then_some(tuple)
    }
}

/// A key as a rule; `None` where the server makes a part of it.
pub(super) fn rule(
    key: &Key,
    place: &dyn Fn(i16) -> Option<usize>,
    by_name: &dyn Fn(&String) -> Option<usize>,
) -> Option<Rule> {
    let mut columns = Vec::new();
    for (at, number) in key.columns.iter().enumerate() {
        if *number == 0 {
            let part = parse(key.parts.get(at)?);
            columns.extend(columns_of(&part).iter().filter_map(by_name));
        } else {
            columns.push(place(*number)?);
        }
    }
    columns.dedup();
    let predicate = key.predicate.as_deref().map(parse);
    (!columns.is_empty()).then(|| Rule {
        name: key.name.clone(),
        columns,
        predicate,
        nulls_equal: key.nulls_equal,
        seen: HashSet::new(),
    })
}

pub(super) fn must_differ(
    table: &Table,
    keys: &[Rule],
    place: &dyn Fn(i16) -> Option<usize>,
    column: usize,
) -> bool {
    let excluded = table.checks.iter().flat_map(|check| &check.excludes);
    keys.iter().any(|rule| rule.columns == [column])
        || excluded.copied().any(|number| place(number) == Some(column))
}

/// What the partitions take, as a check; none where one takes all the rest, or somebody can only ask the server.
pub(super) fn bounds(table: &Table) -> Option<Expression> {
    let bounds: Option<Vec<_>> = table.partitions.iter().cloned().collect();
    let mut bounds = bounds?.into_iter().map(|bound| parse(&bound));
    let first = bounds.next()?;
    Some(bounds.fold(first, |all, bound| Expression::Or(Box::new(all), Box::new(bound))))
}

/// A foreign key with the rows that it may point to; `None` where the server makes a part of it.
pub(super) fn pointing(
    table: &Table,
    key: &Reference,
    parents: &Parents,
    place: &dyn Fn(i16) -> Option<usize>,
) -> Option<Pointing> {
    let places = |numbers: &[i16]| numbers.iter().map(|number| place(*number)).collect();
    let columns: Option<Vec<_>> = places(&key.columns);
    let values = |row: &BTreeMap<i16, String>| {
        key.to_columns.iter().map(|column| row.get(column).cloned()).collect()
    };
    let rows = parents.get(&key.to).map(|rows| rows.iter().filter_map(values).collect());
    let own = if key.to == table.oid { places(&key.to_columns) } else { None };
    Some(Pointing { columns: columns?, rows: rows.unwrap_or_default(), to: key.to, own })
}
