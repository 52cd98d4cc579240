//! The passes: apply, rerun, converge.

use std::collections::BTreeSet;
use std::time::Instant;

use super::beside::Beside;
use super::case::CaseRun;
use super::emit::{Emitter, plain_step};
use super::locks::Watch;
use super::made_by_rows;
use super::part::stop_in;
use super::sequence::Sequence;
use crate::migration::history::{Pending, pending};
use crate::migration::{Migration, Order};
use crate::outcome::{Blame, Found, Phase, Step, Stopped, Verdict};
use crate::plan::CasePlan;
use crate::postgres::Session;
use crate::scenario::Cause;
use crate::schema::{Catalog, ObjectId, Sides, compare, contract};

/// How far a pass came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// To its end.
    Complete,
    /// It stopped; what follows is not reached.
    Stopped,
    /// It stopped where the plan says.
    AsAsked(Box<Stopped>),
}

/// Runs the pending migrations onto the seed state.
pub(super) async fn apply<S: Session>(
    session: &mut S,
    run: &CaseRun<'_>,
    beside: &mut Beside,
    found: &mut Vec<Found>,
) -> Progress {
    let (case, emitter) = (run.case, &run.emitter);
    emitter.working(Phase::Apply, None);
    let answer = match session.applied().await {
        Ok(rows) => pending(&case.chain, &rows, case.order),
        Err(error) => {
            found.push(Found::sql(Phase::Apply, Blame::Environment, error));
            return Progress::Stopped;
        }
    };
    found.extend(divergent(&answer, Phase::Apply));
    found.extend(out_of_order(&answer, case.order));
    if !answer.out_of_order.is_empty() && case.order == Order::Strict {
        not_reached(&answer.run, "the runner refuses migrations out of order", emitter);
        return Progress::Stopped;
    }
    let mut sequence = Sequence::of(case, Phase::Apply);
    if !answer.run.is_empty()
        && let Err(error) = sequence.begin(session).await
    {
        found.push(Found::sql(Phase::Apply, Blame::Migration, error));
        return Progress::Stopped;
    }
    for (position, migration) in answer.run.iter().enumerate() {
        if !apply_one(session, &mut sequence, run, (migration, beside), found).await {
            let reason = format!("not reached: {} failed before", migration.id);
            not_reached(&answer.run[position + 1..], &reason, emitter);
            return Progress::Stopped;
        }
    }
    match Box::pin(beside.finish()).await {
        Ok(coverage) => coverage.into_iter().for_each(|it| emitter.rows_generated(it)),
        Err(error) => {
            found.push(Found::sql(Phase::Apply, Blame::Environment, error));
            return Progress::Stopped;
        }
    }
    found.extend(beside.stale(run));
    if let Some(stop) = case.stop_in(Phase::Apply) {
        return stop_in(session, &mut sequence, stop, emitter, found).await;
    }
    if let Err(error) = sequence.finish(session).await {
        found.push(Found::sql(Phase::Apply, Blame::Migration, error));
        return Progress::Stopped;
    }
    Progress::Complete
}

/// Runs one migration and its contract; `false` when it failed.
async fn apply_one<S: Session>(
    session: &mut S,
    sequence: &mut Sequence<'_>,
    case_run: &CaseRun<'_>,
    (migration, beside): (&Migration, &mut Beside),
    found: &mut Vec<Found>,
) -> bool {
    let (case, emitter) = (case_run.case, &case_run.emitter);
    emitter.working(Phase::Apply, Some(&migration.id));
    let watch = Watch::begin(session, case_run).await;
    let (run, lost) = match watch {
        None => Box::pin(beside.run(session, sequence, (case_run, migration))).await,
        Some(watch) => {
            let mut noting = watch.noting(session);
            let ran = Box::pin(beside.run(&mut noting, sequence, (case_run, migration)));
            let (run, mut lost) = ran.await;
            if run.found.is_none() {
                lost.extend(Box::pin(watch.end(noting, migration)).await);
            }
            (run, lost)
        }
    };
    let missing = match &run.found {
        None => check_contract_at(session, case, migration, emitter).await,
        Some(_) => Vec::new(),
    };
    let failure = run.found.map(|found| *found);
    let verdict = match &failure {
        Some(failure) if failure.blame != Blame::Migration => Verdict::Errored,
        None if missing.is_empty() && lost.iter().all(|it| it.is_note) => Verdict::Passed,
        Some(_) | None => Verdict::Failed,
    };
    emitter.step(Step {
        phase: Phase::Apply,
        migration: Some(migration.id.clone()),
        file: Some(migration.up.source().path().to_owned()),
        verdict,
        reason: None,
        took: run.took,
        statements: run.statements,
        bodies: 1,
        output: None,
    });
    let goes_on = failure.is_none();
    found.extend(lost);
    found.extend(missing);
    found.extend(failure);
    goes_on
}

