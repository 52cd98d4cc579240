use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::own_locks::{LockedChanges, locked_changes};
use super::session_marks::{bends_session, marks_session};
use super::split::{self, Dialect, Piece, PieceKind, TokenKind, tokens};
use super::{Checksum, Rewritten, touches_server};
use crate::place::{Place, Problems, SourceText};

/// The body of a migration, or a SQL file of a scenario: a file's text, or a section of it, as it is
/// sent, with its checksum and its statements, both once somebody asks.
#[derive(Debug, Clone)]
pub struct Script {
    source: SourceText,
    checksum: OnceLock<Checksum>,
    rewritten: Option<Rewritten>,
    /// The text before words were blanked out.
    unblanked: Option<Arc<str>>,
    body: Range<usize>,
    cut: Cut,
    refusals: Problems,
    statements: OnceLock<Vec<Statement>>,
    server_object: OnceLock<Option<&'static str>>,
}

/// How a body is cut into statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// At semicolons, by the lexical rules of SQL, and in a dialect of scripts.
    By(Dialect),
    /// Where the tool's own rules cut: stretches of the text as it is sent, in order.
    At(Vec<Range<usize>>),
}

/// One statement of a script, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The bytes that are the statement, of the text as it is sent ([`Script::text`]).
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
    /// Takes a whole text as psql takes it; hashing and splitting are done when first asked for.
    #[must_use]
    pub fn new(source: SourceText) -> Self {
        let body = 0..source.text().len();
        Self {
            source,
            checksum: OnceLock::new(),
            rewritten: None,
            unblanked: None,
            body,
            cut: Cut::By(Dialect::Psql),
            refusals: Problems::default(),
            statements: OnceLock::new(),
            server_object: OnceLock::new(),
        }
    }

    /// The same file with another text sent in its place: placeholders filled in. The body becomes the
    /// whole of it.
    #[must_use]
    pub fn rewritten(mut self, rewritten: Rewritten) -> Self {
        self.body = 0..rewritten.text().len();
        self.rewritten = Some(rewritten);
        self.unsplit()
    }

    /// Only a section of the text: bytes of [`Script::text`].
    #[must_use]
    pub fn section(mut self, body: Range<usize>) -> Self {
        self.body = body;
        self.unsplit()
    }

    /// Cut in another way than psql's.
    #[must_use]
    pub fn cut(mut self, cut: Cut) -> Self {
        self.cut = cut;
        self.unsplit()
    }

    /// A script with parts that cannot be carried out here.
    #[must_use]
    pub fn refusing(mut self, refusals: Problems) -> Self {
        self.refusals = refusals;
        self
    }

    /// The same with more in it, before a byte of [`Script::text`].
    #[must_use]
    pub fn saying(&self, sql: &str, at: usize) -> Self {
        let (before, after) = self.text().split_at(at);
        let moved = |byte: usize| if byte >= at { byte + sql.len() } else { byte };
        // What is put before a stretch, or at its end, belongs to it.
        let stretched = |span: &Range<usize>| {
            let start = if span.start > at { span.start + sql.len() } else { span.start };
            start..moved(span.end)
        };
        let cut = match &self.cut {
            Cut::By(dialect) => Cut::By(*dialect),
            Cut::At(spans) => Cut::At(spans.iter().map(stretched).collect()),
        };
        let source = SourceText::new(self.source.path(), format!("{before}{sql}{after}"));
        Self::new(source).section(stretched(&self.body)).cut(cut).refusing(self.refusals.clone())
    }

    /// The same without a word, the first that is it outside quotes and comments in each of some statements. Blanks stand in its
    /// place, so that everything else stands where it stood.
    #[must_use]
    pub fn without_word(&self, word: &str, statements: &[&Statement]) -> Self {
        let spans = statements.iter().filter_map(|statement| {
            let text = self.text_of(statement);
            let token = tokens(&text).find(|token| token.is_word(word))?;
            let start = statement.span.start + token.offset;
            Some(start..start + token.text.len())
        });
        let mut sent = self.rewritten.clone().unwrap_or_else(|| {
            let text = self.source.text();
            let mut whole = Rewritten::new();
            whole.keep(text, 0..text.len());
            whole
        });
        spans.for_each(|span| sent.blank(span));
        let unblanked = Some(Arc::from(self.text()));
        Self { rewritten: Some(sent), unblanked, ..self.clone() }.unsplit()
    }

    /// What in it cannot be carried out here, whatever a server says: psql's commands that read files,
    /// for instance.
    #[must_use]
    pub fn refusals(&self) -> &Problems {
        &self.refusals
    }

    fn unsplit(mut self) -> Self {
        self.statements = OnceLock::new();
        self.server_object = OnceLock::new();
        self
    }

    /// The file and its text as it lies on disk.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The text with placeholders filled in; spans of statements count in it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.rewritten.as_ref().map_or(self.source.text(), Rewritten::text)
    }

    /// The bytes of [`Script::text`] that are the body: all of it, or the tool's section for this
    /// direction.
    #[must_use]
    pub fn body(&self) -> Range<usize> {
        self.body.clone()
    }

    /// The SHA-256 of the file.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        *self.checksum.get_or_init(|| Checksum::of(self.source.text().as_bytes()))
    }

    /// The SHA-256 of what is sent, where that is another text than the file's.
    #[must_use]
    pub fn sent_checksum(&self) -> Checksum {
        match &self.rewritten {
            Some(rewritten) => Checksum::of(rewritten.text().as_bytes()),
            None => self.checksum(),
        }
    }

    /// Whether the body says a name, in any case of letters.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        let text = &self.text().as_bytes()[self.body()];
        text.windows(name.len().max(1)).any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Whether the body may leave something in its session that the next migration would find there:
    /// a setting, a role, a temporary table, a lock. Cautious: a new session does no harm.
    #[must_use]
    pub fn marks_session(&self) -> bool {
        let mut statements = self.statements().iter();
        statements.any(|statement| marks_session(&self.text_of(statement)))
    }

    /// The same without what later statements do nothing else for: limits of time, and what ends with its transaction.
    #[must_use]
    pub fn bends_session(&self) -> bool {
        let mut statements = self.statements().iter();
        statements.any(|statement| bends_session(&self.text_of(statement)))
    }

    /// What it changes of the schema besides relations that it locks; `None` where nobody knows.
    #[must_use]
    pub fn locked_changes(&self) -> Option<LockedChanges> {
        let mut changes = self.statements().iter().map(|it| locked_changes(&self.text_of(it)));
        let all = changes.try_fold(LockedChanges::NONE, |all, one| Some(all | one?))?;
        // What is called may be one of the functions that it makes.
        (!(all.calls && all.functions)).then_some(all)
    }

    /// The statements in order; the first call splits the text.
    pub fn statements(&self) -> &[Statement] {
        self.statements.get_or_init(|| match &self.cut {
            Cut::By(dialect) => {
                let pieces = split::split_as(&self.text()[self.body()], *dialect).pieces;
                let start = self.body.start;
                pieces.into_iter().map(|piece| Statement::from(piece.moved_up(start))).collect()
            }
            Cut::At(spans) => {
                spans.iter().map(|span| Statement::from(Piece::sql(span.clone()))).collect()
            }
        })
    }

    /// The text of a statement as it is sent: its characters stand where they stand in
    /// [`Script::text`].
    #[must_use]
    pub fn text_of(&self, statement: &Statement) -> Cow<'_, str> {
        statement.piece.text(self.text())
    }

    /// The same as it is to be shown: with the words that [`Script::without_word`] took out.
    #[must_use]
    pub fn shown(&self, statement: &Statement) -> Cow<'_, str> {
        statement.piece.text(self.unblanked.as_deref().unwrap_or(self.text()))
    }

    /// Which statement holds a byte of [`Script::text`], by its position in [`Script::statements`].
    pub fn index_at(&self, at: usize) -> Option<usize> {
        self.statements().iter().rposition(|statement| statement.span.start <= at)
    }

    /// The place in the file of a stretch of [`Script::text`].
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        match &self.rewritten {
            Some(rewritten) => self.source.place(rewritten.original(span)),
            None => self.source.place(span),
        }
    }

    /// What in this script belongs to the whole server (`CREATE ROLE`), if anything does. Cautious:
    /// a script that only looks like it is told to do so.
    pub fn server_object(&self) -> Option<&'static str> {
        *self.server_object.get_or_init(|| {
            let sql = self.statements().iter().filter(|it| it.kind == StatementKind::Sql);
            sql.map(|statement| self.text_of(statement)).find_map(|text| touches_server(&text))
        })
    }

    /// The byte of [`Script::text`] that an error position of the server means: `position` counts
    /// characters, from 1, of what was sent from byte `start` on.
    #[must_use]
    pub fn offset_of_error(&self, start: usize, position: u32) -> usize {
        let start = start.min(self.text().len());
        let sent = &self.text()[start..];
        let skipped = position.saturating_sub(1) as usize;
        start + sent.char_indices().nth(skipped).map_or(sent.len(), |(offset, _)| offset)
    }

    /// The place that an error position of the server means.
    #[must_use]
    pub fn place_of_error(&self, start: usize, position: u32) -> Place {
        let offset = self.offset_of_error(start, position);
        let rest = &self.text()[offset..];
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
            .unwrap_or(rest.len());
        self.place(offset..offset + word.max(1))
    }

    /// Where a statement says one of the names that a message quotes (errors of RENAME, DROP COLUMN
    /// and index columns have no position), or else its first line.
    #[must_use]
    pub fn place_of_quoted(&self, statement: &Statement, message: &str) -> Place {
        let text = &self.text()[statement.span.clone()];
        let mut names = message.split('"').skip(1).step_by(2).filter(|name| !name.is_empty());
        match names.find_map(|name| Some((find_word(text, name)?, name))) {
            Some((at, name)) => {
                let start = statement.span.start + at;
                self.place(start..start + name.len())
            }
            None => self.place_of(statement),
        }
    }

    /// The first line of a statement, from its first word on: some tools send what stands before it, too.
    #[must_use]
    pub fn place_of(&self, statement: &Statement) -> Place {
        let text = self.text_of(statement);
        let first = tokens(&text).next().filter(|token| token.kind == TokenKind::Word);
        let start = first.map_or(0, |token| token.offset);
        let line = text[start..].find('\n').unwrap_or(text.len() - start);
        self.place(statement.span.start + start..statement.span.start + start + line)
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
mod tests;
