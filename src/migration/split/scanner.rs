//! The state machine behind [`split()`](super::split()) and [`Stream`](super::Stream).
//!
//! It reads from a buffer that begins at or before the statement at hand. When the buffer does not tell, it says so, and
//! continues where it was once there is more; it reads no byte of a long string twice.

use std::ops::{ControlFlow, Range};

use super::body::{self, Body, Close, Escapes, Opening};
use super::bytes::{Class, Input, class, find, word_end};
use super::copy;
use super::dialect::Dialect;
use super::piece::ProblemKind;
use super::settings::strings_after;
use super::statement::Statement;

/// What the scanner came to. Places are bytes of the buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The buffer ends too early.
    NeedMore,
    Sql {
        span: Range<usize>,
        gaps: Vec<Range<usize>>,
    },
    /// A statement that data follow: any number of `CopyData`, then `CopyEnd`.
    CopyIn {
        span: Range<usize>,
        gaps: Vec<Range<usize>>,
    },
    CopyData(Range<usize>),
    /// The data end before this byte.
    CopyEnd(usize),
    Meta(Range<usize>),
    Problem(ProblemKind, usize),
    End,
}

#[derive(Debug)]
pub(super) enum Mode {
    Start,
    Sql,
    Inside {
        body: Body,
        opened: usize,
    },
    /// Between a `COPY` statement and the end of its line.
    CopyLine,
    CopyData,
    End,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) place: usize,
    pub(super) mode: Mode,
    pub(super) statement: Statement,
    /// How plain strings escape: `standard_conforming_strings`.
    strings: Escapes,
    dialect: Dialect,
}

pub(super) type Flow = ControlFlow<Step>;

