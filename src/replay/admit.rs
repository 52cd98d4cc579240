//! Which cases may run here, and in which order.

use std::collections::BTreeMap;
use std::time::Duration;

use super::RunSettings;
use super::emit::EventSink;
use crate::outcome::{CaseId, Event, Verdict};
use crate::plan::CasePlan;

/// Whether servers are ours, or one that runs already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Servers are started for the run and thrown away.
    Disposable,
    /// The server stays.
    Url,
}

/// The cases that may run, with their positions; the others are finished at once, with the reason.
pub(super) fn admit(
    cases: Vec<CasePlan>,
    settings: &RunSettings,
    ground: Ground,
    sink: &EventSink,
) -> Vec<(usize, CasePlan)> {
    let mut admitted = Vec::new();
    for (position, case) in cases.into_iter().enumerate() {
        match refusal(&case, settings, ground) {
            None => admitted.push((position, case)),
            Some((verdict, reason)) => sink(Event::CaseFinished {
                case: CaseId(position),
                verdict,
                reason: Some(reason),
                took: Duration::ZERO,
            }),
        }
    }
    in_order(admitted)
}

/// What the case needs and was not allowed.
pub(super) fn refusal(
    case: &CasePlan,
    settings: &RunSettings,
    ground: Ground,
) -> Option<(Verdict, String)> {
    let has_runner = case.scenario.replay.runner.is_some();
    if (has_runner || !case.expect().commands.is_empty()) && !settings.allow_commands {
        let verdict = if settings.allow_skip { Verdict::Skipped } else { Verdict::Errored };
        let what = if has_runner { "its runner runs" } else { "its commands run" };
        return Some((verdict, format!("{what} only with --allow-commands")));
    }
    let object = server_object(case)?;
    if ground == Ground::Disposable || settings.allow_server_objects {
        return None;
    }
    let reason =
        format!("it does {object}, which outlives the database: add --allow-server-objects");
    Some((Verdict::Skipped, reason))
}

/// What in the case belongs to the whole server.
pub(super) fn server_object(case: &CasePlan) -> Option<&'static str> {
    let in_setup = case.group.setup.is_some().then_some("CREATE ROLE or the like in its setup");
    case.alone.or(in_setup)
}

/// Cases of one server together, so that it can be stopped early; among them the fresh ones first,
/// since populated ones are compared with their ends.
fn in_order(mut cases: Vec<(usize, CasePlan)>) -> Vec<(usize, CasePlan)> {
    let mut first_of_group = BTreeMap::new();
    for (position, case) in &cases {
        first_of_group.entry(case.group.clone()).or_insert(*position);
    }
    cases.sort_by_key(|(position, case)| {
        (first_of_group.get(&case.group).copied(), !case.seed.is_fresh(), *position)
    });
    cases
}
