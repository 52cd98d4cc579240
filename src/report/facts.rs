//! What all reports say alike about cases, steps and failures.

use std::borrow::Cow;
use std::path::Path;

use super::text::first_line;
use crate::migration::MigrationId;
use crate::outcome::{CaseOutcome, Failure, Found, Phase, RunOutcome, Step, Verdict};

/// `apply 008_plugin_infrastructure.sql`, `seed tenants.sql`, `converge`.
fn name(phase: Phase, migration: Option<&MigrationId>, file: Option<&Path>) -> String {
    let file_name = file.and_then(Path::file_name).map(std::ffi::OsStr::to_string_lossy);
    let about = migration.map(|id| Cow::Borrowed(id.as_str())).or(file_name);
    match about {
        Some(about) => format!("{phase} {about}"),
        None => phase.to_string(),
    }
}

pub(super) fn step_name(step: &Step) -> String {
    name(step.phase, step.migration.as_ref(), step.file.as_deref())
}

/// The name of the step that a failure is about.
pub(super) fn subject(found: &Found) -> String {
    name(found.phase, found.migration.as_ref(), file_of(found))
}

/// The file a finding is about.
pub(super) fn file_of(found: &Found) -> Option<&Path> {
    let of_place = found.place.as_ref().map(|place| place.source().path());
    of_place.or(found.file.as_deref())
}

/// Whether a failure fails nothing: it was expected, or it was there before the change.
pub(super) fn is_tolerated(failure: &Failure) -> bool {
    failure.is_tolerated()
}

/// `008_plugin_infrastructure.sql`, `rerun 008_plugin_infrastructure.sql`: the step that a failure is about, without the pass
/// that is the first thing anybody thinks of.
pub(super) fn name_of(found: &Found) -> String {
    match (found.phase, &found.migration) {
        (Phase::Apply, Some(migration)) => migration.to_string(),
        _ => subject(found),
    }
}

/// `008_plugin_infrastructure.sql failed with 42703`.
pub(super) fn in_short(found: &Found) -> String {
    let subject = name_of(found);
    let kind = found.error.sqlstate.as_ref().map(ToString::to_string);
    match kind.or_else(|| found.cause.map(|cause| cause.to_string())) {
        Some(kind) => format!("{subject} failed with {kind}"),
        None => format!("{subject} failed: {}", first_line(&found.error.message)),
    }
}

/// Why a case has no result of its own, where it has none.
pub(super) fn reason(run: &RunOutcome, case: &CaseOutcome) -> Option<String> {
    match (&case.reason, case.verdict, &run.broken_off) {
        (Some(reason), ..) => Some(reason.clone()),
        (None, None, Some(why)) => Some(format!("the run was broken off: {why}")),
        (None, None, None) => Some("the run ended before this case did".to_owned()),
        (None, Some(_), _) => None,
    }
}

/// The verdicts in the order in which totals name them.
pub(super) const VERDICTS: [Verdict; 4] =
    [Verdict::Passed, Verdict::Failed, Verdict::Errored, Verdict::Skipped];
