//! The statements of a goose file, by the steps of goose's own parser (internal/sqlparser/parser.go,
//! `ParseSQLMigration`), also where these lose a line or cut a statement in two.

use std::ops::Range;

use super::annotation::{Annotation, EXAMPLES, annotation_of, is_annotation};
use super::envsub;
use crate::migration::layout::annotated::{
    Line, Portions, ends_with_semicolon, lines, refuse_long_line,
};
use crate::migration::{Script, Variables};
use crate::place::{Problem, Problems, SourceText};

/// The longest line that goose reads.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Semicolons end statements.
    Outside,
    /// Between `StatementBegin` and `StatementEnd`.
    Inside,
    /// After `StatementEnd`, whose statement is not closed yet.
    Ended,
}

/// One direction of a file.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) script: Script,
    pub(super) has_statements: bool,
    pub(super) in_transaction: bool,
    /// What goose does without a word, and is hardly meant.
    pub(super) warnings: Problems,
}

/// Reads one direction of a file.
///
/// # Errors
///
/// The first thing that goose refuses.
pub(super) fn parse(
    source: &SourceText,
    direction: Direction,
    variables: &Variables,
) -> Result<Parsed, Problem> {
    if let Some(problem) = refuse_long_line(source, LONGEST_LINE, "goose") {
        return Err(problem);
    }
    let mut parser = Parser {
        source,
        direction,
        variables,
        portions: Portions::new(source.text()),
        state: None,
        begun_at: 0..0,
        in_transaction: true,
        fills_in: false,
        warnings: Problems::default(),
    };
    for line in lines(source.text()) {
        parser.take(&line)?;
    }
    parser.end()
}

struct Parser<'a> {
    source: &'a SourceText,
    direction: Direction,
    variables: &'a Variables,
    portions: Portions<'a>,
    /// The section and whether semicolons count in it; nothing before the first annotation.
    state: Option<(Direction, Block)>,
    /// The last `StatementBegin`.
    begun_at: Range<usize>,
    in_transaction: bool,
    fills_in: bool,
    warnings: Problems,
}

