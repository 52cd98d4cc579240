//! The pass `interrupt`: a migration is stopped at every boundary that can survive, and then run again from its beginning, as a
//! runner does that finds it pending.
//!
//! A boundary survives where the statements before it are committed: in a body that no transaction wraps, after each of its
//! statements, the last one included (the history row is written after it). In a transaction the server takes it all back.

use std::time::Instant;

use super::case::CaseRun;
use super::half_built::{HalfBuilt, half_built};
use super::in_doubt::{InDoubt, in_doubt};
use super::line::Line;
use super::migrate::Body;
use super::reexecute::{about, verdict_of};
use super::traces::{Traces, Trial, View, is_of_transaction, needs_no_transaction};
use crate::migration::{BodyRule, Ledger, Migration, Sends, StatementKind, Wraps};
use crate::outcome::{Advice, Found, Phase, SqlError, Step};
use crate::postgres::Session;
use crate::scenario::Cause;
use crate::schema::{Catalog, Sides, compare};
use crate::verify::row_changes;

const PHASE: Phase = Phase::Interrupt;

/// What became of the boundaries of one body.
#[derive(Default)]
struct Boundaries {
    /// Those from which it was run again.
    tried: usize,
    /// Those that a rollback covers.
    covered: usize,
    /// How often its session was ended at COMMIT.
    at_commit: usize,
    /// Those after which it cannot be run again: the statement before each, and what happens.
    broken: Vec<(usize, Box<Found>)>,
    /// The first state from which it came to its end, to be held against an end without interruption.
    ends: Vec<(usize, View)>,
}

impl CaseRun<'_> {
    pub(super) async fn interrupt(&self, found: &mut Vec<Found>) {
        let (mut line, pending) = match Line::begin(self, PHASE).await {
            Ok(begun) => begun,
            Err(failure) => return found.push(*failure),
        };
        // One is enough: what comes of a COMMIT does not depend on what is committed.
        let last = pending.iter().rposition(|migration| commits_as_a_whole(&line, migration));
        for (position, migration) in pending.iter().enumerate() {
            self.emitter.working(PHASE, Some(&migration.id));
            let begun = Instant::now();
            let tried = if Some(position) == last {
                at_commit(&mut line, migration, self.case.ledger.as_ref()).await
            } else {
                interrupted(&mut line, migration).await
            };
            let (boundaries, finding) = match tried {
                Ok(tried) => tried,
                Err(failure) => (Boundaries::default(), Some(*failure)),
            };
            let is_over = finding.as_ref().is_some_and(|it| it.cause.is_none());
            self.emitter.step(Step {
                phase: PHASE,
                migration: Some(migration.id.clone()),
                file: Some(migration.up.source().path().to_owned()),
                verdict: verdict_of(finding.as_ref()),
                reason: boundaries.told(),
                took: begun.elapsed(),
                statements: migration.up.statements().len() * (1 + boundaries.tried),
                bodies: 1 + boundaries.tried,
                output: None,
            });
            found.extend(finding);
            if is_over {
                break;
            }
        }
        line.end().await;
    }
}

