//! The pass `round-trip` for the whole chain of migrations.

use std::sync::Arc;

use super::line::Line;
use super::reexecute::about;
use super::round_trip::{Around, SIDES, blamed, body, trip};
use super::traces::Traces;
use crate::migration::Migration;
use crate::outcome::{Found, Phase};
use crate::schema::{Catalog, compare};

const PHASE: Phase = Phase::RoundTrip;

/// The migrations on their way up, each of which goes down and up again.
pub(super) struct Chain {
    /// How many are not taken down.
    stays: usize,
    /// The schema before all that are.
    base: Arc<Catalog>,
    /// The schema before the next.
    before: Arc<Catalog>,
    /// Whether all of them came back.
    has_all: bool,
}

impl Chain {
    /// Before the first migration; the first `stays` are never taken down.
    pub(super) async fn begin(line: &mut Line<'_>, stays: usize) -> Result<Self, Box<Found>> {
        let base = line.catalog().await?;
        Ok(Self { stays, before: Arc::clone(&base), base, has_all: true })
    }

    /// Takes the migration at a position, which has just run, down and up again. `None` for one that is not taken down.
    pub(super) async fn trip(
        &mut self,
        line: &mut Line<'_>,
        (position, migration): (usize, &Migration),
    ) -> Result<Option<Option<Found>>, Box<Found>> {
        let after = line.catalog().await?;
        let before = std::mem::replace(&mut self.before, Arc::clone(&after));
        if position < self.stays {
            self.base = after;
            return Ok(None);
        }
        let found = trip(line, migration, &Around { before, after }).await?;
        self.has_all &= found.is_none();
        Ok(Some(found))
    }

    /// Takes all of them down and up again, where each alone came back, and counts the bodies.
    pub(super) async fn whole(
        &self,
        line: &mut Line<'_>,
        pending: &[Arc<Migration>],
        found: &mut Vec<Found>,
    ) -> Result<usize, Box<Found>> {
        let trip = &pending[self.stays.min(pending.len())..];
        if !self.has_all || trip.is_empty() {
            return Ok(0);
        }
        let around = Around { before: Arc::clone(&self.base), after: Arc::clone(&self.before) };
        whole(line, trip, &around, found).await
    }
}

/// Everything down, last first, and up again.
async fn whole(
    line: &mut Line<'_>,
    trip: &[Arc<Migration>],
    around: &Around,
    found: &mut Vec<Found>,
) -> Result<usize, Box<Found>> {
    let mut bodies = 0;
    for migration in trip.iter().rev() {
        let Some(down) = &migration.down else { continue };
        bodies += 1;
        if let Err(failure) = line.run_unrecorded(body(migration, down)).await {
            found.push(blamed(*failure, "the way down of the whole chain fails here"));
            return Ok(bodies);
        }
    }
    let at_the_bottom = compare(&*line.catalog().await?, &around.before);
    for migration in trip {
        bodies += 1;
        if let Err(failure) = line.run_unrecorded(body(migration, &migration.up)).await {
            found.push(blamed(*failure, "after the whole chain went down, its way up fails here"));
            return Ok(bodies);
        }
    }
    let at_the_top = compare(&*line.catalog().await?, &around.after);
    let ends = [
        (at_the_bottom, "the whole chain leaves traces when it goes down"),
        (at_the_top, "the whole chain does not return when it goes down and up again"),
    ];
    let Some(last) = trip.last() else { return Ok(bodies) };
    for (schema, message) in ends.into_iter().filter(|(schema, _)| !schema.is_same()) {
        let traces = Traces { schema, rows: Vec::new() };
        let mut finding = about(PHASE, last, &traces, SIDES, message.to_owned());
        (finding.migration, finding.file) = (None, None);
        found.push(blamed(finding, ""));
    }
    Ok(bodies)
}