async fn check_contract_at<S: Session>(
    session: &mut S,
    case: &CasePlan,
    migration: &Migration,
    emitter: &Emitter,
) -> Vec<Found> {
    let due = case.expect().at.iter().filter(|(version, _)| {
        crate::migration::Pattern::new(&version.value).is_ok_and(|it| it.matches(migration))
    });
    let mut missing = Vec::new();
    for (version, contract) in due {
        match session.catalog().await {
            Ok(catalog) => {
                let after = format!("after {}", migration.id);
                let outcome = contract::check(contract, &catalog);
                emitter.warn_of_optional(case, &outcome);
                missing.extend(contract_failures(&outcome, &after, Phase::Apply).into_iter().map(
                    |mut found| {
                        found.migration = Some(migration.id.clone());
                        found.place.clone_from(&version.place);
                        found
                    },
                ));
            }
            Err(error) => missing.push(Found::sql(Phase::Apply, Blame::Environment, error)),
        }
    }
    missing
}

/// What the contract requires and the schema has not.
pub(super) fn contract_failures(
    outcome: &contract::ContractOutcome,
    when: &str,
    phase: Phase,
) -> Option<Found> {
    if outcome.is_kept() {
        return None;
    }
    let mut names: Vec<_> = outcome.missing.iter().map(ToString::to_string).collect();
    let mut wrong = Vec::new();
    if !names.is_empty() {
        wrong.push(format!("missing {}", names.join(", ")));
    }
    let belongs = |(object, owner): &(_, _)| format!("{object} belongs to {owner}");
    wrong.extend(outcome.foreign.iter().map(belongs));
    names.extend(outcome.foreign.iter().map(|(object, _)| object.to_string()));
    let message = format!("the schema contract is not kept {when}: {}", wrong.join("; "));
    let mut found = Found::new(phase, Blame::Migration, message);
    found.cause = Some(Cause::ContractMissing);
    found.certain = true;
    found.objects = names;
    Some(found)
}

fn divergent(answer: &Pending, phase: Phase) -> impl Iterator<Item = Found> + '_ {
    answer.divergent.iter().map(move |migration| {
        let message = format!("{} was edited after it was applied", migration.id);
        let mut found = Found::new(phase, Blame::Migration, message);
        found.migration = Some(migration.id.clone());
        found.file = Some(migration.up.source().path().to_owned());
        found.cause = Some(Cause::Divergent);
        found.certain = true;
        found
    })
}

fn out_of_order(answer: &Pending, order: Order) -> impl Iterator<Item = Found> + '_ {
    let highest = answer.highest.as_ref().map_or_else(String::new, |it| it.id.to_string());
    answer.out_of_order.iter().map(move |migration| {
        let what = match order {
            Order::Strict => "the runner refuses it",
            Order::AppliedSet | Order::HighWaterMark => "the runner skips it for ever",
        };
        let is_same = answer
            .highest
            .as_ref()
            .is_some_and(|it| it.version.number_order(&migration.version).is_eq());
        let relation = if is_same { "with the version of" } else { "below" };
        let message =
            format!("{} is pending {relation} {highest}, which is applied: {what}", migration.id);
        let mut found = Found::new(Phase::Apply, Blame::Migration, message);
        found.migration = Some(migration.id.clone());
        found.file = Some(migration.up.source().path().to_owned());
        found.cause = Some(Cause::OutOfOrder);
        found.certain = true;
        found.error.hint = Some("give it a version above the highest one that is applied".into());
        found
    })
}

