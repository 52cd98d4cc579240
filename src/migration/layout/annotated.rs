//! What layouts share whose files carry annotations in comments: lines as Go reads them, and statements
//! that are put together line by line.

use std::ops::Range;

use crate::migration::{Cut, Rewritten, Script};
use crate::place::{Problem, SourceText};

/// A line of a text.
#[derive(Debug, Clone)]
pub(super) struct Line<'t> {
    /// Its text without the line's end.
    pub(super) text: &'t str,
    /// Where that stands.
    pub(super) range: Range<usize>,
    /// Where the next line begins.
    pub(super) next: usize,
}

/// The lines of a text as Go's `bufio.ScanLines` gives them: without their line feed and one carriage
/// return before it.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut next = 0;
    text.split_inclusive('\n').map(move |whole| {
        let start = next;
        next += whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Line { text: line, range: start..start + line.len(), next }
    })
}

/// Whether the last word of a line, comments aside, ends in a semicolon. goose and sql-migrate end a
/// statement there, and nowhere else.
pub(super) fn ends_with_semicolon(line: &str) -> bool {
    let words = line.split_whitespace().take_while(|word| !word.starts_with("--"));
    words.last().is_some_and(|word| word.ends_with(';'))
}

/// The first line that does not fit into the buffer of a tool that reads line by line.
pub(super) fn refuse_long_line(source: &SourceText, limit: usize, tool: &str) -> Option<Problem> {
    let line = lines(source.text()).find(|line| line.range.len() >= limit)?;
    let message = format!("this line is longer than {tool} reads: {limit} bytes");
    let place = source.place(line.range.start..line.range.start + 1);
    Some(Problem::error(message).at(place).help("break it into several lines"))
}

/// A stretch of a statement that is being put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bit {
    /// As it stands in the file.
    Kept(Range<usize>),
    /// Another text in place of that stretch.
    Put(Range<usize>, String),
}

impl Bit {
    /// The same in a text that has `count` more bytes before it.
    pub(super) fn moved_up(self, count: usize) -> Self {
        let up = |range: Range<usize>| range.start + count..range.end + count;
        match self {
            Self::Kept(range) => Self::Kept(up(range)),
            Self::Put(range, text) => Self::Put(up(range), text),
        }
    }
}

/// Statements that a tool puts together line by line, and sends one by one.
#[derive(Debug)]
pub(super) struct Portions<'t> {
    text: &'t str,
    sent: Rewritten,
    spans: Vec<Range<usize>>,
    open: Vec<Bit>,
}

impl<'t> Portions<'t> {
    /// No statement yet.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, sent: Rewritten::new(), spans: Vec::new(), open: Vec::new() }
    }

    /// Adds a line as it stands, with a line feed after it, to the open statement.
    pub(super) fn add(&mut self, line: &Line<'_>) {
        self.add_bits(line, [Bit::Kept(line.range.clone())]);
    }

    /// Adds a line whose text was replaced in parts.
    pub(super) fn add_bits(&mut self, line: &Line<'_>, bits: impl IntoIterator<Item = Bit>) {
        for bit in bits {
            self.push(bit);
        }
        let end = line.range.end..line.next;
        match &self.text[end.clone()] {
            "\n" => self.push(Bit::Kept(end)),
            _ => self.push(Bit::Put(end, "\n".into())),
        }
    }

    fn push(&mut self, bit: Bit) {
        match (self.open.last_mut(), bit) {
            (Some(Bit::Kept(last)), Bit::Kept(next)) if last.end == next.start => {
                last.end = next.end;
            }
            (_, bit) => self.open.push(bit),
        }
    }

    /// Whether no line was added since the last statement was closed.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// What the open statement says that is not blank: where it begins in the file.
    pub(super) fn unfinished(&self) -> Option<usize> {
        self.open.iter().find_map(|bit| {
            let (text, start) = match bit {
                Bit::Kept(range) => (&self.text[range.clone()], range.start),
                Bit::Put(range, text) => (text.as_str(), range.start),
            };
            let blanks = text.len() - text.trim_start().len();
            let is_kept = matches!(bit, Bit::Kept(_));
            (blanks < text.len()).then_some(if is_kept { start + blanks } else { start })
        })
    }

    /// Forgets the open statement.
    pub(super) fn forget(&mut self) {
        self.open.clear();
    }

    /// Ends the open statement. The blanks around it are not sent.
    pub(super) fn close(&mut self) {
        let start = self.sent.text().len();
        for bit in self.open.drain(..) {
            match bit {
                Bit::Kept(range) => self.sent.keep(self.text, range),
                Bit::Put(range, text) => self.sent.replace(range, &text),
            }
        }
        let statement = &self.sent.text()[start..];
        let start = start + statement.len() - statement.trim_start().len();
        let length = statement.trim().len();
        if length > 0 {
            self.spans.push(start..start + length);
        }
    }

    /// Whether no statement was closed.
    pub(super) fn has_none(&self) -> bool {
        self.spans.is_empty()
    }

    /// The statements as a script of their file.
    pub(super) fn into_script(self, source: SourceText) -> Script {
        Script::new(source).rewritten(self.sent).cut(Cut::At(self.spans))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::testing::sent;
    use super::*;

    #[rstest]
    #[case::plain("select 1;", true)]
    #[case::comment("select 1; -- one;", true)]
    #[case::comment_alone("-- select 1;", false)]
    #[case::comment_without_blank("select 1;-- one", false)]
    #[case::semicolon_in_the_middle("select 1; select 2", false)]
    #[case::blanks_after("select 1;  \t", true)]
    fn a_statement_ends_where_a_lines_last_word_does(#[case] line: &str, #[case] expected: bool) {
        assert_eq!(ends_with_semicolon(line), expected);
    }

    #[test]
    fn places_lead_back_over_line_ends_and_what_was_left_out() {
        let text = "select\r\n-- left out\r\n  zap;";
        let mut portions = Portions::new(text);
        lines(text).filter(|line| !line.text.starts_with("--")).for_each(|it| portions.add(&it));
        portions.close();
        let script = portions.into_script(SourceText::new("1.sql", text));
        assert_eq!(sent(&script), ["select\n  zap;"]);
        let zap = script.place_of_error(script.statements()[0].span.start, 10);
        assert_eq!(zap.line_column().line, 3);
        assert_eq!(zap.line_column().column, 3);
    }
}
