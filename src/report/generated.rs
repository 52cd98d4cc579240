//! Generated rows: how many tables got some, and what only they bring up.

use super::text::{counted, first_line};
use super::{Shown, facts};
use crate::outcome::{CaseOutcome, Failure, RunOutcome, Unfilled};

/// A server's message may hold a value that is very long.
const LONGEST: usize = 160;

/// `hazard: seed 004_more.sql fails over generated rows: column "display" … contains null values (SQLSTATE 23502); ask
/// production: SELECT …`
fn hazard(hazard: &Failure) -> String {
    let found = &hazard.found;
    let query = found.query.as_ref();
    let query = query.map(|query| format!("; ask production: {}", first_line(query)));
    format!(
        "hazard: {} fails over generated rows: {}{}",
        facts::subject(found),
        short(&found.error.to_string()),
        query.unwrap_or_default(),
    )
}

/// The hazards that only generated rows bring up and that nobody accepts.
fn of_generated(case: &CaseOutcome) -> impl Iterator<Item = &Failure> {
    case.hazards.iter().filter(|hazard| hazard.found.only_generated && !hazard.expected)
}

fn short(text: &str) -> String {
    let line = first_line(text);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}

/// What the summary says of the cases that had generated rows; the same line of several cases once.
pub(super) fn summary_lines(run: &RunOutcome, shown: Shown) -> Vec<String> {
    let most = most(10, shown);
    let mut hazards: Vec<String> = Vec::new();
    for line in run.cases.iter().flat_map(of_generated).map(hazard) {
        if !hazards.contains(&line) {
            hazards.push(line);
        }
    }
    if let Some(more @ 1..) = hazards.len().checked_sub(most) {
        hazards.truncate(most);
        hazards.push(format!("and {} more (--all shows each)", counted(more, "hazard")));
    }
    let coverage = run.cases.iter().filter_map(|case| coverage(case, shown));
    hazards.into_iter().chain(coverage).collect()
}

const fn most(usual: usize, shown: Shown) -> usize {
    match shown {
        Shown::WorthALook => usual,
        Shown::All => usize::MAX,
    }
}

/// `rows: 41 of 43 tables filled (name of the case)`, and the others.
fn coverage(case: &CaseOutcome, shown: Shown) -> Option<String> {
    let most = most(5, shown);
    let coverage = case.coverage.as_ref()?;
    let mut lines = vec![format!("{coverage} ({})", first_line(&case.head.name))];
    lines.extend(coverage.unfilled.iter().take(most).map(not_filled));
    if let Some(more @ 1..) = coverage.unfilled.len().checked_sub(most) {
        lines.push(format!("  and {} more (--all shows each)", counted(more, "table")));
    }
    Some(lines.join("\n"))
}

fn not_filled(unfilled: &Unfilled) -> String {
    format!("  not {}: {}", first_line(&unfilled.table), short(&unfilled.reason))
}

/// The same for one case: what JUnit keeps with its suite.
pub(super) fn case_lines(case: &CaseOutcome) -> Vec<String> {
    let coverage = case.coverage.iter().flat_map(|coverage| {
        std::iter::once(coverage.to_string()).chain(coverage.unfilled.iter().map(not_filled))
    });
    of_generated(case).map(hazard).chain(coverage).collect()
}
