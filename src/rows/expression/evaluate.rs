use std::cmp::Ordering;

use super::Expression;
use super::functions::call;
use super::instant::{instant, span};

/// A value as far as it is understood.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rows) enum Seen {
    /// Null.
    Null,
    /// A truth value.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text, and everything that is told as one.
    Text(String),
    /// A moment, or a time span: days.
    Days(f64),
    /// An array.
    List(Vec<Seen>),
}

/// Where columns get their values from.
pub(in crate::rows) trait Row {
    /// The value of a column; `None` where nobody knows it.
    fn value(&self, column: &str) -> Option<Seen>;
}

/// Whether an expression is true for a row, or null, which satisfies a check too; `None` where nobody can tell.
pub(in crate::rows) fn truth(expression: &Expression, row: &dyn Row) -> Option<bool> {
    match evaluate(expression, row)? {
        Seen::Null => Some(true),
        Seen::Truth(truth) => Some(truth),
        _ => None,
    }
}

/// The value of an expression; `None` where it is not understood.
pub(super) fn evaluate(expression: &Expression, row: &dyn Row) -> Option<Seen> {
    match expression {
        Expression::Null => Some(Seen::Null),
        Expression::Truth(truth) => Some(Seen::Truth(*truth)),
        Expression::Number(number) => Some(Seen::Number(*number)),
        Expression::Text(text) => Some(Seen::Text(text.clone())),
        Expression::Column(name) => row.value(name),
        Expression::Cast(inner, to) => cast(evaluate(inner, row)?, to),
        Expression::Call(name, arguments) => call(name, arguments, row),
        Expression::Binary(operator, left, right) => {
            operate(operator, &evaluate(left, row)?, &evaluate(right, row)?)
        }
        Expression::Any(operator, left, right) => each(operator, left, right, row, true),
        Expression::All(operator, left, right) => each(operator, left, right, row, false),
        Expression::Not(inner) => Some(match evaluate(inner, row)? {
            Seen::Null => Seen::Null,
            Seen::Truth(truth) => Seen::Truth(!truth),
            _ => return None,
        }),
        Expression::And(left, right) => join(left, right, row, false),
        Expression::Or(left, right) => join(left, right, row, true),
        Expression::IsNull(inner) => Some(Seen::Truth(evaluate(inner, row)? == Seen::Null)),
        Expression::Is(inner, truth) => {
            Some(Seen::Truth(evaluate(inner, row)? == Seen::Truth(*truth)))
        }
        Expression::List(items) => {
            items.iter().map(|item| evaluate(item, row)).collect::<Option<_>>().map(Seen::List)
        }
        Expression::Case(branches, otherwise) => {
            for (condition, value) in branches {
                if evaluate(condition, row)? == Seen::Truth(true) {
                    return evaluate(value, row);
                }
            }
            evaluate(otherwise, row)
        }
        Expression::Unknown => None,
    }
}

/// `AND` and `OR`: one side may decide alone; `decisive` is the value that does.
fn join(left: &Expression, right: &Expression, row: &dyn Row, decisive: bool) -> Option<Seen> {
    let (left, right) = (evaluate(left, row), evaluate(right, row));
    let decided = Some(Seen::Truth(decisive));
    if left == decided || right == decided {
        return decided;
    }
    match (left?, right?) {
        (Seen::Null, _) | (_, Seen::Null) => Some(Seen::Null),
        (Seen::Truth(_), Seen::Truth(_)) => Some(Seen::Truth(!decisive)),
        _ => None,
    }
}

/// `ANY` and `ALL` over an array.
fn each(
    operator: &str,
    left: &Expression,
    right: &Expression,
    row: &dyn Row,
    decides: bool,
) -> Option<Seen> {
    let left = evaluate(left, row)?;
    let items = match evaluate(right, row)? {
        Seen::List(items) => items,
        Seen::Text(text) => array(&text)?,
        Seen::Null => return Some(Seen::Null),
        _ => return None,
    };
    let mut is_null = false;
    for item in &items {
        match operate(operator, &left, item)? {
            Seen::Truth(truth) if truth == decides => return Some(Seen::Truth(decides)),
            Seen::Null => is_null = true,
            _ => {}
        }
    }
    Some(if is_null { Seen::Null } else { Seen::Truth(!decides) })
}

/// The items of an array's text, where it is a simple one.
pub(super) fn array(text: &str) -> Option<Vec<Seen>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    if inner.contains(['{', '\\']) {
        return None;
    }
    let item = |item: &str| match item.trim() {
        "NULL" => Seen::Null,
        quoted if quoted.starts_with('"') => Seen::Text(quoted.trim_matches('"').to_owned()),
        plain => Seen::Text(plain.to_owned()),
    };
    Some(inner.split(',').map(item).collect())
}

fn cast(value: Seen, to: &str) -> Option<Seen> {
    if value == Seen::Null {
        return Some(Seen::Null);
    }
    if to.ends_with("[]") {
        return match value {
            Seen::List(items) => Some(Seen::List(items)),
            Seen::Text(text) => array(&text).map(Seen::List),
            _ => None,
        };
    }
    match to.split(' ').next().unwrap_or_default() {
        "integer" | "bigint" | "smallint" | "numeric" | "double" | "real" | "int4" | "int8"
        | "int2" | "float8" => match value {
            Seen::Number(_) => Some(value),
            Seen::Text(text) => text.trim().parse().ok().map(Seen::Number),
            _ => None,
        },
        "date" => as_days(value, instant).map(|value| match value {
            Seen::Days(days) => Seen::Days(days.floor()),
            other => other,
        }),
        "timestamp" | "timestamptz" => as_days(value, instant),
        "interval" => as_days(value, span),
        "boolean" => match value {
            Seen::Truth(_) => Some(value),
            Seen::Text(text) => Some(Seen::Truth(text.starts_with('t'))),
            _ => None,
        },
        "json" | "jsonb" => Some(value),
        // Texts; labels of an enum and the like are compared as such.
        _ => match value {
            Seen::Text(_) => Some(value),
            _ => None,
        },
    }
}

