//! Trials: would it pass if the chain were another? Each on a database of its own that is dropped.

use super::case::CaseRun;
use super::passes::Progress;
use crate::outcome::{Blame, Found, Phase};
use crate::scenario::Cause;

/// What became of a trial.
#[derive(Debug)]
pub(super) enum Trial {
    /// The pending migrations ran to their end.
    Passed,
    /// They did not.
    Failed(Box<Found>),
}

impl CaseRun<'_> {
    /// Runs the pass `apply`, by our own rules.
    pub(super) async fn try_out(&self) -> Trial {
        let database = match self.seeded_database().await {
            Ok(database) => database,
            Err(found) => return Trial::Failed(found),
        };
        let mut found = Vec::new();
        let progress = self.apply(&database, &mut found).await;
        let trial = match (progress, found.into_iter().find(stands_in_the_way)) {
            (Progress::Complete, None) => Trial::Passed,
            (_, Some(found)) => Trial::Failed(Box::new(found)),
            (Progress::Stopped | Progress::AsAsked(_), None) => {
                let why = "the replay stopped without saying why";
                Trial::Failed(Box::new(Found::new(Phase::Apply, Blame::Environment, why)))
            }
        };
        let _dropped = self.server.server.drop_database(&database).await;
        trial
    }
}

/// Whether a trial fails of it. Data that is lost was lost before, and is judged by the case itself.
fn stands_in_the_way(found: &Found) -> bool {
    !found.is_note && found.cause != Some(Cause::DataLost) && found.phase != Phase::Expect
}
