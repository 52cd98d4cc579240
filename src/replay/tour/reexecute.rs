//! The pass `reexecute`: each body a second time right after its first.

use super::super::migrate::Body;
use super::interrupt::Twice;
use super::line::Line;
use super::traces::{Traces, Trial, View};
use super::within::{is_of_transaction, within_transaction};
use crate::migration::{BodyRule, Migration, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError, Verdict};
use crate::postgres::Session;
use crate::scenario::{Cause, Reexecute};
use crate::schema::{Sides, compare};
use crate::verify::{claims_to_be_rerunnable, row_changes};

const PHASE: Phase = Phase::Reexecute;

/// What came of a second run.
enum Second {
    /// It left this.
    Ran(Traces),
    /// It failed.
    Failed(Box<Found>),
    /// It could not be tried; why.
    NotTried(&'static str),
}

/// Runs a migration, which has just run, once more, and takes that back, where it is not `known` what comes of it. What comes out is a finding, if there is one, and what
/// to say in any case.
pub(super) async fn reexecute(
    line: &mut Line<'_>,
    migration: &Migration,
    wanted: Reexecute,
    known: Option<Result<Twice, Box<Found>>>,
) -> Result<(Option<Found>, Option<String>), Box<Found>> {
    let second = match known {
        None => second_run(line, migration).await?,
        Some(Err(failure)) => Second::Failed(Box::new(Found { phase: PHASE, ..*failure })),
        Some(Ok(Twice { catalog, rows })) => {
            let schema = compare(&catalog, &*line.catalog().await?);
            Second::Ran(Traces { schema, rows })
        }
    };
    Ok(judge_second(migration, wanted, second))
}

/// What a second run means: a failure for a body that claims to survive it, else a note.
fn judge_second(
    migration: &Migration,
    wanted: Reexecute,
    second: Second,
) -> (Option<Found>, Option<String>) {
    let mut found = match second {
        Second::Ran(traces) if traces.is_empty() => return (None, None),
        Second::NotTried(why) => return (None, Some(why.to_owned())),
        Second::Ran(traces) => changed(migration, &traces),
        Second::Failed(found) => *found,
    };
    let claims = claims_to_be_rerunnable(&migration.up);
    let is_failure = claims || wanted == Reexecute::All;
    found.is_note = !is_failure;
    found.cause = Some(Cause::NotRerunnable);
    found.certain = true;
    if claims {
        let why = "every statement of the file is guarded, or comes to the same: it claims to survive a second run";
        found.because.push(why.to_owned());
    }
    let reason = found
        .is_note
        .then(|| format!("note: a second run fails or changes something: {}", found.error));
    (Some(found), reason)
}

/// Nothing for a note, which fails nothing.
pub(in crate::replay) fn verdict_of(finding: Option<&Found>) -> Verdict {
    match finding.filter(|found| !found.is_note) {
        None => Verdict::Passed,
        Some(found) if found.blame == Blame::Migration => Verdict::Failed,
        Some(_) => Verdict::Errored,
    }
}

async fn second_run(line: &mut Line<'_>, migration: &Migration) -> Result<Second, Box<Found>> {
    let Some(script) = within_transaction(&migration.up, line.rule(migration)) else {
        return on_a_copy(line, migration).await;
    };
    let rule = BodyRule { wraps: Wraps::Nothing, ..line.rule(migration) };
    let body = Body { migration, script: &script, phase: PHASE };
    match in_a_transaction(line, body, rule).await.map_err(|error| line.lost(error))? {
        Err(failure) if is_of_transaction(&failure.error) => on_a_copy(line, migration).await,
        Err(failure) => Ok(Second::Failed(failure)),
        Ok(view) => Ok(Second::Ran(view.against(line).await?)),
    }
}

async fn in_a_transaction(
    line: &mut Line<'_>,
    body: Body<'_>,
    rule: BodyRule,
) -> Result<Result<View, Box<Found>>, SqlError> {
    let trial = Trial::begin(line, &[body.script]).await?;
    let session = line.beside().await?;
    let mut statements = 0;
    let view = match body.run(session, rule, &mut statements).await {
        Ok(()) => trial.look(session).await.map_err(|error| body.at_its_end(error)),
        Err(failure) => Err(failure),
    };
    trial.roll_back(session).await?;
    Ok(view)
}

/// A second run as it would be, on a copy of the database.
async fn on_a_copy(line: &mut Line<'_>, migration: &Migration) -> Result<Second, Box<Found>> {
    let copied = line.copy().await.map_err(|error| line.lost(error))?;
    let Some((mut session, copy)) = copied else {
        return Ok(Second::NotTried(
            "a second run was not tried: it cannot be undone, and the session holds settings of earlier files",
        ));
    };
    let rule = line.rule(migration);
    let body = Body { migration, script: &migration.up, phase: PHASE };
    let second = async {
        let tables = session.tables().await?;
        let (catalog, rows) = (session.catalog().await?, session.row_sums(&tables).await?);
        if let Err(failure) = body.run_alone(&mut session, rule).await {
            return Ok(Second::Failed(failure));
        }
        let after = session.row_sums(&tables).await?;
        let schema = compare(&session.catalog().await?, &catalog);
        Ok(Second::Ran(Traces { schema, rows: row_changes(&rows, &after) }))
    };
    let second: Result<Second, SqlError> = second.await;
    drop(session);
    line.drop(&copy);
    second.map_err(|error| line.lost(error))
}

/// That a second run changes something.
fn changed(migration: &Migration, traces: &Traces) -> Found {
    let what = match (traces.schema.is_same(), traces.rows.is_empty()) {
        (true, _) => "rows",
        (false, true) => "the schema",
        (false, false) => "schema and rows",
    };
    let message = format!("{} changes {what} when it runs a second time", migration.id);
    let sides = Sides { left: "after the second run", right: "after the first" };
    about(PHASE, migration, traces, sides, message)
}

/// A finding about what something left.
pub(in crate::replay) fn about(
    phase: Phase,
    migration: &Migration,
    traces: &Traces,
    sides: Sides<'_>,
    message: String,
) -> Found {
    let roots = traces.schema.roots();
    let mut objects: Vec<_> = roots.iter().map(|each| each.object.to_string()).collect();
    objects.dedup();
    objects.extend(traces.rows.iter().map(|change| format!("table {}", change.table)));
    let mut found = Found::new(phase, Blame::Migration, message);
    found.details = traces.schema.describe(sides);
    found.details.extend(traces.rows.iter().flat_map(|change| change.describe(sides)));
    found.objects = objects;
    found.migration = Some(migration.id.clone());
    found.file = Some(migration.up.source().path().to_owned());
    found
}
