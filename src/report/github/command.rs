use std::path::Path;

use super::super::RepositoryPaths;
use super::super::text::counted;
use crate::place::Place;

/// GitHub shows so many errors of a step on files, so many warnings, and drops the others without a word (GitHub's
/// documentation, "Annotations limits").
const MOST: usize = 10;

/// Lines for standard output, which GitHub reads there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotations {
    /// The commands: errors before warnings, as many as GitHub shows.
    pub lines: String,
    /// A sentence about those that GitHub would not show; none where it shows all.
    pub left_out: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    Error,
    Warning,
}

/// One annotation, before anybody counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) severity: Severity,
    /// What is between the name of the command and its text.
    pub(super) properties: String,
    pub(super) text: String,
}

impl Annotations {
    pub(super) fn of(commands: &[Command]) -> Self {
        let of = |severity| commands.iter().filter(move |it| it.severity == severity);
        let shown = of(Severity::Error).take(MOST).chain(of(Severity::Warning).take(MOST));
        let count = |severity, noun| match of(severity).count() {
            more @ 11.. => Some(format!("{MOST} of {}", counted(more, noun))),
            _ => None,
        };
        let cut = [count(Severity::Error, "error"), count(Severity::Warning, "warning")];
        let cut: Vec<_> = cut.into_iter().flatten().collect();
        Self {
            lines: shown.map(Command::line).collect(),
            left_out: (!cut.is_empty())
                .then(|| format!("On the files, GitHub shows {} of a step.", cut.join(" and "))),
        }
    }
}

impl Command {
    fn line(&self) -> String {
        let kind = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("::{kind} {}::{}\n", self.properties, data(&self.text))
    }
}

/// File, place and title of an annotation.
pub(super) fn properties(
    file: Option<&Path>,
    place: Option<&Place>,
    title: &str,
    paths: &RepositoryPaths,
) -> String {
    let mut properties = Vec::new();
    if let Some(file) = file {
        properties.push(format!("file={}", property(&paths.of(file).to_string_lossy())));
    }
    if let Some(place) = place {
        let at = place.line_column();
        properties.push(format!("line={},col={}", at.line, at.column));
    }
    properties.push(format!("title={}", property(title)));
    properties.join(",")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_is_made_of_is_escaped() {
        assert_eq!(data("50 %\nmore"), "50 %25%0Amore");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }

    #[test]
    fn errors_come_first_and_what_github_drops_is_counted() {
        let command = |severity, text: usize| Command {
            severity,
            properties: "title=x".into(),
            text: text.to_string(),
        };
        let warnings = (0..3).map(|it| command(Severity::Warning, it));
        let errors = (0..12).map(|it| command(Severity::Error, it));
        let told = Annotations::of(&warnings.chain(errors).collect::<Vec<_>>());
        let lines: Vec<_> = told.lines.lines().collect();
        assert_eq!(lines.len(), 13);
        assert_eq!((lines[0], lines[9]), ("::error title=x::0", "::error title=x::9"));
        assert_eq!(lines[10], "::warning title=x::0");
        let left_out = "On the files, GitHub shows 10 of 12 errors of a step.";
        assert_eq!(told.left_out.as_deref(), Some(left_out));
    }
}
