use super::Expression;
use super::evaluate::{Row, Seen, array, evaluate, order};

/// What `now()` is taken for, in days since 1970: rows keep far from it on both sides.
const NOW: f64 = 20_600.0;

/// The value of a call; `None` for functions that are not known here.
pub(super) fn call(name: &str, arguments: &[Expression], row: &dyn Row) -> Option<Seen> {
    let value = |at: usize| arguments.get(at).and_then(|it| evaluate(it, row));
    match name {
        "now" | "statement_timestamp" | "transaction_timestamp" | "clock_timestamp" => {
            return Some(Seen::Days(NOW));
        }
        "COALESCE" | "coalesce" => {
            for argument in arguments {
                match evaluate(argument, row)? {
                    Seen::Null => {}
                    found => return Some(found),
                }
            }
            return Some(Seen::Null);
        }
        "num_nonnulls" | "num_nulls" => {
            let all: Option<Vec<_>> = arguments.iter().map(|it| evaluate(it, row)).collect();
            let all = all?;
            let nulls = all.iter().filter(|it| **it == Seen::Null).count();
            return number(if name == "num_nulls" { nulls } else { all.len() - nulls });
        }
        "LEAST" | "GREATEST" => {
            let all: Option<Vec<_>> = arguments.iter().map(|it| evaluate(it, row)).collect();
            return extreme(all?, name == "LEAST");
        }
        "is distinct from" => {
            let (left, right) = (value(0)?, value(1)?);
            let is_same = match (&left, &right) {
                (Seen::Null, Seen::Null) => true,
                (Seen::Null, _) | (_, Seen::Null) => false,
                _ => order(&left, &right)?.is_eq(),
            };
            return Some(Seen::Truth(!is_same));
        }
        "NULLIF" | "nullif" => {
            let (left, right) = (value(0)?, value(1)?);
            let is_same =
                left == Seen::Null || (right != Seen::Null && order(&left, &right)?.is_eq());
            return Some(if is_same { Seen::Null } else { left });
        }
        _ => {}
    }
    strict(name, &value(0)?, arguments.len(), &|| value(1))
}

/// The smallest or greatest of values, nulls left out.
fn extreme(all: Vec<Seen>, is_least: bool) -> Option<Seen> {
    let mut found = Seen::Null;
    for value in all.into_iter().filter(|value| *value != Seen::Null) {
        let is_better = found == Seen::Null || order(&value, &found)?.is_lt() == is_least;
        if is_better {
            found = value;
        }
    }
    Some(found)
}

/// Functions that give null for null.
fn strict(
    name: &str,
    first: &Seen,
    count: usize,
    second: &dyn Fn() -> Option<Seen>,
) -> Option<Seen> {
    if *first == Seen::Null {
        return Some(Seen::Null);
    }
    match (name, first) {
        ("length" | "char_length" | "character_length", Seen::Text(text)) => {
            number(text.chars().count())
        }
        ("octet_length", Seen::Text(text)) => number(text.len()),
        ("lower", Seen::Text(text)) => Some(Seen::Text(text.to_lowercase())),
        ("upper", Seen::Text(text)) => Some(Seen::Text(text.to_uppercase())),
        ("btrim" | "trim", Seen::Text(text)) if count == 1 => {
            Some(Seen::Text(text.trim_matches(' ').to_owned()))
        }
        ("ltrim", Seen::Text(text)) if count == 1 => {
            Some(Seen::Text(text.trim_start_matches(' ').to_owned()))
        }
        ("rtrim", Seen::Text(text)) if count == 1 => {
            Some(Seen::Text(text.trim_end_matches(' ').to_owned()))
        }
        ("strpos" | "position", Seen::Text(text)) => match second()? {
            Seen::Text(part) => {
                let at = text.find(&part).map_or(0, |at| text[..at].chars().count() + 1);
                number(at)
            }
            _ => None,
        },
        ("starts_with", Seen::Text(text)) => match second()? {
            Seen::Text(part) => Some(Seen::Truth(text.starts_with(&part))),
            _ => None,
        },
        ("abs", Seen::Number(value)) => Some(Seen::Number(value.abs())),
        ("-", Seen::Number(value)) => Some(Seen::Number(-value)),
        ("cardinality", list) => number(items(list)?.len()),
        ("array_length", list) => match items(list)?.len() {
            0 => Some(Seen::Null),
            length => number(length),
        },
        ("jsonb_typeof" | "json_typeof", Seen::Text(text)) => {
            Some(Seen::Text(kind_of_json(text).to_owned()))
        }
        ("jsonb_array_length" | "json_array_length", Seen::Text(text)) if text == "[]" => number(0),
        _ => None,
    }
}

fn items(list: &Seen) -> Option<Vec<Seen>> {
    match list {
        Seen::List(items) => Some(items.clone()),
        Seen::Text(text) => array(text),
        _ => None,
    }
}

fn kind_of_json(text: &str) -> &'static str {
    match text.trim_start().chars().next() {
        Some('{') => "object",
        Some('[') => "array",
        Some('"') => "string",
        Some('t' | 'f') => "boolean",
        Some('n') => "null",
        _ => "number",
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::unnecessary_wraps,
    reason = "lengths are small; callers want an option"
)]
fn number(count: usize) -> Option<Seen> {
    Some(Seen::Number(count as f64))
}
