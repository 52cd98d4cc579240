//! Setup and seed: what a database goes through before the passes.

use std::time::{Duration, SystemTime};

use super::case::CaseRun;
use super::fill::Filling;
use super::migrate::MigrationRun;
use super::over_rows::{self, Again, fill_up};
use super::part::run_part;
use super::sequence::Sequence;
use super::statement::run_statement;
use crate::migration::{Migration, Script};
use crate::outcome::{Blame, Coverage, Found, Phase, SqlError, Stopped};
use crate::place::SourceText;
use crate::plan::{CasePlan, DumpFile, DumpFormat, PrepStep, StopBody};
use crate::postgres::{
    Database, HistoryEntry, Outcome, PgSession, Ran, RestoreError, Server, Session, literal, quote,
    restore_archive, restore_plain,
};

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) statements: usize,
    pub(super) bodies: usize,
    /// Where a step stopped in the middle of a body.
    pub(super) stopped: Option<Stopped>,
    /// How many tables got generated rows.
    pub(super) coverage: Option<Coverage>,
}

/// Does the steps in order. What only generated rows bring up is written down in `run`.
pub(super) async fn prepare(
    run: &CaseRun<'_>,
    database: &Database,
    session: &mut PgSession,
    steps: &[PrepStep],
    phase: Phase,
) -> Result<Work, Box<Found>> {
    let case = run.case;
    let mut work = Work::default();
    let mut sequence = Sequence::one_by_one(case, phase);
    let mut filling = None;
    for step in steps {
        match step {
            PrepStep::Role(name) => {
                create_role(session, &format!("CREATE ROLE {}", quote(name)), phase).await?;
                work.statements += 1;
            }
            PrepStep::User(name) => {
                let password = database.config.get_password().unwrap_or_default();
                let password = literal(&String::from_utf8_lossy(password));
                let sql = format!("CREATE ROLE {} LOGIN PASSWORD {password}", quote(name));
                create_role(session, &sql, phase).await?;
                work.statements += 1;
            }
            PrepStep::Sql(script) => {
                let filling = filling.as_mut();
                work.statements +=
                    Box::pin(run_script_over(session, script, filling, phase)).await?;
                has_run(session, Ran::Script(script), phase).await?;
            }
            PrepStep::Migrate(migration) => {
                let ran = migrate(run, session, &mut sequence, migration, filling.as_mut()).await;
                work.statements += ran.statements;
                work.bodies += 1;
                if let Some(found) = ran.found {
                    return Err(found);
                }
            }
            PrepStep::Rows(rows) => {
                let begun = Box::pin(Filling::begin(run, database, *rows)).await;
                filling = Some(begun.map_err(|error| failed_to_fill(phase, error))?);
            }
            PrepStep::Record(migration) => record_seeded(session, migration, phase).await?,
            PrepStep::Unrecorded(migration) => {
                let run = sequence.run_unrecorded(session, migration).await;
                work.statements += run.statements;
                work.bodies += 1;
                if let Some(found) = run.found {
                    return Err(found);
                }
                has_run(session, Ran::Script(&migration.up), phase).await?;
            }
            PrepStep::Pretended(migration) => pretend(session, case, migration, phase).await?,
            PrepStep::Interrupted { migration, statements } => {
                sequence.run_first(session, migration, *statements).await?;
                work.statements += statements;
                work.bodies += 1;
                has_run(session, Ran::Other, phase).await?;
            }
            PrepStep::Restore(dump) => {
                work.statements +=
                    restore(&run.server.server, database, session, dump, phase).await?;
                has_run(session, Ran::Other, phase).await?;
            }
        }
    }
    if let Some(mut filling) = filling {
        let coverage = Box::pin(filling.finish_seed()).await;
        work.coverage = Some(coverage.map_err(|error| failed_to_fill(phase, error))?);
    }
    if let Some(stop) = case.stop_in(phase) {
        work.stopped = Some(match &stop.body {
            StopBody::Migration(migration) => sequence.run_part(session, migration, stop).await?,
            StopBody::Script(_) => run_part(session, stop).await?,
        });
    }
    Ok(work)
}

fn failed_to_fill(phase: Phase, error: SqlError) -> Box<Found> {
    Box::new(Found::sql(phase, Blame::Environment, error))
}

async fn has_run(session: &mut PgSession, what: Ran<'_>, phase: Phase) -> Result<(), Box<Found>> {
    let shown = session.has_run(what).await;
    shown.map_err(|error| Box::new(Found::sql(phase, Blame::Environment, error)))
}

async fn create_role(session: &mut PgSession, sql: &str, phase: Phase) -> Result<(), Box<Found>> {
    let made = session.execute(sql).await;
    made.map_err(|error| Box::new(Found::sql(phase, Blame::Scenario, error)))
}

