//! Failures as GitHub shows them on the files of a pull request (GitHub's documentation, "Workflow commands": `::error`).

use std::path::Path;

use super::facts::{file_of, in_short, is_tolerated, subject};
use super::text::first_line;
use crate::check::Checked;
use crate::outcome::{Failure, RunOutcome, Standing};
use crate::place::Place;
use crate::scenario::Level;

/// A line for each failure that counts; the same failure of several cases is told once. `root` is the folder that paths in the
/// repository begin at.
#[must_use]
pub fn annotations(run: &RunOutcome, root: &Path) -> String {
    let failures = run.cases.iter().flat_map(|case| &case.failures);
    let mut lines: Vec<_> =
        failures.filter(|it| !is_tolerated(it)).map(|it| annotation(it, root)).collect();
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    lines.concat()
}

fn annotation(failure: &Failure, root: &Path) -> String {
    let found = &failure.found;
    let properties = properties(file_of(found), found.place.as_ref(), &subject(found), root);
    let message = match &found.error.hint {
        Some(hint) => format!("{}\n{hint}", found.error),
        None => format!("{}\n{}", first_line(&found.error.to_string()), in_short(found)),
    };
    format!("::error {properties}::{}\n", data(&message))
}

fn properties(file: Option<&Path>, place: Option<&Place>, title: &str, root: &Path) -> String {
    let mut properties = Vec::new();
    if let Some(file) = file {
        let file = file.strip_prefix(root).unwrap_or(file);
        properties.push(format!("file={}", property(&file.to_string_lossy())));
    }
    if let Some(place) = place {
        let at = place.line_column();
        properties.push(format!("line={},col={}", at.line, at.column));
    }
    properties.push(format!("title={}", property(title)));
    properties.join(",")
}

/// The same for what `check` tells: a line for each finding that no scenario declares as known.
#[must_use]
pub fn check_annotations(checked: &Checked, root: &Path) -> String {
    let told = checked.findings.iter().filter(|told| !told.is_known);
    let told = told.filter(|told| told.finding.standing != Standing::Before);
    let lines = told.map(|told| {
        let finding = &told.finding;
        let title = finding.rule.name();
        let properties = properties(finding.file(), finding.place.as_ref(), title, root);
        let kind = if finding.level == Level::Error { "error" } else { "warning" };
        let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        let message = data(&format!("{}{help}", finding.message));
        format!("::{kind} {properties}::{message}\n")
    });
    lines.collect::<Vec<_>>().concat()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::samples::failed_run;
    use super::*;

    #[test]
    fn a_failure_is_shown_at_its_place_in_its_file() {
        let text = annotations(&failed_run(), Path::new("migrations"));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("::error file=008_plugins.sql,line="), "{text}");
        assert!(text.contains(",title=apply 008_plugins.sql::"), "{text}");
    }

    #[test]
    fn what_a_command_is_made_of_is_escaped() {
        assert_eq!(data("50 %\nmore"), "50 %25%0Amore");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
