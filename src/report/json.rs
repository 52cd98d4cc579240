//! The JSON report: an interface, `version` 1. Fields may be added; none changes its name or meaning.

mod shape;

use std::path::Path;
use std::time::Duration;

use time::format_description::well_known::Rfc3339;

use self::shape::{
    Advice, Base, Case, Change, Culprit, Excluded, Failure, Fixed, Lack, Part, Report, Rows, Step,
    Unfilled, Warning,
};
use super::facts::{self, file_of};
use super::text::stamp;
use crate::migration::MigrationId;
use crate::outcome::{self, CaseOutcome, Found, Relation, RunOutcome};
use crate::place::Place;
use crate::scenario::{Cause, SqlState};

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
        commit: run.commit.as_deref(),
        shard: run.shard.as_ref().map(part),
        warnings: warnings(run),
        cases: run.cases.iter().map(|outcome| case(run, outcome)).collect(),
    };
    // Only maps with odd keys and failing `Serialize` implementations are errors; there are none here.
    let text = serde_json::to_string_pretty(&report);
    debug_assert!(text.is_ok(), "plain structs are always JSON");
    text.unwrap_or_default() + "\n"
}

fn warnings(run: &RunOutcome) -> Vec<Warning<'_>> {
    let of_input = run.input.0.iter().map(|problem| {
        let at = problem.place.as_ref().map(Place::line_column);
        Warning {
            message: &problem.message,
            file: problem.file().map(|file| file.display().to_string()),
            line: at.map(|at| at.line),
            column: at.map(|at| at.column),
            help: problem.help.as_deref(),
        }
    });
    let of_run = run.warnings.iter().map(|message| Warning {
        message,
        file: None,
        line: None,
        column: None,
        help: None,
    });
    of_input.chain(of_run).collect()
}

fn part(part: &outcome::ShardPart) -> Part<'_> {
    Part {
        number: part.shard.number(),
        of: part.shard.of(),
        all_cases: part.all_cases,
        division: &part.division,
        run: &part.run,
    }
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
        inputs: case.head.inputs.as_deref(),
        base: case.comparison.as_ref().map(base),
        fixed: case.comparison.iter().flat_map(|it| &it.fixed).map(fixed).collect(),
        preflight: case.lacks.iter().map(lack).collect(),
        steps: case.steps.iter().map(step).collect(),
        excluded: case.head.excluded.iter().map(excluded).collect(),
        failures: case.failures.iter().map(failure).collect(),
        hazards: case.hazards.iter().map(failure).collect(),
        rows: case.coverage.as_ref().map(rows),
        changes: case.changes.as_ref().map(|changes| changes.iter().map(change).collect()),
    }
}

fn base(comparison: &outcome::Comparison) -> Base<'_> {
    let (relation, says) = match &comparison.relation {
        Relation::Same => ("same", None),
        Relation::Known(origin) => ("known", Some(origin.to_string())),
        Relation::Changed(_) => ("changed", None),
        Relation::Nowhere(why) => ("nowhere", Some(why.clone())),
    };
    let outcome::Base { name, commit } = &comparison.base;
    Base { name, commit, relation, says }
}

fn fixed(known: &outcome::KnownFailure) -> Fixed<'_> {
    Fixed {
        pass: known.identity.phase.name(),
        migration: known.identity.migration.as_ref().map(MigrationId::as_str),
        kind: &known.identity.kind,
        message: &known.message,
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
        forgiven: failure.is_forgiven && !failure.expected,
        about: outcome::Identity::of(found).objects,
        blame: found.blame.name(),
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
