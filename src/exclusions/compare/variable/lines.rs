use std::ops::Range;

/// One line of a text, without its end.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// Where it begins in the text.
    pub(super) start: usize,
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|whole| {
        let line = Line { text: whole.trim_end_matches(['\n', '\r']), start };
        start += whole.len();
        line
    });
    lines.collect()
}

impl Line<'_> {
    /// How far it is indented. A tab counts as one, as YAML knows none.
    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn is_remark(&self) -> bool {
        let text = self.text.trim_start();
        text.starts_with('#') || text.starts_with("//")
    }

    /// A part of the line, by where it stands in the whole text, without the blanks around it.
    pub(super) fn span(&self, part: Range<usize>) -> Range<usize> {
        let text = self.text.get(part.clone()).unwrap_or_default();
        let trimmed = text.trim_start();
        let begin = self.start + part.start + text.len() - trimmed.len();
        begin..begin + trimmed.trim_end().len()
    }
}

/// Where a quoted text ends that begins right before: at the next quote that no backslash and no second
/// quote takes away.
pub(super) fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => {
                characters.next();
            }
            _ if character == quote => {
                let is_doubled = quote == '\'' && characters.peek().is_some_and(|it| it.1 == quote);
                if !is_doubled {
                    return Some(at);
                }
                characters.next();
            }
            _ => {}
        }
    }
    None
}
