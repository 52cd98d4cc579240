use std::ops::Range;

use super::Mention;
use super::lines::closing_quote;

impl Mention<'_, '_> {
    /// The value of `NAME=value`, from a position in the line on. Where the whole assignment is quoted (an
    /// item of a YAML list, an argument of `echo`), it ends with that quote.
    pub(super) fn assigned(&self, position: usize, to_the_end: bool) -> Vec<Range<usize>> {
        let text = &self.line.text[position..];
        let begin = position + text.len() - text.trim_start().len();
        let rest = &self.line.text[begin..];
        if let Some(quote) = rest.chars().next().filter(|it| matches!(it, '"' | '\'')) {
            return self.quoted(begin + 1, quote);
        }
        let outer = self.line.text[..self.begin].chars().next_back();
        let outer = outer.filter(|it| matches!(it, '"' | '\''));
        let end = match outer.and_then(|quote| closing_quote(rest, quote)) {
            Some(end) => end,
            None if to_the_end => rest.find(" #").unwrap_or(rest.len()),
            None => end_of_plain(rest),
        };
        vec![self.line.span(begin..begin + end)]
    }

    /// A quoted value, perhaps of several lines; `begin` is after the opening quote.
    pub(super) fn quoted(&self, begin: usize, quote: char) -> Vec<Range<usize>> {
        let first = &self.line.text[begin..];
        if let Some(end) = closing_quote(first, quote) {
            return vec![self.line.span(begin..begin + end)];
        }
        let mut spans = vec![self.line.span(begin..self.line.text.len())];
        for line in &self.lines[self.number + 1..] {
            match closing_quote(line.text, quote) {
                Some(end) => {
                    spans.push(line.span(0..end));
                    return spans;
                }
                None => spans.push(line.span(0..line.text.len())),
            }
        }
        // It never ends: only what stands on its line can be meant.
        spans.truncate(1);
        spans
    }
}

/// A value without quotes ends at the first blank or semicolon; but a blank after a comma goes on with the list.
fn end_of_plain(rest: &str) -> usize {
    let mut before = ' ';
    for (at, character) in rest.char_indices() {
        let is_expression =
            rest[..at].rfind("${{").is_some_and(|open| !rest[open..at].contains("}}"));
        let ends = character.is_whitespace() && before != ',';
        if !is_expression && (ends || matches!(character, ';' | '"' | '\'' | '`')) {
            return at;
        }
        if !character.is_whitespace() {
            before = character;
        }
    }
    rest.len()
}
