use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::{
    CaseHead, CaseId, Comparison, Coverage, Ending, Event, Failure, Kept, Lack, Phase,
    SchemaChange, ShardPart, Verdict,
};
use crate::migration::MigrationId;
use crate::place::Problems;

/// Something a case did, as reports count it.
#[derive(Debug, Clone)]
pub struct Step {
    /// In which phase.
    pub phase: Phase,
    /// Which migration, where the step is about one.
    pub migration: Option<MigrationId>,
    /// Its file, or the setup or seed file.
    pub file: Option<PathBuf>,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// Statements sent.
    pub statements: usize,
    /// Migration bodies executed.
    pub bodies: usize,
    /// What a program printed that the step ran.
    pub output: Option<String>,
}

/// A migration left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// Which one.
    pub migration: MigrationId,
    /// Its file.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
}

/// What became of a case.
#[derive(Debug, Clone)]
pub struct CaseOutcome {
    /// What was known before.
    pub head: CaseHead,
    /// Its verdict; `None` while it runs.
    pub verdict: Option<Verdict>,
    /// Why it did not run.
    pub reason: Option<String>,
    /// `container`, `local` or `url`; empty where it never got a server.
    pub backend: &'static str,
    /// As the server gives it.
    pub server_version: String,
    /// When it began.
    pub started_at: Option<SystemTime>,
    /// How long it took.
    pub took: Duration,
    /// What it did.
    pub steps: Vec<Step>,
    /// What is wrong, expected or not.
    pub failures: Vec<Failure>,
    /// What fails nothing and is worth knowing; `expected` where the scenario accepts it.
    pub hazards: Vec<Failure>,
    /// How many tables got generated rows, where some were asked for.
    pub coverage: Option<Coverage>,
    /// What its server has not, as known before the first statement.
    pub lacks: Vec<Lack>,
    /// What the upgrade did to the schema, where that was asked for and it came to its end.
    pub changes: Option<Vec<SchemaChange>>,
    /// Its database, where that stays.
    pub kept: Option<Kept>,
    /// How it compares with itself at the base, where there is one.
    pub comparison: Option<Comparison>,
}

impl CaseOutcome {
    fn new(head: CaseHead) -> Self {
        Self {
            head,
            verdict: None,
            reason: None,
            backend: "",
            server_version: String::new(),
            started_at: None,
            took: Duration::ZERO,
            steps: Vec::new(),
            failures: Vec::new(),
            hazards: Vec::new(),
            coverage: None,
            lacks: Vec::new(),
            changes: None,
            kept: None,
            comparison: None,
        }
    }

    /// Adds a step behind those of its phase: passes that go along together tell their steps by turns.
    fn insert(&mut self, step: Step) {
        let behind = self.steps.iter().rposition(|it| it.phase <= step.phase);
        self.steps.insert(behind.map_or(0, |last| last + 1), step);
    }

    /// Migration bodies executed.
    #[must_use]
    pub fn bodies(&self) -> usize {
        self.steps.iter().map(|step| step.bodies).sum()
    }

    /// Statements sent.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.steps.iter().map(|step| step.statements).sum()
    }

    /// The verdict in reports: a case that the run never came to is *errored*.
    #[must_use]
    pub fn final_verdict(&self) -> Verdict {
        self.verdict.unwrap_or(Verdict::Errored)
    }

    /// Failures that count: nobody expected them, and they were not there before.
    pub fn unexpected(&self) -> impl Iterator<Item = &Failure> {
        self.failures.iter().filter(|failure| !failure.is_tolerated())
    }

    fn ending(&self) -> Ending {
        let of_failures = self
            .unexpected()
            .map(|failure| Ending::from(failure.found.blame))
            .fold(Ending::AsExpected, Ending::or_worse);
        match self.final_verdict() {
            Verdict::Passed => Ending::AsExpected,
            Verdict::Skipped => Ending::NothingDone,
            Verdict::Failed => of_failures.or_worse(Ending::MigrationFailed),
            Verdict::Errored if of_failures == Ending::AsExpected => Ending::Environment,
            Verdict::Errored => of_failures,
        }
    }
}

/// What became of a run: the sum of its events.
#[derive(Debug, Clone)]
pub struct RunOutcome {
    /// When it began.
    pub started_at: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// Why it was broken off, if it was.
    pub broken_off: Option<String>,
    /// The commit that was run, where there is one; with `-dirty` where scenarios or migrations are not as it has
    /// them.
    pub commit: Option<String>,
    /// Which part of a run over several machines it is, if it is one.
    pub shard: Option<ShardPart>,
    /// What should be looked at in scenarios and folders, and stopped nothing: known before the run.
    pub input: Problems,
    /// What everybody should know.
    pub warnings: Vec<String>,
    /// Every case.
    pub cases: Vec<CaseOutcome>,
}

