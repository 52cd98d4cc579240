use std::collections::BTreeMap;

use super::alike::{Told, texts};
use super::base::{self, Weight};
use super::facts::{self, VERDICTS, is_tolerated};
use super::generated;
use super::style::Tone;
use super::text::{counted, duration, first_line, visible};
use super::{Shown, Style, kept, render_failure};
use crate::outcome::{CaseOutcome, Failure, Found, Phase, RunOutcome, Verdict};

/// What a person needs at the end: every case that is not as expected with its failures, the others in
/// as few lines as can be, and the totals. [`Shown::WorthALook`]: of many failures of one kind only the first are shown whole, and of many hazards the first few.
#[must_use]
pub fn summary(run: &RunOutcome, shown: Shown, style: Style) -> String {
    let mut parts = failed(run, shown, style);
    let lines: Vec<_> = without_result(run, style)
        .into_iter()
        .chain(compared(run, style))
        .chain(tolerated(run, style))
        .chain(hazards(run, shown, style))
        .chain(generated(run, shown, style))
        .collect();
    if !lines.is_empty() {
        parts.push(lines.join("\n"));
    }
    let broken_off = run.broken_off.as_ref().map(|why| {
        style.paint(Tone::Bad, &format!("the run was broken off: {}\n", first_line(why)))
    });
    parts.push(broken_off.unwrap_or_default() + &totals(run, style));
    parts.extend(kept::last_lines(run));
    parts.join("\n\n") + "\n"
}

/// Failures that the same cases have.
struct Shared<'r> {
    cases: Vec<&'r CaseOutcome>,
    /// Each with the commands that reproduce it in every case.
    failures: Vec<Failure>,
}

/// The cases that failed, with their failures. What several cases fail with (on several images, say) is told once, with the commands
/// of all.
fn failed(run: &RunOutcome, shown: Shown, style: Style) -> Vec<String> {
    let blocks = shared(run);
    let told = blocks.iter().enumerate().map(|(position, block)| {
        let headings = block.cases.iter().map(|case| style.paint(Tone::Bad, &heading(case)));
        let headings: Vec<_> = headings.collect();
        let all: Vec<_> = block.failures.iter().map(|it| Told::of(it, style)).collect();
        let text = texts(&all, shown, "to see each whole: --all", style).join("\n\n");
        let is_last = |case: &&&CaseOutcome| {
            let mut later = blocks.iter().skip(position + 1).flat_map(|block| &block.cases);
            !later.any(|other| std::ptr::eq(**case, *other))
        };
        let kept = block.cases.iter().filter(is_last).filter_map(|case| kept::line(case));
        format!("{}\n\n{text}{}", headings.join("\n"), kept.collect::<String>())
    });
    told.collect()
}

/// The failures that count, by the cases that have them.
fn shared(run: &RunOutcome) -> Vec<Shared<'_>> {
    let mut places = BTreeMap::new();
    let mut each: Vec<Shared<'_>> = Vec::new();
    for case in &run.cases {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for failure in counting(case) {
            let bare = Failure { reproduce: String::new(), ..failure.clone() };
            let text = render_failure(&bare, Style::Plain);
            let time = times.entry(text.clone()).or_default();
            *time += 1;
            let place = *places.entry((text, *time)).or_insert(each.len());
            match each.get_mut(place) {
                Some(known) => {
                    known.cases.push(case);
                    known.failures.iter_mut().for_each(|it| also(it, &failure.reproduce));
                }
                None => each.push(Shared { cases: vec![case], failures: vec![failure.clone()] }),
            }
        }
    }
    let mut blocks: Vec<Shared<'_>> = Vec::new();
    for one in each {
        let is_same = |a: &[&CaseOutcome], b: &[&CaseOutcome]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| std::ptr::eq(*a, *b))
        };
        match blocks.iter_mut().find(|known| is_same(&known.cases, &one.cases)) {
            Some(known) => known.failures.extend(one.failures),
            None => blocks.push(one),
        }
    }
    blocks
}

/// Adds a command that reproduces a failure, if it is another one.
fn also(failure: &mut Failure, command: &str) {
    if failure.reproduce.lines().last() != Some(command) {
        failure.reproduce = format!("{}\n{command}", failure.reproduce);
    }
}

fn counting(case: &CaseOutcome) -> impl Iterator<Item = &Failure> {
    case.failures.iter().filter(|failure| !is_tolerated(failure))
}

fn heading(case: &CaseOutcome) -> String {
    let heading = format!("{}: {}", case.final_verdict(), first_line(&case.head.name));
    match &case.reason {
        Some(reason) => format!("{heading}: {}", first_line(reason)),
        None => heading,
    }
}