impl Boundaries {
    fn told(&self) -> Option<String> {
        let covered = (self.covered > 0)
            .then(|| format!("{} boundaries are covered by rollback", self.covered));
        let at_commit = (self.at_commit > 0)
            .then(|| "its session was ended at COMMIT, before it was written and after".to_owned());
        let told: Vec<_> = covered.into_iter().chain(at_commit).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// Whether one transaction wraps a migration and its row of the history table.
fn commits_as_a_whole(line: &Line<'_>, migration: &Migration) -> bool {
    line.rule(migration).wraps == Wraps::Each && !needs_no_transaction(&migration.up)
}

/// Ends the session at COMMIT, then runs the migration for good.
async fn at_commit(
    line: &mut Line<'_>,
    migration: &Migration,
    ledger: Option<&Ledger>,
) -> Result<(Boundaries, Option<Found>), Box<Found>> {
    let killed = in_doubt(line, migration, ledger).await.map_err(|error| line.lost(error))?;
    let (mut boundaries, _) = interrupted(line, migration).await?;
    boundaries.at_commit = killed.len();
    boundaries.tried += killed.len();
    let end = line.catalog().await?;
    Ok((boundaries, judge_in_doubt(migration, killed, &end)))
}

/// The first COMMIT after which looking at the history does not lead to the end that there is without interruption.
fn judge_in_doubt(migration: &Migration, all: Vec<InDoubt>, end: &Catalog) -> Option<Found> {
    all.into_iter().find_map(|killed| {
        let when = if killed.is_written { "after" } else { "before" };
        let because = format!("its session was ended at COMMIT, {when} that was written");
        match killed.end {
            Err(failure) => {
                let mut found = *failure;
                found.because.push(because);
                Some(not_resumed(found))
            }
            Ok(catalog) => {
                let schema = compare(&catalog, end);
                let traces = Traces { schema, rows: Vec::new() };
                (!traces.is_empty()).then(|| another_end(migration, &traces, because))
            }
        }
    })
}

/// Interrupts a migration everywhere, then runs it for good.
async fn interrupted(
    line: &mut Line<'_>,
    migration: &Migration,
) -> Result<(Boundaries, Option<Found>), Box<Found>> {
    let rule = line.rule(migration);
    let inner = migration.up.statements().len().saturating_sub(1);
    let is_covered = rule.wraps != Wraps::Nothing || rule.sends == Sends::Whole;
    if is_covered && !needs_no_transaction(&migration.up) {
        line.run(migration).await?;
        return Ok((Boundaries { covered: inner, ..Boundaries::default() }, None));
    }
    let in_a_transaction = !needs_no_transaction(&migration.up);
    let mut boundaries = None;
    if in_a_transaction {
        let tried = try_all(line, migration).await;
        boundaries = tried.map_err(|error| line.lost(error))?;
    }
    let mut boundaries = match boundaries {
        Some(boundaries) => boundaries,
        None => on_copies(line, migration).await.map_err(|error| line.lost(error))?,
    };
    let half = half_built(line, migration, PHASE).await.map_err(|error| line.lost(error))?;
    boundaries.tried += half.len();
    line.run(migration).await?;
    let end = line.catalog().await?;
    if let Some(found) = judge_half_built(migration, half, &end) {
        return Ok((boundaries, Some(found)));
    }
    let finding =
        judge(line, migration, &boundaries, &end).await.map_err(|error| line.lost(error))?;
    Ok((boundaries, finding))
}

/// Each boundary by a savepoint. `None` where the transaction itself is in the way.
async fn try_all(
    line: &mut Line<'_>,
    migration: &Migration,
) -> Result<Option<Boundaries>, SqlError> {
    let body = Body { migration, script: &migration.up, phase: PHASE };
    let rule = BodyRule { wraps: Wraps::Nothing, ..line.rule(migration) };
    let session = line.beside()?;
    let trial = Trial::begin(session, body.script).await?;
    let mut boundaries = Boundaries::default();
    let mut is_hindered = false;
    for (index, statement) in body.script.statements().iter().enumerate() {
        if statement.kind == StatementKind::Meta {
            continue;
        }
        if let Err(failure) = body.run_one(session, index).await {
            // It fails without any interruption, which is for `apply` to tell.
            is_hindered = is_of_transaction(&failure.error);
            break;
        }
        session.execute("SAVEPOINT boundary").await?;
        boundaries.tried += 1;
        let mut statements = 0;
        let resumed = match body.run(session, rule, &mut statements).await {
            Ok(()) => trial.look(session).await.map_err(|error| body.at_its_end(error)),
            Err(failure) => Err(failure),
        };
        match resumed {
            Ok(view) => boundaries.ends.push((index, view)),
            Err(failure) if is_of_transaction(&failure.error) => is_hindered = true,
            Err(failure) => boundaries.broken.push((index, failure)),
        }
        if is_hindered {
            break;
        }
        session.execute("ROLLBACK TO SAVEPOINT boundary").await?;
    }
    trial.roll_back(session).await?;
    Ok((!is_hindered).then_some(boundaries))
}

/// No more copies than this are made for one migration: boundaries after that are not tried.
const MOST_COPIES: usize = 20;

/// Each boundary for good, on a copy of the database.
async fn on_copies(line: &mut Line<'_>, migration: &Migration) -> Result<Boundaries, SqlError> {
    let body = Body { migration, script: &migration.up, phase: PHASE };
    let rule = BodyRule { wraps: Wraps::Nothing, ..line.rule(migration) };
    let mut boundaries = Boundaries::default();
    for last in 0..body.script.statements().len().min(MOST_COPIES) {
        let Some((mut session, copy)) = line.copy().await? else { break };
        let mut failed = None;
        for index in 0..=last {
            failed = body.run_one(&mut session, index).await.err();
            if failed.is_some() {
                break;
            }
        }
        let is_open = failed.is_none() && session.in_transaction().await?;
        if failed.is_none() && !is_open {
            session.renew().await?;
            boundaries.tried += 1;
            match body.run_alone(&mut session, rule).await {
                Ok(()) => boundaries.ends.push((last, View::of_catalog(session.catalog().await?))),
                Err(failure) => boundaries.broken.push((last, failure)),
            }
        }
        boundaries.covered += usize::from(is_open);
        drop(session);
        line.drop(&copy).await;
        if failed.is_some() {
            break;
        }
    }
    Ok(boundaries)
}

/// The first boundary from which the migration does not come to the end that it has without interruption.
async fn judge(
    line: &mut Line<'_>,
    migration: &Migration,
    boundaries: &Boundaries,
    end: &Catalog,
) -> Result<Option<Found>, SqlError> {
    if let Some((index, failure)) = boundaries.broken.first() {
        let mut found = (**failure).clone();
        found.because.push(format!("{}, it cannot be run again", stopped(migration, *index)));
        let more = boundaries.broken.len() - 1;
        if more > 0 {
            found.because.push(format!("nor after {more} other statements"));
        }
        return Ok(Some(not_resumed(found)));
    }
    for (index, view) in &boundaries.ends {
        let rows = line.beside()?.row_sums(view.rows.keys()).await?;
        let schema = view.catalog.as_ref().map(|catalog| compare(catalog, end)).unwrap_or_default();
        let traces = Traces { schema, rows: row_changes(&rows, &view.rows) };
        if !traces.is_empty() {
            return Ok(Some(another_end(migration, &traces, stopped(migration, *index))));
        }
    }
    Ok(None)
}

fn another_end(migration: &Migration, traces: &Traces, because: String) -> Found {
    let message =
        format!("{} comes to another end when it was stopped and is run again", migration.id);
    let sides = Sides { left: "when it was stopped", right: "without interruption" };
    let mut found = about(PHASE, migration, traces, sides, message);
    found.because.push(because);
    not_resumed(found)
}

/// The first index that is not valid, or in the way, after the session was ended while it was built.
fn judge_half_built(migration: &Migration, all: Vec<HalfBuilt>, end: &Catalog) -> Option<Found> {
    all.into_iter().find_map(|half| {
        let because = format!("its session was ended while {}", building(migration, half.statement));
        let mut found = match half.end {
            Err(failure) => {
                let mut found = *failure;
                found.because.push(because);
                found
            }
            Ok(catalog) => {
                let schema = compare(&catalog, end);
                if schema.is_same() {
                    return None;
                }
                another_end(migration, &Traces { schema, rows: Vec::new() }, because)
            }
        };
        found.cause = Some(Cause::InvalidIndex);
        found.certain = true;
        let hint = "DROP INDEX CONCURRENTLY IF EXISTS before CREATE INDEX CONCURRENTLY, so that a second try builds it anew";
        found.advice.push(Advice { text: hint.to_owned(), proven: false });
        Some(found)
    })
}

fn building(migration: &Migration, statement: usize) -> String {
    let place = migration.up.statements().get(statement).map(|it| migration.up.place_of(it));
    let line = place.map_or(0, |place| place.line_column().line);
    format!("the index of line {line} was built, and left it not valid")
}

fn stopped(migration: &Migration, index: usize) -> String {
    let statements = migration.up.statements();
    let line = statements
        .get(index)
        .map_or(0, |statement| migration.up.place_of(statement).line_column().line);
    let of = statements.len();
    format!("stopped after statement {} of {of} (line {line}), which is committed", index + 1)
}

fn not_resumed(mut found: Found) -> Found {
    found.cause = Some(Cause::NotRerunnable);
    found.certain = true;
    found
}
