//! Source lines with a caret: one renderer for scenario files and for SQL.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};

use super::text::visible;
use crate::place::{Place, SourceText};

/// Lines shown of a place that spans more.
const MOST_LINES: usize = 3;
/// Characters underlined of a place that is longer.
const LONGEST_CARET: usize = 80;

/// The lines around a place that are worth showing.
struct Window {
    text: String,
    first_line: usize,
    caret: Range<usize>,
}

/// The lines of a place, with a caret under it and a few words.
pub(super) fn snippet<'a>(
    place: &Place,
    kind: AnnotationKind,
    label: Option<String>,
) -> Snippet<'a, Annotation<'a>> {
    let window = window(place);
    Snippet::source(window.text)
        .line_start(window.first_line)
        .path(visible(&place.source().path().display().to_string()))
        .fold(false)
        .annotation(kind.span(window.caret).label(label))
}

/// The place of a character (from 1) in a text that no file holds.
pub(super) fn place_in(name: &str, text: &str, character: u32) -> Place {
    let before = usize::try_from(character).unwrap_or(usize::MAX).saturating_sub(1);
    let start = text.char_indices().nth(before).map_or(text.len(), |(at, _)| at);
    let rest = &text[start..];
    let word = rest
        .find(|it: char| !it.is_alphanumeric() && !matches!(it, '_' | '.' | '"'))
        .unwrap_or(rest.len());
    SourceText::new(name, text).place(start..start + word.max(1))
}

/// Cuts the window: whole lines, so that line and column stay true, and the caret on the first of them.
fn window(place: &Place) -> Window {
    let (text, span) = (place.source().text(), place.span());
    let line_start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let meant = text[span.clone()].trim_end();
    let shown = meant.lines().count().clamp(1, MOST_LINES);
    let mut lines = text[line_start..].lines().take(shown);
    let line = lines.next().unwrap_or_default();

    let start = (span.start - line_start).min(line.len());
    let end = (span.start + meant.len() - line_start).clamp(start, line.len());
    let underlined = &line[start..end];
    let end = underlined.char_indices().nth(LONGEST_CARET).map_or(end, |(at, _)| start + at);

    let before = printable(&line[..start]);
    let under = printable(&line[start..end]);
    let caret = before.len()..before.len() + under.len();
    let mut shown = before + &under + &printable(&line[end..]);
    for line in lines {
        shown.push('\n');
        shown.push_str(&printable(line));
    }
    Window { text: shown, first_line: place.line_column().line, caret }
}

/// The renderer shows the old control characters as pictures, but passes on the eight-bit ones, which
/// some terminals obey.
fn printable(text: &str) -> String {
    let is_eight_bit = |it: char| ('\u{80}'..='\u{9f}').contains(&it);
    text.chars().map(|it| if is_eight_bit(it) { '\u{fffd}' } else { it }).collect()
}