impl Scanner {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            place: 0,
            mode: Mode::Start,
            statement: Statement::default(),
            strings: Escapes::Doubled,
            dialect,
        }
    }

    /// Goes on to the next thing to do. `buffer` is what it was the last time, less what was forgotten, with more at its
    /// end.
    pub(super) fn step(&mut self, buffer: &[u8], input: Input) -> Step {
        loop {
            let flow = match &self.mode {
                Mode::Start => self.skip_byte_order_mark(buffer, input),
                Mode::Sql => self.read_sql(buffer, input),
                Mode::Inside { .. } => self.read_body(buffer, input),
                Mode::CopyLine => self.pass_copy_line(buffer, input),
                Mode::CopyData => ControlFlow::Break(self.read_data(buffer, input)),
                Mode::End => ControlFlow::Break(Step::End),
            };
            if let ControlFlow::Break(step) = flow {
                return step;
            }
        }
    }

    /// How many bytes at the beginning of the buffer are of no more use.
    pub(super) fn spent(&self) -> usize {
        let opened = if let Mode::Inside { opened, .. } = self.mode { opened } else { self.place };
        self.statement.start.unwrap_or(opened)
    }

    /// Says that [`spent`](Self::spent) bytes were removed from the beginning of the buffer.
    pub(super) fn forget_spent(&mut self) {
        let count = self.spent();
        self.place -= count;
        if let Mode::Inside { opened, .. } = &mut self.mode {
            *opened -= count;
        }
        self.statement.move_down(count);
    }

    fn skip_byte_order_mark(&mut self, buffer: &[u8], input: Input) -> Flow {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        if buffer.len() < MARK.len() && input == Input::Continues {
            return ControlFlow::Break(Step::NeedMore);
        }
        self.place = if buffer.starts_with(MARK) { MARK.len() } else { 0 };
        self.mode = Mode::Sql;
        ControlFlow::Continue(())
    }

    fn read_sql(&mut self, buffer: &[u8], input: Input) -> Flow {
        while let Some(&byte) = buffer.get(self.place) {
            match class(byte) {
                Class::Blank => self.place += 1,
                Class::Plain => self.take(1),
                Class::Word => self.read_word(buffer, input)?,
                Class::Special => self.read_special(byte, buffer, input)?,
            }
        }
        ControlFlow::Break(match input {
            Input::Continues => Step::NeedMore,
            Input::Complete => self.finish_script(buffer),
        })
    }

    pub(super) fn take(&mut self, length: usize) {
        let end = self.place + length;
        self.statement.take(self.place, end);
        self.place = end;
    }

    fn read_word(&mut self, buffer: &[u8], input: Input) -> Flow {
        let end = word_end(buffer, self.place);
        if end == buffer.len() && input == Input::Continues {
            return ControlFlow::Break(Step::NeedMore);
        }
        self.statement.take_word(buffer, self.place, end);
        self.place = end;
        ControlFlow::Continue(())
    }

    fn read_special(&mut self, byte: u8, buffer: &[u8], input: Input) -> Flow {
        match byte {
            b'(' => self.statement.nesting.open_parenthesis(self.place),
            b')' => self.statement.nesting.close_parenthesis(),
            b';' if !self.statement.nesting.is_open() => return self.read_semicolon(buffer),
            b'\\' if self.dialect.has_commands() => return self.read_backslash(buffer, input),
            b';' | b'\\' => {}
            _ => return self.read_opening(byte, buffer, input),
        }
        self.take(1);
        ControlFlow::Continue(())
    }

    fn read_opening(&mut self, byte: u8, buffer: &[u8], input: Input) -> Flow {
        let opening = match byte {
            b'\'' => Opening::Body(
                Body::Text(self.statement.escapes_at(buffer, self.place, self.strings)),
                1,
            ),
            b'"' => Opening::Body(Body::Identifier, 1),
            b'$' => body::dollar_quote(buffer, self.place, input),
            _ => body::comment(buffer, self.place, input),
        };
        match opening {
            Opening::Unknown => ControlFlow::Break(Step::NeedMore),
            Opening::Nothing => {
                self.take(1);
                ControlFlow::Continue(())
            }
            Opening::Body(body, length) => {
                self.mode = Mode::Inside { body, opened: self.place };
                self.place += length;
                self.read_body(buffer, input)
            }
        }
    }

    /// Reads on inside a string, a comment, or their like.
    fn read_body(&mut self, buffer: &[u8], input: Input) -> Flow {
        let Mode::Inside { body, opened } = &mut self.mode else {
            return ControlFlow::Continue(());
        };
        let opened = *opened;
        match body.close(buffer, self.place, input) {
            Close::At(end) => {
                if !body.is_comment() {
                    self.statement.take(opened, end);
                }
                self.place = end;
                self.mode = Mode::Sql;
                ControlFlow::Continue(())
            }
            Close::Beyond(resume) if input == Input::Continues => {
                self.place = resume;
                ControlFlow::Break(Step::NeedMore)
            }
            Close::Beyond(_) => self.give_up_body(buffer),
        }
    }

    /// The script ends inside a body. psql sends what there is, so the rest belongs to the
    /// statement, less the newline that ends its last line.
    fn give_up_body(&mut self, buffer: &[u8]) -> Flow {
        let Mode::Inside { body, opened } = std::mem::replace(&mut self.mode, Mode::Sql) else {
            return ControlFlow::Continue(());
        };
        self.place = buffer.len();
        self.statement.take(opened, buffer.strip_suffix(b"\n").unwrap_or(buffer).len());
        self.statement.nesting.forgive();
        match body.problem() {
            Some(problem) => ControlFlow::Break(Step::Problem(problem, opened)),
            None => ControlFlow::Continue(()),
        }
    }

    fn read_semicolon(&mut self, buffer: &[u8]) -> Flow {
        self.place += 1;
        match self.finish_statement(buffer) {
            Some(step) => ControlFlow::Break(step),
            None => ControlFlow::Continue(()),
        }
    }

    /// Gives the statement that ends here, if there is one.
    pub(super) fn finish_statement(&mut self, buffer: &[u8]) -> Option<Step> {
        let mut statement = std::mem::take(&mut self.statement);
        let span = statement.start?..statement.end;
        let text = &buffer[span.clone()];
        if statement.has_set {
            self.strings = strings_after(text, self.strings);
        }
        let gaps = statement.gaps_within();
        if statement.has_copy && self.dialect.has_copy_data() && copy::reads_script(text) {
            self.mode = Mode::CopyLine;
            return Some(Step::CopyIn { span, gaps });
        }
        Some(Step::Sql { span, gaps })
    }

    fn finish_script(&mut self, buffer: &[u8]) -> Step {
        if let Some((problem, opened)) = self.statement.nesting.problem() {
            self.statement.nesting.forgive();
            return Step::Problem(problem, opened);
        }
        self.finish_statement(buffer).unwrap_or_else(|| {
            self.mode = Mode::End;
            Step::End
        })
    }

    fn pass_copy_line(&mut self, buffer: &[u8], input: Input) -> Flow {
        let (rest, after) = match find(buffer, self.place, [b'\n']) {
            Some(newline) => (self.place..newline, newline + 1),
            None if input == Input::Continues => return ControlFlow::Break(Step::NeedMore),
            None => (self.place..buffer.len(), buffer.len()),
        };
        self.place = after;
        self.mode = Mode::CopyData;
        if copy::is_rest_harmless(&buffer[rest.clone()]) {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(Step::Problem(ProblemKind::TextAfterCopy, rest.start))
    }

    fn read_data(&mut self, buffer: &[u8], input: Input) -> Step {
        let start = self.place;
        let data = copy::data(buffer, start, input);
        self.place = data.until;
        match data.resume {
            _ if data.until > start => Step::CopyData(start..data.until),
            Some(resume) => {
                self.place = resume;
                self.mode = Mode::Sql;
                Step::CopyEnd(data.until)
            }
            None => Step::NeedMore,
        }
    }
}
