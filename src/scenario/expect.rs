use std::collections::BTreeMap;

use super::{Cause, Rule, Value};
use crate::named::named;
use crate::place::{Located, Place};
use crate::schema::contract::Contract;

named! {
    /// A way to go over the migrations.
    Pass {
        /// The pending migrations onto the seed state.
        Apply = "apply",
        /// The whole run again, history in place.
        Rerun = "rerun",
        /// Each body a second time right after its first.
        Reexecute = "reexecute",
        /// Stopped at every boundary that can survive, then resumed.
        Interrupt = "interrupt",
        /// Down and up again, per migration and for the whole chain.
        RoundTrip = "round-trip",
        /// Other orders of pending migrations that need nothing of each other.
        Orders = "orders",
        /// This seed's end against the fresh replay.
        Converge = "converge",
    }
}

/// A five-character SQLSTATE (PostgreSQL documentation, appendix A).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SqlState(String);

impl SqlState {
    /// Checks the form: five digits or upper-case letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 5
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The five characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SqlState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What must come out of a case.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// Failures that must happen; without any, everything must pass.
    pub failures: Vec<ExpectedFailure>,
    /// Findings about the files that the set is known to have.
    pub check: Vec<Located<Rule>>,
    /// The schema contract at the end.
    pub schema: Contract,
    /// Where the file says so.
    pub schema_place: Option<Place>,
    /// Schema contracts right after a migration.
    pub at: Vec<(Located<String>, Contract)>,
    /// Findings that are known.
    pub accepts: Vec<Accept>,
    /// Rows that may change.
    pub changes: Vec<ExpectedChange>,
    /// Queries at the end.
    pub queries: Vec<QueryExpectation>,
    /// Commands at the end.
    pub commands: Vec<CommandExpectation>,
}

/// A finding that is known and meant to be so.
#[derive(Debug, Clone)]
pub struct Accept {
    /// In which pass.
    pub pass: Pass,
    /// About which migration: version, file name or glob; `None`: any.
    pub migration: Option<Located<String>>,
    /// About which object, as findings name it (`table public.users`); `None`: any.
    pub object: Option<Located<String>>,
    /// Why.
    pub reason: String,
    /// The table's place in the file.
    pub place: Option<Place>,
}

/// Rows that migrations are meant to change or to take away.
#[derive(Debug, Clone)]
pub struct ExpectedChange {
    /// Of which table, as it is called before: `agents`, `app.agents`.
    pub table: Located<String>,
    /// The columns whose values may change, or that may go; none: the rows and the table may go, too.
    pub columns: Vec<String>,
    /// By which migration: version, file name or glob; `None`: any.
    pub migration: Option<Located<String>>,
    /// Why.
    pub reason: String,
    /// An expression over the old row that says what the new value of the column must be.
    pub sql: Option<Located<String>>,
    /// The table's place in the file.
    pub place: Option<Place>,
}

/// A failure that must happen; what is not given is not compared.
#[derive(Debug, Clone)]
pub struct ExpectedFailure {
    /// In which pass.
    pub pass: Pass,
    /// At which migration: version, file name or glob.
    pub migration: Option<Located<String>>,
    /// With which SQLSTATE.
    pub sqlstate: Option<SqlState>,
    /// With which cause, found with certainty.
    pub cause: Option<Cause>,
    /// Blamed on which migration: version, file name or glob.
    pub culprit: Option<Located<String>>,
    /// Only for this seed.
    pub seed: Option<Located<String>>,
    /// Only on this image.
    pub image: Option<Located<String>>,
    /// The objects that differ, all of them, as `converge` names them.
    pub differences: Option<Vec<String>>,
    /// The table's place in the file.
    pub place: Option<Place>,
}

/// A query with its expected result.
#[derive(Debug, Clone)]
pub struct QueryExpectation {
    /// The query.
    pub sql: Located<String>,
    /// A single value, a list (one row, or one column), or a list of rows.
    pub equals: Value,
    /// The role to run it as.
    pub role: Option<String>,
    /// Settings for the query, such as `request.jwt.claims`.
    pub set: BTreeMap<String, String>,
}

/// A command that must exit with 0.
#[derive(Debug, Clone)]
pub struct CommandExpectation {
    /// Run by `sh -c` in the scenario's folder, with `DATABASE_URL` set.
    pub run: Located<String>,
}
