use super::case::PassRow;
use crate::outcome::{CaseOutcome, Verdict};
use crate::report::facts::{in_short, is_tolerated};
use crate::report::text::{first_line, visible};

/// Something that a case says nothing about, or that was known before, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uncovered {
    pub(super) what: String,
    pub(super) why: String,
}

impl Uncovered {
    pub(super) fn new(what: impl AsRef<str>, why: impl AsRef<str>) -> Self {
        Self { what: visible(what.as_ref()), why: visible(why.as_ref()) }
    }
}

/// How many names stand in one line.
const MOST_NAMED: usize = 12;

/// Everything that a case does not cover: what was left out, what was not reached, tables without rows; and findings that were
/// expected or accepted.
pub(super) fn uncovered(case: &CaseOutcome, passes: &[PassRow]) -> Vec<Uncovered> {
    let excluded = case.head.excluded.iter();
    let mut all: Vec<_> = excluded
        .map(|it| Uncovered::new(it.migration.as_str(), format!("excluded: {}", it.reason)))
        .collect();
    all.extend(skipped_steps(case));
    let not_run = passes.iter().filter(|row| row.verdict.is_none());
    all.extend(not_run.map(|row| Uncovered::new(format!("the pass {}", row.name), &row.note)));
    all.extend(case.lacks.iter().map(|it| Uncovered::new(&it.need, it.to_string())));
    let tolerated = case.failures.iter().filter(|it| is_tolerated(it));
    all.extend(tolerated.map(|it| {
        let why =
            if it.expected { "the scenario expects it" } else { "it failed before this change" };
        Uncovered::new(in_short(&it.found), why)
    }));
    let accepted = case.hazards.iter().filter(|it| it.expected);
    all.extend(accepted.map(|it| Uncovered::new(in_short(&it.found), "the scenario accepts it")));
    let unfilled = case.coverage.iter().flat_map(|coverage| &coverage.unfilled);
    all.extend(unfilled.map(|it| {
        Uncovered::new(format!("table {}", it.table), format!("no generated rows: {}", it.reason))
    }));
    all
}

/// Steps that were skipped, those of one pass with one reason together.
fn skipped_steps(case: &CaseOutcome) -> Vec<Uncovered> {
    let mut groups: Vec<(String, String, Vec<String>)> = Vec::new();
    for step in case.steps.iter().filter(|step| step.verdict == Verdict::Skipped) {
        let reason = first_line(step.reason.as_deref().unwrap_or("it was skipped"));
        let phase = step.phase.to_string();
        let known = groups.iter_mut().find(|(of, why, _)| (of, why) == (&phase, &reason));
        let name = step.migration.as_ref().map(ToString::to_string);
        match known {
            Some((_, _, names)) => names.extend(name),
            None => groups.push((phase, reason, name.into_iter().collect())),
        }
    }
    let told = groups.into_iter().map(|(phase, reason, names)| {
        let more = names.len().saturating_sub(MOST_NAMED);
        let named: Vec<_> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Uncovered::new(format!("{phase} {}{more}", named.join(", ")).trim_end(), reason)
    });
    told.collect()
}
