//! What the splitter knows of the statement it is reading.

use std::ops::Range;

use super::body::Escapes;
use super::piece::ProblemKind;

/// A statement on the way. Places are bytes of the buffer.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// Its first byte; none before anything but blanks and comments was seen.
    pub(super) start: Option<usize>,
    /// The end of its last token.
    pub(super) end: usize,
    pub(super) gaps: Vec<Range<usize>>,
    pub(super) nesting: Nesting,
    /// Whether a statement between semicolons (`\;` among them) begins with `COPY`.
    pub(super) has_copy: bool,
    /// The same for `SET` and `RESET`.
    pub(super) has_set: bool,
    head: Head,
    last_word: Range<usize>,
}

/// What keeps a semicolon from ending the statement.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    parentheses: usize,
    blocks: usize,
    /// Where the outermost of them opens.
    opened: usize,
}

impl Nesting {
    pub(super) fn is_open(&self) -> bool {
        self.parentheses > 0 || self.blocks > 0
    }

    pub(super) fn open_parenthesis(&mut self, at: usize) {
        self.note(at);
        self.parentheses += 1;
    }

    pub(super) fn close_parenthesis(&mut self) {
        self.parentheses = self.parentheses.saturating_sub(1);
    }

    /// What is wrong when the script ends here, and where it began.
    pub(super) fn problem(&self) -> Option<(ProblemKind, usize)> {
        match (self.parentheses, self.blocks) {
            (0, 0) => None,
            (0, _) => Some((ProblemKind::OpenBlock, self.opened)),
            _ => Some((ProblemKind::OpenParenthesis, self.opened)),
        }
    }

    /// Takes everything as closed, once it has been told or is the consequence of something else.
    pub(super) fn forgive(&mut self) {
        *self = Self::default();
    }

    fn open_block(&mut self, at: usize) {
        self.note(at);
        self.blocks += 1;
    }

    fn note(&mut self, at: usize) {
        if !self.is_open() {
            self.opened = at;
        }
    }
}

/// The first words of a statement, as far as psql looks: it counts blocks only after
/// `CREATE [OR REPLACE] {FUNCTION|PROCEDURE}`.
#[derive(Debug, Default)]
struct Head {
    /// How many words there were; 4 stands for more.
    count: usize,
    letters: [u8; 4],
    is_routine: bool,
}

impl Head {
    const KEPT: [&'static str; 5] = ["create", "or", "replace", "function", "procedure"];

    fn note(&mut self, word: &[u8]) {
        let is_kept = Self::KEPT.iter().any(|kept| word.eq_ignore_ascii_case(kept.as_bytes()));
        self.letters[self.count] = if is_kept { word[0].to_ascii_lowercase() } else { 0 };
        self.count += 1;
        self.is_routine =
            matches!(self.letters, [b'c', b'f' | b'p', ..] | [b'c', b'o', b'r', b'f' | b'p']);
    }
}

impl Statement {
    /// Notes a token that is not a comment.
    pub(super) fn take(&mut self, start: usize, end: usize) {
        self.start.get_or_insert(start);
        self.end = end;
    }

    pub(super) fn take_word(&mut self, bytes: &[u8], start: usize, end: usize) {
        self.take(start, end);
        self.last_word = start..end;
        let word = &bytes[start..end];
        if self.head.count == 0 {
            self.has_copy |= word.eq_ignore_ascii_case(b"copy");
            self.has_set |=
                word.eq_ignore_ascii_case(b"set") || word.eq_ignore_ascii_case(b"reset");
        }
        if self.head.count < 4 {
            self.head.note(word);
        }
        if self.head.is_routine && self.nesting.parentheses == 0 {
            self.count_blocks(word, start);
        }
    }

    /// psql counts `BEGIN`, and `CASE` within it, up to their `END`. It does so by the words alone.
    fn count_blocks(&mut self, word: &[u8], at: usize) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        if is("begin") || (is("case") && self.nesting.blocks > 0) {
            self.nesting.open_block(at);
        } else if is("end") {
            self.nesting.blocks = self.nesting.blocks.saturating_sub(1);
        }
    }

    /// After `\;` another statement begins within the same query.
    pub(super) fn begin_another(&mut self) {
        self.head = Head::default();
    }

    /// How the string that opens at `quote` escapes: by its prefix, or by `default`.
    ///
    /// That a string may go on after a newline (manual, 4.1.2.1) is of no account here: psql reads line by line and
    /// takes the rest as a plain string, even after `E'…'`.
    pub(super) fn escapes_at(&self, bytes: &[u8], quote: usize, default: Escapes) -> Escapes {
        if self.last_word.len() != 1 {
            return default;
        }
        match &bytes[self.last_word.start.min(quote)..quote] {
            [b'e' | b'E'] => Escapes::Backslash,
            [b'b' | b'B' | b'x' | b'X'] | [b'u' | b'U', b'&'] => Escapes::Doubled,
            _ => default,
        }
    }

    /// Says that the first `count` bytes of the buffer, none of them part of the statement, were removed.
    pub(super) fn move_down(&mut self, count: usize) {
        let Some(start) = self.start.as_mut() else {
            *self = Self::default();
            return;
        };
        *start -= count;
        self.end -= count;
        self.nesting.opened = self.nesting.opened.saturating_sub(count);
        self.last_word =
            self.last_word.start.saturating_sub(count)..self.last_word.end.saturating_sub(count);
        for gap in &mut self.gaps {
            *gap = gap.start - count..gap.end - count;
        }
    }

    /// The gaps that lie before the end; what comes after the last token is not part of the statement.
    pub(super) fn gaps_within(&mut self) -> Vec<Range<usize>> {
        self.gaps.retain(|gap| gap.start < self.end);
        std::mem::take(&mut self.gaps)
    }
}
