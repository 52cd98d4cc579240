use super::super::RepositoryPaths;
use super::super::facts::{self, file_of, is_tolerated, name_of};
use super::super::text::{first_line, visible};
use super::command::{Annotations, Command, Severity, properties};
use crate::check::Checked;
use crate::outcome::{CaseOutcome, Culprit, Failure, Found, RunOutcome, Standing, Verdict};
use crate::place::{Problem, Problems, Severity as Weight};
use crate::scenario::Level;

/// More culprits of one failure are in the reports.
const MOST_CULPRITS: usize = 3;

/// An error for each failure that counts, and for each case without a result; a warning for each hazard that nobody accepts,
/// but for those that only generated rows bring up, and for what should be looked at in scenarios. What was expected, and what was there before the change, is not told
/// there. The same of several cases is told once.
#[must_use]
pub fn annotations(run: &RunOutcome, paths: &RepositoryPaths) -> Annotations {
    let mut told = Told::default();
    for case in &run.cases {
        for failure in case.failures.iter().filter(|it| !is_tolerated(it)) {
            told.add(found(&failure.found, Severity::Error, paths));
        }
        if let Some(command) = without_result(run, case) {
            told.add(command);
        }
    }
    let is_told = |it: &&Failure| !is_tolerated(it) && !it.found.only_generated;
    for hazard in run.cases.iter().flat_map(|case| &case.hazards).filter(is_told) {
        told.add(found(&hazard.found, Severity::Warning, paths));
    }
    run.input.0.iter().for_each(|it| told.add(problem(it, paths)));
    Annotations::of(&told.commands())
}

/// The commands so far, and how many cases have each.
#[derive(Default)]
struct Told(Vec<(Command, usize)>);

impl Told {
    fn add(&mut self, command: Command) {
        match self.0.iter_mut().find(|(known, _)| *known == command) {
            Some((_, cases)) => *cases += 1,
            None => self.0.push((command, 1)),
        }
    }

    fn commands(self) -> Vec<Command> {
        let commands = self.0.into_iter().map(|(mut command, times)| {
            if times > 1 {
                let told = format!("\n({times} times in this run)");
                command.text.push_str(&told);
            }
            command
        });
        commands.collect()
    }
}

/// Condition, who is to blame, and the first way out.
fn found(found: &Found, severity: Severity, paths: &RepositoryPaths) -> Command {
    let mut lines = vec![first_line(&found.error.to_string())];
    lines.extend(found.error.hint.as_deref().map(first_line));
    let culprits = found.culprits.iter().take(MOST_CULPRITS);
    lines.extend(culprits.map(|it| culprit(it, paths)));
    lines.extend(found.advice.first().map(|advice| {
        let proof = if advice.proven { " (proven by a replay)" } else { "" };
        format!("help: {}{proof}", first_line(&advice.text))
    }));
    let title = format!("{}: {}", kind(found), name_of(found));
    let properties = properties(file_of(found), found.place.as_ref(), &title, paths);
    Command { severity, properties, text: lines.join("\n") }
}

/// `db/005_vector.sql:3: excluded here; would create type vector`
fn culprit(culprit: &Culprit, paths: &RepositoryPaths) -> String {
    let place = culprit.place.as_ref().map(|place| {
        let file = paths.of(place.source().path());
        format!("{}:{}: ", file.display(), place.line_column().line)
    });
    let migration = || culprit.migration.as_ref().map(|it| format!("{it} "));
    let who = place.or_else(migration).unwrap_or_default();
    format!("{}{}", visible(&who), first_line(&culprit.deed))
}

/// The cause, else the SQLSTATE.
fn kind(found: &Found) -> String {
    let state = || found.error.sqlstate.as_ref().map(ToString::to_string);
    match found.cause {
        Some(cause) if found.certain => cause.to_string(),
        Some(cause) => format!("perhaps {cause}"),
        None => state().unwrap_or_else(|| "finding".to_owned()),
    }
}

/// A case that went wrong without a failure to show: no server, say.
fn without_result(run: &RunOutcome, case: &CaseOutcome) -> Option<Command> {
    let verdict = case.final_verdict();
    let is_told = case.failures.iter().any(|it| !is_tolerated(it));
    if is_told || matches!(verdict, Verdict::Passed | Verdict::Skipped) {
        return None;
    }
    let reason = facts::reason(run, case).unwrap_or_else(|| "no reason was given".into());
    let title = format!("title={verdict}");
    Some(Command { severity: Severity::Error, properties: title, text: visible(&reason) })
}

/// The same for what `check` tells: a line for each finding that is neither declared as known nor there before the base.
#[must_use]
pub fn check_annotations(checked: &Checked, paths: &RepositoryPaths) -> Annotations {
    let told = checked.findings.iter().filter(|told| !told.is_known);
    let told = told.filter(|told| told.finding.standing != Standing::Before);
    let commands = told.map(|told| {
        let finding = &told.finding;
        let is_error = finding.level == Level::Error;
        Command {
            severity: if is_error { Severity::Error } else { Severity::Warning },
            properties: properties(
                finding.file(),
                finding.place.as_ref(),
                finding.rule.name(),
                paths,
            ),
            text: with_help(&finding.message, finding.help.as_deref()),
        }
    });
    Annotations::of(&commands.collect::<Vec<_>>())
}

/// The same for what is wrong with the input of a run: a line for each problem.
#[must_use]
pub fn problem_annotations(problems: &Problems, paths: &RepositoryPaths) -> Annotations {
    let commands = problems.0.iter().map(|it| problem(it, paths));
    Annotations::of(&commands.collect::<Vec<_>>())
}

fn problem(problem: &Problem, paths: &RepositoryPaths) -> Command {
    let (severity, title) = match problem.severity {
        Weight::Error => (Severity::Error, "migration-replay cannot run"),
        Weight::Warning => (Severity::Warning, "migration-replay"),
    };
    let title = problem.rule.unwrap_or(title);
    Command {
        severity,
        properties: properties(problem.file(), problem.place.as_ref(), title, paths),
        text: with_help(&problem.message, problem.help.as_deref()),
    }
}

fn with_help(message: &str, help: Option<&str>) -> String {
    let help = help.map(|help| format!("\n{}", visible(help))).unwrap_or_default();
    format!("{}{help}", visible(message))
}

#[cfg(test)]
mod tests;
