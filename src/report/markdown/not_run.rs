//! What a run did not execute: left out on purpose, or not reached.

use super::escape::{code, plain};
use super::page::Page;
use super::{CaseView, RunView};

/// So many of the migrations that a case did not reach are named.
const MOST_NAMED: usize = 5;

/// Migrations that are left out on purpose, with the reason; the same of several cases once.
pub(super) fn excluded(page: &mut Page, run: &RunView) {
    let mut all: Vec<(&(String, String), usize)> = Vec::new();
    for excluded in run.cases.iter().flat_map(|case| &case.excluded) {
        match all.iter_mut().find(|(known, _)| *known == excluded) {
            Some((_, cases)) => *cases += 1,
            None => all.push((excluded, 1)),
        }
    }
    let lines = all.iter().map(|((migration, reason), cases)| {
        let (migration, reason) = (code(migration), plain(reason));
        format!("- {migration}: {reason} ({cases} of {} cases)\n", run.cases.len())
    });
    list(page, "Left out on purpose", lines.collect());
}

/// Migrations that a case did not come to.
pub(super) fn not_reached(page: &mut Page, run: &RunView) {
    list(page, "Not reached", run.cases.iter().filter_map(line).collect());
}

fn line(case: &CaseView) -> Option<String> {
    let left = &case.not_reached;
    let mut named: Vec<_> = left.iter().take(MOST_NAMED).map(|it| code(it)).collect();
    if let Some(more @ 1..) = left.len().checked_sub(MOST_NAMED) {
        named.push(format!("and {more} more"));
    }
    let reason = plain(&case.not_reached_because);
    (!left.is_empty()).then(|| format!("- {}: {} ({reason})\n", code(&case.name), named.join(", ")))
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
