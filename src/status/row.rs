use std::cmp::Ordering;

use super::HistoryTable;

/// One row of a history table, with its cells by name.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    columns: &'t [String],
    cells: &'t [Option<String>],
}

impl<'t> Row<'t> {
    /// The rows in the order that the numbers, times or texts of one column give, where it is there.
    pub(super) fn all(table: &'t HistoryTable, order: Option<&str>) -> Vec<Self> {
        let of = |cells: &'t Vec<Option<String>>| Row { columns: &table.columns, cells };
        let mut rows: Vec<_> = table.rows.iter().map(of).collect();
        if let Some(order) = order {
            rows.sort_by(|left, right| compare(left.cell(order), right.cell(order)));
        }
        rows
    }

    /// The cell of a column, if it is there and not NULL.
    pub(super) fn cell(&self, column: &str) -> Option<&'t str> {
        let at = self.columns.iter().position(|it| it == column)?;
        self.cells.get(at)?.as_deref()
    }

    /// Whether a cell is there and says that something is not so: `f` of psql, `false` of other programs.
    pub(super) fn denies(&self, column: &str) -> bool {
        let says_no = |text: &str| ["f", "false", "0", "no"].contains(&&*text.to_lowercase());
        self.cell(column).is_some_and(says_no)
    }

    /// Whether a cell is there and says that something is so.
    pub(super) fn affirms(&self, column: &str) -> bool {
        self.cell(column).is_some() && !self.denies(column)
    }
}

/// Numbers as numbers, else as texts: times sort as their text does.
fn compare(left: Option<&str>, right: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(&right),
    }
}
