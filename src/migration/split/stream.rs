//! Splitting a script that is too large for memory.

use std::io::{self, BufRead};
use std::ops::Range;

use super::Dialect;
use super::bytes::{Input, Lines};
use super::piece::{Problem, blanked};
use super::scanner::{Scanner, Step};

/// What comes next in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'stream> {
    /// A query to send.
    Sql(Query),
    /// A query to send; the events up to `CopyEnd` hold its data.
    CopyIn(Query),
    /// Whole lines of data, newlines included, some 64 KiB at a time.
    CopyData(&'stream [u8]),
    /// The data are complete.
    CopyEnd,
    /// A backslash command to obey.
    Meta(Query),
}

/// Text of a script and where it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text, as [`Piece::text`](super::Piece::text) gives it.
    pub text: String,
    /// The 1-based line of its first byte.
    pub line: usize,
    /// The place of its first byte in the script.
    pub offset: usize,
}

/// Reads a script event by event. Holds one statement, or some lines of data, at a time.
#[derive(Debug)]
pub struct Stream<R> {
    reader: R,
    buffer: Vec<u8>,
    /// How many bytes of the script were there before the buffer.
    before: usize,
    input: Input,
    scanner: Scanner,
    lines: Lines,
    problems: Vec<Problem>,
}

/// How much more is read at a time, at least.
const CHUNK: usize = 64 * 1024;

impl<R: BufRead> Stream<R> {
    /// A stream that begins where `reader` stands.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            before: 0,
            input: Input::Continues,
            scanner: Scanner::new(Dialect::Psql),
            lines: Lines::new(),
            problems: Vec::new(),
        }
    }

    /// The next event; none at the end of the script.
    ///
    /// # Errors
    ///
    /// When the reader fails, or when a statement is not UTF-8. Data need not be.
    pub fn next_event(&mut self) -> io::Result<Option<Event<'_>>> {
        loop {
            match self.scanner.step(&self.buffer, self.input) {
                Step::NeedMore => self.refill()?,
                Step::Sql { span, gaps } => return Ok(Some(Event::Sql(self.query(span, &gaps)?))),
                Step::CopyIn { span, gaps } => {
                    return Ok(Some(Event::CopyIn(self.query(span, &gaps)?)));
                }
                Step::Meta(span) => return Ok(Some(Event::Meta(self.query(span, &[])?))),
                Step::CopyData(lines) => return Ok(Some(Event::CopyData(&self.buffer[lines]))),
                Step::CopyEnd(_) => return Ok(Some(Event::CopyEnd)),
                Step::Problem(kind, place) => {
                    let line = self.lines.line_of(&self.buffer, place);
                    self.problems.push(Problem { kind, offset: self.before + place, line });
                }
                Step::End => return Ok(None),
            }
        }
    }

    /// What the script leaves open, as far as it was read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn query(&mut self, span: Range<usize>, gaps: &[Range<usize>]) -> io::Result<Query> {
        let line = self.lines.line_of(&self.buffer, span.start);
        let offset = self.before + span.start;
        let start = span.start;
        let text = str::from_utf8(&self.buffer[span]).map_err(|error| {
            let message = format!("the statement at line {line} is not UTF-8: {error}");
            io::Error::new(io::ErrorKind::InvalidData, message)
        })?;
        Ok(Query { text: blanked(text, start, gaps).into_owned(), line, offset })
    }

    /// Drops what is spent and reads on. A long statement doubles the buffer, so that it is not searched over and over.
    fn refill(&mut self) -> io::Result<()> {
        let spent = self.scanner.spent();
        self.lines.forget(&self.buffer, spent);
        self.scanner.forget_spent();
        self.buffer.drain(..spent);
        self.before += spent;
        let target = self.buffer.len() + self.buffer.len().max(CHUNK);
        while self.buffer.len() < target {
            let bytes = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            };
            if bytes.is_empty() {
                self.input = Input::Complete;
                break;
            }
            let count = bytes.len().min(target - self.buffer.len());
            self.buffer.extend_from_slice(&bytes[..count]);
            self.reader.consume(count);
        }
        Ok(())
    }
}
