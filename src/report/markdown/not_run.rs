//! What a run did not execute: left out on purpose, or not reached.

use super::escape::{code, plain};
use super::page::Page;
use crate::outcome::{CaseOutcome, Excluded, Phase, RunOutcome, Step, Verdict};

/// So many of the migrations that a case did not reach are named.
const MOST_NAMED: usize = 5;

/// Migrations that are left out on purpose, with the reason; the same of several cases once.
pub(super) fn excluded(page: &mut Page, run: &RunOutcome) {
    let mut all: Vec<(&Excluded, usize)> = Vec::new();
    for excluded in run.cases.iter().flat_map(|case| &case.head.excluded) {
        match all.iter_mut().find(|(known, _)| *known == excluded) {
            Some((_, cases)) => *cases += 1,
            None => all.push((excluded, 1)),
        }
    }
    let lines = all.iter().map(|(excluded, cases)| {
        let (migration, reason) = (code(excluded.migration.as_str()), plain(&excluded.reason));
        format!("- {migration}: {reason} ({cases} of {} cases)\n", run.cases.len())
    });
    list(page, "Left out on purpose", lines.collect());
}

/// Migrations that a case did not come to.
pub(super) fn not_reached(page: &mut Page, run: &RunOutcome) {
    list(page, "Not reached", run.cases.iter().filter_map(line).collect());
}

fn line(case: &CaseOutcome) -> Option<String> {
    let is_left = |it: &&Step| it.phase == Phase::Apply && it.verdict == Verdict::Skipped;
    let left: Vec<_> = case.steps.iter().filter(is_left).collect();
    let first = left.first()?;
    let named = left.iter().filter_map(|step| step.migration.as_ref()).take(MOST_NAMED);
    let mut named: Vec<_> = named.map(|migration| code(migration.as_str())).collect();
    if let Some(more @ 1..) = left.len().checked_sub(MOST_NAMED) {
        named.push(format!("and {more} more"));
    }
    let reason = first.reason.as_deref().map(plain).unwrap_or_default();
    Some(format!("- {}: {} ({reason})\n", code(&case.head.name), named.join(", ")))
}

fn list(page: &mut Page, title: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    page.add(&format!("\n### {title}\n\n"), "heading");
    for line in lines {
        page.add(&line, "list line");
    }
}
