//! Trials: would it pass if the chain were another? Each on a database of its own that is dropped.

use std::sync::Arc;

use super::case::CaseRun;
use super::emit::Emitter;
use super::passes::{Progress, apply};
use crate::outcome::{Blame, Found, Phase};
use crate::plan::CasePlan;

/// What became of a trial.
#[derive(Debug)]
pub(super) enum Trial {
    /// The pending migrations ran to their end.
    Passed,
    /// They did not.
    Failed(Box<Found>),
}

impl CaseRun<'_> {
    /// Runs the pass `apply` of another plan for the same server. Nothing of it is reported.
    pub(super) async fn try_out(&self, plan: &CasePlan) -> Trial {
        let emitter = Emitter { case: self.emitter.case, sink: Arc::new(|_| {}) };
        let run = CaseRun::new(plan, self.pool, self.server, emitter);
        let database = match run.seeded_database().await {
            Ok(database) => database,
            Err(found) => return Trial::Failed(found),
        };
        let trial = match run.session_as(plan.user(), &database).await {
            Ok(mut session) => {
                let mut found = Vec::new();
                let progress = apply(&mut session, plan, &run.emitter, &mut found).await;
                match (progress, found.into_iter().next()) {
                    (Progress::Complete, None) => Trial::Passed,
                    (_, Some(found)) => Trial::Failed(Box::new(found)),
                    (Progress::Stopped | Progress::AsAsked(_), None) => {
                        let why = "the replay stopped without saying why";
                        Trial::Failed(Box::new(Found::new(Phase::Apply, Blame::Environment, why)))
                    }
                }
            }
            Err(error) => {
                Trial::Failed(Box::new(Found::sql(Phase::Apply, Blame::Environment, error)))
            }
        };
        let _dropped = self.server.server.drop_database(&database).await;
        trial
    }
}
