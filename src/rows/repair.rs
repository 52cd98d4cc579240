//! What would make a check true: one way of several, by chance.

use std::collections::BTreeMap;

use super::expression::Expression;

/// What a check wishes of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Null.
    Null,
    /// Anything but null.
    NotNull,
    /// This value.
    Value(String),
    /// What another column has.
    Like(String),
    /// Another value.
    Other,
}

/// Wishes of columns, by name, that make an expression `wanted`, as far as its form tells; `draw` is asked for chance.
pub(super) fn repair(
    expression: &Expression,
    wanted: bool,
    draw: &mut dyn FnMut() -> usize,
    wishes: &mut BTreeMap<String, Wish>,
) {
    match expression {
        Expression::Not(inner) => repair(inner, !wanted, draw, wishes),
        Expression::Cast(inner, _) => repair(inner, wanted, draw, wishes),
        Expression::And(left, right) | Expression::Or(left, right) => {
            let is_or = matches!(expression, Expression::Or(..));
            if is_or == wanted {
                // One of a chain of several, each as likely as the others.
                let sides = chain(expression, is_or);
                if let Some(side) = sides.get(draw() % sides.len().max(1)) {
                    repair(side, wanted, draw, wishes);
                }
            } else {
                repair(left, wanted, draw, wishes);
                repair(right, wanted, draw, wishes);
            }
        }
        Expression::IsNull(inner) => {
            let wish = if wanted { Wish::Null } else { Wish::NotNull };
            wish_of(inner, &wish, wishes);
        }
        Expression::Is(inner, truth) => repair(inner, *truth == wanted, draw, wishes),
        Expression::Column(name) => {
            wishes.insert(name.clone(), Wish::Value(wanted.to_string()));
        }
        Expression::Binary(operator, left, right) => {
            let is_equal = match operator.as_str() {
                "=" => wanted,
                "<>" => !wanted,
                _ => return other(expression, wishes),
            };
            compare(is_equal, left, right, draw, wishes);
        }
        Expression::Any(operator, left, right) if operator == "=" && wanted => {
            let values = constants(right);
            match values.get(draw() % values.len().max(1)) {
                Some(value) => wish_of(left, &Wish::Value(value.clone()), wishes),
                None => other(left, wishes),
            }
        }
        _ => other(expression, wishes),
    }
}

/// `a = 'x'`, and `(a IS NULL) = (b IS NULL)`.
fn compare(
    is_equal: bool,
    left: &Expression,
    right: &Expression,
    draw: &mut dyn FnMut() -> usize,
    wishes: &mut BTreeMap<String, Wish>,
) {
    if is_condition(left) && is_condition(right) {
        let first = draw().is_multiple_of(2);
        repair(left, first, draw, wishes);
        repair(right, first == is_equal, draw, wishes);
        return;
    }
    if let (Some(one), Some(other), true) = (column(left), column(right), is_equal) {
        let (of, like) = if draw().is_multiple_of(2) { (one, other) } else { (other, one) };
        wishes.insert(of.to_owned(), Wish::Like(like.to_owned()));
        return;
    }
    match constants(right).first() {
        Some(value) if is_equal => wish_of(left, &Wish::Value(value.clone()), wishes),
        _ => {
            other(left, wishes);
            other(right, wishes);
        }
    }
}

/// The column that an expression is, but for casts.
fn column(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Column(name) => Some(name),
        Expression::Cast(inner, _) => column(inner),
        _ => None,
    }
}

fn is_condition(expression: &Expression) -> bool {
    matches!(
        expression,
        Expression::IsNull(_)
            | Expression::Not(_)
            | Expression::And(..)
            | Expression::Or(..)
            | Expression::Is(..)
            | Expression::Any(..)
    ) || matches!(expression, Expression::Binary(operator, ..) if ["=", "<>"].contains(&operator.as_str()))
}

/// The sides of `a OR b OR c`.
fn chain(expression: &Expression, is_or: bool) -> Vec<&Expression> {
    match expression {
        Expression::Or(left, right) if is_or => [chain(left, true), chain(right, true)].concat(),
        Expression::And(left, right) if !is_or => {
            [chain(left, false), chain(right, false)].concat()
        }
        other => vec![other],
    }
}

fn constants(expression: &Expression) -> Vec<String> {
    match expression {
        Expression::Text(text) => {
            match text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
                Some(items) => {
                    items.split(',').map(|item| item.trim_matches('"').to_owned()).collect()
                }
                None => vec![text.clone()],
            }
        }
        Expression::Number(number) => vec![number.to_string()],
        Expression::Truth(truth) => vec![truth.to_string()],
        Expression::Cast(inner, _) => constants(inner),
        Expression::List(items) => items.iter().flat_map(constants).collect(),
        _ => Vec::new(),
    }
}

/// What is wished of the column that an expression is, but for casts.
fn wish_of(expression: &Expression, wish: &Wish, wishes: &mut BTreeMap<String, Wish>) {
    match expression {
        Expression::Column(name) => {
            wishes.insert(name.clone(), wish.clone());
        }
        Expression::Cast(inner, _) => wish_of(inner, wish, wishes),
        _ => other(expression, wishes),
    }
}

fn other(expression: &Expression, wishes: &mut BTreeMap<String, Wish>) {
    for column in super::expression::columns_of(expression) {
        wishes.entry(column).or_insert(Wish::Other);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::expression::parse;
    use super::*;

    #[rstest]
    #[case("((a = 'x'::text) AND (b IS NULL))", &[("a", Wish::Value("x".into())), ("b", Wish::Null)])]
    #[case("((a IS NULL) = (b IS NULL))", &[("a", Wish::Null), ("b", Wish::Null)])]
    #[case("((a IS NULL) <> (b IS NULL))", &[("a", Wish::Null), ("b", Wish::NotNull)])]
    #[case("((a > 5) OR (b > 5))", &[("a", Wish::Other)])]
    #[case("((a)::text = ANY (ARRAY['x'::text, 'y'::text]))", &[("a", Wish::Value("x".into()))])]
    #[case("(a = (b)::date)", &[("a", Wish::Like("b".into()))])]
    #[case("(NOT (a IS NULL))", &[("a", Wish::NotNull)])]
    fn a_check_says_what_it_wishes(#[case] check: &str, #[case] expected: &[(&str, Wish)]) {
        let mut wishes = BTreeMap::new();
        repair(&parse(check), true, &mut || 0, &mut wishes);
        let wishes: Vec<_> =
            wishes.iter().map(|(name, wish)| (name.as_str(), wish.clone())).collect();
        assert_eq!(wishes, expected);
    }
}
