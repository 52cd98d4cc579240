use std::time::{Instant, SystemTime};

use super::Harness;
use crate::exclusions::{
    Answer, Examination, Findings, Halted, List, NoFindings, Question, Trials, examine,
};
use crate::migration::MigrationKind;
use crate::outcome::{Blame, CaseId, Event, Found, Phase, Verdict};
use crate::plan::{CasePlan, PrepStep};
use crate::postgres::{BackendChoice, KnownImages, ServerError, Supply, sweep};
use crate::replay::{EventSink, Workbench};

impl Harness {
    /// Examines the exclusion list of each case, one after the other, and tells what is tried. When `interrupt` resolves, what
    /// was found out by then is returned. What dead runs left is swept first.
    pub async fn examine(
        &self,
        cases: &[CasePlan],
        images: KnownImages,
        listener: EventSink,
        interrupt: impl Future<Output = String>,
    ) -> Examined {
        sweep(&self.backend).await;
        let begun = Instant::now();
        let heads = cases.iter().map(CasePlan::head).collect();
        listener(Event::RunStarted { at: SystemTime::now(), cases: heads });
        let supply = Supply::new(self.backend.clone(), self.pg_bin.clone(), images);
        let bench = Workbench::new(supply, self.settings.clone(), listener.clone());
        let mut all = Vec::new();
        let work = async {
            for (position, case) in cases.iter().enumerate() {
                let id = CaseId(position);
                all.push(self.examine_one(&bench, id, case, &listener).await);
            }
        };
        let broken_off = tokio::select! {
            () = work => None,
            reason = interrupt => Some(reason),
        };
        bench.close().await;
        listener(Event::RunFinished { took: begun.elapsed(), broken_off: broken_off.clone() });
        Examined { all, broken_off }
    }

    async fn examine_one(
        &self,
        bench: &Workbench,
        id: CaseId,
        case: &CasePlan,
        listener: &EventSink,
    ) -> Examination {
        let begun = Instant::now();
        let bare = case.without_expectations();
        let outcome = match bench.begin(id, &bare).await {
            Ok(()) => self.find_out(bench, id, &bare, listener).await,
            Err(error) => Err(self.no_server(error)),
        };
        bench.end(&bare).await;
        let (verdict, reason) = told(&outcome);
        listener(Event::CaseFinished { case: id, verdict, reason, took: begun.elapsed() });
        Examination::of(case, outcome)
    }

    async fn find_out(
        &self,
        bench: &Workbench,
        id: CaseId,
        bare: &CasePlan,
        listener: &EventSink,
    ) -> Result<Findings, NoFindings> {
        let mut trials = OnBench { bench, id, case: bare, listener };
        Ok(examine(&question(bare), &mut trials).await?)
    }

    fn no_server(&self, error: ServerError) -> NoFindings {
        let chosen = self.backend != BackendChoice::Auto;
        match error {
            ServerError::CannotServe(reason) => {
                NoFindings::NoServer { reason, is_skipped: chosen || self.settings.allow_skip }
            }
            ServerError::Failed(reason) => NoFindings::NoServer { reason, is_skipped: false },
        }
    }
}

/// What was found out, until the end or until somebody interrupted it.
#[derive(Debug, Default)]
pub struct Examined {
    /// The cases, in order.
    pub all: Vec<Examination>,
    /// Why the others are missing.
    pub broken_off: Option<String>,
}

fn told(outcome: &Result<Findings, NoFindings>) -> (Verdict, Option<String>) {
    match outcome {
        Ok(findings) if findings.is_closed() => (Verdict::Passed, None),
        Ok(_) => (Verdict::Failed, None),
        Err(NoFindings::NoServer { reason, is_skipped: true }) => {
            (Verdict::Skipped, Some(reason.clone()))
        }
        Err(NoFindings::NoServer { reason, .. }) => (Verdict::Errored, Some(reason.clone())),
        Err(NoFindings::Halted(found)) => (Verdict::Errored, Some(found.error.message.clone())),
    }
}

/// What is asked about the list of a case.
fn question(case: &CasePlan) -> Question {
    let given: List = case.listed().into_iter().map(|entry| entry.migration.clone()).collect();
    let idle = given.iter().filter(|id| case.is_seeded(id)).cloned().collect();
    let has_seeded = case.seeding.iter().any(|step| matches!(step, PrepStep::Migrate(_)));
    let has_baseline = case.set.migrations().iter().any(|it| it.kind == MigrationKind::Baseline);
    Question {
        order: case.within_reach().iter().map(|migration| migration.id.clone()).collect(),
        given,
        idle,
        is_sequential: !has_baseline && (!has_seeded || case.seed.exclude.is_some()),
    }
}

/// Replays of one case on a workbench.
struct OnBench<'a> {
    bench: &'a Workbench,
    id: CaseId,
    case: &'a CasePlan,
    listener: &'a EventSink,
}

impl Trials for OnBench<'_> {
    async fn replay(&mut self, left_out: &List, purpose: &str) -> Result<Answer, Halted> {
        let what = purpose.to_owned();
        (self.listener)(Event::Investigating { case: self.id, what });
        let plan = self.case.leaving_out(left_out);
        let tried = self.bench.try_out(self.id, &plan).await.map_err(halted)?;
        let Some(mut found) = tried else { return Ok(Answer::Passed) };
        if found.blame != Blame::Migration {
            return Err(Halted(found));
        }
        if found.cause.is_none() {
            self.bench.explain(self.id, &plan, &mut found).await.map_err(halted)?;
        }
        Ok(Answer::Failed(found))
    }

    /// Each fall is told with its cause, which takes a replay of its own anyway.
    async fn foresee(&mut self, _left_out: &List) -> Vec<Found> {
        Vec::new()
    }
}

fn halted(error: ServerError) -> Halted {
    Halted(Box::new(Found::new(Phase::Apply, Blame::Environment, error.to_string())))
}
