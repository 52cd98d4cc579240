use std::path::PathBuf;
use std::time::Duration;

use super::Phase;
use crate::migration::MigrationId;
use crate::named::named;
use crate::place::Place;
use crate::scenario::{Cause, SqlState};

/// What the server (or the way to it) said about a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlError {
    /// What kind of end the statement came to.
    pub kind: SqlErrorKind,
    /// The SQLSTATE, where the server gave one.
    pub sqlstate: Option<SqlState>,
    /// The server's message.
    pub message: String,
    /// Its detail.
    pub detail: Option<String>,
    /// Its hint.
    pub hint: Option<String>,
    /// Its context: the functions it was in.
    pub context: Option<String>,
    /// Where in the text that was sent: characters, from 1.
    pub position: Option<u32>,
    /// A statement inside a function, and the character it fails at.
    pub internal: Option<(String, u32)>,
    /// The objects that the server names in fields of their own, where it names any.
    pub named: Option<Box<NamedInError>>,
}

/// The objects that an error names in fields of their own (documentation, "Error and Notice Message Fields"): set for
/// violated constraints and a few others, not for objects that are missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedInError {
    /// The schema of the object.
    pub schema: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The data type.
    pub data_type: Option<String>,
    /// The constraint; an index that is unique counts as one.
    pub constraint: Option<String>,
}

/// What kind of end a statement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SqlErrorKind {
    /// The server refused it.
    #[default]
    Refused,
    /// It reached its time limit, and the server still answered.
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The connection or the server went away.
    Lost,
}

impl std::fmt::Display for SqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.sqlstate {
            Some(state) => write!(f, " (SQLSTATE {state})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SqlError {}

named! {
    /// Since when a failure is there.
    Standing {
        /// This change brought it.
        Introduced = "introduced",
        /// It was there at the base.
        Before = "before",
        /// There was no base to compare with.
        Unknown = "unknown",
    }
}

named! {
    /// Whose fault a failure is: it decides verdict and exit code.
    Blame {
        /// A migration, or what it leaves behind: *failed*, exit code 1.
        Migration = "migration",
        /// A file of the scenario's own (setup, seed SQL, dump): *errored*, exit code 2.
        Scenario = "scenario",
        /// The machine, the server or the connection: *errored*, exit code 3.
        Environment = "environment",
    }
}

/// A migration to blame, or a file of setup or seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Culprit {
    /// Which one; `None` for SQL of the scenario's own, which `place` names.
    pub migration: Option<MigrationId>,
    /// Its place.
    pub place: Option<Place>,
    /// The object it made, rebuilt, dropped …
    pub object: Option<String>,
    /// What it did, as the words under its place: `drops column public.users.email`.
    pub deed: String,
}

/// A way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub text: String,
    /// Whether a replay proved it.
    pub proven: bool,
}

/// What was found wrong, before anybody compared it with what was expected.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where in the case.
    pub phase: Phase,
    /// Whose fault.
    pub blame: Blame,
    /// At which migration.
    pub migration: Option<MigrationId>,
    /// The file, where there is no place in it.
    pub file: Option<PathBuf>,
    /// The place in the file.
    pub place: Option<Place>,
    /// The statement that was sent.
    pub statement: Option<String>,
    /// Which statement of the migration's body it is, from 0.
    pub statement_index: Option<usize>,
    /// What is wrong.
    pub error: SqlError,
    /// More lines for people: what differs, what was expected.
    pub details: Vec<String>,
    /// Objects that it is about, by name: those that differ, that the contract misses, that a statement needs.
    pub objects: Vec<String>,
    /// More about the cause.
    pub because: Vec<String>,
    /// Why, as far as it is known.
    pub cause: Option<Cause>,
    /// Whether the cause is certain.
    pub certain: bool,
    /// Migrations to blame.
    pub culprits: Vec<Culprit>,
    /// Ways out.
    pub advice: Vec<Advice>,
    /// Whether it is only told, and no failure whatever is expected: what a body does that never claimed otherwise.
    pub is_note: bool,
    /// Whether it is proven that nothing is wrong without the rows that were generated.
    pub only_generated: bool,
    /// The query that tells whether production has rows that would cause it, to be run before the migration.
    pub query: Option<String>,
}

impl Found {
    /// A finding with a message of our own.
    pub fn new(phase: Phase, blame: Blame, message: impl Into<String>) -> Self {
        Self::sql(phase, blame, SqlError { message: message.into(), ..SqlError::default() })
    }

    /// A finding that the server (or the way to it) reported. Whatever the statement was for, a lost
    /// server is the environment's fault.
    #[must_use]
    pub fn sql(phase: Phase, blame: Blame, error: SqlError) -> Self {
        let (blame, cause) = match error.kind {
            SqlErrorKind::Refused => (blame, None),
            SqlErrorKind::TimedOut { .. } => (blame, Some(Cause::Timeout)),
            SqlErrorKind::Lost => (Blame::Environment, Some(Cause::ServerLost)),
        };
        Self {
            phase,
            blame,
            migration: None,
            file: None,
            place: None,
            statement: None,
            statement_index: None,
            error,
            details: Vec::new(),
            objects: Vec::new(),
            because: Vec::new(),
            certain: cause.is_some(),
            cause,
            culprits: Vec::new(),
            advice: Vec::new(),
            is_note: false,
            only_generated: false,
            query: None,
        }
    }
}

/// Something found wrong, judged: was it expected, is it new, and how is it reproduced?
#[derive(Debug, Clone)]
pub struct Failure {
    /// What was found.
    pub found: Found,
    /// Whether the scenario expected it.
    pub expected: bool,
    /// Since when it is there.
    pub standing: Standing,
    /// Whether it fails nothing because it was there before.
    pub is_forgiven: bool,
    /// The one command that reproduces it.
    pub reproduce: String,
}

impl Failure {
    /// Whether it fails nothing: it was expected, or it was there before the change.
    #[must_use]
    pub fn is_tolerated(&self) -> bool {
        self.expected || self.is_forgiven
    }
}
