//! What may hold a semicolon that ends nothing: strings, quoted names, dollar quotes, comments.

use super::bytes::{Class, Input, class, find};
use super::piece::ProblemKind;

/// Whether a backslash in a string hides the character after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Only `''` stands for a quote. (Manual, 4.1.2.1)
    Doubled,
    /// `\'` does too, as in `E'…'`. (Manual, 4.1.2.2)
    Backslash,
}

/// A construct that hides its content from the splitter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Text(Escapes),
    Identifier,
    /// Runs until its tag comes again. The tag includes both dollars. (Manual, 4.1.2.4)
    DollarQuote(Box<[u8]>),
    LineComment,
    /// Nests, other than in C. (Manual, 4.1.5)
    Comment {
        depth: usize,
    },
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    /// Right before this byte.
    At(usize),
    /// Not within these bytes; look again from this byte when there are more.
    Beyond(usize),
}

impl Body {
    pub(super) fn is_comment(&self) -> bool {
        matches!(self, Self::LineComment | Self::Comment { .. })
    }

    /// What is wrong when the script ends inside.
    pub(super) fn problem(&self) -> Option<ProblemKind> {
        match self {
            Self::Text(_) => Some(ProblemKind::OpenString),
            Self::Identifier => Some(ProblemKind::OpenIdentifier),
            Self::DollarQuote(_) => Some(ProblemKind::OpenDollarQuote),
            Self::Comment { .. } => Some(ProblemKind::OpenComment),
            Self::LineComment => None,
        }
    }

    /// Looks for the end from `from` on, a place inside the body.
    pub(super) fn close(&mut self, bytes: &[u8], from: usize, input: Input) -> Close {
        match self {
            Self::Text(Escapes::Doubled) => close_quote(bytes, from, [b'\''], input),
            Self::Text(Escapes::Backslash) => close_quote(bytes, from, [b'\'', b'\\'], input),
            Self::Identifier => close_quote(bytes, from, [b'"'], input),
            Self::DollarQuote(tag) => close_dollar_quote(bytes, from, tag, input),
            Self::LineComment => close_line(bytes, from, input),
            Self::Comment { depth } => close_comment(bytes, from, depth),
        }
    }
}

/// `stops` holds the quote, and the backslash where it escapes.
fn close_quote<const N: usize>(bytes: &[u8], from: usize, stops: [u8; N], input: Input) -> Close {
    let mut from = from;
    while let Some(found) = find(bytes, from, stops) {
        let next = bytes.get(found + 1);
        let stop = bytes[found];
        match next {
            None if stop != b'\\' && input == Input::Complete => return Close::At(found + 1),
            None => return Close::Beyond(found),
            Some(&next) if stop == b'\\' || stop == next => from = found + 2,
            Some(_) => return Close::At(found + 1),
        }
    }
    Close::Beyond(bytes.len().max(from))
}

fn close_dollar_quote(bytes: &[u8], from: usize, tag: &[u8], input: Input) -> Close {
    let mut from = from;
    while let Some(found) = find(bytes, from, [b'$']) {
        let rest = &bytes[found..];
        if rest.starts_with(tag) {
            return Close::At(found + tag.len());
        }
        if input == Input::Continues && tag.starts_with(rest) {
            return Close::Beyond(found);
        }
        from = found + 1;
    }
    Close::Beyond(bytes.len())
}

/// A comment ends before its newline, also before a lone carriage return.
fn close_line(bytes: &[u8], from: usize, input: Input) -> Close {
    match find(bytes, from, [b'\n', b'\r']) {
        Some(found) => Close::At(found),
        None if input == Input::Complete => Close::At(bytes.len()),
        None => Close::Beyond(bytes.len()),
    }
}

fn close_comment(bytes: &[u8], from: usize, depth: &mut usize) -> Close {
    let mut from = from;
    while let Some(found) = find(bytes, from, [b'*', b'/']) {
        match (bytes[found], bytes.get(found + 1)) {
            (_, None) => return Close::Beyond(found),
            (b'*', Some(b'/')) => {
                *depth -= 1;
                from = found + 2;
                if *depth == 0 {
                    return Close::At(from);
                }
            }
            (b'/', Some(b'*')) => {
                *depth += 1;
                from = found + 2;
            }
            _ => from = found + 1,
        }
    }
    Close::Beyond(bytes.len().max(from))
}

/// What stands at a byte that may open a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opening {
    /// A body, and how many bytes open it.
    Body(Body, usize),
    /// Just that byte.
    Nothing,
    /// The bytes at hand do not tell.
    Unknown,
}

/// What the `$` at `at` opens. `$1` is a parameter; a tag looks like an identifier without `$`.
pub(super) fn dollar_quote(bytes: &[u8], at: usize, input: Input) -> Opening {
    let is_first = |byte: &u8| class(*byte) == Class::Word;
    let in_tag = |byte: &u8| is_first(byte) || byte.is_ascii_digit();
    let after = &bytes[at + 1..];
    let length = match after.first() {
        Some(first) if is_first(first) => {
            after.iter().position(|byte| !in_tag(byte)).unwrap_or(after.len())
        }
        _ => 0,
    };
    match after.get(length) {
        Some(b'$') => {
            Opening::Body(Body::DollarQuote(bytes[at..at + length + 2].into()), length + 2)
        }
        None if input == Input::Continues => Opening::Unknown,
        _ => Opening::Nothing,
    }
}

/// What the `-` or `/` at `at` opens. A comment begins even within what would else be an operator.
pub(super) fn comment(bytes: &[u8], at: usize, input: Input) -> Opening {
    match (bytes[at], bytes.get(at + 1)) {
        (b'-', Some(b'-')) => Opening::Body(Body::LineComment, 2),
        (b'/', Some(b'*')) => Opening::Body(Body::Comment { depth: 1 }, 2),
        (_, None) if input == Input::Continues => Opening::Unknown,
        _ => Opening::Nothing,
    }
}