impl Parser<'_> {
    fn take(&mut self, line: &Line<'_>) -> Result<(), Problem> {
        if self.state.is_none() && line.text.trim().is_empty() {
            return Ok(());
        }
        if is_annotation(line.text) {
            let annotation = annotation_of(line.text).map_err(|message| {
                self.refuse(line.range.clone(), message, &format!("write {EXAMPLES}"))
            })?;
            self.obey(annotation, line)?;
            if annotation != Annotation::StatementEnd {
                return Ok(());
            }
        }
        let is_comment = line.text.trim().starts_with("--") || line.text.is_empty();
        if self.portions.is_empty() && is_comment {
            return Ok(());
        }
        let Some((section, block)) = self.state else {
            let message = "there is a statement before the annotation Up";
            return Err(self.refuse(line.range.clone(), message, "begin with -- +goose Up"));
        };
        let ends = block == Block::Ended || self.add(line)?;
        if section != self.direction {
            self.portions.forget();
        } else if block == Block::Ended {
            self.warn_of_lost(line);
            self.portions.close();
            self.state = Some((section, Block::Outside));
        } else if block == Block::Outside && ends {
            self.portions.close();
        }
        Ok(())
    }

    fn obey(&mut self, annotation: Annotation, line: &Line<'_>) -> Result<(), Problem> {
        let refuse =
            |message: &str, help: &str| Err(self.refuse(line.range.clone(), message, help));
        match (annotation, self.state) {
            (Annotation::Up, None) => self.state = Some((Direction::Up, Block::Outside)),
            (Annotation::Up, Some(_)) => {
                return refuse("there is a second Up", "keep one -- +goose Up in a file");
            }
            (Annotation::Down, Some((Direction::Up, Block::Outside | Block::Ended))) => {
                self.refuse_unfinished()?;
                self.state = Some((Direction::Down, Block::Outside));
            }
            (Annotation::Down, _) => {
                let help = "write one -- +goose Down, after Up and outside of statement blocks";
                return refuse("Down cannot stand here", help);
            }
            (Annotation::StatementBegin, Some((section, Block::Outside | Block::Ended))) => {
                self.begun_at = line.range.clone();
                self.state = Some((section, Block::Inside));
            }
            (Annotation::StatementBegin, _) => {
                let help = "write it after Up or Down, and end a block before the next begins";
                return refuse("StatementBegin cannot stand here", help);
            }
            (Annotation::StatementEnd, Some((section, Block::Inside))) => {
                self.state = Some((section, Block::Ended));
            }
            (Annotation::StatementEnd, _) => {
                let help = "write -- +goose StatementBegin above the statement";
                return refuse("StatementEnd ends no statement", help);
            }
            (Annotation::NoTransaction, _) => self.in_transaction = false,
            (Annotation::EnvsubOn, _) => self.fills_in = true,
            (Annotation::EnvsubOff, _) => self.fills_in = false,
        }
        Ok(())
    }

    /// Adds a line to the open statement; whether it ends in a semicolon.
    fn add(&mut self, line: &Line<'_>) -> Result<bool, Problem> {
        if !self.fills_in {
            self.portions.add(line);
            return Ok(ends_with_semicolon(line.text));
        }
        let filled = envsub::fill(line.text, self.variables).map_err(|message| {
            let help = "write ${NAME}, $$ for a dollar sign, or -- +goose ENVSUB OFF above";
            self.refuse(line.range.clone(), message, help)
        })?;
        for name in &filled.unset {
            let message = format!("the variable {name} is not set, so that nothing stands for it");
            let help = format!("set it: variables = {{ {name} = \"…\" }} under [setup]");
            let place = self.source.place(line.range.clone());
            self.warnings.push(Problem::warning(message).at(place).help(help));
        }
        let ends = ends_with_semicolon(&filled.text(line.text));
        self.portions
            .add_bits(line, filled.bits.into_iter().map(|bit| bit.moved_up(line.range.start)));
        Ok(ends)
    }

    /// The line after an empty statement block.
    fn warn_of_lost(&mut self, line: &Line<'_>) {
        if !is_annotation(line.text) && !line.text.trim().is_empty() {
            let message = "goose loses this line, because the statement block above it is empty";
            let place = self.source.place(line.range.clone());
            let help = "take away StatementBegin and StatementEnd where nothing is between them";
            self.warnings.push(Problem::warning(message).at(place).help(help));
        }
    }

    fn refuse_unfinished(&self) -> Result<(), Problem> {
        match self.portions.unfinished() {
            None => Ok(()),
            Some(start) => {
                let line = self.source.text()[start..].lines().next().unwrap_or_default();
                let message = "this statement has no end: no line of it ends in a semicolon";
                let help = "end it with ; at the end of its last line";
                Err(self.refuse(start..start + line.len(), message, help))
            }
        }
    }

    fn end(self) -> Result<Parsed, Problem> {
        match self.state {
            None => {
                let message = "there is no annotation Up";
                return Err(self.refuse(0..0, message, "begin the file with -- +goose Up"));
            }
            Some((_, Block::Inside)) => {
                let help = "write -- +goose StatementEnd below the statement";
                return Err(self.refuse(self.begun_at.clone(), "this block has no end", help));
            }
            Some(_) => self.refuse_unfinished()?,
        }
        Ok(Parsed {
            has_statements: !self.portions.has_none(),
            script: self.portions.into_script(self.source.clone()),
            in_transaction: self.in_transaction,
            warnings: self.warnings,
        })
    }

    fn refuse(&self, at: Range<usize>, message: impl Into<String>, help: &str) -> Problem {
        Problem::error(message).at(self.source.place(at)).help(help)
    }
}

#[cfg(test)]
mod tests;
