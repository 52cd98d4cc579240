use std::cell::Cell;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::migration::MigrationId;
use crate::outcome::{Base, Identity, KnownCase, KnownFailure, Origin, Phase, Verdict, short};
use crate::place::Problem;
use crate::source::read_text;

/// A JSON report, as far as it says what cases come to (`docs/running.md`, "The JSON report").
#[derive(Debug)]
pub(super) struct Known {
    path: PathBuf,
    report: Report,
    was_of_use: Cell<bool>,
}

#[derive(Debug, Deserialize)]
struct Report {
    version: u32,
    #[serde(default)]
    commit: Option<String>,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    #[serde(default)]
    inputs: Option<String>,
    #[serde(flatten)]
    came_to: CameTo,
}

/// What a case came to, in reports and in the cache.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CameTo {
    verdict: String,
    failures: Vec<Failure>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Failure {
    pass: String,
    migration: Option<String>,
    #[serde(default)]
    sqlstate: Option<String>,
    #[serde(default)]
    cause: Option<String>,
    message: String,
    #[serde(default)]
    expected: bool,
    #[serde(default)]
    about: Vec<String>,
}

impl Known {
    pub(super) fn read(path: &Path) -> Result<Self, Problem> {
        let text = read_text(path)?;
        let wrong = |why: String| {
            let help = "give the file that a run at the base wrote with --json";
            Problem::error(format!("this is no JSON report: {why}")).path(path).help(help)
        };
        let report: Report =
            serde_json::from_str(text.text()).map_err(|error| wrong(error.to_string()))?;
        if report.version != 1 {
            return Err(wrong(format!("it has version {}, and 1 is known", report.version)));
        }
        Ok(Self { path: path.to_owned(), report, was_of_use: Cell::new(false) })
    }

    /// What the report says of a case that was run on the same files.
    pub(super) fn of(&self, name: &str, key: &str) -> Option<KnownCase> {
        let is_it = |case: &&Case| case.name == name && case.inputs.as_deref() == Some(key);
        let case = self.report.cases.iter().find(is_it)?;
        let commit = self.report.commit.clone();
        let known = case.came_to.known(commit, Origin::Report(self.path.clone()))?;
        self.was_of_use.set(true);
        Some(known)
    }

    pub(super) fn was_of_use(&self) -> bool {
        self.was_of_use.get()
    }

    /// Says that a report tells nothing about the base.
    pub(super) fn is_of_another(&self, base: &Base) -> Problem {
        let of = self
            .report
            .commit
            .as_deref()
            .map_or_else(|| "files that it does not name".to_owned(), short);
        let message = format!(
            "this report of {of} says nothing of the cases as they are at {}: the base is replayed",
            base.shown()
        );
        Problem::warning(message).path(&self.path).help("give the report of a run at that commit")
    }
}

impl CameTo {
    pub(super) fn of(known: &KnownCase) -> Self {
        let failures = known.failures.iter().map(|it| Failure {
            pass: it.identity.phase.name().to_owned(),
            migration: it.identity.migration.as_ref().map(ToString::to_string),
            sqlstate: None,
            cause: Some(it.identity.kind.clone()).filter(|kind| !kind.is_empty()),
            message: it.message.clone(),
            expected: false,
            about: it.identity.objects.iter().cloned().collect(),
        });
        Self { verdict: known.verdict.name().to_owned(), failures: failures.collect() }
    }

    /// What could not be told there is not known.
    pub(super) fn known(&self, commit: Option<String>, origin: Origin) -> Option<KnownCase> {
        let verdict = Verdict::from_name(&self.verdict)?;
        if !matches!(verdict, Verdict::Passed | Verdict::Failed) {
            return None;
        }
        let open = self.failures.iter().filter(|it| !it.expected);
        let failures = open.map(Failure::known).collect::<Option<Vec<_>>>()?;
        // Failures that were there before that base fail here no less.
        let verdict = if failures.is_empty() { verdict } else { Verdict::Failed };
        Some(KnownCase { verdict, failures, commit, origin })
    }
}

impl Failure {
    fn known(&self) -> Option<KnownFailure> {
        let kind = self.sqlstate.clone().or_else(|| self.cause.clone()).unwrap_or_default();
        let identity = Identity {
            phase: Phase::from_name(&self.pass)?,
            migration: self.migration.as_ref().map(MigrationId::new),
            kind,
            objects: self.about.iter().cloned().collect(),
        };
        Some(KnownFailure { identity, message: self.message.clone() })
    }
}
