//! The pass `interrupt`: a migration is stopped at every boundary that can survive, and then run again from its beginning, as a
//! runner does that finds it pending.
//!
//! A boundary survives where the statements before it are committed: in a body that no transaction wraps, after each of its
//! statements, the last one included (the history row is written after it). In a transaction the server takes it all back.

use std::sync::Arc;

use super::super::migrate::Body;
use super::half_built::{HalfBuilt, half_built};
use super::in_doubt::{InDoubt, in_doubt};
use super::line::Line;
use super::reexecute::about;
use super::traces::{Traces, Trial, View};
use super::within::{
    is_of_transaction, is_one_transaction, needs_no_transaction, within_transaction,
};
use crate::migration::{BodyRule, Ledger, Migration, Script, Sends, StatementKind, Wraps};
use crate::outcome::{Advice, Found, Phase, SqlError};
use crate::postgres::{PgSession, Session};
use crate::scenario::Cause;
use crate::schema::{Catalog, Sides, compare};
use crate::verify::{RowChange, row_changes};

const PHASE: Phase = Phase::Interrupt;

/// What became of the boundaries of one body.
#[derive(Default)]
pub(super) struct Boundaries {
    /// Those from which it was run again.
    pub(super) tried: usize,
    /// Those that a rollback covers.
    covered: usize,
    /// How often its session was ended at COMMIT.
    at_commit: usize,
    /// Those after which it cannot be run again: the statement before each, and what happens.
    broken: Vec<(usize, Box<Found>)>,
    /// The first state from which it came to its end, to be held against an end without interruption.
    ends: Vec<(usize, View)>,
    /// What came of the boundary after the last statement, on a copy: the whole body has run twice there.
    pub(super) whole: Option<Result<Twice, Box<Found>>>,
}

/// Where a body that ran twice came to.
pub(super) struct Twice {
    pub(super) catalog: Arc<Catalog>,
    /// What the second run changed.
    pub(super) rows: Vec<RowChange>,
}

/// What was tried before a migration ran for good.
pub(super) struct Before {
    pub(super) boundaries: Boundaries,
    half: Vec<HalfBuilt>,
    killed: Vec<InDoubt>,
}

/// Interrupts a migration everywhere, which is about to run; at COMMIT too where `at_commit`.
pub(super) async fn interrupt(
    line: &mut Line<'_>,
    migration: &Migration,
    ledger: Option<&Ledger>,
    at_commit: bool,
) -> Result<Before, SqlError> {
    let killed = if at_commit { in_doubt(line, migration, ledger).await? } else { Vec::new() };
    let rule = line.rule(migration);
    let is_whole = rule.sends == Sends::Whole;
    let is_free = needs_no_transaction(&migration.up)
        // Sent whole it would be one transaction anyway.
        && !(is_whole && is_one_transaction(&migration.up));
    let is_covered = rule.wraps != Wraps::Nothing || is_whole;
    let (mut boundaries, mut half) = (Boundaries::default(), Vec::new());
    if is_covered && !is_free {
        boundaries.covered = migration.up.statements().len().saturating_sub(1);
    } else {
        let within = within_transaction(&migration.up, rule);
        let tried = match &within {
            Some(script) => try_all(line, migration, script).await?,
            None => None,
        };
        boundaries = match tried {
            Some(boundaries) => boundaries,
            None => on_copies(line, migration).await?,
        };
        half = half_built(line, migration, PHASE).await?;
    }
    boundaries.at_commit = killed.len();
    boundaries.tried += half.len() + killed.len();
    Ok(Before { boundaries, half, killed })
}

/// Holds what came of that against the migration, which has now run for good.
pub(super) async fn judge_interrupted(
    line: &mut Line<'_>,
    migration: &Migration,
    before: Before,
) -> Result<Option<Found>, Box<Found>> {
    let Before { boundaries, half, killed } = before;
    if !half.is_empty() || !killed.is_empty() {
        let end = line.catalog().await?;
        let found = judge_half_built(migration, half, &end);
        if let Some(found) = found.or_else(|| judge_in_doubt(migration, killed, &end)) {
            return Ok(Some(found));
        }
    }
    judge(line, migration, boundaries).await
}

impl Boundaries {
    pub(super) fn told(&self) -> Option<String> {
        let covered = (self.covered > 0)
            .then(|| format!("{} boundaries are covered by rollback", self.covered));
        let at_commit = (self.at_commit > 0)
            .then(|| "its session was ended at COMMIT, before it was written and after".to_owned());
        let told: Vec<_> = covered.into_iter().chain(at_commit).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// Whether one transaction wraps a migration and its row of the history table.
pub(super) fn commits_as_a_whole(line: &Line<'_>, migration: &Migration) -> bool {
    line.rule(migration).wraps == Wraps::Each && !needs_no_transaction(&migration.up)
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

/// Each boundary by a savepoint. `None` where the transaction itself is in the way.
async fn try_all(
    line: &mut Line<'_>,
    migration: &Migration,
    script: &Script,
) -> Result<Option<Boundaries>, SqlError> {
    let body = Body { migration, script, phase: PHASE };
    let rule = BodyRule { wraps: Wraps::Nothing, ..line.rule(migration) };
    let trial = Trial::begin(line, &[body.script]).await?;
    let session = line.beside().await?;
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
    let count = body.script.statements().len();
    for last in 0..count.min(MOST_COPIES) {
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
            let is_whole = last + 1 == count;
            let resumed = resume(&mut session, body, rule, is_whole).await?;
            match &resumed {
                Ok(twice) => {
                    boundaries.ends.push((last, View::of_catalog(Arc::clone(&twice.catalog))));
                }
                Err(failure) => boundaries.broken.push((last, failure.clone())),
            }
            boundaries.whole = is_whole.then_some(resumed);
        }
        boundaries.covered += usize::from(is_open);
        drop(session);
        line.drop(&copy);
        if failed.is_some() {
            break;
        }
    }
    Ok(boundaries)
}

/// Runs a body from its beginning; what that does to rows is looked at where it has run once as a whole.
async fn resume(
    session: &mut PgSession,
    body: Body<'_>,
    rule: BodyRule,
    is_whole: bool,
) -> Result<Result<Twice, Box<Found>>, SqlError> {
    let tables = if is_whole { session.tables().await? } else { Vec::new() };
    let before = session.row_sums(&tables).await?;
    if let Err(failure) = body.run_alone(session, rule).await {
        return Ok(Err(failure));
    }
    let rows = row_changes(&before, &session.row_sums(&tables).await?);
    Ok(Ok(Twice { catalog: Arc::new(session.catalog().await?), rows }))
}

/// The first boundary from which the migration does not come to the end that it has without interruption.
async fn judge(
    line: &mut Line<'_>,
    migration: &Migration,
    boundaries: Boundaries,
) -> Result<Option<Found>, Box<Found>> {
    if let Some((index, failure)) = boundaries.broken.first() {
        let mut found = (**failure).clone();
        found.because.push(format!("{}, it cannot be run again", stopped(migration, *index)));
        let more = boundaries.broken.len() - 1;
        if more > 0 {
            found.because.push(format!("nor after {more} other statements"));
        }
        return Ok(Some(not_resumed(found)));
    }
    for (index, view) in boundaries.ends {
        let traces = view.against(line).await?;
        if !traces.is_empty() {
            return Ok(Some(another_end(migration, &traces, stopped(migration, index))));
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
