//! The JSON report: an interface, `version` 1. Fields may be added; none changes its name or meaning.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use time::format_description::well_known::Rfc3339;

use super::facts::{self, file_of};
use super::text::stamp;
use crate::migration::MigrationId;
use crate::outcome::{self, CaseOutcome, Found, RunOutcome};
use crate::place::Place;
use crate::scenario::{Cause, SqlState};

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    tool: &'static str,
    started_at: String,
    duration_ms: f64,
    verdict: &'static str,
    /// Only where the run did not come to its end: what is wrong with its input, or what stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_off: Option<&'a str>,
    cases: Vec<Case<'a>>,
}

#[derive(Serialize)]
struct Case<'a> {
    name: &'a str,
    scenario: &'a str,
    image: &'a str,
    server_version: &'a str,
    backend: &'static str,
    layout: &'static str,
    seed: &'a str,
    verdict: &'static str,
    /// Only where the case has no result of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    duration_ms: f64,
    bodies: usize,
    statements: usize,
    /// What the base failed and this change cures; nothing compares with a base yet.
    fixed: [(); 0],
    /// What the server has not, as known before the first statement.
    preflight: Vec<Lack<'a>>,
    steps: Vec<Step<'a>>,
    excluded: Vec<Excluded<'a>>,
    failures: Vec<Failure<'a>>,
    /// What is worth knowing and fails nothing: in the same shape.
    hazards: Vec<Failure<'a>>,
    /// Only where generated rows were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Rows<'a>>,
    /// What the upgrade did to the schema; only in a qualification.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<Change<'a>>>,
}

#[derive(Serialize)]
struct Change<'a> {
    deed: &'static str,
    object: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Rows<'a> {
    tables: usize,
    filled: usize,
    unfilled: Vec<Unfilled<'a>>,
}

#[derive(Serialize)]
struct Unfilled<'a> {
    table: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Lack<'a> {
    need: &'a str,
    kind: &'static str,
    has: Option<&'a str>,
    migration: Option<&'a str>,
    file: String,
    line: usize,
    falls: Vec<&'a str>,
}

#[derive(Serialize)]
struct Step<'a> {
    pass: &'static str,
    migration: Option<&'a str>,
    file: Option<String>,
    verdict: &'static str,
    /// Only where it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    duration_ms: f64,
    statements: usize,
    /// Only where it ran a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a str>,
}

#[derive(Serialize)]
struct Excluded<'a> {
    migration: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Failure<'a> {
    pass: &'static str,
    migration: Option<&'a str>,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    statement: Option<&'a str>,
    sqlstate: Option<&'a str>,
    message: &'a str,
    cause: Option<&'static str>,
    certain: bool,
    culprits: Vec<Culprit<'a>>,
    advice: Vec<Advice<'a>>,
    reproduce: &'a str,
    expected: bool,
    standing: &'static str,
    /// What it is about, by name: what differs, is missing, or is there already; only where there is something.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    objects: &'a [String],
    /// More about what is wrong, line by line: what differs, examples of what is lost; only where there is something.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    details: &'a [String],
    /// More about the cause, line by line; only where there is something.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    because: &'a [String],
    /// Whether only generated rows cause it; only where they do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    only_generated: bool,
    /// What to ask production; only where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
}

#[derive(Serialize)]
struct Culprit<'a> {
    /// `null` for SQL of the scenario's own.
    migration: Option<&'a str>,
    file: Option<String>,
    line: Option<usize>,
    object: Option<&'a str>,
    /// What it did to the object, in words.
    deed: &'a str,
}

#[derive(Serialize)]
struct Advice<'a> {
    text: &'a str,
    proven: bool,
}

/// The run as JSON.
#[must_use]
pub fn json(run: &RunOutcome) -> String {
    let report = Report {
        version: 1,
        tool: concat!("migration-replay ", env!("CARGO_PKG_VERSION")),
        started_at: stamp(run.started_at).format(&Rfc3339).unwrap_or_default(),
        duration_ms: millis(run.took),
        verdict: run.verdict().name(),
        broken_off: run.broken_off.as_deref(),
        cases: run.cases.iter().map(|outcome| case(run, outcome)).collect(),
    };
    // Only maps with odd keys and failing `Serialize` implementations are errors; there are none here.
    let text = serde_json::to_string_pretty(&report);
    debug_assert!(text.is_ok(), "plain structs are always JSON");
    text.unwrap_or_default() + "\n"
}

