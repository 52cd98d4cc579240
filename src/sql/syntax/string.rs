use std::ops::Range;

use super::Is;
use super::places::Excerpt;
use super::tree::Node;

/// The value of a string, whichever way it is quoted; nothing for other literals.
///
/// Backslashes mean something only in `E'…'`, as with `standard_conforming_strings`. Of the escapes only those of one letter
/// are undone; code points stay as written.
pub(in crate::sql) fn string(literal: Node<'_>) -> Option<Excerpt> {
    let mut value: Option<Excerpt> = None;
    let mut has_escapes = false;
    for token in literal.children().filter(|child| child.is_token()) {
        let (before, after) = match token.kind() {
            Is::STRING => (1, 1),
            Is::NATIONAL_STRING => (2, 1),
            Is::UNICODE_ESC_STRING => (3, 1),
            Is::ESC_STRING => {
                has_escapes = true;
                (2, 1)
            }
            Is::DOLLAR_QUOTED_STRING => {
                let tag = token.text().bytes().skip(1).take_while(|byte| *byte != b'$').count();
                (tag + 2, tag + 2)
            }
            _ => break,
        };
        let is_plain = token.kind() == Is::DOLLAR_QUOTED_STRING;
        let start = token.written().start + before;
        let inside = inside(token.text(), before, after);
        let value = value.get_or_insert_default();
        let quotes = if is_plain { Quotes::Dollars } else { quotes(has_escapes) };
        push(value, token, start..start + inside.len(), quotes);
    }
    value
}

/// The text of a string literal alone.
pub(in crate::sql) fn string_text(literal: Node<'_>) -> Option<String> {
    string(literal).map(|value| value.text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Plain,
    Escapes,
    Dollars,
}

fn quotes(has_escapes: bool) -> Quotes {
    if has_escapes { Quotes::Escapes } else { Quotes::Plain }
}

/// What stands between the quotes; all that follows where the closing one is missing.
fn inside(text: &str, before: usize, after: usize) -> &str {
    let opened = text.get(before..).unwrap_or_default();
    let closing = text.get(..before).and_then(|open| open.chars().last());
    let is_closed = opened.len() >= after && opened.chars().last() == closing;
    if is_closed { opened.get(..opened.len() - after).unwrap_or(opened) } else { opened }
}

/// Adds the value of what stands between quotes.
fn push(value: &mut Excerpt, token: Node<'_>, written: Range<usize>, quotes: Quotes) {
    let start = token.written().start;
    let mut at = written.start;
    while at < written.end {
        let rest = token.text().get(at - start..written.end - start).unwrap_or_default();
        let special = match quotes {
            Quotes::Dollars => None,
            Quotes::Plain => rest.find('\''),
            Quotes::Escapes => rest.find(['\'', '\\']),
        };
        let plain = special.unwrap_or(rest.len());
        token.copy_to(value, at..at + plain);
        at += plain;
        let Some(escape) = rest.get(plain..).filter(|escape| !escape.is_empty()) else {
            break;
        };
        let (meant, length) = escaped(escape);
        value.push_for(&meant, token.place_of(at..at + length));
        at += length;
    }
}

/// What an escape means, and how long it is.
fn escaped(text: &str) -> (String, usize) {
    let mut characters = text.chars();
    let first = characters.next().unwrap_or('\'');
    let Some(second) = characters.next() else {
        return (first.to_string(), first.len_utf8());
    };
    let meant = match (first, second) {
        ('\'', _) => '\'',
        (_, 'n') => '\n',
        (_, 't') => '\t',
        (_, 'r') => '\r',
        (_, other) => other,
    };
    let length = if first == '\'' && second != '\'' { 1 } else { 1 + second.len_utf8() };
    (meant.to_string(), length)
}
