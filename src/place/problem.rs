use std::path::{Path, PathBuf};

use super::Place;

/// Whether a problem stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is run until it is mended.
    Error,
    /// Told, and the run goes on.
    Warning,
}

/// Something wrong with what the user gave: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether the run can go on.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop, in lower case.
    pub message: String,
    /// The place in the text, where there is one.
    pub place: Option<Place>,
    /// A few words to put under the caret.
    pub label: Option<String>,
    /// The file or folder, where there is no text to point into.
    pub path: Option<PathBuf>,
    /// What to do, with an example of what is right.
    pub help: Option<String>,
    /// The rule of `check` that it breaks, by its name, where it is one of these.
    pub rule: Option<&'static str>,
}

impl Problem {
    /// An error that says what is wrong.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place: None,
            label: None,
            path: None,
            help: None,
            rule: None,
        }
    }

    /// A warning: told, and the run goes on.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Points at a place in a text.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Points at a place where there may be none (a setting that came from a flag, say).
    #[must_use]
    pub fn at_some(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Adds the words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Names a file or folder that has no text to point into.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says which rule of `check` it breaks.
    #[must_use]
    pub fn of_rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The file or folder that it is about, where it is about one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        let of_place = self.place.as_ref().map(|place| place.source().path());
        of_place.or(self.path.as_deref())
    }
}

impl std::fmt::Display for Problem {
    /// One line: place, message, and what to do. `report` renders the same with the source line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.place, &self.path) {
            (Some(place), _) => write!(f, "{place}: ")?,
            (None, Some(path)) => write!(f, "{}: ", path.display())?,
            (None, None) => {}
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// Everything that was found wrong: a list that is told at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Whether one of them stops the run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Takes out those that break a rule of `check`.
    #[must_use]
    pub fn take_of(&mut self, rule: &str) -> Self {
        let all = std::mem::take(&mut self.0);
        let (of, others) = all.into_iter().partition(|problem| problem.rule == Some(rule));
        self.0 = others;
        Self(of)
    }

    /// Puts problems of one text into the order of their places.
    pub fn sort(&mut self) {
        self.0.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span().start));
    }

    /// Adds what is not there yet: several cases of a scenario find the same.
    pub fn append_new(&mut self, other: Self) {
        for problem in other.0 {
            if !self.0.contains(&problem) {
                self.push(problem);
            }
        }
    }

    /// Takes all of another list.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
