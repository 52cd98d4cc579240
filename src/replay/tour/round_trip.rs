//! The pass `round-trip` for one migration: down and up again.

use std::sync::Arc;

use super::super::migrate::Body;
use super::line::Line;
use super::reexecute::about;
use super::traces::{Traces, Trial, View, looks_at_more_than_schema};
use super::within::{is_of_transaction, within_transaction};
use crate::migration::{BodyRule, Migration, Script, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::postgres::{PgSession, Session};
use crate::scenario::Cause;
use crate::schema::{Catalog, Comparison, Sides, compare, parts};
use crate::verify::{RowChange, row_changes};

const PHASE: Phase = Phase::RoundTrip;
pub(super) const SIDES: Sides<'static> = Sides { left: "afterwards", right: "before" };

/// The schema around a migration, or around several.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) before: Arc<Catalog>,
    pub(super) after: Arc<Catalog>,
}

/// Whether a migration has a way down that does something.
pub(super) fn goes_down(migration: &Migration) -> bool {
    migration.down.as_ref().is_some_and(|down| !down.statements().is_empty())
}

pub(super) fn body<'m>(migration: &'m Migration, script: &'m Script) -> Body<'m> {
    Body { migration, script, phase: PHASE }
}

pub(super) fn blamed(mut found: Found, detail: &str) -> Found {
    if found.error.sqlstate.is_none() {
        found.cause.get_or_insert(Cause::SchemaDiffers);
        found.certain = true;
    }
    if !detail.is_empty() {
        found.because.push(detail.to_owned());
    }
    found
}

/// Down and up again, for one migration that has just run.
pub(super) async fn trip(
    line: &mut Line<'_>,
    migration: &Migration,
    around: &Around,
) -> Result<Option<Found>, Box<Found>> {
    let Some(down) = migration.down.as_ref().filter(|down| !down.statements().is_empty()) else {
        // Rows that were written stay as they are; the schema is what it was.
        let is_of_rows = compare(&around.after, &around.before).is_same();
        return Ok((!is_of_rows).then(|| no_way_down(migration)));
    };
    let rule = line.rule(migration);
    let ways = within_transaction(down, rule).zip(within_transaction(&migration.up, rule));
    if let Some(ways) = ways {
        let ways = (&*ways.0, &*ways.1);
        match in_a_transaction(line, migration, ways).await.map_err(|error| line.lost(error))? {
            Trip::Hindered => {}
            Trip::NoWay(failure) => return Ok(Some(*failure)),
            Trip::Made(seen) => return Ok(judge(migration, *seen, around)),
        }
    }
    match on_a_copy(line, migration, down).await.map_err(|error| line.lost(error))? {
        Trip::Hindered => Ok(None),
        Trip::NoWay(failure) => Ok(Some(*failure)),
        Trip::Made(seen) => Ok(judge(migration, *seen, around)),
    }
}

/// What came of a trip.
enum Trip {
    /// It came to the bottom.
    Made(Box<Seen>),
    /// The way down fails.
    NoWay(Box<Found>),
    /// It cannot be made like this.
    Hindered,
}

/// What was seen on a trip.
struct Seen {
    bottom: View,
    /// Where the way up led, or why it did not.
    top: Result<View, Box<Found>>,
    /// Rows that differ at the top in tables that neither way speaks of.
    rows: Vec<RowChange>,
}

async fn in_a_transaction(
    line: &mut Line<'_>,
    migration: &Migration,
    (down, up): (&Script, &Script),
) -> Result<Trip, SqlError> {
    let rule = BodyRule { wraps: Wraps::Nothing, ..line.rule(migration) };
    let trial = Trial::begin(line, &[down, up]).await?;
    let session = line.beside().await?;
    let bottom = leg(&trial, session, body(migration, down), rule, true).await;
    // From the same schema the same statements lead to the same schema; and from another it is not asked where they lead.
    let reads = looks_at_more_than_schema(up);
    let top = match &bottom {
        Ok(_) => Some(leg(&trial, session, body(migration, up), rule, reads).await),
        Err(_) => None,
    };
    trial.roll_back(session).await?;
    let is_hindered = |failure: &Found| is_of_transaction(&failure.error);
    match (bottom, top) {
        (Err(failure), _) | (Ok(_), Some(Err(failure))) if is_hindered(&failure) => {
            Ok(Trip::Hindered)
        }
        (Err(failure), _) => Ok(Trip::NoWay(failure)),
        (Ok(_), None) => Ok(Trip::Hindered),
        (Ok(bottom), Some(top)) => {
            let mut rows = Vec::new();
            if let Ok(top) = &top {
                let before = session.row_sums(top.rows.keys()).await?;
                rows = row_changes(&before, &top.rows);
                rows.retain(|change| ![down, up].iter().any(|script| speaks_of(script, change)));
            }
            Ok(Trip::Made(Box::new(Seen { bottom, top, rows })))
        }
    }
}

