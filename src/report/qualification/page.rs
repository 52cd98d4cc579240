use time::macros::format_description;

use super::Qualified;
use super::case::{CasePage, tell_once};
use super::uncovered::Uncovered;
use crate::outcome::{CaseOutcome, RunOutcome, Verdict};
use crate::report::facts::is_tolerated;
use crate::report::markdown::warnings;
use crate::report::text::{counted, duration, stamp, visible};

/// Everything that the report says, as plain text.
#[derive(Debug)]
pub(super) struct Page {
    /// What is qualified: the names of the scenarios.
    pub(super) title: String,
    pub(super) verdict: Verdict,
    /// The verdict as a sentence.
    pub(super) headline: String,
    pub(super) facts: Vec<Fact>,
    pub(super) warnings: Vec<String>,
    /// The columns of the matrix.
    pub(super) images: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) cases: Vec<CasePage>,
    /// What no case covers.
    pub(super) uncovered: Vec<Uncovered>,
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// A seed on every image.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) seed: String,
    pub(super) cells: Vec<Option<Cell>>,
}

/// A case in the matrix.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) verdict: Verdict,
    pub(super) took: String,
    /// Where the page tells more.
    pub(super) anchor: String,
    /// `2 failures`; empty where there are none.
    pub(super) note: String,
}

impl Page {
    pub(super) fn of(qualified: &Qualified, run: &RunOutcome) -> Self {
        let cases = run.cases.iter().enumerate();
        let mut cases: Vec<_> =
            cases.map(|(number, case)| CasePage::of(qualified, run, (number, case))).collect();
        tell_once(&mut cases);
        Self {
            title: title(qualified),
            verdict: run.verdict(),
            headline: headline(run),
            facts: facts(qualified, run),
            warnings: warnings(run).iter().map(|it| visible(it)).collect(),
            images: images(run),
            rows: rows(run),
            cases,
            uncovered: qualified
                .left_out
                .iter()
                .map(|(pass, why)| Uncovered::new(format!("the pass {pass}"), why))
                .collect(),
        }
    }
}

/// The word for a verdict on a release.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "qualified",
        Verdict::Failed => "not qualified",
        Verdict::Errored => "not known",
        Verdict::Skipped => "not tried",
    }
}

/// A sign for a verdict, for those who look at the page from afar.
pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Failed => "✗",
        Verdict::Errored => "!",
        Verdict::Skipped => "–",
    }
}

fn title(qualified: &Qualified) -> String {
    let stem = |path: &std::path::PathBuf| {
        path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    };
    let names: Vec<_> = qualified.scenarios.iter().map(|(path, _)| stem(path)).collect();
    if names.is_empty() { "migrations".into() } else { visible(&names.join(", ")) }
}

fn headline(run: &RunOutcome) -> String {
    let count = |verdict| run.count(verdict);
    let cases = counted(run.cases.len(), "case");
    let verdict = run.verdict();
    let skipped = match count(Verdict::Skipped) {
        0 => String::new(),
        some => format!("; {} skipped", counted(some, "case")),
    };
    let told = match verdict {
        Verdict::Passed if run.count(Verdict::Passed) == run.cases.len() => {
            format!("all {cases} passed")
        }
        Verdict::Passed => format!("{} of {cases} passed", count(Verdict::Passed)),
        Verdict::Failed => format!("{} of {cases} failed", count(Verdict::Failed)),
        Verdict::Errored => format!("{} of {cases} could not be told", count(Verdict::Errored)),
        Verdict::Skipped => "no case was run".to_owned(),
    };
    let broken_off =
        run.broken_off.as_ref().map(|why| format!("; the run was broken off: {}", visible(why)));
    format!("{}: {told}{skipped}{}", word(verdict), broken_off.unwrap_or_default())
}

fn facts(qualified: &Qualified, run: &RunOutcome) -> Vec<Fact> {
    let fact = |name, value: String| Fact { name, value: visible(&value) };
    let day = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let at = stamp(run.started_at).format(day).unwrap_or_default();
    let mut facts = Vec::new();
    for (path, description) in &qualified.scenarios {
        let about = description.as_ref().map_or(String::new(), |it| format!(": {it}"));
        facts.push(fact("scenario", format!("{}{about}", path.display())));
    }
    facts.extend(qualified.commit.clone().map(|commit| fact("commit", commit)));
    facts.push(fact("when", format!("{at}, in {}", duration(run.took))));
    let passes: Vec<_> = qualified.passes.iter().map(ToString::to_string).collect();
    facts.push(fact("passes", passes.join(", ")));
    facts.extend(servers(run).map(|it| fact("servers", it)));
    facts.push(fact("tool", concat!("migration-replay ", env!("CARGO_PKG_VERSION")).to_owned()));
    facts
}

/// `PostgreSQL 15.14 (container), PostgreSQL 17.2 (container)`
fn servers(run: &RunOutcome) -> Option<String> {
    let mut servers: Vec<_> = run
        .cases
        .iter()
        .filter(|case| !case.server_version.is_empty())
        .map(|case| format!("PostgreSQL {} ({})", case.server_version, case.backend))
        .collect();
    servers.sort();
    servers.dedup();
    (!servers.is_empty()).then(|| servers.join(", "))
}

fn images(run: &RunOutcome) -> Vec<String> {
    let mut images = Vec::new();
    for case in &run.cases {
        if !images.contains(&case.head.image) {
            images.push(case.head.image.clone());
        }
    }
    images
}

fn rows(run: &RunOutcome) -> Vec<Row> {
    let images = images(run);
    let mut rows: Vec<(String, String, Row)> = Vec::new();
    let first = run.cases.first().map(|case| &case.head.scenario);
    let is_one = run.cases.iter().all(|case| Some(&case.head.scenario) == first);
    for (number, case) in run.cases.iter().enumerate() {
        let (scenario, seed) = (case.head.scenario.clone(), case.head.seed.clone());
        let known = rows.iter().position(|(one, other, _)| (one, other) == (&scenario, &seed));
        let position = known.unwrap_or_else(|| {
            let shown = if is_one { seed.clone() } else { format!("{scenario}: {seed}") };
            let cells = images.iter().map(|_| None).collect();
            rows.push((scenario, seed, Row { seed: shown, cells }));
            rows.len() - 1
        });
        let column = images.iter().position(|image| *image == case.head.image);
        if let (Some((_, _, row)), Some(column)) = (rows.get_mut(position), column)
            && let Some(place) = row.cells.get_mut(column)
        {
            *place = Some(cell(number, case));
        }
    }
    rows.into_iter().map(|(_, _, row)| row).collect()
}

pub(super) fn anchor(number: usize) -> String {
    format!("case-{}", number + 1)
}

fn cell(number: usize, case: &CaseOutcome) -> Cell {
    let failures = case.failures.iter().filter(|it| !is_tolerated(it)).count();
    Cell {
        verdict: case.final_verdict(),
        took: duration(case.took),
        anchor: anchor(number),
        note: if failures == 0 { String::new() } else { counted(failures, "failure") },
    }
}
