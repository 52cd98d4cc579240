use std::sync::Arc;

use crate::exclusions::{Answer, Halted, List, Proof, StubTrials, Stubs, Trials};
use crate::migration::{Migration, MigrationSet};
use crate::outcome::{Blame, CaseId, Event, Found, Phase};
use crate::place::{Problem, Problems};
use crate::plan::CasePlan;
use crate::postgres::ServerError;
use crate::replay::{EventSink, Workbench};
use crate::source::FolderAgain;

/// Replays of one case on a workbench.
pub(super) struct OnBench<'a> {
    pub(super) bench: &'a Workbench,
    pub(super) id: CaseId,
    pub(super) case: &'a CasePlan,
    pub(super) listener: &'a EventSink,
}

impl OnBench<'_> {
    /// Replays a plan of the case, and explains how it fails.
    pub(super) async fn try_out(&self, plan: &CasePlan, purpose: &str) -> Result<Answer, Halted> {
        let what = purpose.to_owned();
        (self.listener)(Event::Investigating { case: self.id, what });
        let tried = self.bench.try_out(self.id, plan).await.map_err(|error| halted(&error))?;
        let Some(mut found) = tried else { return Ok(Answer::Passed) };
        if found.blame != Blame::Migration {
            return Err(Halted(found));
        }
        if found.cause.is_none() {
            self.bench.explain(self.id, plan, &mut found).await.map_err(|error| halted(&error))?;
        }
        Ok(Answer::Failed(found))
    }
}

impl Trials for OnBench<'_> {
    async fn replay(&mut self, left_out: &List, purpose: &str) -> Result<Answer, Halted> {
        self.try_out(&self.case.leaving_out(left_out), purpose).await
    }

    /// Each fall is told with its cause, which takes a replay of its own anyway.
    async fn foresee(&mut self, _left_out: &List) -> Vec<Found> {
        Vec::new()
    }
}

fn halted(error: &ServerError) -> Halted {
    Halted(Box::new(Found::new(Phase::Apply, Blame::Environment, error.to_string())))
}

/// Replays of all cases of one folder.
pub(super) struct OnAll<'a> {
    pub(super) bench: &'a Workbench,
    /// Without their expectations.
    pub(super) cases: &'a [CasePlan],
    pub(super) listener: &'a EventSink,
}

impl OnAll<'_> {
    /// Replays a folder that was read again on each case, but for some migrations.
    pub(super) async fn prove(
        &self,
        set: &Arc<MigrationSet>,
        left_out: &List,
        purpose: &str,
    ) -> Result<Vec<Proof>, Halted> {
        let mut proofs = Vec::new();
        for position in 0..self.cases.len() {
            let failure = self.replay_on(position, set, left_out, purpose).await?;
            let case = self.cases.get(position).map_or_else(String::new, |case| case.name.clone());
            proofs.push(Proof { case, failure });
        }
        Ok(proofs)
    }

    async fn replay_on(
        &self,
        position: usize,
        set: &Arc<MigrationSet>,
        left_out: &List,
        purpose: &str,
    ) -> Result<Option<Box<Found>>, Halted> {
        let Some(case) = self.cases.get(position) else { return Ok(None) };
        let on = OnBench { bench: self.bench, id: CaseId(position), case, listener: self.listener };
        let plan = case.with_set(set.clone()).leaving_out(left_out);
        let answer = on.try_out(&plan, purpose).await;
        if self.cases.len() > 1 {
            // The seed of another case may want to make the same roles.
            self.bench.end(case).await;
        }
        let answer = answer?;
        Ok(match answer {
            Answer::Passed => None,
            Answer::Failed(found) => Some(found),
        })
    }
}

/// Stubs read in the folder of the cases.
pub(super) struct WithStubs<'a> {
    pub(super) all: OnAll<'a>,
    pub(super) folder: FolderAgain,
    pub(super) migrations: &'a [Arc<Migration>],
}

impl StubTrials for WithStubs<'_> {
    fn read(&mut self, stubs: &Stubs) -> Result<Arc<MigrationSet>, Halted> {
        let mut folder = self.folder.clone();
        for migration in self.migrations {
            if let Some(stub) = stubs.get(&migration.id) {
                folder = folder.with_text(migration, &stub.text);
            }
        }
        folder.lay_out().map(Arc::new).map_err(|problems| {
            let message = format!("the folder cannot be read with stubs in it: {problems}");
            Halted(Box::new(Found::new(Phase::Apply, Blame::Scenario, message)))
        })
    }

    async fn replay(
        &mut self,
        set: &Arc<MigrationSet>,
        left_out: &List,
        purpose: &str,
    ) -> Result<Answer, Halted> {
        for position in 0..self.all.cases.len() {
            if let Some(found) = self.all.replay_on(position, set, left_out, purpose).await? {
                return Ok(Answer::Failed(found));
            }
        }
        Ok(Answer::Passed)
    }
}

/// What stopped the replays, as a problem.
pub(super) fn problem_of(Halted(found): Halted) -> Problems {
    Problem::error(found.error.message.clone()).at_some(found.place.clone()).into()
}

/// The cases without their expectations.
///
/// # Errors
///
/// When they are not of one folder.
pub(super) fn of_one_folder(cases: &[CasePlan]) -> Result<Vec<CasePlan>, Problems> {
    let first = cases.first().map(|case| case.set.clone());
    if !cases.iter().all(|case| first.as_ref().is_some_and(|set| Arc::ptr_eq(set, &case.set))) {
        let help = "choose the cases of one with --filter, or name one scenario";
        let message = "nothing is written: the cases are of more than one folder of migrations";
        return Err(Problem::error(message).help(help).into());
    }
    Ok(cases.iter().map(CasePlan::without_expectations).collect())
}
