use std::path::PathBuf;

use super::{KnownFailure, Verdict};

/// What is known of a case at the base without a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// How it ended there.
    pub verdict: Verdict,
    /// What failed there, and was not expected.
    pub failures: Vec<KnownFailure>,
    /// The commit that it was run at, where that was told.
    pub commit: Option<String>,
    /// Who says so.
    pub origin: Origin,
}

/// Who knows what a case comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A JSON report of an earlier run.
    Report(PathBuf),
    /// What earlier runs on this machine have left.
    Cache,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Report(path) => write!(f, "the report {}", path.display()),
            Self::Cache => f.write_str("an earlier run here"),
        }
    }
}

/// The base of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// As it was named: `origin/main`.
    pub name: String,
    /// The commit where this branch left it.
    pub commit: String,
}

impl Base {
    /// The base as people see it: `origin/main (1a2b3c4d5e)`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{} ({})", self.name, short(&self.commit))
    }
}

/// A commit as people write it; that files are not as it has them stays said.
#[must_use]
pub fn short(commit: &str) -> String {
    match commit.split_once('-') {
        Some((commit, mark)) => format!("{}-{mark}", commit.get(..10).unwrap_or(commit)),
        None => commit.get(..10).unwrap_or(commit).to_owned(),
    }
}

/// What comparing a case with the base came to.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The base.
    pub base: Base,
    /// How the case stands to itself at the base.
    pub relation: Relation,
    /// What failed at the base, and does not fail here.
    pub fixed: Vec<KnownFailure>,
    /// What a replay of the base came to, where one was made that nothing was left out of.
    pub there: Option<KnownCase>,
}

/// How a case stands to itself at the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// Nothing that makes a difference has changed; it was run once for both.
    Same,
    /// Nothing has changed, and who says what it comes to; it was not run.
    Known(Origin),
    /// Something has changed; this many migrations are new or other ones.
    Changed(usize),
    /// The base has no such case, for this reason.
    Nowhere(String),
}
