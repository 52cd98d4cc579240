use std::sync::Arc;

use super::{Stop, StopBody};
use crate::migration::Migration;
use crate::migration::history::from_nothing;
use crate::outcome::Phase;
use crate::plan::{CasePlan, PrepStep};
use crate::scenario::{Expect, Pass, Replay, Scenario};

/// The migrations that may run onto the seed state, in order.
pub(super) fn in_order(case: &CasePlan) -> Vec<Arc<Migration>> {
    if case.seed.begins_empty() { from_nothing(&case.chain) } else { case.chain.clone() }
}

impl CasePlan {
    /// Where it stops in that phase, if it does.
    #[must_use]
    pub fn stop_in(&self, phase: Phase) -> Option<&Stop> {
        self.stop.as_ref().filter(|stop| stop.phase == phase)
    }

    /// The same case, but only up to there: what comes after is not run, and nothing is expected.
    #[must_use]
    pub fn stopping(&self, stop: Stop) -> Self {
        let mut case = self.clone();
        case.expected_failures.clear();
        let replay = Replay { passes: vec![Pass::Apply], ..self.scenario.replay.clone() };
        let expect = Expect::default();
        case.scenario = Arc::new(Scenario { replay, expect, ..Scenario::clone(&self.scenario) });
        let position =
            |steps: &[PrepStep]| steps.iter().position(|step| is_stopped_in(&stop, step));
        match stop.phase {
            Phase::Setup => {
                let end = position(&self.setup).unwrap_or(self.setup.len());
                case.setup.truncate(end);
                case.seeding.clear();
                case.chain.clear();
            }
            Phase::Seed => {
                let end = position(&self.seeding).unwrap_or(self.seeding.len());
                case.seeding.truncate(end);
                case.chain.clear();
            }
            Phase::Apply
            | Phase::Rerun
            | Phase::Reexecute
            | Phase::Interrupt
            | Phase::RoundTrip
            | Phase::Orders
            | Phase::Converge
            | Phase::Expect => {
                let chain = in_order(self);
                let is_body = |migration: &&Arc<Migration>| !is_migration(migration, &stop);
                case.chain = chain.iter().take_while(is_body).cloned().collect();
            }
        }
        case.stop = Some(stop);
        case
    }
}

fn is_migration(migration: &Migration, stop: &Stop) -> bool {
    matches!(&stop.body, StopBody::Migration(body) if body.id == migration.id)
}

fn is_stopped_in(it: &Stop, step: &PrepStep) -> bool {
    match (step, &it.body) {
        (
            PrepStep::Migrate(migration) | PrepStep::Unrecorded(migration),
            StopBody::Migration(_),
        ) => is_migration(migration, it),
        (PrepStep::Sql(script), StopBody::Script(body)) => Arc::ptr_eq(script, body),
        _ => false,
    }
}
