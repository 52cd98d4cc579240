use crate::scenario::Value;

/// Rows as the server prints them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(pub Vec<Vec<Option<String>>>);

impl std::fmt::Display for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 10;
        if let [row] = self.0.as_slice()
            && let [only] = row.as_slice()
        {
            return match only {
                Some(text) if text.parse::<f64>().is_ok() => f.write_str(text),
                Some(text) => write!(f, "{text:?}"),
                None => f.write_str("null"),
            };
        }
        let cell = |cell: &Option<String>| match cell {
            Some(text) => format!("{text:?}"),
            None => "null".to_owned(),
        };
        let row = |row: &Vec<Option<String>>| {
            format!("[{}]", row.iter().map(cell).collect::<Vec<_>>().join(", "))
        };
        let shown: Vec<_> = self.0.iter().take(SHOWN).map(row).collect();
        write!(f, "[{}]", shown.join(", "))?;
        match self.0.len().checked_sub(SHOWN) {
            Some(more) if more > 0 => write!(f, " and {more} more rows"),
            _ => Ok(()),
        }
    }
}

/// Whether rows are what was expected: a single value for one row of one column; a list of values for
/// one row of several columns, or for several rows of one column; a list of lists for rows.
#[must_use]
pub fn compare_rows(expected: &Value, rows: &Rows) -> bool {
    match expected {
        Value::List(items) if items.iter().any(|item| matches!(item, Value::List(_))) => {
            items.len() == rows.0.len()
                && items.iter().zip(&rows.0).all(|(item, row)| match item {
                    Value::List(cells) => same_cells(cells, row),
                    single => same_cells(std::slice::from_ref(single), row),
                })
        }
        Value::List(items) => match rows.0.as_slice() {
            [row] if row.len() == items.len() => same_cells(items, row),
            rows => {
                rows.len() == items.len()
                    && items
                        .iter()
                        .zip(rows)
                        .all(|(item, row)| same_cells(std::slice::from_ref(item), row))
            }
        },
        single => match rows.0.as_slice() {
            [row] => same_cells(std::slice::from_ref(single), row),
            _ => false,
        },
    }
}

fn same_cells(expected: &[Value], row: &[Option<String>]) -> bool {
    expected.len() == row.len()
        && expected.iter().zip(row).all(|(value, cell)| same(value, cell.as_ref()))
}

/// SQL null is written as the text `null` in a scenario, since TOML has none.
fn same(expected: &Value, cell: Option<&String>) -> bool {
    let Some(text) = cell else { return *expected == Value::Text("null".into()) };
    match expected {
        Value::Integer(number) => text.parse() == Ok(*number),
        Value::Float(number) => {
            text.parse::<f64>().is_ok_and(|cell| cell.total_cmp(number).is_eq())
        }
        Value::Boolean(truth) => text == if *truth { "t" } else { "f" },
        Value::Text(wanted) => text == wanted,
        Value::List(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn rows(rows: &[&[Option<&str>]]) -> Rows {
        let text = |cell: Option<&str>| cell.map(str::to_owned);
        Rows(rows.iter().map(|row| row.iter().copied().map(text).collect()).collect())
    }

    #[test]
    fn a_single_value_is_shown_as_one() {
        assert_eq!(rows(&[&[Some("2")]]).to_string(), "2");
        assert_eq!(rows(&[&[Some("two")]]).to_string(), "\"two\"");
        assert_eq!(rows(&[&[Some("2"), None]]).to_string(), "[[\"2\", null]]");
    }

    fn list(items: &[Value]) -> Value {
        Value::List(items.to_vec())
    }

    #[rstest]
    #[case::number(Value::Integer(5), &[&[Some("5")][..]], true)]
    #[case::other_number(Value::Integer(5), &[&[Some("6")][..]], false)]
    #[case::text_is_not_a_number(Value::Text("5".into()), &[&[Some("5.0")][..]], false)]
    #[case::truth(Value::Boolean(true), &[&[Some("t")][..]], true)]
    #[case::float(Value::Float(1.5), &[&[Some("1.50")][..]], true)]
    #[case::null(Value::Text("null".into()), &[&[None][..]], true)]
    #[case::no_row(Value::Integer(5), &[], false)]
    #[case::two_rows(Value::Integer(5), &[&[Some("5")][..], &[Some("5")]], false)]
    #[case::one_row(list(&[Value::Integer(1), Value::Text("a".into())]), &[&[Some("1"), Some("a")][..]], true)]
    #[case::one_column(list(&[Value::Integer(1), Value::Integer(2)]), &[&[Some("1")][..], &[Some("2")]], true)]
    #[case::no_rows_wanted(list(&[]), &[], true)]
    #[case::no_rows_wanted_but_there(list(&[]), &[&[Some("1")][..]], false)]
    #[case::rows(list(&[list(&[Value::Integer(1)]), list(&[Value::Integer(2)])]), &[&[Some("1")][..], &[Some("2")]], true)]
    fn rows_are_compared_as_toml_can_say_them(
        #[case] expected: Value,
        #[case] found: &[&[Option<&str>]],
        #[case] same: bool,
    ) {
        assert_eq!(compare_rows(&expected, &rows(found)), same);
    }
}
