use std::collections::BTreeMap;

use super::Qualified;
use super::page::{Fact, anchor};
use super::uncovered::{Uncovered, uncovered};
use crate::outcome::{CaseOutcome, Deed, Failure, Phase, RunOutcome, Step, Verdict};
use crate::report::facts::{self, in_short, is_tolerated, subject};
use crate::report::text::{counted, duration, visible};
use crate::report::{Style, render_failure};

/// What the report says of one case.
#[derive(Debug)]
pub(super) struct CasePage {
    pub(super) anchor: String,
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) facts: Vec<Fact>,
    /// Why it has no result of its own.
    pub(super) reason: Option<String>,
    pub(super) passes: Vec<PassRow>,
    pub(super) failures: Vec<Finding>,
    pub(super) hazards: Vec<Hazard>,
    pub(super) changes: Changes,
    pub(super) uncovered: Vec<Uncovered>,
}

/// A phase of the case.
#[derive(Debug)]
pub(super) struct PassRow {
    pub(super) name: String,
    /// `None`: it was not run.
    pub(super) verdict: Option<Verdict>,
    pub(super) took: String,
    pub(super) note: String,
}

/// A failure with its whole diagnosis.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) title: String,
    pub(super) text: String,
    /// The anchor and the name of an earlier case that failed alike, and has the text.
    pub(super) as_in: Option<(String, String)>,
}

/// Something worth knowing before production meets it.
#[derive(Debug)]
pub(super) struct Hazard {
    pub(super) at: String,
    pub(super) text: String,
    /// What to ask production.
    pub(super) query: Option<String>,
}

/// What the upgrade does to the schema.
#[derive(Debug)]
pub(super) enum Changes {
    /// There was nothing before.
    Fresh,
    /// The upgrade did not come to its end.
    Unknown,
    /// Every object that is not as it was.
    Told(Vec<ChangeRow>),
}

/// An object that is not as it was.
#[derive(Debug)]
pub(super) struct ChangeRow {
    pub(super) deed: Deed,
    pub(super) object: String,
    pub(super) text: String,
}

impl CasePage {
    pub(super) fn of(
        qualified: &Qualified,
        run: &RunOutcome,
        (number, case): (usize, &CaseOutcome),
    ) -> Self {
        let counting = case.failures.iter().filter(|failure| !is_tolerated(failure));
        let passes = passes(qualified, case);
        Self {
            anchor: anchor(number),
            name: visible(&case.head.name),
            verdict: case.final_verdict(),
            facts: case_facts(case),
            reason: facts::reason(run, case).map(|reason| visible(&reason)),
            failures: counting.map(finding).collect(),
            hazards: case.hazards.iter().filter(|it| !it.expected).map(hazard).collect(),
            changes: changes(case),
            uncovered: uncovered(case, &passes),
            passes,
        }
    }
}

fn case_facts(case: &CaseOutcome) -> Vec<Fact> {
    let mut facts = vec![Fact { name: "time", value: duration(case.took) }];
    if !case.server_version.is_empty() {
        let value = format!("PostgreSQL {} ({})", visible(&case.server_version), case.backend);
        facts.push(Fact { name: "server", value });
    }
    let (files, statements) =
        (counted(case.bodies(), "file"), counted(case.statements(), "statement"));
    facts.push(Fact { name: "executed", value: format!("{files}, {statements}") });
    if let Some(coverage) = &case.coverage {
        let value = coverage.to_string().trim_start_matches("rows: ").to_owned();
        facts.push(Fact { name: "generated rows", value });
    }
    facts
}

/// The phases of the case, those that were asked for and did not run among them.
fn passes(qualified: &Qualified, case: &CaseOutcome) -> Vec<PassRow> {
    let of_passes = qualified.passes.iter().copied().map(Phase::from);
    let before = [Phase::Setup, Phase::Seed].into_iter().map(|phase| (phase, false));
    let all = before.chain(of_passes.map(|phase| (phase, true))).chain([(Phase::Expect, false)]);
    let rows = all.filter_map(|(phase, is_asked)| {
        let steps: Vec<_> = case.steps.iter().filter(|step| step.phase == phase).collect();
        (is_asked || !steps.is_empty()).then(|| pass_row(case, phase, &steps))
    });
    rows.collect()
}

