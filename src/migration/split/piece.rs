//! What splitting gives: pieces, and problems with their places.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// What psql would do with one stretch of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceKind {
    /// Send it as one query.
    Sql,
    /// Send it, then the lines in `data`, which end before the line `\.`. `\copy … from stdin` is one of these too, without
    /// its backslash, because psql itself sends it as `COPY … FROM STDIN`.
    CopyIn {
        /// The data lines, as bytes of the script.
        data: Range<usize>,
    },
    /// Obey it: a backslash command with its arguments.
    Meta,
}

/// One stretch of a script, in the order in which psql would act on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes: without the blanks and comments around it, and without the final semicolon.
    pub span: Range<usize>,
    /// The 1-based line of its first byte.
    pub line: usize,
    /// Parts of the span that psql does not send: the backslash of `\;`, and backslash commands in the middle of a
    /// statement, which are pieces of their own and come before it. Nearly always empty.
    pub gaps: Vec<Range<usize>>,
}

impl Piece {
    /// SQL that a tool's own rules cut out. Lines are counted where they are asked for.
    pub(in crate::migration) fn sql(span: Range<usize>) -> Self {
        Self { kind: PieceKind::Sql, span, line: 1, gaps: Vec::new() }
    }

    /// The same piece in a text that has `count` more bytes before it.
    pub(in crate::migration) fn moved_up(mut self, count: usize) -> Self {
        let up = |span: &mut Range<usize>| *span = span.start + count..span.end + count;
        up(&mut self.span);
        self.gaps.iter_mut().for_each(up);
        if let PieceKind::CopyIn { data } = &mut self.kind {
            up(data);
        }
        self
    }

    /// The text to send, cut out of the script. Gaps become blanks, so that places in an error message stay true.
    #[must_use]
    pub fn text<'script>(&self, script: &'script str) -> Cow<'script, str> {
        let text = &script[self.span.clone()];
        blanked(text, self.span.start, &self.gaps)
    }
}

/// `text`, which begins at byte `start`, with a blank in place of every character in the gaps.
pub(super) fn blanked<'text>(
    text: &'text str,
    start: usize,
    gaps: &[Range<usize>],
) -> Cow<'text, str> {
    if gaps.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut blanked = String::with_capacity(text.len());
    let mut place = start;
    for gap in gaps {
        blanked.push_str(&text[place - start..gap.start - start]);
        blanked.extend(text[gap.start - start..gap.end - start].chars().map(|_| ' '));
        place = gap.end;
    }
    blanked.push_str(&text[place - start..]);
    Cow::Owned(blanked)
}

/// A script cut up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// What psql would do, in its order.
    pub pieces: Vec<Piece>,
    /// What the script leaves open. The pieces are complete all the same: psql would send them, and the server complain.
    pub problems: Vec<Problem>,
}

/// Something a script leaves open, and where it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The byte of the script where it began.
    pub offset: usize,
    /// The 1-based line of that byte.
    pub line: usize,
}

/// What can be wrong with a script before a server sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A string without its closing `'`.
    OpenString,
    /// A quoted identifier without its closing `"`.
    OpenIdentifier,
    /// A dollar-quoted string without its closing tag.
    OpenDollarQuote,
    /// A `/*` without its `*/`.
    OpenComment,
    /// A `(` without its `)`: psql takes every semicolon after it as part of the statement.
    OpenParenthesis,
    /// The `BEGIN` or `CASE` of a routine's body without its `END`: semicolons do not end the statement here either.
    OpenBlock,
    /// Something after `COPY … FROM stdin;` on its line. psql runs it after the data; the splitter leaves it out.
    TextAfterCopy,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OpenString => "this string is never closed; add the missing '",
            Self::OpenIdentifier => "this quoted name is never closed; add the missing \"",
            Self::OpenDollarQuote => {
                "this dollar-quoted text is never closed; repeat its tag at the end"
            }
            Self::OpenComment => "this comment is never closed; add the missing */",
            Self::OpenParenthesis => "this parenthesis is never closed; add the missing )",
            Self::OpenBlock => "this BEGIN or CASE is never closed; add the missing END",
            Self::TextAfterCopy => {
                "text after COPY … FROM stdin on the same line; move it below the data"
            }
        })
    }
}
