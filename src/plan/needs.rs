//! What follows from the migrations that a case runs: a server of its own, the tool's history table.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::PrepStep;
use crate::migration::{Ledger, Migration};
use crate::scenario::Scenario;

/// What in a case belongs to the whole server, so that it gets one of its own.
pub(super) fn alone(
    scenario: &Scenario,
    seeding: &[PrepStep],
    chain: &[Arc<Migration>],
) -> Option<&'static str> {
    let named = scenario.setup.database.is_some().then_some("CREATE DATABASE");
    let of_chain = || {
        look_at_all(chain);
        chain.iter().find_map(|migration| migration.up.server_object())
    };
    named.or_else(|| seeding.iter().find_map(server_object)).or_else(of_chain)
}

/// Fewer scripts than these are looked at faster by one thread.
const MANY: usize = 64;

/// Splits many scripts and looks at their statements on all processors: what is found is kept in each.
fn look_at_all(chain: &[Arc<Migration>]) {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if chain.len() < MANY || threads == 1 {
        return;
    }
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(migration) = chain.get(next.fetch_add(1, Ordering::Relaxed)) {
            migration.up.server_object();
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
}

/// What in a step belongs to the whole server.
pub(super) fn server_object(step: &PrepStep) -> Option<&'static str> {
    match step {
        PrepStep::Role(_) | PrepStep::User(_) => Some("CREATE ROLE"),
        PrepStep::Sql(script) => script.server_object(),
        PrepStep::Migrate(migration)
        | PrepStep::Unrecorded(migration)
        | PrepStep::Interrupted { migration, .. } => migration.up.server_object(),
        PrepStep::Record(_) | PrepStep::Pretended(_) | PrepStep::Restore(_) | PrepStep::Rows(_) => {
            None
        }
    }
}

/// The tool's history table, where some SQL of the case refers to it, or its own runner keeps it.
pub(super) fn ledger(
    ledger: Option<Ledger>,
    scenario: &Scenario,
    steps: (&[PrepStep], &[PrepStep]),
    chain: &[Arc<Migration>],
) -> Option<Ledger> {
    let has_runner = scenario.replay.runner.is_some();
    ledger.filter(|ledger| {
        let mut steps = steps.0.iter().chain(steps.1);
        let in_steps = steps.any(|step| match step {
            PrepStep::Sql(script) => ledger.matters_to(script),
            PrepStep::Migrate(migration)
            | PrepStep::Unrecorded(migration)
            | PrepStep::Interrupted { migration, .. } => ledger.matters_to(&migration.up),
            _ => false,
        });
        has_runner || in_steps || chain.iter().any(|it| ledger.matters_to(&it.up))
    })
}
