//! What fails in all: a replay that leaves out what fails and goes on.

use super::case::CaseRun;
use super::sequence::Sequence;
use crate::migration::history::pending;
use crate::migration::{BodyRule, Wraps};
use crate::outcome::{Found, Phase, SqlError};
use crate::plan::CasePlan;
use crate::postgres::{Database, Session};

impl CaseRun<'_> {
    /// Every pending migration that fails where those that failed before it are left out, in order. Each is run in a
    /// transaction of its own, so that a failed one leaves nothing; those that refuse to (25001) are run as their tool does.
    /// What comes out is what to try, and no proof: a file that failed half-way outside a transaction has left something.
    pub(super) async fn explore(&self) -> Vec<Found> {
        let Ok(database) = self.seeded_database().await else { return Vec::new() };
        // What was found before a connection was lost is still worth trying.
        let mut found = Vec::new();
        let _complete = self.try_each(&database, &mut found).await;
        let _dropped = self.server.server.drop_database(&database).await;
        found
    }

    async fn try_each(&self, database: &Database, found: &mut Vec<Found>) -> Result<(), SqlError> {
        let mut session = self.session_as(self.case.user(), database).await?;
        let rows = session.applied().await?;
        let rule = BodyRule { wraps: Wraps::Each, ..self.case.rule };
        let guarded = CasePlan { rule, ..self.case.clone() };
        let bare = CasePlan { rule: self.case.rule.single(), ..self.case.clone() };
        let mut sequences = [&guarded, &bare].map(|case| Sequence::of(case, Phase::Apply));
        for migration in &pending(&self.case.chain, &rows, self.case.order).run {
            let [guarded, bare] = &mut sequences;
            let mut failure = guarded.run(&mut session, migration).await.found;
            if failure.as_ref().is_some_and(|failure| refuses_transactions(failure)) {
                failure = bare.run(&mut session, migration).await.found;
            }
            if let Some(failure) = failure {
                found.push(*failure);
                // It may have left settings in its session.
                session.renew().await?;
            }
        }
        Ok(())
    }
}

/// SQLSTATE 25001, `active_sql_transaction`.
fn refuses_transactions(found: &Found) -> bool {
    found.error.sqlstate.as_ref().is_some_and(|state| state.as_str() == "25001")
}
