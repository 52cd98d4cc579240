use std::path::PathBuf;
use std::time::{Instant, SystemTime};

use super::trials::OnBench;
use crate::exclusions::{Examination, Examined, Findings, List, NoFindings, Question, examine};
use crate::harness::{Doing, Harness};
use crate::migration::MigrationKind;
use crate::outcome::{CaseId, Event, Verdict};
use crate::plan::{CasePlan, PrepStep};
use crate::postgres::{BackendChoice, KnownImages, ServerError, Supply, sweep};
use crate::replay::{EventSink, Workbench};

/// What is wanted beside the findings.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Write the folder without what is left out here.
    pub folder: Option<PathBuf>,
    /// Write stubs here.
    pub stubs: Option<PathBuf>,
}

impl Harness {
    /// Examines the exclusion list of each case, one after the other, and tells what is tried; then writes what is wished for,
    /// and replays that. When `interrupt` resolves, what was found out by then is returned. What dead runs left is swept first.
    pub fn examine<'a>(
        &'a self,
        cases: &'a [CasePlan],
        images: KnownImages,
        wishes: &'a Wishes,
        listener: EventSink,
        interrupt: Doing<'a, String>,
    ) -> Doing<'a, Examined> {
        Box::pin(self.examine_all(cases, images, wishes, listener, interrupt))
    }

    async fn examine_all(
        &self,
        cases: &[CasePlan],
        images: KnownImages,
        wishes: &Wishes,
        listener: EventSink,
        interrupt: Doing<'_, String>,
    ) -> Examined {
        sweep(&self.backend).await;
        let begun = Instant::now();
        let heads = cases.iter().map(CasePlan::head).collect();
        listener(Event::RunStarted { at: SystemTime::now(), commit: None, cases: heads });
        let supply = Supply::new(self.backend.clone(), self.pg_bin.clone(), images);
        let bench = Workbench::new(supply, self.settings.clone(), listener.clone());
        let mut examined = Examined::default();
        let work = self.work(&bench, cases, wishes, &listener, &mut examined);
        let broken_off = tokio::select! {
            () = work => None,
            reason = interrupt => Some(reason),
        };
        bench.close().await;
        listener(Event::RunFinished { took: begun.elapsed(), broken_off: broken_off.clone() });
        Examined { broken_off, ..examined }
    }

    async fn work(
        &self,
        bench: &Workbench,
        cases: &[CasePlan],
        wishes: &Wishes,
        listener: &EventSink,
        examined: &mut Examined,
    ) {
        let has_wishes = wishes.folder.is_some() || wishes.stubs.is_some();
        let mut finished = Vec::new();
        for (position, case) in cases.iter().enumerate() {
            let id = CaseId(position);
            let (examination, event) = self.examine_one(bench, id, case, listener).await;
            examined.all.push(examination);
            // A case is not over as long as something is tried on it.
            if has_wishes { finished.push(event) } else { listener(event) }
        }
        if let Some(path) = &wishes.folder {
            let written = super::written::write(bench, cases, &examined.all, path, listener).await;
            examined.folder = Some(written);
        }
        if let Some(path) = &wishes.stubs {
            let stubs = super::stubs::write(bench, cases, &examined.all, path, listener).await;
            examined.stubs = Some(stubs);
        }
        for event in finished {
            listener(event);
        }
    }

    async fn examine_one(
        &self,
        bench: &Workbench,
        id: CaseId,
        case: &CasePlan,
        listener: &EventSink,
    ) -> (Examination, Event) {
        let begun = Instant::now();
        let bare = case.without_expectations();
        let outcome = match bench.begin(id, &bare).await {
            Ok(()) => find_out(bench, id, &bare, listener).await,
            Err(error) => Err(self.no_server(error)),
        };
        bench.end(&bare).await;
        let (verdict, reason) = told(&outcome);
        let finished = Event::CaseFinished { case: id, verdict, reason, took: begun.elapsed() };
        (Examination::of(case, outcome), finished)
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

async fn find_out(
    bench: &Workbench,
    id: CaseId,
    bare: &CasePlan,
    listener: &EventSink,
) -> Result<Findings, NoFindings> {
    let mut trials = OnBench { bench, id, case: bare, listener };
    Ok(examine(&question(bare), &mut trials).await?)
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
