use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::blame;
use super::call::RunnerCall;
use super::ledger::applied;
use super::state::{self, State};
use crate::migration::history::from_nothing;
use crate::migration::{Migration, MigrationId};
use crate::outcome::{Blame, Found, Phase, SqlError, Step, Verdict};
use crate::plan::CasePlan;
use crate::postgres::Session;
use crate::replay::emit::{Emitter, plain_step};
use crate::replay::passes::Progress;
use crate::replay::shell::Ended;
use crate::scenario::Cause;
use crate::schema::{Sides, compare};

/// Calls the runner once onto the seed state. `session` looks at its history table.
pub(in crate::replay) async fn apply<S: Session>(
    call: &RunnerCall<'_>,
    session: &mut S,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) -> Progress {
    emitter.working(Phase::Apply, None);
    let begun = Instant::now();
    let before = match applied(session, call.case).await {
        Ok(before) => before,
        Err(error) => return unreadable(error, found),
    };
    let ended = call.run().await;
    let after = match applied(session, call.case).await {
        Ok(after) => after,
        Err(error) => return unreadable(error, found),
    };
    let applied_now = newly(call.case, before.as_ref(), after.as_ref());
    let failures = judge(call, &ended, before.as_ref(), after.as_ref());
    tell(emitter, &ended, &applied_now, &failures, begun.elapsed());
    let is_complete = failures.is_empty();
    found.extend(failures);
    if is_complete { Progress::Complete } else { Progress::Stopped }
}

/// Calls the runner once more: it must find nothing to do.
pub(in crate::replay) async fn rerun<S: Session>(
    call: &RunnerCall<'_>,
    session: &mut S,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) {
    emitter.working(Phase::Rerun, None);
    let begun = Instant::now();
    let before = state::read(session).await;
    let ended = call.run().await;
    let after = state::read(session).await;
    let failures = match (before, after) {
        (Ok(before), Ok(after)) => changes(call, &ended, &before, &after),
        (Err(error), _) | (_, Err(error)) => {
            vec![Found::sql(Phase::Rerun, Blame::Environment, error)]
        }
    };
    let verdict = if failures.is_empty() { Verdict::Passed } else { Verdict::Failed };
    let step = plain_step(Phase::Rerun, verdict, begun.elapsed());
    emitter.step(Step { output: Some(ended.output), ..step });
    found.extend(failures);
}

/// Calls the runner onto an empty database, for the end that others are compared with.
pub(in crate::replay) async fn fresh(call: &RunnerCall<'_>) -> Result<(), Box<Found>> {
    let ended = call.run().await;
    match failure(call, &ended, Phase::Converge, None) {
        Some(found) => Err(Box::new(found)),
        None => Ok(()),
    }
}

fn unreadable(error: SqlError, found: &mut Vec<Found>) -> Progress {
    let mut failure = Found::sql(Phase::Apply, Blame::Scenario, error);
    failure.details.push("when the runner's history table was read".into());
    found.push(failure);
    Progress::Stopped
}

/// What the runner has applied in this run.
fn newly(
    case: &CasePlan,
    before: Option<&BTreeSet<MigrationId>>,
    after: Option<&BTreeSet<MigrationId>>,
) -> Vec<Arc<Migration>> {
    let is_new = |id: &MigrationId| {
        after.is_some_and(|after| after.contains(id))
            && !before.is_some_and(|before| before.contains(id))
    };
    case.set.migrations().iter().filter(|it| is_new(&it.id)).cloned().collect()
}

fn judge(
    call: &RunnerCall<'_>,
    ended: &Ended,
    before: Option<&BTreeSet<MigrationId>>,
    after: Option<&BTreeSet<MigrationId>>,
) -> Vec<Found> {
    let mut failures: Vec<_> = failure(call, ended, Phase::Apply, after).into_iter().collect();
    if let Some(after) = after {
        failures.extend(ran_excluded(call.case, before, after));
        if ended.failure.is_none() {
            failures.extend(left_pending(call.case, before, after));
        }
    }
    failures
}

/// Why the command failed, and at which file as far as can be told.
fn failure(
    call: &RunnerCall<'_>,
    ended: &Ended,
    phase: Phase,
    applied: Option<&BTreeSet<MigrationId>>,
) -> Option<Found> {
    let why = ended.failure.as_ref()?;
    let mut message = format!("the runner {:?} {why}", call.runner.command.value);
    if let Some(said) = blame::message(&ended.output) {
        message.push_str(": ");
        message.push_str(said);
    }
    let mut found = Found::new(phase, Blame::Migration, message);
    let chain = from_nothing(&call.case.chain);
    let is_open = |it: &&Arc<Migration>| applied.is_none_or(|applied| !applied.contains(&it.id));
    let open: Vec<_> = chain.iter().filter(is_open).collect();
    if let Some(migration) = blame::failing(&ended.output, &open) {
        found.migration = Some(migration.id.clone());
        found.file = Some(migration.up.source().path().to_owned());
    }
    found.error.sqlstate = blame::sqlstate(&ended.output);
    found.details = ended.output.lines().map(str::to_owned).collect();
    Some(found)
}

