use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Column, Facts, Table};

/// What a table wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It has no generated rows yet.
    Fill,
    /// It has columns that its rows were made without, or that may be null only now.
    TopUp,
}

/// Which tables want rows, by their positions in [`Facts::tables`].
#[must_use]
pub fn due(facts: &Facts) -> Vec<(usize, Due)> {
    let of = |table: &Table| match &table.filled {
        None => Some(Due::Fill),
        Some(known) => {
            let is_known = |column: &Column| {
                known.contains(&column.number) || column.not_null && known.contains(&-column.number)
            };
            (!table.columns.iter().all(is_known)).then_some(Due::TopUp)
        }
    };
    facts.tables.iter().enumerate().filter_map(|(at, table)| Some((at, of(table)?))).collect()
}

/// The tables that were filled and hold fewer than half of the rows they should: migrations took them away, or there was too little to
/// refer to then. `counts` says how many each holds.
#[must_use]
pub fn short(facts: &Facts, counts: &BTreeMap<u32, usize>, rows: usize) -> BTreeMap<usize, Due> {
    let is_short = |table: &Table| {
        let held = counts.get(&table.oid).copied().unwrap_or_default();
        table.filled.is_some() && held < rows.div_ceil(2)
    };
    let short = facts.tables.iter().enumerate().filter(|(_, table)| is_short(table));
    short.map(|(at, _)| (at, Due::TopUp)).collect()
}

/// The tables (positions) of whose rows each can be referred to only so often by `table`, since a unique key speaks of the columns
/// that refer to them; and those that these depend on in the same way.
#[must_use]
pub fn holders(facts: &Facts, table: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut left = vec![table];
    while let Some(at) = left.pop() {
        let Table { keys, references, .. } = &facts.tables[at];
        let is_in_key = |number: &i16| keys.iter().any(|key| key.columns.contains(number));
        let unique = references.iter().filter(|it| it.columns.iter().any(is_in_key));
        for reference in unique {
            let to = facts.tables.iter().position(|other| other.oid == reference.to);
            left.extend(to.filter(|to| *to != table && found.insert(*to)));
        }
    }
    found
}

impl Due {
    /// How many rows that means, where a table is to have `rows`: never so few that a column goes without its null, which
    /// every fifth row has, or without one of its awkward values, each of which comes twice.
    #[must_use]
    pub fn rows(self, rows: usize) -> usize {
        match self {
            Self::Fill => rows,
            Self::TopUp => rows.min(20.max(rows / 5)),
        }
    }
}
