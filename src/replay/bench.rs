//! Where plans of one case are looked at again and tried out, with nobody listening.

use std::sync::Arc;

use super::case::CaseRun;
use super::emit::Emitter;
use super::pool::{ServerPool, SharedServer};
use super::trial::Trial;
use crate::diagnosis::Evidence;
use crate::outcome::{Blame, CaseId, Found, Phase};
use crate::plan::CasePlan;

/// A place to try plans on.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) pool: &'a ServerPool,
    pub(super) server: On<'a>,
    pub(super) case: CaseId,
}

/// On which server.
#[derive(Clone, Copy)]
pub(super) enum On<'a> {
    /// On this one.
    Shared(&'a SharedServer),
    /// On a new one for each replay: the case changes what belongs to the whole server.
    Own,
}

impl Bench<'_> {
    /// What the statement found that failed. What cannot be seen again is left out.
    pub(super) async fn look_again(&self, plan: &CasePlan, found: &Found) -> Evidence {
        match self.server {
            On::Shared(server) => self.run_on(server, plan).look_again(found).await,
            On::Own => {
                let Ok(server) = self.pool.own(&plan.group).await else {
                    return Evidence::default();
                };
                let evidence = self.run_on(&server, plan).look_again(found).await;
                super::run::take_away(self.pool, &server, plan).await;
                evidence
            }
        }
    }

    /// Runs the pass `apply` of a plan on a database of its own.
    pub(super) async fn try_out(&self, plan: &CasePlan) -> Trial {
        match self.server {
            On::Shared(server) => self.run_on(server, plan).try_out().await,
            On::Own => match self.pool.own(&plan.group).await {
                Ok(server) => {
                    let trial = self.run_on(&server, plan).try_out().await;
                    super::run::take_away(self.pool, &server, plan).await;
                    trial
                }
                Err(error) => {
                    let found = Found::new(Phase::Apply, Blame::Environment, error.to_string());
                    Trial::Failed(Box::new(found))
                }
            },
        }
    }

    /// What fails in all, where each one that fails is left out.
    pub(super) async fn explore(&self, plan: &CasePlan) -> Vec<Found> {
        match self.server {
            On::Shared(server) => self.run_on(server, plan).explore().await,
            On::Own => {
                let Ok(server) = self.pool.own(&plan.group).await else { return Vec::new() };
                let found = self.run_on(&server, plan).explore().await;
                super::run::take_away(self.pool, &server, plan).await;
                found
            }
        }
    }

    /// A run of a plan that nobody hears of.
    pub(super) fn run_on<'b>(
        &'b self,
        server: &'b SharedServer,
        plan: &'b CasePlan,
    ) -> CaseRun<'b> {
        let emitter = Emitter { case: self.case, sink: Arc::new(|_| {}) };
        CaseRun::new(plan, self.pool, server, emitter)
    }
}