fn case<'a>(run: &RunOutcome, case: &'a CaseOutcome) -> Case<'a> {
    Case {
        name: &case.head.name,
        scenario: &case.head.scenario,
        image: &case.head.image,
        server_version: &case.server_version,
        backend: case.backend,
        layout: case.head.layout,
        seed: &case.head.seed,
        verdict: case.final_verdict().name(),
        reason: facts::reason(run, case),
        duration_ms: millis(case.took),
        bodies: case.bodies(),
        statements: case.statements(),
        fixed: [],
        preflight: case.lacks.iter().map(lack).collect(),
        steps: case.steps.iter().map(step).collect(),
        excluded: case.head.excluded.iter().map(excluded).collect(),
        failures: case.failures.iter().map(failure).collect(),
        hazards: case.hazards.iter().map(failure).collect(),
        rows: case.coverage.as_ref().map(rows),
        changes: case.changes.as_ref().map(|changes| changes.iter().map(change).collect()),
    }
}

fn change(change: &outcome::SchemaChange) -> Change<'_> {
    Change { deed: change.deed.name(), object: &change.object, text: &change.text }
}

fn rows(coverage: &outcome::Coverage) -> Rows<'_> {
    let unfilled = coverage.unfilled.iter();
    Rows {
        tables: coverage.tables,
        filled: coverage.filled,
        unfilled: unfilled.map(|it| Unfilled { table: &it.table, reason: &it.reason }).collect(),
    }
}

fn lack(lack: &outcome::Lack) -> Lack<'_> {
    Lack {
        need: &lack.need,
        kind: lack.kind.name(),
        has: lack.has.as_deref(),
        migration: lack.migration.as_ref().map(MigrationId::as_str),
        file: path(lack.place.source().path()),
        line: lack.place.line_column().line,
        falls: lack.falls.iter().map(MigrationId::as_str).collect(),
    }
}

fn step(step: &outcome::Step) -> Step<'_> {
    Step {
        pass: step.phase.name(),
        migration: step.migration.as_ref().map(MigrationId::as_str),
        file: step.file.as_deref().map(path),
        verdict: step.verdict.name(),
        reason: step.reason.as_deref(),
        duration_ms: millis(step.took),
        statements: step.statements,
        output: step.output.as_deref(),
    }
}

fn excluded(excluded: &outcome::Excluded) -> Excluded<'_> {
    Excluded { migration: excluded.migration.as_str(), reason: &excluded.reason }
}

fn failure(failure: &outcome::Failure) -> Failure<'_> {
    let found: &Found = &failure.found;
    let at = found.place.as_ref().map(Place::line_column);
    Failure {
        pass: found.phase.name(),
        migration: found.migration.as_ref().map(MigrationId::as_str),
        file: file_of(found).map(path),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        statement: found.statement.as_deref(),
        sqlstate: found.error.sqlstate.as_ref().map(SqlState::as_str),
        message: &found.error.message,
        cause: found.cause.map(Cause::name),
        certain: found.certain,
        culprits: found.culprits.iter().map(culprit).collect(),
        advice: found.advice.iter().map(advice).collect(),
        reproduce: &failure.reproduce,
        expected: failure.expected,
        standing: failure.standing.name(),
        objects: &found.objects,
        details: &found.details,
        because: &found.because,
        only_generated: found.only_generated,
        query: found.query.as_deref(),
    }
}

fn culprit(culprit: &outcome::Culprit) -> Culprit<'_> {
    let place = culprit.place.as_ref();
    Culprit {
        migration: culprit.migration.as_ref().map(MigrationId::as_str),
        file: place.map(|place| path(place.source().path())),
        line: place.map(|place| place.line_column().line),
        object: culprit.object.as_deref(),
        deed: &culprit.deed,
    }
}

fn advice(advice: &outcome::Advice) -> Advice<'_> {
    Advice { text: &advice.text, proven: advice.proven }
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// Milliseconds, to the microsecond.
fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests;