/// Excluded migrations that the runner has run all the same.
fn ran_excluded<'a>(
    case: &'a CasePlan,
    before: Option<&'a BTreeSet<MigrationId>>,
    after: &'a BTreeSet<MigrationId>,
) -> impl Iterator<Item = Found> + 'a {
    let was_there = move |id: &MigrationId| before.is_some_and(|before| before.contains(id));
    let ran = move |id: &MigrationId| after.contains(id) && !was_there(id);
    case.excluded.iter().filter(move |excluded| ran(&excluded.migration)).map(|excluded| {
        let message = format!("the runner ran {}, which is excluded", excluded.migration);
        let mut found = Found::new(Phase::Apply, Blame::Scenario, message);
        found.migration = Some(excluded.migration.clone());
        found.file = Some(excluded.file.clone());
        let hint = "pass the list to it: env = { MIGRATION_EXCLUDE = \"{{ exclude }}\" }";
        found.error.hint = Some(hint.into());
        found
    })
}

/// Migrations that the runner reported no trouble with, and did not apply.
fn left_pending<'a>(
    case: &'a CasePlan,
    before: Option<&'a BTreeSet<MigrationId>>,
    after: &'a BTreeSet<MigrationId>,
) -> impl Iterator<Item = Found> + 'a {
    let seeded = before.is_some_and(|before| !before.is_empty());
    let chain = if seeded { case.chain.clone() } else { from_nothing(&case.chain) };
    let highest = chain.iter().rposition(|migration| after.contains(&migration.id));
    let left = chain.into_iter().enumerate().filter(|(_, it)| !after.contains(&it.id));
    left.map(move |(position, migration)| {
        let is_late = highest.is_some_and(|highest| position < highest);
        let why = if is_late { ", below one that it applied" } else { "" };
        let message = format!("the runner succeeded and left {} pending{why}", migration.id);
        let mut found = Found::new(Phase::Apply, Blame::Migration, message);
        found.migration = Some(migration.id.clone());
        found.file = Some(migration.up.source().path().to_owned());
        found.cause = is_late.then_some(Cause::OutOfOrder);
        found.certain = is_late;
        found
    })
}

/// What a second run did that it should not have done.
fn changes(call: &RunnerCall<'_>, ended: &Ended, before: &State, after: &State) -> Vec<Found> {
    let mut failures: Vec<_> = failure(call, ended, Phase::Rerun, None)
        .into_iter()
        .map(|found| Found { migration: None, file: None, ..found })
        .collect();
    let comparison = compare(&after.catalog, &before.catalog);
    let mut objects: Vec<_> =
        comparison.roots().iter().map(|each| each.object.to_string()).collect();
    objects.dedup();
    if !objects.is_empty() {
        let message =
            format!("a second run of the runner changes the schema: {}", objects.join(", "));
        let mut found = Found::new(Phase::Rerun, Blame::Migration, message);
        found.details =
            comparison.describe(Sides { left: "after the second run", right: "before it" });
        found.cause = Some(Cause::NotRerunnable);
        found.certain = true;
        found.objects = objects;
        failures.push(found);
    }
    let tables = before.changed_tables(after);
    if !tables.is_empty() {
        let message = format!("a second run of the runner changes rows of {}", tables.join(", "));
        let mut found = Found::new(Phase::Rerun, Blame::Migration, message);
        found.cause = Some(Cause::NotRerunnable);
        found.certain = true;
        found.objects = tables;
        failures.push(found);
    }
    failures
}

/// A step for each migration that is known to have been applied or to have failed, and one for the call
/// as a whole.
fn tell(
    emitter: &Emitter,
    ended: &Ended,
    applied: &[Arc<Migration>],
    failures: &[Found],
    took: Duration,
) {
    for migration in applied {
        emitter.step(of_migration(&migration.id, migration, Verdict::Passed));
    }
    let failed: BTreeSet<_> =
        failures.iter().filter_map(|found| found.migration.as_ref()).collect();
    for id in failed {
        let file = failures.iter().find(|it| it.migration.as_ref() == Some(id));
        emitter.step(Step {
            migration: Some(id.clone()),
            file: file.and_then(|found| found.file.clone()),
            ..plain_step(Phase::Apply, Verdict::Failed, Duration::ZERO)
        });
    }
    let has_failed = failures.iter().any(|found| found.migration.is_none());
    let verdict = if has_failed { Verdict::Failed } else { Verdict::Passed };
    // Where no history table tells what was applied, the call itself is the work that was done.
    let bodies = usize::from(applied.is_empty());
    let output = Some(ended.output.clone());
    emitter.step(Step { bodies, output, ..plain_step(Phase::Apply, verdict, took) });
}

fn of_migration(id: &MigrationId, migration: &Migration, verdict: Verdict) -> Step {
    Step {
        migration: Some(id.clone()),
        file: Some(migration.up.source().path().to_owned()),
        bodies: 1,
        ..plain_step(Phase::Apply, verdict, Duration::ZERO)
    }
}
