//! Which row of before is which row afterwards.

use std::collections::BTreeMap;

use super::follow::Followed;
use super::values::normal;
use super::{Account, TableFacts};

pub(super) type Row = Vec<Option<String>>;

/// Rows of before and afterwards, by their positions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Those that are the same row.
    pub(super) same: Vec<(usize, usize)>,
    /// Those of before that are in no pair.
    pub(super) gone: Vec<usize>,
}

/// The values at these positions as one text, in their normal form; `None` where all are null.
pub(super) fn normal_row(
    row: &[Option<String>],
    table: &TableFacts,
    at: &[usize],
) -> Option<String> {
    let mut text = String::new();
    let mut is_null = true;
    for position in at {
        let Some(column) = table.columns.get(*position) else { continue };
        if let Some(Some(value)) = row.get(*position) {
            is_null = false;
            text.push_str(&normal(value, &column.data_type));
            text.push('\u{1}');
        } else {
            text.push('\u{2}');
        }
    }
    (!is_null).then_some(text)
}

/// By the key of before, where all its columns are there afterwards; else rows that are equal in every column that is left, and
/// the others in their order.
pub(super) fn pairs(before: &Account, old: &[Row], followed: &Followed<'_>, new: &[Row]) -> Pairs {
    let key = before.table.key_positions();
    let there: Option<Vec<_>> =
        key.iter().map(|at| followed.columns.get(*at).copied().flatten()).collect();
    match there {
        Some(there) if !key.is_empty() => by(old, &key, new, &there, (before, followed)),
        _ => by_content(before, old, followed, new),
    }
}

fn by(
    old: &[Row],
    key: &[usize],
    new: &[Row],
    there: &[usize],
    (before, followed): (&Account, &Followed<'_>),
) -> Pairs {
    let mut positions: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
    for (at, row) in new.iter().enumerate().rev() {
        let text = normal_row(row, &followed.after.table, there);
        positions.entry(text).or_default().push(at);
    }
    let mut pairs = Pairs::default();
    for (at, row) in old.iter().enumerate() {
        let text = normal_row(row, &before.table, key);
        match positions.get_mut(&text).and_then(Vec::pop) {
            Some(other) => pairs.same.push((at, other)),
            None => pairs.gone.push(at),
        }
    }
    pairs
}

fn by_content(before: &Account, old: &[Row], followed: &Followed<'_>, new: &[Row]) -> Pairs {
    let (left, there): (Vec<_>, Vec<_>) =
        followed.columns.iter().enumerate().filter_map(|(at, there)| Some((at, (*there)?))).unzip();
    let mut pairs = by(old, &left, new, &there, (before, followed));
    let mut is_free = vec![true; new.len()];
    for (_, at) in &pairs.same {
        is_free[*at] = false;
    }
    let free: Vec<_> = (0..new.len()).filter(|at| is_free[*at]).collect();
    let gone = std::mem::take(&mut pairs.gone);
    let texts = |rows: &[Row], table: &TableFacts, at: &[usize], positions: &[usize]| {
        let row = |position: &usize| {
            let row = rows.get(*position).map(Vec::as_slice).unwrap_or_default();
            at.iter().map(|column| normal_row(row, table, &[*column])).collect::<Vec<_>>()
        };
        positions.iter().map(row).collect::<Vec<_>>()
    };
    let (then, now) =
        (texts(old, &before.table, &left, &gone), texts(new, &followed.after.table, &there, &free));
    for (at, other) in most_alike(&then, &now) {
        if let (Some(at), Some(other)) = (gone.get(at), free.get(other)) {
            pairs.same.push((*at, *other));
        }
    }
    let is_paired = |at: &usize| pairs.same.iter().any(|(known, _)| known == at);
    pairs.gone = gone.iter().copied().filter(|at| !is_paired(at)).collect();
    pairs
}

/// More comparisons than this are not made: rows are then taken in their order.
const MOST: usize = 2_000_000;

/// Pairs of rows that have most values in common, best first. Rows that have none are other rows, unless all are so and none
/// is missing.
fn most_alike(then: &[Vec<Option<String>>], now: &[Vec<Option<String>>]) -> Vec<(usize, usize)> {
    let in_order = || (0..then.len().min(now.len())).map(|at| (at, at)).collect();
    if then.len().saturating_mul(now.len()) > MOST {
        return in_order();
    }
    let mut scores = Vec::new();
    for (at, row) in then.iter().enumerate() {
        for (other, new) in now.iter().enumerate() {
            let alike =
                row.iter().zip(new).filter(|(one, two)| one == two && one.is_some()).count();
            if alike > 0 {
                scores.push((std::cmp::Reverse(alike), at, other));
            }
        }
    }
    if scores.is_empty() && then.len() == now.len() {
        return in_order();
    }
    scores.sort_unstable();
    let (mut is_free, mut is_open) = (vec![true; now.len()], vec![true; then.len()]);
    let mut pairs = Vec::new();
    for (_, at, other) in scores {
        if is_open[at] && is_free[other] {
            (is_open[at], is_free[other]) = (false, false);
            pairs.push((at, other));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<Option<String>>> {
        let row = |row: &&[&str]| row.iter().map(|value| Some((*value).to_owned())).collect();
        rows.iter().map(row).collect()
    }

    #[test]
    fn rows_without_a_key_are_known_by_what_they_kept() {
        let then = rows(&[&["2", "b"], &["3", "c"]]);
        let now = rows(&[&["3", "x"], &["4", "x"]]);
        assert_eq!(most_alike(&then, &now), [(1, 0)]);
        let now = rows(&[&["3", "x"], &["4", "x"], &["5", "y"]]);
        assert_eq!(most_alike(&then, &now), [(1, 0)]);
    }

    #[test]
    fn where_no_row_is_missing_each_became_another() {
        assert_eq!(most_alike(&rows(&[&["a"]]), &rows(&[&["b"]])), [(0, 0)]);
        assert!(most_alike(&rows(&[&["a"], &["c"]]), &rows(&[&["b"]])).is_empty());
    }
}
