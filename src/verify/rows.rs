use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::accounts::short;
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
    /// The rows themselves, of a table that has few.
    pub few: Option<FewRows>,
}

/// The rows of a small table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FewRows {
    names: Vec<String>,
    rows: Vec<Values>,
}

/// As the server prints them; `None` is null.
type Values = Vec<Option<String>>;

impl FewRows {
    /// The values of each row stand in the order of the columns.
    #[must_use]
    pub fn new(names: Vec<String>, mut rows: Vec<Vec<Option<String>>>) -> Self {
        rows.sort_unstable();
        Self { names, rows }
    }

    /// The same without some columns.
    #[must_use]
    pub fn without(&self, leaves_out: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<_> = self.names.iter().map(|name| !leaves_out(name)).collect();
        let row = |row: &Values| {
            let values = row.iter().zip(&kept).filter(|(_, is_kept)| **is_kept);
            values.map(|(value, _)| value.clone()).collect()
        };
        let names = self.names.iter().zip(&kept).filter(|(_, is_kept)| **is_kept);
        Self::new(
            names.map(|(name, _)| name.clone()).collect(),
            self.rows.iter().map(row).collect(),
        )
    }

    /// What only these have, and what only the others have, as many times as they have it more often.
    fn apart<'a>(&'a self, other: &'a Self) -> [Vec<&'a Values>; 2] {
        let (mut ours, mut theirs) = (self.rows.iter().peekable(), other.rows.iter().peekable());
        let [mut only_ours, mut only_theirs] = [Vec::new(), Vec::new()];
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (None, None) => return [only_ours, only_theirs],
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(our), Some(their)) => our.cmp(their),
            };
            let our = ours.next_if(|_| order.is_le());
            let their = theirs.next_if(|_| order.is_ge());
            if order.is_ne() {
                only_ours.extend(our);
                only_theirs.extend(their);
            }
        }
    }

    /// `id 4, name gold`: up to so many values that are there.
    fn shown(&self, row: &Values) -> String {
        let filled = self.names.iter().zip(row);
        let filled =
            filled.filter_map(|(name, value)| Some(format!("{name} {}", short(value.as_deref()?))));
        filled.take(VALUES).collect::<Vec<_>>().join(", ")
    }
}

/// So many values of a row are shown.
const VALUES: usize = 5;
/// So many rows are shown of each side.
const SAMPLES: usize = 3;

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
    /// Rows that are only there after, some of them, where the table has few.
    pub new: Vec<String>,
    /// The same of rows that were only there before.
    pub gone: Vec<String>,
}

impl RowChange {
    /// `table public.plans: 6 rows after the second run, 3 after the first`, and a line for each row that is shown; what is after
    /// is on the left.
    #[must_use]
    pub fn describe(&self, sides: Sides<'_>) -> Vec<String> {
        let Self { table, before, after, columns, new, gone } = self;
        let first = if before == after {
            let of = if columns.is_empty() { "" } else { " of " };
            format!("table {table}: other values{of}{}", columns.join(", "))
        } else {
            let (left, right) = (sides.left, sides.right);
            let rows = if *after == 1 { "row" } else { "rows" };
            format!("table {table}: {after} {rows} {left}, {before} {right}")
        };
        let new = new.iter().map(|row| format!("  only {}: {row}", sides.left));
        let gone = gone.iter().map(|row| format!("  only {}: {row}", sides.right));
        std::iter::once(first).chain(gone).chain(new).collect()
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
        let [new_rows, gone] = samples(new.few.as_ref(), old.few.as_ref());
        is_changed.then(|| RowChange {
            table: table.clone(),
            before: old.count,
            after: new.count,
            columns,
            new: new_rows,
            gone,
        })
    });
    changes.collect()
}

/// Rows that only one side has, shown. Where the columns are not the same, rows cannot be told apart.
fn samples(after: Option<&FewRows>, before: Option<&FewRows>) -> [Vec<String>; 2] {
    let (Some(after), Some(before)) = (after, before) else { return Default::default() };
    if after.names != before.names {
        return Default::default();
    }
    let shown =
        |rows: Vec<&Values>| rows.into_iter().take(SAMPLES).map(|row| after.shown(row)).collect();
    after.apart(before).map(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(count: u64, whole: &str, columns: &[(&str, &str)]) -> BTreeMap<String, RowSum> {
        let columns = columns.iter().map(|(name, sum)| ((*name).into(), (*sum).into())).collect();
        let sum = RowSum { count, whole: whole.into(), columns, few: None };
        BTreeMap::from([("public.t".to_owned(), sum)])
    }

    fn told(before: &BTreeMap<String, RowSum>, after: &BTreeMap<String, RowSum>) -> String {
        let sides = Sides { left: "now", right: "then" };
        let changes = row_changes(before, after);
        changes.first().map(|change| change.describe(sides).join("\n")).unwrap_or_default()
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

    fn few(rows: &[[&str; 2]]) -> BTreeMap<String, RowSum> {
        let mut sums = sums(rows.len() as u64, &format!("{rows:?}"), &[]);
        let rows = rows.iter().map(|row| row.iter().map(|it| Some((*it).into())).collect());
        let few = FewRows::new(vec!["id".into(), "name".into()], rows.collect());
        for sum in sums.values_mut() {
            sum.few = Some(few.clone());
        }
        sums
    }

    #[test]
    fn rows_that_only_one_side_has_are_shown_as_often_as_it_has_them() {
        let before = few(&[["1", "a"], ["2", "b"]]);
        let doubled = few(&[["1", "a"], ["1", "a"], ["2", "b"], ["3", "c"]]);
        let expected = "table public.t: 4 rows now, 2 then\n  only now: id 1, name a\n  only now: id 3, name c";
        assert_eq!(told(&before, &doubled), expected);
        let changed = few(&[["2", "b"], ["1", "z"]]);
        let expected =
            "table public.t: other values\n  only then: id 1, name a\n  only now: id 1, name z";
        assert_eq!(told(&before, &changed), expected);
    }

    #[test]
    fn columns_that_count_what_came_before_tell_no_rows_apart() {
        let named = |id: &str| {
            FewRows::new(
                vec!["id".into(), "name".into()],
                vec![vec![Some(id.into()), Some("a".into())]],
            )
        };
        let without = |few: FewRows| few.without(|name| name == "id");
        assert_eq!(without(named("1")), without(named("2")));
        assert_ne!(named("1"), named("2"));
    }
}
