//! In which order tables are filled: those that others refer to first, circles broken where a key may be null.

use std::collections::BTreeSet;

use super::facts::{Facts, Reference, Table};

/// One helping of rows for one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Helping {
    /// The table's position in [`Facts::tables`].
    pub table: usize,
    /// Which part of its rows.
    pub part: Part,
}

/// A part of the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All.
    Whole,
    /// Some, before there is anything for some of its foreign keys to point to.
    First,
    /// The others.
    Rest,
}

/// The order in which these tables (positions in [`Facts::tables`]) are filled.
#[must_use]
pub fn order(facts: &Facts, wanted: &BTreeSet<usize>) -> Vec<Helping> {
    let mut left = wanted.clone();
    let mut order = Vec::new();
    let mut again = Vec::new();
    while !left.is_empty() {
        let free =
            left.iter().copied().find(|table| waits_for(facts, *table, &left).next().is_none());
        if let Some(table) = free {
            left.remove(&table);
            let refers_to_itself =
                facts.tables[table].references.iter().any(|key| key.to == facts.tables[table].oid);
            let part = if refers_to_itself { Part::First } else { Part::Whole };
            order.push(Helping { table, part });
            if refers_to_itself {
                order.push(Helping { table, part: Part::Rest });
            }
            continue;
        }
        // A circle. The table whose keys may wait is first; without any the server will say what is wrong.
        let can_begin = |table: &usize| {
            waits_for(facts, *table, &left).all(|key| may_be_null(&facts.tables[*table], key))
        };
        let Some(table) = left.iter().copied().find(can_begin).or(left.first().copied()) else {
            break;
        };
        left.remove(&table);
        order.push(Helping { table, part: Part::First });
        again.push(Helping { table, part: Part::Rest });
    }
    order.extend(again);
    order
}

/// The foreign keys of a table to others that are still to be filled.
fn waits_for<'f>(
    facts: &'f Facts,
    table: usize,
    left: &'f BTreeSet<usize>,
) -> impl Iterator<Item = &'f Reference> {
    let own = facts.tables[table].oid;
    facts.tables[table].references.iter().filter(move |key| {
        key.to != own && left.iter().any(|other| facts.tables[*other].oid == key.to)
    })
}

fn may_be_null(table: &Table, key: &Reference) -> bool {
    let mut columns = key.columns.iter().filter_map(|number| table.column(*number));
    columns.any(|column| !column.not_null)
}
