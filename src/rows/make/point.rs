//! Foreign keys: their values come from rows that are there.

use super::{Cell, Maker, Must, Touched, mix};

impl Maker<'_> {
    /// Takes the values of foreign keys from rows that are there.
    pub(super) fn point(&self, cells: &mut [Cell], touched: &Touched, turn: usize, attempt: usize) {
        let mut set: Vec<usize> = Vec::new();
        for key in &self.references {
            let is_touched = key.columns.iter().any(|column| touched.contains_key(column));
            if !is_touched {
                set.extend(&key.columns);
                continue;
            }
            let may_be_null: Vec<_> = key
                .columns
                .iter()
                .copied()
                .filter(|it| self.choices[*it].nullable && !set.contains(it))
                .collect();
            let must = key.columns.iter().find_map(|column| touched.get(column).copied().flatten());
            let is_turn = match attempt {
                _ if must.is_some() => must == Some(Must::BeNull),
                0 => (turn + key.columns[0]).is_multiple_of(5),
                _ => mix(&[turn, attempt, key.columns[0]]).is_multiple_of(6),
            };
            let fits = |row: &&Vec<String>| {
                key.columns.iter().zip(*row).all(|(column, value)| {
                    !set.contains(column) || cells[*column].as_ref() == Some(value)
                })
            };
            let fitting: Vec<_> = key.rows.iter().filter(fits).collect();
            if let (Some(own), true, true) = (&key.own, may_be_null.is_empty(), fitting.is_empty())
            {
                // A row that must refer to one of its own table, where there is none yet, refers to itself.
                for (column, itself) in key.columns.iter().zip(own) {
                    let value = cells[*itself].clone();
                    cells[*column] = value;
                }
            } else if fitting.is_empty() || (is_turn && !may_be_null.is_empty()) {
                for column in &may_be_null {
                    cells[*column] = None;
                }
            } else {
                let is_unique = key.columns.iter().any(|column| self.unique[*column]);
                let at = match attempt {
                    0 if is_unique => turn,
                    0 => turn.div_ceil(2),
                    _ => mix(&[turn, attempt, key.columns[0], 7]),
                };
                for (column, value) in key.columns.iter().zip(fitting[at % fitting.len()]) {
                    cells[*column] = Some(value.clone());
                }
            }
            set.extend(&key.columns);
        }
    }
}
