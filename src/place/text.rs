use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A text together with the file it was read from. Cloning shares the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    path: Arc<Path>,
    text: Arc<str>,
}

impl SourceText {
    /// Names a text. The path is only shown, never opened.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into().into(), text: text.into() }
    }

    /// The file the text came from, as people should see it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A place in this text, by byte range.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.clone(), span }
    }
}

/// A line and a column, both counted from 1; columns count characters, as editors do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A byte range of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    source: SourceText,
    span: Range<usize>,
}

impl Place {
    /// The text the place is in.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The bytes of the text that are meant, cut to the text's length and to whole characters.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        let text = self.source.text();
        let start = text.floor_char_boundary(self.span.start);
        let end = text.floor_char_boundary(self.span.end).max(start);
        start..end
    }

    /// Where the place begins.
    #[must_use]
    pub fn line_column(&self) -> LineColumn {
        let before = &self.source.text()[..self.span().start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        LineColumn {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let LineColumn { line, column } = self.line_column();
        write!(f, "{}:{line}:{column}", self.source.path().display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_in_characters_not_bytes() {
        let source = SourceText::new("a.sql", "select 1;\n-- größe x");
        let place = source.place(source.text().find('x').map_or(0..0, |at| at..at + 1));
        assert_eq!(place.line_column(), LineColumn { line: 2, column: 10 });
        assert_eq!(place.to_string(), "a.sql:2:10");
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let source = SourceText::new("a.sql", "x\n");
        assert_eq!(source.place(9..12).line_column(), LineColumn { line: 2, column: 1 });
    }
}
