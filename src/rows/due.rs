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