fn as_days(value: Seen, read: fn(&str) -> Option<f64>) -> Option<Seen> {
    match value {
        Seen::Days(_) => Some(value),
        Seen::Text(text) => read(&text).map(Seen::Days),
        _ => None,
    }
}

/// The value of `left operator right`.
fn operate(operator: &str, left: &Seen, right: &Seen) -> Option<Seen> {
    if *left == Seen::Null || *right == Seen::Null {
        return Some(Seen::Null);
    }
    let order = || order(left, right);
    let truth = |truth: bool| Some(Seen::Truth(truth));
    match operator {
        "=" => truth(order()? == Ordering::Equal),
        "<>" => truth(order()? != Ordering::Equal),
        "<" => truth(order()? == Ordering::Less),
        ">" => truth(order()? == Ordering::Greater),
        "<=" => truth(order()? != Ordering::Greater),
        ">=" => truth(order()? != Ordering::Less),
        "+" | "-" | "*" | "/" | "%" => compute(operator, left, right),
        "||" => match (left, right) {
            (Seen::Text(left), Seen::Text(right)) => Some(Seen::Text(format!("{left}{right}"))),
            _ => None,
        },
        "~" | "~*" | "!~" | "!~*" | "~~" | "!~~" | "~~*" | "!~~*" => {
            let (Seen::Text(text), Seen::Text(pattern)) = (left, right) else { return None };
            let wanted = !operator.starts_with('!');
            matches(text, pattern, operator.trim_start_matches('!'))
                .map(|found| Seen::Truth(found == wanted))
        }
        "<@" | "@>" | "&&" => sets(operator, left, right),
        _ => None,
    }
}

fn sets(operator: &str, left: &Seen, right: &Seen) -> Option<Seen> {
    let items = |seen: &Seen| match seen {
        Seen::List(items) => Some(items.clone()),
        Seen::Text(text) => array(text),
        _ => None,
    };
    let (left, right) = (items(left)?, items(right)?);
    let within = |inner: &[Seen], outer: &[Seen]| inner.iter().all(|item| outer.contains(item));
    Some(Seen::Truth(match operator {
        "<@" => within(&left, &right),
        "@>" => within(&right, &left),
        _ => left.iter().any(|item| right.contains(item)),
    }))
}

/// Which of two values is greater; texts are read as what the other one is.
pub(super) fn order(left: &Seen, right: &Seen) -> Option<Ordering> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match (left, right) {
        (Seen::Number(left), Seen::Number(right)) | (Seen::Days(left), Seen::Days(right)) => {
            left.partial_cmp(right)
        }
        (Seen::Text(left), Seen::Text(right)) => Some(left.cmp(right)),
        (Seen::Truth(left), Seen::Truth(right)) => Some(left.cmp(right)),
        (Seen::Text(text), Seen::Number(right)) => number(text)?.partial_cmp(right),
        (Seen::Number(left), Seen::Text(text)) => left.partial_cmp(&number(text)?),
        (Seen::Text(text), Seen::Days(right)) => instant(text)?.partial_cmp(right),
        (Seen::Days(left), Seen::Text(text)) => left.partial_cmp(&instant(text)?),
        (Seen::List(left), Seen::List(right)) => (left == right).then_some(Ordering::Equal),
        (Seen::List(left), Seen::Text(text)) => {
            (left == &array(text)?).then_some(Ordering::Equal).or(Some(Ordering::Less))
        }
        _ => None,
    }
}

fn compute(operator: &str, left: &Seen, right: &Seen) -> Option<Seen> {
    let make: fn(f64) -> Seen = match (left, right) {
        (Seen::Number(_), Seen::Number(_)) => Seen::Number,
        _ => Seen::Days,
    };
    let (Seen::Number(left) | Seen::Days(left), Seen::Number(right) | Seen::Days(right)) =
        (left, right)
    else {
        return None;
    };
    Some(make(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" if *right != 0.0 => left / right,
        "%" if *right != 0.0 => left % right,
        _ => return None,
    }))
}

fn matches(text: &str, pattern: &str, operator: &str) -> Option<bool> {
    let pattern = match operator {
        "~" => format!("(?s){pattern}"),
        "~*" => format!("(?is){pattern}"),
        "~~" => like(pattern, "(?s)"),
        _ => like(pattern, "(?is)"),
    };
    regex::Regex::new(&pattern).ok().map(|pattern| pattern.is_match(text))
}

/// A `LIKE` pattern as a regular expression.
fn like(pattern: &str, flags: &str) -> String {
    let mut regex = format!("{flags}^");
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            '\\' => regex.extend(characters.next().map(|it| regex::escape(&it.to_string()))),
            other => regex.push_str(&regex::escape(&other.to_string())),
        }
    }
    regex.push('$');
    regex
}
