//! What follows from the migrations that a case runs: a server of its own, the tool's history table.

use std::sync::Arc;

use super::PrepStep;
use crate::abreast;
use crate::migration::{Ledger, Migration};
use crate::scenario::Scenario;

/// What in a case belongs to the whole server, so that it gets one of its own.
pub(super) fn alone(
    scenario: &Scenario,
    seeding: &[PrepStep],
    chain: &[Arc<Migration>],
) -> Option<&'static str> {
    let named = scenario.setup.database.is_some().then_some("CREATE DATABASE");
    // Scripts are split here, many of them at once.
    let of_chain = || {
        let found = abreast::map(chain, |migration| migration.up.server_object());
        found.into_iter().flatten().next()
    };
    named.or_else(|| seeding.iter().find_map(server_object)).or_else(of_chain)
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