impl Default for RunOutcome {
    fn default() -> Self {
        Self {
            started_at: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            broken_off: None,
            commit: None,
            shard: None,
            input: Problems::default(),
            warnings: Vec::new(),
            cases: Vec::new(),
        }
    }
}

impl RunOutcome {
    /// Adds one event.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::RunStarted { at, commit, cases } => {
                self.started_at = *at;
                self.commit.clone_from(commit);
                self.cases = cases.iter().cloned().map(CaseOutcome::new).collect();
            }
            Event::Warning { text } => self.warnings.push(text.clone()),
            Event::ServerStarting { .. }
            | Event::ServerReady { .. }
            | Event::Working { .. }
            | Event::Investigating { .. }
            | Event::Explained { .. } => {}
            Event::CaseStarted { case, backend, server_version } => self.change(*case, |outcome| {
                outcome.backend = backend;
                outcome.server_version.clone_from(server_version);
                outcome.started_at.get_or_insert_with(SystemTime::now);
            }),
            Event::StepFinished { case, step } => {
                self.change(*case, |outcome| outcome.insert(step.clone()));
            }
            Event::FailureFound { case, failure } => {
                self.change(*case, |outcome| outcome.failures.push(Failure::clone(failure)));
            }
            Event::HazardFound { case, hazard } => {
                self.change(*case, |outcome| outcome.hazards.push(Failure::clone(hazard)));
            }
            Event::RowsGenerated { case, coverage } => {
                self.change(*case, |outcome| outcome.coverage = Some(coverage.clone()));
            }
            Event::Upgraded { case, changes } => {
                self.change(*case, |outcome| outcome.changes = Some(changes.clone()));
            }
            Event::Lacking { case, lacks } => {
                self.change(*case, |outcome| outcome.lacks.clone_from(lacks));
            }
            Event::DatabaseKept { case, kept } => {
                self.change(*case, |outcome| outcome.kept = Some(Kept::clone(kept)));
            }
            Event::LeftOut { case, excluded } => {
                self.change(*case, |outcome| outcome.head.excluded.extend_from_slice(excluded));
            }
            Event::Compared { case, comparison } => {
                self.change(*case, |outcome| {
                    outcome.comparison = Some(Comparison::clone(comparison));
                });
            }
            Event::CaseRestarted { case, .. } => self.change(*case, |outcome| {
                outcome.steps.clear();
                outcome.failures.clear();
                outcome.hazards.clear();
            }),
            Event::CaseFinished { case, verdict, reason, took } => self.change(*case, |outcome| {
                outcome.verdict = Some(*verdict);
                outcome.reason.clone_from(reason);
                outcome.took = *took;
            }),
            Event::RunFinished { took, broken_off } => {
                self.took = *took;
                self.broken_off.clone_from(broken_off);
            }
        }
    }

    fn change(&mut self, case: CaseId, change: impl FnOnce(&mut CaseOutcome)) {
        if let Some(outcome) = self.cases.get_mut(case.0) {
            change(outcome);
        }
    }

    /// How many cases have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|case| case.final_verdict() == verdict).count()
    }

    /// The worst verdict; skipped only when every case was.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.count(verdict) > 0;
        if any(Verdict::Failed) {
            Verdict::Failed
        } else if any(Verdict::Errored) || self.broken_off.is_some() {
            Verdict::Errored
        } else if any(Verdict::Passed) {
            Verdict::Passed
        } else {
            Verdict::Skipped
        }
    }

    /// How the run ended. Nothing but skipped cases is [`Ending::NothingDone`]; a skipped case beside a
    /// passed one is as expected.
    #[must_use]
    pub fn ending(&self) -> Ending {
        let worst = self
            .cases
            .iter()
            .filter(|case| case.final_verdict() != Verdict::Skipped)
            .map(CaseOutcome::ending)
            .fold(Ending::AsExpected, Ending::or_worse);
        let worst =
            if self.broken_off.is_some() { worst.or_worse(Ending::Environment) } else { worst };
        let nothing_ran = self.count(Verdict::Skipped) == self.cases.len();
        if nothing_ran { worst.or_worse(Ending::NothingDone) } else { worst }
    }
}

#[cfg(test)]
mod tests;
