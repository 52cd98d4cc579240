use std::fmt::Write as _;

use super::page::{Page, Row};
use super::sections::page;
use crate::explain::Explanation;
use crate::report::Style;
use crate::report::style::Tone;
use crate::report::text::visible;

/// An explanation for people.
#[must_use]
pub fn explain_text(explanation: &Explanation, style: Style) -> String {
    let page = page(explanation);
    let mut text = visible(&page.title) + "\n";
    if let Some(note) = &page.note {
        let _ = writeln!(text, "{}", style.paint(Tone::Doubtful, &visible(note)));
    }
    let width = width_of_lines(&page);
    for section in &page.sections {
        let _ = write!(text, "\n{}", section.title);
        match &section.verdict {
            Some((tone, verdict)) => {
                let colon = if section.title.ends_with('?') { "" } else { ":" };
                let _ = writeln!(text, "{colon} {}", style.paint(*tone, &visible(verdict)));
            }
            None => text.push_str(":\n"),
        }
        for row in &section.rows {
            text.push_str(&text_row(row, width, style));
        }
    }
    text + "\n"
}

/// How wide the longest `line 123` is.
fn width_of_lines(page: &Page) -> usize {
    let rows = page.sections.iter().flat_map(|section| &section.rows);
    let lines = rows.filter_map(|row| row.line).map(|line| line_words(line).len());
    lines.max().unwrap_or_default()
}

fn line_words(line: usize) -> String {
    format!("line {line}")
}

fn text_row(row: &Row, width: usize, style: Style) -> String {
    let said = visible(&row.text);
    let painted = row.tone.map_or_else(|| said.clone(), |tone| style.paint(tone, &said));
    let (mut text, indent) = match row.line {
        Some(line) => {
            let line = style.paint(Tone::Dim, &format!("{:width$}", line_words(line)));
            (format!("  {line}  {painted}\n"), width + 4)
        }
        None => (format!("  {painted}\n"), 4),
    };
    for note in &row.notes {
        let _ = writeln!(text, "{:indent$}{}", "", style.paint(Tone::Dim, &visible(note)));
    }
    text
}

/// An explanation as a part of a page, with a heading of the second level.
#[must_use]
pub fn explain_markdown(explanation: &Explanation) -> String {
    let page = page(explanation);
    let mut text = format!("## {}\n", escaped(&page.title));
    if let Some(note) = &page.note {
        let _ = writeln!(text, "\n**{}**", escaped(note));
    }
    for section in &page.sections {
        let _ = writeln!(text, "\n### {}", section.title);
        if let Some((_, verdict)) = &section.verdict {
            let _ = writeln!(text, "\n{}{}", capital(&escaped(verdict)), stop(verdict));
        }
        if !section.rows.is_empty() {
            text.push('\n');
        }
        for row in &section.rows {
            let line = row.line.map(|line| format!("{}: ", line_words(line))).unwrap_or_default();
            let _ = writeln!(text, "- {line}{}", escaped(&row.text));
            for note in &row.notes {
                let _ = writeln!(text, "  - {}", escaped(note));
            }
        }
    }
    text
}

fn stop(sentence: &str) -> &'static str {
    if sentence.ends_with('.') { "" } else { "." }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// Without meaning for Markdown. An underscore within a word has none.
fn escaped(text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let is_within =
            before.is_alphanumeric() && rest.peek().is_some_and(|it| it.is_alphanumeric());
        let means = match character {
            '_' => !is_within,
            other => matches!(other, '*' | '`' | '<' | '>' | '[' | ']' | '|' | '\\'),
        };
        if means {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}
