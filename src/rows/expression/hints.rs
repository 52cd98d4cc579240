use std::collections::BTreeSet;

use super::Expression;

/// What checks say about the values of one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::rows) struct Hints {
    /// Texts that it is compared with.
    pub(in crate::rows) texts: Vec<String>,
    /// Numbers that it is compared with.
    pub(in crate::rows) numbers: Vec<f64>,
    /// Lengths that its length is compared with.
    pub(in crate::rows) lengths: Vec<usize>,
    /// Regular expressions that it is held against.
    pub(in crate::rows) patterns: Vec<String>,
}

/// The columns that an expression speaks of.
pub(in crate::rows) fn columns_of(expression: &Expression) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    visit(expression, &mut |part| {
        if let Expression::Column(name) = part {
            columns.insert(name.clone());
        }
    });
    columns
}

/// What an expression says about the values of a column.
pub(in crate::rows) fn hints(expression: &Expression, column: &str, hints: &mut Hints) {
    visit(expression, &mut |part| match part {
        Expression::Binary(operator, left, right) => {
            hints.compare(operator, left, right, column);
            hints.compare(operator, right, left, column);
        }
        Expression::Any(operator, left, right) | Expression::All(operator, left, right) => {
            hints.compare(operator, left, right, column);
        }
        _ => {}
    });
}

impl Hints {
    fn compare(&mut self, operator: &str, left: &Expression, right: &Expression, column: &str) {
        if !columns_of(left).contains(column) {
            return;
        }
        let mut constants = Vec::new();
        visit(right, &mut |part| match part {
            Expression::Text(text) => constants.push((Some(text.clone()), text.parse().ok())),
            Expression::Number(number) => constants.push((None, Some(*number))),
            Expression::Call(name, arguments) if name == "-" => {
                if let [Expression::Number(number)] = arguments.as_slice() {
                    constants.push((None, Some(-number)));
                }
            }
            _ => {}
        });
        let measures = is_measured(left);
        for (text, number) in constants {
            match (operator, text, number) {
                ("~" | "~*", Some(text), _) => self.patterns.push(text),
                ("~~" | "~~*", Some(text), _) => self.texts.push(text.replace(['%', '_'], "a")),
                (_, _, Some(number)) if measures => self.lengths.push(length(number)),
                (_, text, number) => {
                    self.texts.extend(text.into_iter().flat_map(|text| {
                        super::evaluate::array(&text).map_or(vec![text], |items| {
                            let texts = items.into_iter().filter_map(|item| match item {
                                super::Seen::Text(text) => Some(text),
                                _ => None,
                            });
                            texts.collect()
                        })
                    }));
                    self.numbers.extend(number);
                }
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn length(number: f64) -> usize {
    number.clamp(0.0, 10_000.0) as usize
}

/// Whether the length of something is what is compared.
fn is_measured(expression: &Expression) -> bool {
    let mut found = false;
    visit(expression, &mut |part| {
        if let Expression::Call(name, _) = part {
            let lengths = ["length", "char_length", "character_length", "octet_length"];
            found |= lengths.contains(&name.as_str())
                || name.contains("array_length")
                || name == "cardinality";
        }
    });
    found
}

fn visit<'e>(expression: &'e Expression, look: &mut dyn FnMut(&'e Expression)) {
    look(expression);
    match expression {
        Expression::Cast(inner, _)
        | Expression::Not(inner)
        | Expression::IsNull(inner)
        | Expression::Is(inner, _) => visit(inner, look),
        Expression::Call(_, items) | Expression::List(items) => {
            for item in items {
                visit(item, look);
            }
        }
        Expression::Binary(_, left, right)
        | Expression::Any(_, left, right)
        | Expression::All(_, left, right)
        | Expression::And(left, right)
        | Expression::Or(left, right) => {
            visit(left, look);
            visit(right, look);
        }
        Expression::Case(branches, otherwise) => {
            for (condition, value) in branches {
                visit(condition, look);
                visit(value, look);
            }
            visit(otherwise, look);
        }
        Expression::Null
        | Expression::Truth(_)
        | Expression::Number(_)
        | Expression::Text(_)
        | Expression::Column(_)
        | Expression::Unknown => {}
    }
}
