use super::lists::Alternative;
use crate::schema::quoted;
use crate::sql::syntax::{Excerpt, Is, Node, string};
use crate::sql::words::identifier;

/// Stands for what is not known: a letter for private use, which no name has.
pub(super) const UNKNOWN: char = '\u{e000}';

/// The text that an expression gives, where its variables are set in this way.
pub(super) fn value(expression: Node<'_>, way: &Alternative) -> Excerpt {
    let mut text = Excerpt::default();
    let mut rest = vec![expression];
    while let Some(node) = rest.pop() {
        match node.kind() {
            Is::BIN_EXPR if is_joined(node) => {
                let sides = node.children().filter(|child| {
                    !child.is_token() && !matches!(child.kind(), Is::CUSTOM_OP | Is::OP)
                });
                let sides: Vec<_> = sides.collect();
                rest.extend(sides.into_iter().rev());
            }
            Is::PLPGSQL_EXPR
            | Is::TARGET_LIST
            | Is::TARGET
            | Is::PAREN_EXPR
            | Is::CAST_EXPR
            | Is::ARG => {
                rest.extend(node.first_node());
            }
            _ => text.append(&single(node, way)),
        }
    }
    text
}

/// Whether the operator is `||`.
fn is_joined(node: Node<'_>) -> bool {
    node.child(Is::CUSTOM_OP).is_some_and(|operator| operator.text() == "||")
}

/// The text of an operand.
fn single(node: Node<'_>, way: &Alternative) -> Excerpt {
    let known = match node.kind() {
        Is::LITERAL => string(node).or_else(|| number(node)),
        Is::NAME_REF | Is::FIELD_EXPR => way.get(&node.text().to_ascii_lowercase()).cloned(),
        Is::CALL_EXPR => call(node, way),
        _ => None,
    };
    known.unwrap_or_else(|| unknown(node))
}

fn number(node: Node<'_>) -> Option<Excerpt> {
    let token = node.children().next()?;
    matches!(token.kind(), Is::INT_NUMBER | Is::NUMERIC_NUMBER).then(|| node.excerpt())
}

fn unknown(node: Node<'_>) -> Excerpt {
    let mut text = Excerpt::default();
    text.push_for(&UNKNOWN.to_string(), node.span());
    text
}

fn call(node: Node<'_>, way: &Alternative) -> Option<Excerpt> {
    let name = node.first_node().map(identifier)?;
    let name = name.strip_prefix("pg_catalog.").unwrap_or(&name).to_owned();
    let arguments: Vec<_> = node.child(Is::ARG_LIST)?.all(Is::ARG).collect();
    let texts: Vec<_> = arguments.iter().map(|argument| value(*argument, way)).collect();
    let (first, rest) = texts.split_first()?;
    match name.as_str() {
        "format" => Some(formatted(first, rest)),
        "quote_ident" => Some(as_identifier(first)),
        "quote_literal" | "quote_nullable" => Some(as_literal(first)),
        "concat" => Some(texts.iter().fold(Excerpt::default(), |mut all, text| {
            all.append(text);
            all
        })),
        "lower" | "upper" | "trim" | "btrim" if !first.text.contains(UNKNOWN) => {
            let mut changed = Excerpt::default();
            let text = match name.as_str() {
                "lower" => first.text.to_lowercase(),
                "upper" => first.text.to_uppercase(),
                _ => first.text.trim().to_owned(),
            };
            changed.push_for(&text, first.span());
            Some(changed)
        }
        _ => None,
    }
}

/// `format(template, …)`.
fn formatted(template: &Excerpt, arguments: &[Excerpt]) -> Excerpt {
    let mut text = Excerpt::default();
    let mut at = 0;
    let mut next = 0;
    while let Some(found) = template.text.get(at..).and_then(|rest| rest.find('%')) {
        let sign = at + found;
        text.push_from(&template.text, &template.places, at..sign);
        let Some(spec) = Spec::read(&template.text, sign + 1) else {
            at = sign + 1;
            continue;
        };
        at = spec.end;
        if spec.kind == '%' {
            text.push_for("%", template.places.range(sign..at));
            continue;
        }
        let number = spec.position.unwrap_or(next);
        next = number + 1;
        match (arguments.get(number), spec.kind) {
            (Some(argument), 'I') => text.append(&as_identifier(argument)),
            (Some(argument), 'L') => text.append(&as_literal(argument)),
            (Some(argument), _) => text.append(argument),
            (None, _) => text.push_for(&UNKNOWN.to_string(), template.places.range(sign..at)),
        }
    }
    text.push_from(&template.text, &template.places, at..template.text.len());
    text
}

/// A format specifier: `%I`, `%2$s`, `%-10s`.
struct Spec {
    kind: char,
    position: Option<usize>,
    end: usize,
}

impl Spec {
    fn read(template: &str, start: usize) -> Option<Self> {
        let rest = template.get(start..)?;
        let length = rest.find(|sign: char| !sign.is_ascii_digit() && !"$-*".contains(sign))?;
        let (options, _) = rest.split_at(length);
        let kind = rest.chars().nth(length)?;
        if !matches!(kind, 's' | 'I' | 'L' | '%') {
            return None;
        }
        let position = options.split_once('$').and_then(|(number, _)| number.parse::<usize>().ok());
        let position = position.and_then(|number| number.checked_sub(1));
        Some(Self { kind, position, end: start + length + 1 })
    }
}

fn as_identifier(text: &Excerpt) -> Excerpt {
    let written = quoted(&text.text);
    if written == text.text || text.text.contains(UNKNOWN) {
        return text.clone();
    }
    let mut quoted = Excerpt::default();
    quoted.push_for(&written, text.span());
    quoted
}

fn as_literal(text: &Excerpt) -> Excerpt {
    let mut quoted = Excerpt::default();
    quoted.push_for(&format!("'{}'", text.text.replace('\'', "''")), text.span());
    quoted
}
