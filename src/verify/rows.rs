use std::collections::BTreeMap;

use crate::schema::Sides;

/// The rows of a table, as sums that do not depend on their order. Columns that hold times are not in it: they tell when
/// something ran, and differ each time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSum {
    /// How many.
    pub count: u64,
    /// Over whole rows.
    pub whole: String,
    /// Over each column.
    pub columns: BTreeMap<String, String>,
}

/// How the rows of one table differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// The table, by its qualified name.
    pub table: String,
    /// How many there were.
    pub before: u64,
    /// How many there are.
    pub after: u64,
    /// The columns whose values differ, of those that were there before and are there after.
    pub columns: Vec<String>,
}

impl RowChange {
    /// In one line: `table public.plans: 6 rows after the second run, 3 after the first`; what is after is on the left.
    #[must_use]
    pub fn describe(&self, sides: Sides<'_>) -> String {
        let Self { table, before, after, columns } = self;
        if before != after {
            let (left, right) = (sides.left, sides.right);
            let rows = if *after == 1 { "row" } else { "rows" };
            return format!("table {table}: {after} {rows} {left}, {before} {right}");
        }
        let of = if columns.is_empty() { "" } else { " of " };
        format!("table {table}: other values{of}{}", columns.join(", "))
    }
}

/// The tables, of those in both, whose rows differ.
#[must_use]
pub fn row_changes(
    before: &BTreeMap<String, RowSum>,
    after: &BTreeMap<String, RowSum>,
) -> Vec<RowChange> {
    let both = before.iter().filter_map(|(table, old)| Some((table, old, after.get(table)?)));
    let changes = both.filter_map(|(table, old, new)| {
        let differing = old
            .columns
            .iter()
            .filter(|(column, sum)| new.columns.get(*column).is_some_and(|other| other != *sum));
        let columns: Vec<_> = differing.map(|(column, _)| column.clone()).collect();
        let same_columns = old.columns.keys().eq(new.columns.keys());
        let is_changed = old.count != new.count
            || !columns.is_empty()
            || (same_columns && old.whole != new.whole);
        is_changed.then(|| RowChange {
            table: table.clone(),
            before: old.count,
            after: new.count,
            columns,
        })
    });
    changes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(count: u64, whole: &str, columns: &[(&str, &str)]) -> BTreeMap<String, RowSum> {
        let columns = columns.iter().map(|(name, sum)| ((*name).into(), (*sum).into())).collect();
        BTreeMap::from([("public.t".to_owned(), RowSum { count, whole: whole.into(), columns })])
    }

    fn told(before: &BTreeMap<String, RowSum>, after: &BTreeMap<String, RowSum>) -> String {
        let sides = Sides { left: "now", right: "then" };
        let changes = row_changes(before, after);
        changes.first().map(|change| change.describe(sides)).unwrap_or_default()
    }

    #[test]
    fn rows_and_values_are_told() {
        let before = sums(2, "x", &[("a", "1"), ("b", "2")]);
        assert_eq!(told(&before, &before), "");
        let doubled = sums(4, "xx", &[("a", "11"), ("b", "22")]);
        assert_eq!(told(&before, &doubled), "table public.t: 4 rows now, 2 then");
        let changed = sums(2, "y", &[("a", "1"), ("b", "3")]);
        assert_eq!(told(&before, &changed), "table public.t: other values of b");
        let swapped = sums(2, "y", &[("a", "1"), ("b", "2")]);
        assert_eq!(told(&before, &swapped), "table public.t: other values");
    }

    #[test]
    fn a_column_that_came_or_went_is_no_change_of_rows() {
        let before = sums(2, "x", &[("a", "1")]);
        let after = sums(2, "y", &[("a", "1"), ("b", "2")]);
        assert_eq!(told(&before, &after), "");
    }
}