/// The cases that could not run or were not to: each reason once, with the cases it is the reason of.
fn without_result(run: &RunOutcome, style: Style) -> Vec<String> {
    let mut groups = Groups::default();
    let silent = |case: &&CaseOutcome| case.failures.iter().all(is_tolerated);
    for case in run.cases.iter().filter(silent) {
        let verdict = case.final_verdict();
        let tone = match verdict {
            Verdict::Passed => continue,
            Verdict::Failed | Verdict::Errored => Tone::Bad,
            Verdict::Skipped => Tone::Doubtful,
        };
        let reason = facts::reason(run, case).unwrap_or_else(|| "no reason was given".into());
        let heading = style.paint(tone, &format!("{verdict}: {}", visible(&reason)));
        groups.add(heading, &case.head.name);
    }
    let lines = groups.0.into_iter().map(|(heading, cases)| {
        let cases = cases.iter().map(|name| format!("\n  {}", first_line(name)));
        heading + &cases.collect::<String>()
    });
    lines.collect()
}

/// One line for each failure that was expected; the same line of several cases once.
fn tolerated(run: &RunOutcome, style: Style) -> Vec<String> {
    let mut groups = Groups::default();
    for case in &run.cases {
        for failure in case.failures.iter().filter(|failure| failure.expected) {
            groups
                .add(format!("as expected: {}", facts::in_short(&failure.found)), &case.head.name);
        }
    }
    let line = |(line, cases): (String, Vec<&str>)| match cases.len() {
        1 => style.paint(Tone::Dim, &line),
        several => style.paint(Tone::Dim, &format!("{line} ({several} times)")),
    };
    groups.0.into_iter().map(line).collect()
}

/// What comparing with the base came to.
fn compared(run: &RunOutcome, style: Style) -> Vec<String> {
    let lines = base::lines(run).into_iter().map(|(weight, line)| {
        let tone = match weight {
            Weight::Loud => Tone::Doubtful,
            Weight::Good => Tone::Good,
            Weight::Quiet => Tone::Dim,
        };
        style.paint(tone, &line)
    });
    lines.collect()
}

/// More hazards of one pass are only counted.
const MOST_HAZARDS: usize = 5;

/// What fails nothing and nobody accepts, by passes; the same of several cases once.
fn hazards(run: &RunOutcome, shown: Shown, style: Style) -> Vec<String> {
    let mut passes: Vec<(Phase, Groups<'_>)> = Vec::new();
    for case in &run.cases {
        for hazard in case.hazards.iter().filter(|it| !it.expected && !it.found.only_generated) {
            let line = in_a_line(&hazard.found);
            let phase = hazard.found.phase;
            match passes.iter_mut().find(|(known, _)| *known == phase) {
                Some((_, groups)) => groups.add(line, &case.head.name),
                None => passes.push((phase, Groups(vec![(line, vec![case.head.name.as_str()])]))),
            }
        }
    }
    let told = passes.iter().flat_map(|(phase, Groups(lines))| {
        let more = lines.len() > MOST_HAZARDS && shown == Shown::WorthALook;
        let each = lines.iter().map(|(line, _)| format!("note: {line}")).filter(move |_| !more);
        let count = more.then(|| {
            format!("note: {} hazards in the pass {phase}; --all shows each", lines.len())
        });
        each.chain(count)
    });
    told.map(|line| style.paint(Tone::Dim, &line)).collect()
}

/// `reexecute 0007_roles.sql: relation "roles" already exists`
fn in_a_line(found: &Found) -> String {
    format!("{}: {}", facts::subject(found), first_line(&found.error.message))
}

/// What only generated rows bring up, and how many tables got some.
fn generated(run: &RunOutcome, shown: Shown, style: Style) -> impl Iterator<Item = String> {
    let lines = generated::summary_lines(run, shown).into_iter();
    lines.map(move |line| {
        let tone = if line.starts_with("hazard") { Tone::Doubtful } else { Tone::Dim };
        style.paint(tone, &line)
    })
}

/// `12 cases: 10 passed, 1 failed, 1 skipped in 3.4 s`.
fn totals(run: &RunOutcome, style: Style) -> String {
    let counts = VERDICTS.iter().map(|verdict| (verdict, run.count(*verdict)));
    let counts: Vec<_> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let cases = counted(run.cases.len(), "case");
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let tone = match run.verdict() {
        Verdict::Passed => Tone::Good,
        Verdict::Failed | Verdict::Errored => Tone::Bad,
        Verdict::Skipped => Tone::Doubtful,
    };
    let changed = base::base(run).map_or_else(String::new, |base| {
        let failures = counted(base::introduced(run), "failure");
        let count = if base::introduced(run) == 0 { "no failure".to_owned() } else { failures };
        format!("; {count} of this change since {}", base.shown())
    });
    style.paint(tone, &format!("{cases}{counts} in {}{changed}", duration(run.took)))
}

/// Names under headings, in the order in which the headings came up.
#[derive(Default)]
struct Groups<'a>(Vec<(String, Vec<&'a str>)>);

impl<'a> Groups<'a> {
    fn add(&mut self, heading: String, name: &'a str) {
        match self.0.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, names)) => names.push(name),
            None => self.0.push((heading, vec![name])),
        }
    }
}

#[cfg(test)]
mod tests;
