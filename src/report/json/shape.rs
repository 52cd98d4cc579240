//! The shape of the report: what serde makes the fields of.

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub(super) version: u32,
    pub(super) tool: &'static str,
    pub(super) started_at: String,
    pub(super) duration_ms: f64,
    pub(super) verdict: &'static str,
    /// Only where the run did not come to its end: what is wrong with its input, or what stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) broken_off: Option<&'a str>,
    /// The commit that was run; with `-dirty` where scenarios or migrations are not as it has them. Only in a git repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commit: Option<&'a str>,
    /// Only where the cases are divided over several machines: which part this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shard: Option<Part<'a>>,
    /// What should be looked at, and stopped nothing; only where there is such.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) warnings: Vec<Warning<'a>>,
    pub(super) cases: Vec<Case<'a>>,
}

#[derive(Serialize)]
pub(super) struct Warning<'a> {
    pub(super) message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Part<'a> {
    pub(super) number: usize,
    pub(super) of: usize,
    pub(super) all_cases: usize,
    pub(super) division: &'a str,
    pub(super) run: &'a str,
}

#[derive(Serialize)]
pub(super) struct Case<'a> {
    pub(super) name: &'a str,
    pub(super) scenario: &'a str,
    pub(super) image: &'a str,
    pub(super) server_version: &'a str,
    pub(super) backend: &'static str,
    pub(super) layout: &'static str,
    pub(super) seed: &'a str,
    pub(super) verdict: &'static str,
    /// Only where the case has no result of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    pub(super) duration_ms: f64,
    pub(super) bodies: usize,
    pub(super) statements: usize,
    /// Identifies everything that makes a difference to what the case comes to; not where it runs programs of the user's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inputs: Option<&'a str>,
    /// What it was compared with; only where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) base: Option<Base<'a>>,
    /// What the base failed and this change cures.
    pub(super) fixed: Vec<Fixed<'a>>,
    /// What the server has not, as known before the first statement.
    pub(super) preflight: Vec<Lack<'a>>,
    pub(super) steps: Vec<Step<'a>>,
    pub(super) excluded: Vec<Excluded<'a>>,
    pub(super) failures: Vec<Failure<'a>>,
    /// What is worth knowing and fails nothing: in the same shape.
    pub(super) hazards: Vec<Failure<'a>>,
    /// Only where generated rows were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rows: Option<Rows<'a>>,
    /// What the upgrade did to the schema; only in a qualification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changes: Option<Vec<Change<'a>>>,
}

#[derive(Serialize)]
pub(super) struct Change<'a> {
    pub(super) deed: &'static str,
    pub(super) object: &'a str,
    pub(super) text: &'a str,
}

#[derive(Serialize)]
pub(super) struct Base<'a> {
    pub(super) name: &'a str,
    pub(super) commit: &'a str,
    /// `same`: nothing that the case uses has changed, and it was run once for both. `known`: the same, and it was not run.
    /// `changed`. `nowhere`: the base has no such case.
    pub(super) relation: &'static str,
    /// Who knows what it comes to, or why the base has none; only where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) says: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Fixed<'a> {
    pub(super) pass: &'static str,
    pub(super) migration: Option<&'a str>,
    pub(super) kind: &'a str,
    pub(super) message: &'a str,
}

#[derive(Serialize)]
pub(super) struct Rows<'a> {
    pub(super) tables: usize,
    pub(super) filled: usize,
    pub(super) unfilled: Vec<Unfilled<'a>>,
}

#[derive(Serialize)]
pub(super) struct Unfilled<'a> {
    pub(super) table: &'a str,
    pub(super) reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct Lack<'a> {
    pub(super) need: &'a str,
    pub(super) kind: &'static str,
    pub(super) has: Option<&'a str>,
    pub(super) migration: Option<&'a str>,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) falls: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Step<'a> {
    pub(super) pass: &'static str,
    pub(super) migration: Option<&'a str>,
    pub(super) file: Option<String>,
    pub(super) verdict: &'static str,
    /// Only where it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    pub(super) duration_ms: f64,
    pub(super) statements: usize,
    /// Only where it ran a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Excluded<'a> {
    pub(super) migration: &'a str,
    pub(super) reason: &'a str,
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are fields of an interface")]
pub(super) struct Failure<'a> {
    pub(super) pass: &'static str,
    pub(super) migration: Option<&'a str>,
    pub(super) file: Option<String>,
    pub(super) line: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) statement: Option<&'a str>,
    pub(super) sqlstate: Option<&'a str>,
    pub(super) message: &'a str,
    pub(super) cause: Option<&'static str>,
    pub(super) certain: bool,
    pub(super) culprits: Vec<Culprit<'a>>,
    pub(super) advice: Vec<Advice<'a>>,
    pub(super) reproduce: &'a str,
    pub(super) expected: bool,
    pub(super) standing: &'static str,
    /// Whether it fails nothing because it was there before; only where that is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) forgiven: bool,
    /// What tells it from other failures of its kind at its place, by name: the objects that the server or we name.
    pub(super) about: std::collections::BTreeSet<String>,
    /// Whose fault it is.
    pub(super) blame: &'static str,
    /// What it is about, by name: what differs, is missing, or is there already; only where there is something.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) objects: &'a [String],
    /// More about what is wrong, line by line: what differs, examples of what is lost; only where there is something.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) details: &'a [String],
    /// More about the cause, line by line; only where there is something.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) because: &'a [String],
    /// Whether only generated rows cause it; only where they do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) only_generated: bool,
    /// What to ask production; only where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Culprit<'a> {
    /// `null` for SQL of the scenario's own.
    pub(super) migration: Option<&'a str>,
    pub(super) file: Option<String>,
    pub(super) line: Option<usize>,
    pub(super) object: Option<&'a str>,
    /// What it did to the object, in words.
    pub(super) deed: &'a str,
}

#[derive(Serialize)]
pub(super) struct Advice<'a> {
    pub(super) text: &'a str,
    pub(super) proven: bool,
}
