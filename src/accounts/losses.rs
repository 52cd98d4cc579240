//! What a migration took away from tables that held rows.

use std::collections::BTreeMap;

use time::PrimitiveDateTime;
use time::macros::format_description;

use super::follow::{Followed, follow};
use super::pairs::{Pairs, Row, pairs};
use super::values::{Family, family, same};
use super::{Account, Cascade, Holdings, Rows, TableFacts};

/// So many examples are shown.
const SAMPLES: usize = 3;
/// A value in an example is cut after so many characters.
const LONGEST: usize = 60;

/// What one table lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLosses {
    /// The table as it was.
    pub table: TableFacts,
    /// Its name now; `None` where it is gone.
    pub now: Option<String>,
    /// Whether another table took its place.
    pub rebuilt: bool,
    /// The foreign keys by way of which others reach its rows; none where nobody has asked.
    pub cascades: Vec<Cascade>,
    /// What is lost; never empty.
    pub losses: Vec<Loss>,
}

/// One thing that is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What.
    pub what: What,
    /// How many rows, or values that are not null, are concerned.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// Examples: `id 7: tier 3, then 2`.
    pub samples: Vec<String>,
}

/// What is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The table.
    Table,
    /// Rows.
    Rows,
    /// A column.
    Column(String),
    /// Values of a column, which are other ones or null now.
    Values {
        /// Its name before.
        column: String,
        /// Its name now.
        now: String,
        /// Whether its type changed.
        retyped: bool,
    },
}

/// What tables lost that held rows before. Nulls that got a value, new rows and new columns are no loss; nor is a time that
/// was set to `since` or later (`now()`), which is text as the server prints it, in UTC. A time may also be a number.
#[must_use]
pub fn losses(before: &Holdings, after: &Holdings, since: &str) -> Vec<TableLosses> {
    let populated = before.iter().filter(|(_, account)| account.rows.count() > 0);
    let told = populated.filter_map(|(oid, account)| {
        let followed = follow(account, *oid, (before, after));
        let losses = match &followed {
            None => vec![whole_table(account)],
            Some(followed) => of_table(account, followed, since),
        };
        let now = followed.as_ref().map(|it| it.after.table.shown());
        let rebuilt = followed.is_some_and(|it| it.rebuilt);
        let table = account.table.clone();
        (!losses.is_empty()).then_some(TableLosses {
            table,
            now,
            rebuilt,
            cascades: Vec::new(),
            losses,
        })
    });
    told.collect()
}

fn whole_table(account: &Account) -> Loss {
    let of = account.rows.count();
    Loss { what: What::Table, count: of, of, samples: Vec::new() }
}

fn of_table(before: &Account, followed: &Followed<'_>, since: &str) -> Vec<Loss> {
    let mut losses = Vec::new();
    let columns = || followed.columns.iter().enumerate();
    match (&before.rows, &followed.after.rows) {
        (Rows::All(old), Rows::All(new)) => {
            let pairs = pairs(before, old, followed, new);
            losses.extend(rows_gone(before, old, &pairs));
            let left = if pairs.same.is_empty() { 0 } else { followed.columns.len() };
            for (position, there) in columns().take(left) {
                losses.extend(match there {
                    None => column_gone(before, position),
                    Some(there) => {
                        let sides = Sides { before, followed, position, there: *there };
                        sides.changed(old, new, &pairs, since)
                    }
                });
            }
        }
        (old, new) => {
            let missing = old.count().saturating_sub(new.count());
            if missing > 0 {
                let samples = Vec::new();
                losses.push(Loss { what: What::Rows, count: missing, of: old.count(), samples });
            }
            for (position, there) in columns() {
                losses.extend(match there {
                    None => column_gone(before, position),
                    Some(there) if missing == 0 => counted(before, followed, position, *there),
                    Some(_) => None,
                });
            }
        }
    }
    losses
}

fn rows_gone(before: &Account, old: &[Row], pairs: &Pairs) -> Option<Loss> {
    let gone = pairs.gone.iter().filter_map(|at| old.get(*at));
    let samples = gone.take(SAMPLES).map(|row| shown_row(&before.table, row)).collect();
    let (count, of) = (pairs.gone.len() as u64, old.len() as u64);
    (count > 0).then_some(Loss { what: What::Rows, count, of, samples })
}

fn column_gone(before: &Account, position: usize) -> Option<Loss> {
    let column = before.table.columns.get(position)?;
    let count = before.rows.filled(position);
    if count == 0 || column.generated {
        return None;
    }
    let samples = match &before.rows {
        Rows::All(rows) => {
            let filled = rows.iter().filter_map(|row| Some((row, row.get(position)?.as_ref()?)));
            let told = filled.take(SAMPLES).map(|(row, value)| {
                format!("{}{} {}", key_of(&before.table, row), column.name, short(value))
            });
            told.collect()
        }
        Rows::Counted(_) => Vec::new(),
    };
    let of = before.rows.count();
    Some(Loss { what: What::Column(column.name.clone()), count, of, samples })
}

/// One column on both sides.
struct Sides<'a> {
    before: &'a Account,
    followed: &'a Followed<'a>,
    position: usize,
    there: usize,
}

