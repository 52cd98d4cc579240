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
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(sent.len() - offset);
        self.source.place(start + offset..start + offset + word.max(1))
    }

    /// The first line of a statement, for errors that have no position.
    #[must_use]
    pub fn place_of(&self, statement: &Statement) -> Place {
        let text = self.text_of(statement);
        let line = text.find('\n').unwrap_or(text.len());
        self.source.place(statement.span.start..statement.span.start + line)
    }
}

impl From<split::Piece> for Statement {
    fn from(piece: split::Piece) -> Self {
        let kind = match &piece.kind {
            PieceKind::Sql => StatementKind::Sql,
            PieceKind::CopyIn { data } => StatementKind::CopyIn { data: data.clone() },
            PieceKind::Meta => StatementKind::Meta,
        };
        Self { span: piece.span.clone(), kind, piece }
    }
}
