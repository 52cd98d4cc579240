//! The base's side of a comparison.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Versus;
use super::left_out::falls;
use crate::outcome::{Event, Excluded, KnownFailure, Phase};
use crate::plan::{CasePlan, Other};
use crate::postgres::ServerError;
use crate::replay::emit::Emitter;
use crate::replay::run::{Eyes, run_on_server};
use crate::verify::{View, judge};

/// How often more is left out of a case at the base to see what lies behind a failure.
const MOST_ROUNDS: usize = 10;

/// How much of the base is replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What comes after the beginning that both have in common.
    Rest,
    /// All of it.
    Whole,
}

impl Versus<'_> {
    /// What fails at the base, of a case from which the same is left out.
    pub(super) async fn view(
        &self,
        here: &CasePlan,
        other: &Other,
        extent: Extent,
    ) -> Result<View, ServerError> {
        let there = self.there(here, other);
        let is_whole = there.chain.len() == other.plan.chain.len();
        let common = if other.only_migrations { here.common_beginning(&there) } else { 0 };
        let first = here.chain.iter().take(common);
        let alike: BTreeSet<_> = first.map(|it| it.id.clone()).collect();
        if let Some(known) = other.known.as_ref().filter(|_| is_whole) {
            let failures = known.failures.iter();
            let counts = |it: &&KnownFailure| !other.is_new || it.identity.phase != Phase::Expect;
            return Ok(View::Failed {
                failures: failures.filter(counts).cloned().collect(),
                alike,
            });
        }
        let rest = match extent {
            Extent::Rest if common > 0 => there.beginning_after(common),
            _ => None,
        };
        let mut failures = self.failures_there(rest.as_ref().unwrap_or(&there)).await?;
        if other.is_new {
            failures.retain(|it| it.identity.phase != Phase::Expect);
        }
        // A failure in the common beginning is found here, too.
        let is_of_the_rest = |it: &KnownFailure| {
            let is_alike = it.identity.migration.as_ref().is_some_and(|id| alike.contains(id));
            rest.is_none() || !(it.identity.phase == Phase::Seed && is_alike)
        };
        let failures = failures.into_iter().filter(is_of_the_rest).collect();
        Ok(View::Failed { failures, alike })
    }

    /// The base's case without what is left out here.
    fn there(&self, here: &CasePlan, other: &Other) -> CasePlan {
        let is_left = |it: &&Excluded| !self.case.excluded.iter().any(|known| known == *it);
        let left: Vec<_> = here.excluded.iter().filter(is_left).cloned().collect();
        other.plan.without(&left)
    }

    async fn failures_there(&self, there: &CasePlan) -> Result<Vec<KnownFailure>, ServerError> {
        let what = format!("replaying it at {}", self.against.base.shown());
        self.emitter.event(Event::Investigating { case: self.emitter.case, what });
        self.shared.hold(there).await;
        let silent = Emitter { case: self.emitter.case, sink: Arc::new(|_| {}) };
        let eyes = if there.needs_causes() { Eyes::Aside } else { Eyes::Closed };
        let found = Box::pin(run_on_server(self.shared, there, &silent, eyes)).await?;
        let failures = judge(there, found).failures;
        let open = failures.iter().filter(|it| !it.expected);
        Ok(open.map(|it| KnownFailure::of(&it.found)).collect())
    }

    /// What fails at the base behind a migration that fails there and no longer here.
    pub(super) async fn behind(
        &self,
        here: &CasePlan,
        other: &Other,
        view: View,
    ) -> Result<View, ServerError> {
        let View::Failed { mut failures, alike } = view else { return Ok(view) };
        let mut there = self.there(here, other);
        for _ in 0..MOST_ROUNDS {
            let stops = |it: &&KnownFailure| {
                it.identity.phase == Phase::Apply
                    && there
                        .chain
                        .iter()
                        .any(|known| Some(&known.id) == it.identity.migration.as_ref())
            };
            let Some(stop) =
                failures.iter().find(stops).and_then(|it| it.identity.migration.clone())
            else {
                break;
            };
            there = there.without(&falls(&there, &stop, "tried out"));
            if there.chain.is_empty() {
                break;
            }
            failures.extend(self.failures_there(&there).await?);
        }
        Ok(View::Failed { failures, alike })
    }
}