fn not_reached(rest: &[std::sync::Arc<Migration>], reason: &str, emitter: &Emitter) {
    for migration in rest {
        emitter.step(Step {
            migration: Some(migration.id.clone()),
            file: Some(migration.up.source().path().to_owned()),
            reason: Some(reason.to_owned()),
            ..plain_step(Phase::Apply, Verdict::Skipped, std::time::Duration::ZERO)
        });
    }
}

/// The whole run again: nothing may be pending.
pub(super) async fn rerun<S: Session>(
    session: &mut S,
    case: &CasePlan,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) {
    emitter.working(Phase::Rerun, None);
    let begun = Instant::now();
    let before = found.len();
    match session.applied().await {
        Ok(rows) => {
            let answer = pending(&case.chain, &rows, case.order);
            found.extend(divergent(&answer, Phase::Rerun));
            found.extend(answer.run.iter().map(|migration| {
                let message = format!("{} is pending again after a complete run", migration.id);
                let mut found = Found::new(Phase::Rerun, Blame::Migration, message);
                found.migration = Some(migration.id.clone());
                found.file = Some(migration.up.source().path().to_owned());
                found.error.hint =
                    Some("a migration has removed history rows or the history table".into());
                found
            }));
        }
        Err(error) => found.push(Found::sql(Phase::Rerun, Blame::Migration, error)),
    }
    let verdict = if found.len() == before { Verdict::Passed } else { Verdict::Failed };
    emitter.step(plain_step(Phase::Rerun, verdict, begun.elapsed()));
}

/// This seed's end against the fresh replay.
pub(super) async fn converge<S: Session>(
    session: &mut S,
    fresh: Result<std::sync::Arc<Catalog>, Box<Found>>,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) {
    emitter.working(Phase::Converge, None);
    let begun = Instant::now();
    let outcome = match fresh {
        Ok(fresh) => match session.catalog().await {
            Ok(catalog) => match made_by_rows::all(session).await {
                Ok(made) => differences(&catalog, &fresh, &made),
                Err(error) => Some(Found::sql(Phase::Converge, Blame::Environment, error)),
            },
            Err(error) => Some(Found::sql(Phase::Converge, Blame::Environment, error)),
        },
        Err(found) => Some(no_fresh_end(&found)),
    };
    let verdict = match &outcome {
        None => Verdict::Passed,
        Some(found) if found.blame == Blame::Migration => Verdict::Failed,
        Some(_) => Verdict::Errored,
    };
    found.extend(outcome);
    emitter.step(plain_step(Phase::Converge, verdict, begun.elapsed()));
}

fn differences(here: &Catalog, fresh: &Catalog, made: &BTreeSet<ObjectId>) -> Option<Found> {
    let mut comparison = compare(here, fresh);
    made_by_rows::without(&mut comparison, made, here);
    if comparison.is_same() {
        return None;
    }
    let roots = comparison.roots();
    let mut objects: Vec<_> = roots.iter().map(|each| each.object.to_string()).collect();
    objects.dedup();
    let count = objects.len();
    let plural = if count == 1 { "object differs" } else { "objects differ" };
    let message = format!("the schema is not that of a fresh replay: {count} {plural}");
    let mut found = Found::new(Phase::Converge, Blame::Migration, message);
    found.objects = objects;
    let sides = Sides { left: "on this database", right: "on the fresh replay" };
    found.details = comparison.describe(sides);
    found.cause = Some(Cause::SchemaDiffers);
    found.certain = true;
    Some(found)
}

/// Without a fresh end nobody can tell whether this end is right: the fresh replay's own failure is told.
fn no_fresh_end(fresh: &Found) -> Found {
    let mut found = Found { phase: Phase::Converge, ..fresh.clone() };
    found.details.push("on the fresh replay, which this one is to be compared with".into());
    let way_on =
        "mend the fresh replay, or leave `converge` out of the passes (`passes`, --passes)";
    found.error.hint.get_or_insert_with(|| way_on.into());
    found
}
