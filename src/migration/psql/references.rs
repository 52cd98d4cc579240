use std::ops::Range;

use super::values::is_psqls_own;
use crate::migration::Variables;
use crate::migration::split::{PieceKind, TokenKind, split, tokens};

/// A place where a variable's value may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference<'text> {
    /// All of it, from the colon on.
    pub(super) span: Range<usize>,
    pub(super) name: &'text str,
    pub(super) style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `:name`
    Plain,
    /// `:'name'`
    Literal,
    /// `:"name"`
    Identifier,
    /// `:{?name}`
    IsSet,
}

/// The reference at a colon, if there is one.
pub(super) fn reference(text: &str, at: usize) -> Option<Reference<'_>> {
    let rest = text.get(at..)?.strip_prefix(':')?;
    let (style, opening, closing) = match rest.as_bytes().first()? {
        b'\'' => (Style::Literal, "'", "'"),
        b'"' => (Style::Identifier, "\"", "\""),
        b'{' => (Style::IsSet, "{?", "}"),
        _ => (Style::Plain, "", ""),
    };
    let inner = rest.strip_prefix(opening)?;
    let name = &inner[..inner.find(|c| !is_of_a_name(c)).unwrap_or(inner.len())];
    let is_closed = inner[name.len()..].starts_with(closing);
    let length = 1 + opening.len() + name.len() + closing.len();
    (is_closed && !name.is_empty()).then(|| Reference { span: at..at + length, name, style })
}

pub(super) fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// Whether a text without commands may refer to a variable that has a value, or is psql's own. Nearly all
/// colons are those of casts and times, so this spares most scripts a closer look.
pub(super) fn may_be_in(text: &str, variables: &Variables) -> bool {
    text.match_indices(':').any(|(at, _)| {
        let behind = &text[at + 1..];
        let named = behind.trim_start_matches(['\'', '"']);
        let end = named.find(|c| !is_of_a_name(c)).unwrap_or(named.len());
        let name = &named[..end];
        behind.starts_with("{?") || variables.get(name).is_some() || is_psqls_own(name)
    })
}

/// The references of a script: outside quotes, comments, data and commands.
pub(super) fn references(text: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    for piece in split(text).pieces {
        // `\copy` takes its line as it is; two backslashes only end the command before.
        let before = &text[..piece.span.start];
        let is_by_command = (before.len() - before.trim_end_matches('\\').len()) % 2 == 1;
        if piece.kind != PieceKind::Meta && !is_by_command {
            in_statement(text, piece.span, &piece.gaps, &mut found);
        }
    }
    found.sort_by_key(|reference| reference.span.start);
    found
}

fn in_statement<'text>(
    text: &'text str,
    span: Range<usize>,
    gaps: &[Range<usize>],
    found: &mut Vec<Reference<'text>>,
) {
    let blanked = blanked(&text[span.clone()], span.start, gaps);
    let mut after = 0;
    for token in tokens(&blanked) {
        let at = span.start + token.offset;
        if token.kind != TokenKind::Symbol || token.text != ":" || at < after {
            continue;
        }
        if text[..at].ends_with('\\') {
            // `\:` is a colon and nothing else.
            after = at + 1;
        } else if text[at..].starts_with("::") || text[at..].starts_with(":=") {
            after = at + 2;
        } else if let Some(reference) = reference(text, at) {
            after = reference.span.end;
            found.push(reference);
        }
    }
}

/// Blanks where the gaps are, as many bytes.
fn blanked(text: &str, start: usize, gaps: &[Range<usize>]) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut at = 0;
    for gap in gaps {
        blanked.push_str(&text[at..gap.start - start]);
        blanked.extend(std::iter::repeat_n(' ', gap.len()));
        at = gap.end - start;
    }
    blanked.push_str(&text[at..]);
    blanked
}
