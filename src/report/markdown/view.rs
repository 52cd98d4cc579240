use std::time::Duration;

use super::super::alike::{Told, texts};
use super::super::base;
use super::super::facts::{self, in_short, is_tolerated};
use super::super::{Shown, Style};
use crate::outcome::{CaseOutcome, Phase, RunOutcome, Verdict};

/// What a page shows of a run, whether it was just run or is read from its report.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct RunView {
    /// Why it did not come to its end.
    pub(in crate::report) broken_off: Option<String>,
    /// What of it is missing.
    pub(in crate::report) incomplete: Vec<String>,
    /// What should be looked at, and stopped nothing.
    pub(in crate::report) warnings: Vec<String>,
    pub(in crate::report) cases: Vec<CaseView>,
    /// What comparing with the base came to, in lines.
    pub(in crate::report) compared: Vec<String>,
}

/// A case of it.
#[derive(Debug, Clone)]
pub(in crate::report) struct CaseView {
    pub(in crate::report) name: String,
    pub(in crate::report) verdict: Verdict,
    pub(in crate::report) took: Duration,
    /// The first failure in short, or why there is no result.
    pub(in crate::report) why: String,
    /// How many failures count.
    pub(in crate::report) count: usize,
    /// Their texts; one may be of several.
    pub(in crate::report) failures: Vec<String>,
    /// Migrations that are left out, with their reasons.
    pub(in crate::report) excluded: Vec<(String, String)>,
    /// Migrations that were not reached.
    pub(in crate::report) not_reached: Vec<String>,
    /// Why the first of them was not.
    pub(in crate::report) not_reached_because: String,
}

impl RunView {
    pub(super) fn of(run: &RunOutcome) -> Self {
        Self {
            broken_off: run.broken_off.clone(),
            incomplete: Vec::new(),
            warnings: warnings(run),
            cases: run.cases.iter().map(|case| CaseView::of(run, case)).collect(),
            compared: base::lines(run).into_iter().map(|(_, line)| line).collect(),
        }
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|case| case.verdict == verdict).count()
    }
}

/// What should be looked at, a line each, with its place.
pub(in crate::report) fn warnings(run: &RunOutcome) -> Vec<String> {
    run.input.0.iter().map(ToString::to_string).chain(run.warnings.iter().cloned()).collect()
}

impl CaseView {
    fn of(run: &RunOutcome, case: &CaseOutcome) -> Self {
        let counting: Vec<_> = case.failures.iter().filter(|it| !is_tolerated(it)).collect();
        let first = counting.first().map(|failure| in_short(&failure.found));
        let told: Vec<_> = counting.iter().map(|it| Told::of(it, Style::Plain)).collect();
        let more = "the JUnit and JSON reports have each whole";
        let excluded = case.head.excluded.iter();
        let left = case.steps.iter();
        let left = left.filter(|it| it.phase == Phase::Apply && it.verdict == Verdict::Skipped);
        let left: Vec<_> = left.collect();
        Self {
            name: case.head.name.clone(),
            verdict: case.final_verdict(),
            took: case.took,
            why: first.or_else(|| facts::reason(run, case)).unwrap_or_default(),
            count: counting.len(),
            failures: texts(&told, Shown::WorthALook, more, Style::Plain),
            excluded: excluded.map(|it| (it.migration.to_string(), it.reason.clone())).collect(),
            not_reached: left
                .iter()
                .filter_map(|step| step.migration.as_ref().map(ToString::to_string))
                .collect(),
            not_reached_because: left.first().and_then(|it| it.reason.clone()).unwrap_or_default(),
        }
    }
}
