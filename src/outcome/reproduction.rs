use std::path::PathBuf;

use super::{CaseOutcome, Failure, Kept, RunOutcome};

/// What came of showing a failure once more: the database just before it, for somebody to look at.
#[derive(Debug, Clone, Default)]
pub struct Reproduction {
    /// The run that tells how the case ends; where the user said where to stop, the run up to there.
    pub run: RunOutcome,
    /// The first failure that nobody expected.
    pub failure: Option<Failure>,
    /// The database that stays.
    pub kept: Option<Kept>,
    /// The file with what is left to run.
    pub statement: Option<PathBuf>,
    /// Everything in one file, where that was asked for.
    pub bundle: Option<PathBuf>,
    /// What was asked for and could not be done.
    pub trouble: Vec<String>,
}

impl Reproduction {
    /// The case.
    #[must_use]
    pub fn case(&self) -> Option<&CaseOutcome> {
        self.run.cases.first()
    }
}