/// Runs a migration; over generated rows, where there are some.
async fn migrate(
    run: &CaseRun<'_>,
    session: &mut PgSession,
    sequence: &mut Sequence<'_>,
    migration: &Migration,
    filling: Option<&mut Filling>,
) -> MigrationRun {
    let Some(filling) = filling else { return sequence.run(session, migration).await };
    let all = over_rows::run(session, sequence, migration, filling, Again::All);
    let all = Box::pin(all).await;
    run.note_brought_up(all.brought_up);
    let mut ran = all.run;
    if ran.found.is_none() {
        ran.found = Box::pin(fill_up(migration, filling)).await;
    }
    ran
}

/// Runs SQL of the scenario. Rows of its own that meet generated ones are right: those are taken out.
async fn run_script_over(
    session: &mut PgSession,
    script: &Script,
    filling: Option<&mut Filling>,
    phase: Phase,
) -> Result<usize, Box<Found>> {
    let Some(filling) = filling else { return run_script(session, script, 0, phase).await };
    let statements = match run_script(session, script, 0, phase).await {
        Ok(statements) => {
            Box::pin(filling.leave_empty()).await.map_err(|error| failed_to_fill(phase, error))?;
            statements
        }
        Err(found) => {
            let emptied = filling.empty().await;
            let from = found.statement_index.filter(|_| emptied.is_ok_and(|emptied| emptied));
            let Some(from) = from else { return Err(found) };
            from + run_script(session, script, from, phase).await?
        }
    };
    Box::pin(filling.fill()).await.map_err(|error| failed_to_fill(phase, error))?;
    Ok(statements)
}

async fn run_script(
    session: &mut PgSession,
    script: &Script,
    from: usize,
    phase: Phase,
) -> Result<usize, Box<Found>> {
    let mut statements = 0;
    for (index, statement) in script.statements().iter().enumerate().skip(from) {
        let sent = run_statement(session, script, statement).await.map_err(|mut found| {
            found.phase = phase;
            found.statement_index = Some(index);
            found.file = Some(script.source().path().to_owned());
            if found.blame == Blame::Migration {
                found.blame = Blame::Scenario;
            }
            found
        })?;
        statements += usize::from(sent);
    }
    Ok(statements)
}

async fn record_seeded(
    session: &mut PgSession,
    migration: &Migration,
    phase: Phase,
) -> Result<(), Box<Found>> {
    let entry = HistoryEntry {
        migration,
        phase,
        outcome: Outcome::Seeded,
        started_at: SystemTime::now(),
        took: Duration::ZERO,
    };
    let recorded = session.record(&entry).await;
    recorded.map_err(|error| Box::new(Found::sql(phase, Blame::Scenario, error)))
}

/// Records a migration that was not run, in the tool's own history table, too.
async fn pretend(
    session: &mut PgSession,
    case: &CasePlan,
    migration: &Migration,
    phase: Phase,
) -> Result<(), Box<Found>> {
    if let Some(ledger) = &case.ledger {
        let wrong = |error| Box::new(Found::sql(phase, Blame::Scenario, error));
        session.execute(ledger.create).await.map_err(wrong)?;
        session.execute(&(ledger.record)(migration)).await.map_err(wrong)?;
    }
    record_seeded(session, migration, phase).await
}

async fn restore(
    server: &Server,
    database: &Database,
    session: &PgSession,
    dump: &DumpFile,
    phase: Phase,
) -> Result<usize, Box<Found>> {
    let restored = match dump.format {
        DumpFormat::Custom | DumpFormat::Directory => {
            restore_archive(&server.tools, database, dump).await.map(|()| 0)
        }
        DumpFormat::Plain | DumpFormat::PlainGzip | DumpFormat::PlainZstd => {
            restore_plain(session, dump).await
        }
    };
    restored.map_err(|error| dump_failure(dump, error, phase))
}

/// A dump is too large to be shown whole: its statement stands for it, in its line.
pub(super) fn dump_failure(dump: &DumpFile, failure: RestoreError, phase: Phase) -> Box<Found> {
    let mut found = Found::sql(phase, Blame::Scenario, failure.error);
    found.file = Some(dump.path.clone());
    if let Some(statement) = failure.statement {
        let line = failure.line.unwrap_or(1);
        found.details.push(format!("in the dump's statement at line {line}"));
        let source = SourceText::new(&dump.path, statement.as_str());
        let end = statement.find('\n').unwrap_or(statement.len());
        found.place = Some(source.place(0..end));
        found.statement = Some(statement);
    }
    Box::new(found)
}