/// One way, in the open transaction, and what is seen at its end.
async fn leg(
    trial: &Trial,
    session: &mut PgSession,
    body: Body<'_>,
    rule: BodyRule,
    reads_catalog: bool,
) -> Result<View, Box<Found>> {
    let mut statements = 0;
    body.run(session, rule, &mut statements).await?;
    let look =
        if reads_catalog { trial.look(session).await } else { trial.look_at_rows(session).await };
    look.map_err(|error| body.at_its_end(error))
}

/// The same for good, on a copy of the database.
async fn on_a_copy(
    line: &mut Line<'_>,
    migration: &Migration,
    down: &Script,
) -> Result<Trip, SqlError> {
    let Some((mut session, copy)) = line.copy().await? else { return Ok(Trip::Hindered) };
    let rule = line.rule(migration);
    let trip = async {
        if let Err(failure) = body(migration, down).run_alone(&mut session, rule).await {
            return Ok(Trip::NoWay(failure));
        }
        let bottom = View::of_catalog(Arc::new(session.catalog().await?));
        let top = match body(migration, &migration.up).run_alone(&mut session, rule).await {
            Ok(()) => Ok(View::of_catalog(Arc::new(session.catalog().await?))),
            Err(failure) => Err(failure),
        };
        Ok(Trip::Made(Box::new(Seen { bottom, top, rows: Vec::new() })))
    };
    let trip: Result<Trip, SqlError> = trip.await;
    drop(session);
    line.drop(&copy);
    trip
}

/// Whether it left no trace at the bottom, and came back to the top.
fn judge(migration: &Migration, seen: Seen, around: &Around) -> Option<Found> {
    // A catalog that was not written to is as it was: after the way up.
    let against = |view: &View, wanted: &Catalog| match &view.catalog {
        Some(catalog) => compare(catalog, wanted),
        None => compare(&around.after, wanted),
    };
    let told = |schema, rows, message| {
        let mut found = about(PHASE, migration, &Traces { schema, rows }, SIDES, message);
        if let Some(down) = &migration.down {
            found.file = Some(down.source().path().to_owned());
        }
        blamed(found, "")
    };
    let left = against(&seen.bottom, &around.before);
    if !left.is_same() {
        let does_nothing = left == compare(&around.after, &around.before);
        let how = if does_nothing { "does nothing" } else { "leaves traces" };
        let mut found = told(left, Vec::new(), format!("the way down of {} {how}", migration.id));
        if let Err(failure) = seen.top {
            found.because.push(format!("its way up then fails: {}", failure.error));
        }
        return Some(found);
    }
    let top = match seen.top {
        Ok(top) => top,
        Err(failure) => return Some(blamed(*failure, "after its way down")),
    };
    let missed = against(&top, &around.after);
    if !missed.is_same() {
        let message = format!("{} does not return when it goes down and up again", migration.id);
        return Some(told(missed, Vec::new(), message));
    }
    (!seen.rows.is_empty()).then(|| {
        let message = format!(
            "{} goes down and up again, and changes rows of tables that it does not speak of",
            migration.id
        );
        told(Comparison::default(), seen.rows, message)
    })
}

/// Whether a script names the table whose rows changed.
fn speaks_of(script: &Script, change: &RowChange) -> bool {
    let own = parts(&change.table).pop();
    own.is_some_and(|own| script.names(&own.text))
}

fn no_way_down(migration: &Migration) -> Found {
    let message = format!("{} has no way down", migration.id);
    let mut found = Found::new(PHASE, Blame::Migration, message);
    found.migration = Some(migration.id.clone());
    found.file = Some(migration.up.source().path().to_owned());
    let hint = "write one, or say why there is none: [[accept]] with pass = \"round-trip\", this migration and a reason";
    found.error.hint = Some(hint.to_owned());
    found
}
