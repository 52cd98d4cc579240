//! The scanner at a backslash.

use std::ops::ControlFlow;

use super::bytes::Input;
use super::copy;
use super::meta::{self, Effect, Meta};
use super::scanner::{Flow, Mode, Scanner, Step};
use super::statement::Statement;

impl Scanner {
    /// `\;` and `\:` stand for the character itself, any other backslash begins a command. (psql manual, "SQL
    /// Interpolation" and, for `\;`, "Meta-Commands")
    pub(super) fn read_backslash(&mut self, buffer: &[u8], input: Input) -> Flow {
        match buffer.get(self.place + 1) {
            Some(b';') => self.read_inner_semicolon(),
            Some(b':') => {
                self.statement.gaps.push(self.place..self.place + 1);
                self.take(2);
            }
            None if input == Input::Continues => return ControlFlow::Break(Step::NeedMore),
            _ => match meta::read(buffer, self.place, input) {
                Some(meta) => return self.obey(&meta, buffer),
                None => return ControlFlow::Break(Step::NeedMore),
            },
        }
        ControlFlow::Continue(())
    }

    fn read_inner_semicolon(&mut self) {
        if self.statement.start.is_some() {
            self.statement.gaps.push(self.place..self.place + 1);
            self.statement.begin_another();
        }
        self.place += 2;
    }

    fn obey(&mut self, meta: &Meta, buffer: &[u8]) -> Flow {
        match meta.effect {
            // The command itself is read again when the statement is out of the way.
            Effect::Send => {
                if let Some(step) = self.finish_statement(buffer) {
                    return ControlFlow::Break(step);
                }
            }
            Effect::Discard => self.statement = Statement::default(),
            Effect::None if self.statement.start.is_some() => {
                self.statement.gaps.push(meta.span.start..meta.resume);
            }
            Effect::None => {
                if let Some(step) = self.copy_by_meta(meta, buffer) {
                    return ControlFlow::Break(step);
                }
            }
        }
        self.place = meta.resume;
        ControlFlow::Break(Step::Meta(meta.span.clone()))
    }

    /// `\copy … from stdin` reads from the script just as `COPY` does.
    fn copy_by_meta(&mut self, meta: &Meta, buffer: &[u8]) -> Option<Step> {
        let span = meta.span.start + 1..meta.span.end;
        let command = &buffer[span.clone()];
        let end = span.start
            + command.trim_ascii_end().strip_suffix(b";").unwrap_or(command).trim_ascii_end().len();
        if !command.starts_with(b"copy") || !copy::reads_script(&buffer[span.start..end]) {
            return None;
        }
        self.place = meta.resume;
        self.mode = Mode::CopyLine;
        Some(Step::CopyIn { span: span.start..end, gaps: Vec::new() })
    }
}
