//! Where a table, and where a column, is afterwards.

use std::collections::BTreeMap;

use super::pairs::normal_row;
use super::{Account, Holdings, Rows};

/// Where a table is afterwards.
pub(super) struct Followed<'a> {
    /// The table.
    pub(super) after: &'a Account,
    /// Whether it is another one in its place.
    pub(super) rebuilt: bool,
    /// For each column of before, its position afterwards.
    pub(super) columns: Vec<Option<usize>>,
}

/// The same table under whatever name; else one that has its name now; else a new one that holds all its rows.
pub(super) fn follow<'a>(
    before: &Account,
    oid: u32,
    (all_before, all): (&Holdings, &'a Holdings),
) -> Option<Followed<'a>> {
    if let Some(after) = all.get(&oid) {
        return Some(Followed { after, rebuilt: false, columns: by_number(before, after) });
    }
    let of_its_name = all.iter().find(|(number, it)| {
        !all_before.contains_key(number) && it.table.shown() == before.table.shown()
    });
    if let Some((_, after)) = of_its_name {
        let mut columns = by_name(before, after);
        find_renamed(before, after, &mut columns);
        return Some(Followed { after, rebuilt: true, columns });
    }
    let new = all.iter().filter(|(number, _)| !all_before.contains_key(number));
    let mut heirs = new.map(|(_, after)| (after, by_name(before, after)));
    let (after, columns) = heirs.find(|(after, columns)| holds_all(before, after, columns))?;
    Some(Followed { after, rebuilt: true, columns })
}

fn by_number(before: &Account, after: &Account) -> Vec<Option<usize>> {
    let number = |number: i16| after.table.columns.iter().position(|it| it.number == number);
    let mut columns: Vec<_> = before.table.columns.iter().map(|it| number(it.number)).collect();
    find_renamed(before, after, &mut columns);
    columns
}

fn by_name(before: &Account, after: &Account) -> Vec<Option<usize>> {
    let name = |name: &str| after.table.columns.iter().position(|it| it.name == name);
    before.table.columns.iter().map(|column| name(&column.name)).collect()
}

/// A column whose values are in a new column now was not lost.
fn find_renamed(before: &Account, after: &Account, columns: &mut [Option<usize>]) {
    let (Rows::All(old), Rows::All(new)) = (&before.rows, &after.rows) else { return };
    for position in 0..columns.len() {
        if columns[position].is_some() || before.rows.filled(position) == 0 {
            continue;
        }
        let values = |rows: &[Vec<Option<String>>], account: &Account, at: usize| {
            let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
            for row in rows {
                let value = normal_row(row, &account.table, &[at]);
                *counts.entry(value).or_default() += 1;
            }
            counts
        };
        let wanted = values(old, before, position);
        let is_it = |at: &usize| {
            let is_new = !columns.contains(&Some(*at));
            let has = || {
                let there = values(new, after, *at);
                wanted.iter().all(|(value, count)| {
                    value.is_none() || there.get(value).is_some_and(|it| it >= count)
                })
            };
            is_new && has()
        };
        columns[position] = (0..after.table.columns.len()).find(is_it);
    }
}

/// Whether a table has every column of another, and every row.
fn holds_all(before: &Account, after: &Account, columns: &[Option<usize>]) -> bool {
    let (Rows::All(old), Rows::All(new)) = (&before.rows, &after.rows) else { return false };
    let Some(columns) = columns.iter().copied().collect::<Option<Vec<_>>>() else { return false };
    let all: Vec<_> = (0..columns.len()).collect();
    let mut there: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for row in new {
        *there.entry(normal_row(row, &after.table, &columns)).or_default() += 1;
    }
    old.iter().all(|row| {
        let left = there.get_mut(&normal_row(row, &before.table, &all));
        left.filter(|left| **left > 0).map(|left| *left -= 1).is_some()
    })
}
