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
    let mut free = (0..new.len()).filter(|at| is_free[*at]);
    let (paired, gone): (Vec<_>, Vec<_>) =
        pairs.gone.iter().map(|at| (*at, free.next())).partition(|(_, other)| other.is_some());
    pairs.same.extend(paired.into_iter().filter_map(|(at, other)| Some((at, other?))));
    pairs.gone = gone.into_iter().map(|(at, _)| at).collect();
    pairs
}
