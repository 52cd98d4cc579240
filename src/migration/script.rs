use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::split::{self, Piece, PieceKind};
use super::{Checksum, touches_server};
use crate::place::{Place, SourceText};

/// A SQL file: its text, its checksum and, once somebody asks, its statements.
#[derive(Debug)]
pub struct Script {
    source: SourceText,
    checksum: Checksum,
    statements: OnceLock<Vec<Statement>>,
    server_object: OnceLock<Option<&'static str>>,
}

/// One statement of a script, as psql would send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The bytes of the script that are the statement.
    pub span: Range<usize>,
    /// What kind of thing it is.
    pub kind: StatementKind,
    piece: Piece,
}

/// What a statement is to the one who runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// SQL for the server.
    Sql,
    /// `COPY … FROM stdin`, with the bytes of the script that are its data.
    CopyIn {
        /// The data lines, without the final `\.`.
        data: Range<usize>,
    },
    /// A psql command such as `\set`.
    Meta,
}

impl Script {
    /// Takes a text; hashing is done now, splitting when first asked for.
    #[must_use]
    pub fn new(source: SourceText) -> Self {
        let checksum = Checksum::of(source.text().as_bytes());
        Self { source, checksum, statements: OnceLock::new(), server_object: OnceLock::new() }
    }

    /// The text and where it is from.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The SHA-256 of the file.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        self.checksum
    }

    /// The statements in order; the first call splits the text.
    pub fn statements(&self) -> &[Statement] {
        self.statements.get_or_init(|| {
            let pieces = split::split(self.source.text()).pieces;
            pieces.into_iter().map(Statement::from).collect()
        })
    }

    /// The text of a statement as psql sends it: places in it are places in the script.
    #[must_use]
    pub fn text_of(&self, statement: &Statement) -> Cow<'_, str> {
        statement.piece.text(self.source.text())
    }

    /// What in this script belongs to the whole server (`CREATE ROLE`), if anything does. Cautious:
    /// a script that only looks like it is told to do so.
    pub fn server_object(&self) -> Option<&'static str> {
        *self.server_object.get_or_init(|| {
            let sql = self.statements().iter().filter(|it| it.kind == StatementKind::Sql);
            sql.map(|statement| self.text_of(statement)).find_map(|text| touches_server(&text))
        })
    }

    /// The place that an error position of the server means: `position` counts characters, from 1, of
    /// the text that began at byte `start`.
    #[must_use]
    pub fn place_of_error(&self, start: usize, position: u32) -> Place {
        let sent = &self.source.text()[start.min(self.source.text().len())..];
        let skipped = position.saturating_sub(1) as usize;
        let offset = sent.char_indices().nth(skipped).map_or(sent.len(), |(offset, _)| offset);
        let word = sent[offset..]
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
            .unwrap_or(sent.len() - offset);
        self.source.place(start + offset..start + offset + word.max(1))
    }

    /// Where a statement says one of the names that a message quotes (errors of RENAME, DROP COLUMN
    /// and index columns have no position), or else its first line.
    #[must_use]
    pub fn place_of_quoted(&self, statement: &Statement, message: &str) -> Place {
        let text = &self.source.text()[statement.span.clone()];
        let mut names = message.split('"').skip(1).step_by(2).filter(|name| !name.is_empty());
        match names.find_map(|name| Some((find_word(text, name)?, name))) {
            Some((at, name)) => {
                let start = statement.span.start + at;
                self.source.place(start..start + name.len())
            }
            None => self.place_of(statement),
        }
    }

    /// The first line of a statement.
    #[must_use]
    pub fn place_of(&self, statement: &Statement) -> Place {
        let text = self.text_of(statement);
        let line = text.find('\n').unwrap_or(text.len());
        self.source.place(statement.span.start..statement.span.start + line)
    }
}

/// Where a name stands in a text, not as a part of a longer one.
fn find_word(text: &str, name: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

impl From<Piece> for Statement {
    fn from(piece: Piece) -> Self {
        let kind = match &piece.kind {
            PieceKind::Sql => StatementKind::Sql,
            PieceKind::CopyIn { data } => StatementKind::CopyIn { data: data.clone() },
            PieceKind::Meta => StatementKind::Meta,
        };
        Self { span: piece.span.clone(), kind, piece }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::LineColumn;

    fn place(text: &str, message: &str) -> LineColumn {
        let script = Script::new(SourceText::new("a.sql", text));
        let statement = script.statements()[0].clone();
        script.place_of_quoted(&statement, message).line_column()
    }

    #[test]
    fn a_name_in_the_message_is_found_in_the_statement() {
        let text = "\nalter table audit_old\n  rename column old to old_audit;";
        let message = "column \"old\" does not exist";
        assert_eq!(place(text, message), LineColumn { line: 3, column: 17 });
    }

    #[test]
    fn a_statement_without_the_name_is_shown_by_its_first_line() {
        let message = "column \"zap\" does not exist";
        assert_eq!(place("select 1", message), LineColumn { line: 1, column: 1 });
    }

    #[test]
    fn positions_count_characters_of_what_was_sent() {
        let script = Script::new(SourceText::new("a.sql", "select 'ä';\nselect 'ü', zap"));
        let start = script.statements()[1].span.start;
        let found = script.place_of_error(start, 13);
        assert_eq!(found.line_column(), LineColumn { line: 2, column: 13 });
        assert_eq!(&script.source().text()[found.span()], "zap");
    }
}
