//! Which failure belongs to which step.

use crate::outcome::{CaseOutcome, Failure, Found, Step, Verdict};

/// A case's steps with the failures that are about them, and the failures that are about none.
pub(super) struct Attached<'a> {
    pub(super) steps: Vec<(&'a Step, Vec<&'a Failure>)>,
    pub(super) others: Vec<&'a Failure>,
}

/// Gives every failure to exactly one step, or to none.
pub(super) fn attach(case: &CaseOutcome) -> Attached<'_> {
    let mut attached = Attached {
        steps: case.steps.iter().map(|step| (step, Vec::new())).collect(),
        others: Vec::new(),
    };
    for failure in &case.failures {
        match step_of(&case.steps, &failure.found) {
            Some(position) => attached.steps[position].1.push(failure),
            None => attached.others.push(failure),
        }
    }
    attached
}

/// The step about the same migration, else one of the phase that is about no migration. A step that
/// passed has no failures: what is wrong around it (an expected failure that did not happen, say) is told
/// for itself.
fn step_of(steps: &[Step], found: &Found) -> Option<usize> {
    let of_phase = |step: &Step| step.phase == found.phase;
    let same = |step: &Step| {
        step.verdict != Verdict::Passed && of_phase(step) && step.migration == found.migration
    };
    let same_file = |step: &Step| same(step) && step.file == found.file;
    let whole_phase = |step: &Step| {
        let went_wrong = matches!(step.verdict, Verdict::Failed | Verdict::Errored);
        went_wrong && of_phase(step) && step.migration.is_none() && step.file.is_none()
    };
    let first = |wanted: &dyn Fn(&Step) -> bool| steps.iter().position(wanted);
    let exact = first(&same_file);
    exact
        .or_else(|| found.migration.as_ref().and_then(|_| first(&same)))
        .or_else(|| first(&whole_phase))
}