fn pass_row(case: &CaseOutcome, phase: Phase, steps: &[&Step]) -> PassRow {
    let of_phase = |failure: &&Failure| failure.found.phase == phase;
    let failures = || case.failures.iter().filter(of_phase);
    let counts = failures().filter(|failure| !is_tolerated(failure)).count();
    let tolerated = failures().count() - counts;
    let has = |verdict| steps.iter().any(|step| step.verdict == verdict);
    let verdict = if counts > 0 || (has(Verdict::Failed) && tolerated == 0) {
        Some(if has(Verdict::Failed) { Verdict::Failed } else { Verdict::Errored })
    } else if has(Verdict::Errored) && tolerated == 0 {
        Some(Verdict::Errored)
    } else if has(Verdict::Passed) || tolerated > 0 {
        Some(Verdict::Passed)
    } else if has(Verdict::Skipped) {
        Some(Verdict::Skipped)
    } else {
        None
    };
    let mut notes = Vec::new();
    let migrations = steps
        .iter()
        .filter(|step| step.migration.is_some() && step.verdict != Verdict::Skipped)
        .count();
    notes.extend((migrations > 0).then(|| counted(migrations, "migration")));
    notes.extend((counts > 0).then(|| counted(counts, "failure")));
    notes.extend((tolerated > 0).then(|| format!("{} as expected", counted(tolerated, "failure"))));
    let skipped = steps.iter().filter(|step| step.verdict == Verdict::Skipped).count();
    notes.extend(
        (skipped > 0 && verdict != Some(Verdict::Skipped)).then(|| format!("{skipped} skipped")),
    );
    notes.extend(verdict.is_none().then(|| why_not(case, phase)));
    let took = steps.iter().map(|step| step.took).sum();
    PassRow {
        name: phase.to_string(),
        verdict,
        took: if verdict.is_some() { duration(took) } else { String::new() },
        note: notes.join(", "),
    }
}

/// Why a pass that was asked for has told nothing.
fn why_not(case: &CaseOutcome, phase: Phase) -> String {
    let has_failed = case.failures.iter().any(|it| it.found.phase < phase && !it.found.is_note);
    match phase {
        _ if case.server_version.is_empty() => "the case did not run".into(),
        Phase::Converge if is_fresh(case) => {
            "a fresh database has nothing to be compared with".into()
        }
        _ if has_failed => "not reached".into(),
        _ => "nothing to do".into(),
    }
}

fn is_fresh(case: &CaseOutcome) -> bool {
    !case.steps.iter().any(|step| step.phase == Phase::Seed) && case.changes.is_none()
}

fn finding(failure: &Failure) -> Finding {
    Finding {
        title: visible(&in_short(&failure.found)),
        text: render_failure(failure, Style::Plain),
        as_in: None,
    }
}

impl Finding {
    /// The text without the command that runs this case.
    fn of_any_case(&self) -> String {
        let lines =
            self.text.lines().filter(|line| !line.trim_start().starts_with("= reproduce: "));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Lets what failed alike in several cases be told once.
pub(super) fn tell_once(cases: &mut [CasePage]) {
    let mut known: BTreeMap<String, (String, String)> = BTreeMap::new();
    for case in cases {
        let here = (case.anchor.clone(), case.name.clone());
        for failure in &mut case.failures {
            match known.get(&failure.of_any_case()) {
                Some(earlier) if *earlier != here => failure.as_in = Some(earlier.clone()),
                Some(_) => {}
                None => {
                    known.insert(failure.of_any_case(), here.clone());
                }
            }
        }
    }
}

fn hazard(hazard: &Failure) -> Hazard {
    let found = &hazard.found;
    let message = found.error.to_string();
    let is_said = found.details.iter().any(|line| line.starts_with(&message));
    let lines = found.details.iter().cloned();
    let lines: Vec<_> = (!is_said).then_some(message).into_iter().chain(lines).collect();
    let text = lines.join("\n");
    Hazard {
        at: visible(&subject(found)),
        text: visible(&text),
        query: found.query.as_ref().map(|query| visible(query)),
    }
}

fn changes(case: &CaseOutcome) -> Changes {
    match &case.changes {
        Some(changes) => Changes::Told(
            changes
                .iter()
                .map(|it| ChangeRow {
                    deed: it.deed,
                    object: visible(&it.object),
                    text: visible(&it.text),
                })
                .collect(),
        ),
        None if is_fresh(case) => Changes::Fresh,
        None => Changes::Unknown,
    }
}