impl Sides<'_> {
    fn changed(&self, old: &[Row], new: &[Row], pairs: &Pairs, since: &str) -> Option<Loss> {
        let column = self.before.table.columns.get(self.position)?;
        let now = self.followed.after.table.columns.get(self.there)?;
        let is_set = |then: &str| match family(&now.data_type) {
            Family::Time => is_touched(then, since),
            Family::Number => is_touched_number(then, since),
            _ => false,
        };
        let mut changes = Vec::new();
        let mut values = Vec::new();
        for (at, other) in &pairs.same {
            let (Some(row), Some(then)) = (old.get(*at), new.get(*other)) else { continue };
            let Some(value) = row.get(self.position).and_then(Option::as_deref) else { continue };
            let then = then.get(self.there).and_then(Option::as_deref);
            values.push((value, then));
            let is_same = then.is_some_and(|then| {
                same((value, &column.data_type), (then, &now.data_type)) || is_set(then)
            });
            if !is_same {
                changes.push((row, value, then));
            }
        }
        let retyped = column.data_type != now.data_type;
        let is_other_family = family(&column.data_type) != family(&now.data_type)
            || family(&now.data_type) == Family::Other;
        let is_kept = retyped && is_other_family && is_one_to_one(&values);
        if changes.is_empty() || is_kept || now.generated {
            return None;
        }
        let samples = changes.iter().take(SAMPLES).map(|(row, value, then)| {
            let then = then.map_or_else(|| "null".into(), short);
            let key = key_of(&self.before.table, row);
            format!("{key}{} {}, then {then}", column.name, short(value))
        });
        let (column, now) = (column.name.clone(), now.name.clone());
        let samples = samples.collect();
        let what = What::Values { column, now, retyped };
        Some(Loss { what, count: changes.len() as u64, of: old.len() as u64, samples })
    }
}

/// Whether different values became different ones, and none became null: then they can be told apart as before.
fn is_one_to_one(values: &[(&str, Option<&str>)]) -> bool {
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    values.iter().all(|(value, then)| {
        then.is_some_and(|then| {
            *there.entry(*value).or_insert(then) == then
                && *back.entry(then).or_insert(*value) == *value
        })
    })
}

/// Whether a time was set while the migration ran.
fn is_touched(time: &str, since: &str) -> bool {
    let digits = time.starts_with(|first: char| first.is_ascii_digit());
    let length = time.len().min(since.len()).min("2026-01-01 00:00:00".len());
    digits && time.get(..length) >= since.get(..length)
}

/// The same for a number of seconds since 1970, of milliseconds, microseconds or nanoseconds.
fn is_touched_number(number: &str, since: &str) -> bool {
    const A_DAY: f64 = 86_400.0;
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let (Ok(number), Some(Ok(since))) =
        (number.parse::<f64>(), since.get(..19).map(|time| PrimitiveDateTime::parse(time, format)))
    else {
        return false;
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds of our time need 31 bits")]
    let since = since.assume_utc().unix_timestamp() as f64;
    let is_then = |unit: f64| (since..since + A_DAY).contains(&(number / unit));
    [1.0, 1e3, 1e6, 1e9].into_iter().any(is_then)
}

fn counted(
    before: &Account,
    followed: &Followed<'_>,
    position: usize,
    there: usize,
) -> Option<Loss> {
    let column = before.table.columns.get(position)?;
    let now = followed.after.table.columns.get(there)?;
    let (filled, left) = (before.rows.filled(position), followed.after.rows.filled(there));
    let retyped = column.data_type != now.data_type;
    let sum = |rows: &Rows, at: usize| match rows {
        Rows::Counted(counted) => counted.sums.get(at).cloned(),
        Rows::All(_) => None,
    };
    let sums = (sum(&before.rows, position), sum(&followed.after.rows, there));
    let is_other = !retyped
        && before.rows.count() == followed.after.rows.count()
        && filled == left
        && matches!(&sums, (Some(old), Some(new)) if old != new);
    if (filled <= left && !is_other) || now.generated {
        return None;
    }
    let count = filled.saturating_sub(left);
    let (column, now) = (column.name.clone(), now.name.clone());
    let what = What::Values { column, now, retyped };
    Some(Loss { what, count, of: before.rows.count(), samples: Vec::new() })
}

/// `id 7: `, or nothing where there is no key.
pub(super) fn key_of(table: &TableFacts, row: &[Option<String>]) -> String {
    let parts: Vec<_> = table
        .key_positions()
        .into_iter()
        .filter_map(|at| {
            let value = row.get(at)?.as_deref().unwrap_or("null");
            Some(format!("{} {}", table.columns.get(at)?.name, short(value)))
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(", ")) }
}

fn shown_row(table: &TableFacts, row: &[Option<String>]) -> String {
    let filled = table.columns.iter().zip(row).filter_map(|(column, value)| {
        Some(format!("{} {}", column.name, short(value.as_deref()?)))
    });
    filled.take(5).collect::<Vec<_>>().join(", ")
}

/// One line, not too long.
pub(crate) fn short(value: &str) -> String {
    let line: String =
        value.chars().take(LONGEST).map(|it| if it.is_control() { ' ' } else { it }).collect();
    let rest = if value.chars().count() > LONGEST { "…" } else { "" };
    if line.is_empty() { "''".into() } else { format!("{line}{rest}") }
}
