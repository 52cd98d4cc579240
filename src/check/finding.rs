use std::path::{Path, PathBuf};

use crate::migration::{Migration, MigrationId};
use crate::outcome::Standing;
use crate::place::{Place, Problem};
use crate::scenario::{Level, Rule};

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How much it matters; never [`Level::Off`].
    pub level: Level,
    /// What is wrong, in one sentence without a full stop, in lower case.
    pub message: String,
    /// The place in the file, where there is one.
    pub place: Option<Place>,
    /// A few words to put under the caret.
    pub label: Option<String>,
    /// The file or folder, where there is no place in a text.
    pub path: Option<PathBuf>,
    /// What to do.
    pub help: Option<String>,
    /// More lines for people: what is different, for instance.
    pub details: Vec<String>,
    /// Other files that have a part in it.
    pub related: Vec<Related>,
    /// The migrations whose files would have to be changed.
    pub about: Vec<MigrationId>,
    /// Whether this change brought it, as far as a base tells.
    pub standing: Standing,
}

/// Another file that has a part in a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub path: PathBuf,
    /// The place in it, where there is one.
    pub place: Option<Place>,
    /// What it has to do with it, in a few words.
    pub says: String,
    /// Whether it is worth saying which commit brought the file.
    pub is_asked_of_git: bool,
}

impl Finding {
    /// A finding of a rule; the level is set when it is judged.
    pub(super) fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            level: Level::Error,
            message: message.into(),
            place: None,
            label: None,
            path: None,
            help: None,
            details: Vec::new(),
            related: Vec::new(),
            about: Vec::new(),
            standing: Standing::Unknown,
        }
    }

    /// What a layout, or whoever read a file, found wrong.
    #[must_use]
    pub fn of_problem(rule: Rule, problem: &Problem) -> Self {
        let rule = problem.rule.and_then(Rule::from_name).unwrap_or(rule);
        Self {
            place: problem.place.clone(),
            label: problem.label.clone(),
            path: problem.path.clone(),
            help: problem.help.clone(),
            ..Self::new(rule, problem.message.clone())
        }
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Points at the rest of the line that a place begins on, where it is only a point.
    pub(super) fn at_line(self, place: &Place) -> Self {
        let span = place.span();
        let rest = &place.source().text()[span.start..];
        let end = span.start + rest.find('\n').unwrap_or(rest.len());
        self.at(place.source().place(span.start..end.max(span.end)))
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(super) fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says whose file would have to be changed.
    pub(super) fn about(mut self, migration: &Migration) -> Self {
        self.about.push(migration.id.clone());
        self
    }

    pub(super) fn with(mut self, related: Related) -> Self {
        self.related.push(related);
        self
    }

    /// The file that it is about.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        let of_place = self.place.as_ref().map(|place| place.source().path());
        of_place.or(self.path.as_deref())
    }

    /// Whether it is the same as another one, whoever declared what about it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (self.rule, &self.message, &self.place, &self.path)
            == (other.rule, &other.message, &other.place, &other.path)
    }
}

impl Related {
    /// A file that git may know more about.
    pub(super) fn file(migration: &Migration, says: impl Into<String>) -> Self {
        let path = migration.up.source().path().to_owned();
        Self { path, place: None, says: says.into(), is_asked_of_git: true }
    }

    /// A place in a file.
    pub(super) fn place(place: &Place, says: impl Into<String>) -> Self {
        Self {
            path: place.source().path().to_owned(),
            place: Some(place.clone()),
            says: says.into(),
            is_asked_of_git: false,
        }
    }
}
