//! Whether values became what a scenario says they must.

use super::follow::follow;
use super::losses::{key_of, short};
use super::pairs::pairs;
use super::values::same;
use super::{Holdings, Rows};

/// One column of one table: where it was, and where it is.
struct Pairing<'a> {
    before: &'a super::Account,
    rows: Vec<(&'a Vec<Option<String>>, Option<&'a str>)>,
    now: &'a super::Column,
    column: &'a super::Column,
}

fn pairing<'a>(
    (oid, column): (u32, &str),
    before: &'a Holdings,
    after: &'a Holdings,
) -> Option<Pairing<'a>> {
    let account = before.get(&oid)?;
    let followed = follow(account, oid, (before, after))?;
    let (Rows::All(old), Rows::All(new)) = (&account.rows, &followed.after.rows) else {
        return None;
    };
    let position = account.table.columns.iter().position(|it| it.name == column)?;
    let there = followed.columns.get(position).copied().flatten()?;
    let rows = pairs(account, old, &followed, new).same;
    let rows = rows
        .into_iter()
        .filter_map(|(at, other)| Some((old.get(at)?, new.get(other)?.get(there)?.as_deref())));
    let now = followed.after.table.columns.get(there)?;
    let column = account.table.columns.get(position)?;
    Some(Pairing { before: account, rows: rows.collect(), now, column })
}

/// A query for what an expression over the old row comes to, a row for each row that is still there, in their order. `None`
/// where the rows are not known one by one, or none is left.
#[must_use]
pub fn asks(
    of: (u32, &str),
    expression: &str,
    before: &Holdings,
    after: &Holdings,
) -> Option<String> {
    let pairing = pairing(of, before, after)?;
    let columns = &pairing.before.table.columns;
    let rows = pairing.rows.iter().enumerate().map(|(position, (row, _))| {
        let values = columns.iter().zip(row.iter()).map(|(column, value)| match value {
            Some(value) => format!("'{}'::{}", value.replace('\'', "''"), column.data_type),
            None => format!("NULL::{}", column.data_type),
        });
        let values: Vec<_> = values.collect();
        format!("({position}, {})", values.join(", "))
    });
    let rows: Vec<_> = rows.collect();
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let names: Vec<_> = columns.iter().map(|column| quote(&column.name)).collect();
    let (table, to) = (quote(&pairing.before.table.name), &pairing.now.data_type);
    (!rows.is_empty()).then(|| {
        format!(
            "SELECT (({expression})::{to})::text FROM (VALUES {}) AS {table}(\"\u{1}\", {}) ORDER BY \"\u{1}\"",
            rows.join(", "),
            names.join(", ")
        )
    })
}

/// The rows whose value is not what was answered: `id 7: tier 3, declared 2, is 1`.
#[must_use]
pub fn disagreeing(
    of: (u32, &str),
    answers: &[Option<String>],
    before: &Holdings,
    after: &Holdings,
) -> Vec<String> {
    let Some(pairing) = pairing(of, before, after) else { return Vec::new() };
    let to = pairing.now.data_type.as_str();
    let told = pairing.rows.iter().zip(answers).filter_map(|((row, then), wanted)| {
        let agrees = match (then, wanted) {
            (Some(then), Some(wanted)) => same((wanted, to), (then, to)),
            (then, wanted) => then.is_none() == wanted.is_none(),
        };
        let words = |value: Option<&str>| value.map_or_else(|| "null".into(), short);
        let position = pairing.before.table.columns.iter().position(|it| it == pairing.column)?;
        let old = row.get(position)?.as_deref();
        let key = key_of(&pairing.before.table, row);
        let name = &pairing.column.name;
        (!agrees).then(|| {
            format!(
                "{key}{name} {}, declared {}, is {}",
                words(old),
                words(wanted.as_deref()),
                words(*then)
            )
        })
    });
    told.collect()
}
