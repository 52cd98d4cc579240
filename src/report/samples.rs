//! A small run to render in tests.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::migration::MigrationId;
use crate::outcome::{
    Blame, CaseHead, CaseId, Event, Excluded, Failure, Found, Phase, RunOutcome, SqlError,
    Standing, Step, Verdict,
};
use crate::place::{Place, SourceText};
use crate::scenario::SqlState;

pub(super) const SQL: &str = "\
CREATE TABLE IF NOT EXISTS plugin_configs (scope text);

CREATE UNIQUE INDEX one_global
    ON plugin_configs (plugin)
    WHERE scope = 'global';
";

pub(super) fn place_of(word: &str) -> Place {
    let start = SQL.rfind(word).unwrap();
    SourceText::new("migrations/008_plugins.sql", SQL).place(start..start + word.len())
}

pub(super) fn sql_error() -> SqlError {
    SqlError {
        sqlstate: SqlState::parse("42703"),
        message: "column \"scope\" does not exist".into(),
        ..SqlError::default()
    }
}

pub(super) fn found() -> Found {
    let mut found = Found::sql(Phase::Apply, Blame::Migration, sql_error());
    found.migration = Some(MigrationId::new("008_plugins.sql"));
    found.place = Some(place_of("scope"));
    found
}

pub(super) fn unexpected(found: Found) -> Failure {
    Failure {
        found,
        expected: false,
        standing: Standing::Unknown,
        is_forgiven: false,
        reproduce: "migration-replay run a.toml --filter 'a@any/fresh'".into(),
    }
}

pub(super) fn expected(found: Found) -> Failure {
    Failure { expected: true, ..unexpected(found) }
}

pub(super) fn step(phase: Phase, migration: Option<&str>, verdict: Verdict) -> Step {
    let is_apply = phase == Phase::Apply;
    Step {
        phase,
        migration: migration.map(MigrationId::new),
        file: migration.map(|name| PathBuf::from(format!("migrations/{name}"))),
        verdict,
        reason: None,
        took: Duration::from_millis(12),
        statements: 2,
        bodies: usize::from(is_apply),
        output: None,
    }
}

fn head(name: &str) -> CaseHead {
    CaseHead {
        layout: "numbered",
        inputs: None,
        name: name.into(),
        scenario: "scenarios/a.toml".into(),
        image: "postgres:17".into(),
        seed: "fresh".into(),
        migrations: 2,
        excluded: Vec::new(),
    }
}

/// A run whose cases have these names.
pub(super) fn run_of(names: &[&str]) -> RunOutcome {
    let mut run = RunOutcome::default();
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_780_000_000_123);
    run.add(&Event::RunStarted {
        at,
        commit: None,
        cases: names.iter().map(|name| head(name)).collect(),
    });
    run
}

/// A run of one case that did these steps with these failures.
pub(super) fn run_with(steps: Vec<Step>, failures: Vec<Failure>, verdict: Verdict) -> RunOutcome {
    let mut run = run_of(&["a@postgres:17.2/fresh"]);
    let case = CaseId(0);
    run.cases[0].backend = "local";
    run.cases[0].server_version = "17.2".into();
    run.cases[0].head.excluded.push(Excluded {
        migration: MigrationId::new("005_vector.sql"),
        file: PathBuf::from("migrations/005_vector.sql"),
        reason: "needs the vector extension".into(),
    });
    for step in steps {
        run.add(&Event::StepFinished { case, step });
    }
    for failure in failures {
        run.add(&Event::FailureFound { case, failure: Box::new(failure) });
    }
    finish(&mut run, 0, verdict, None);
    run.add(&Event::RunFinished { took: Duration::from_millis(3_400), broken_off: None });
    run
}

pub(super) fn finish(run: &mut RunOutcome, case: usize, verdict: Verdict, reason: Option<&str>) {
    let took = Duration::from_millis(340);
    let reason = reason.map(str::to_owned);
    run.add(&Event::CaseFinished { case: CaseId(case), verdict, reason, took });
}

/// A case whose migration failed, the next one not reached.
pub(super) fn failed_run() -> RunOutcome {
    let mut not_reached = step(Phase::Apply, Some("009_more.sql"), Verdict::Skipped);
    not_reached.reason = Some("not reached: 008_plugins.sql failed before".into());
    not_reached.bodies = 0;
    let steps = vec![
        step(Phase::Apply, Some("001_base.sql"), Verdict::Passed),
        step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed),
        not_reached,
    ];
    run_with(steps, vec![unexpected(found())], Verdict::Failed)
}
