use std::path::PathBuf;

use super::{Fall, Findings, Halted, List, Standing};
use crate::migration::MigrationId;
use crate::outcome::{Ending, Found};
use crate::plan::CasePlan;

/// What is known about the exclusion list of one case.
#[derive(Debug, Clone)]
pub struct Examination {
    /// `scenario@image/seed`.
    pub case: String,
    /// The scenario file, or the name of the folder.
    pub scenario: String,
    /// The image, or `any`.
    pub image: String,
    /// The name of the seed state.
    pub seed: String,
    /// The folder of the migrations.
    pub folder: PathBuf,
    /// The migrations of the folder within reach, in order.
    pub order: Vec<MigrationId>,
    /// The entries of the list, in the order of the migrations.
    pub entries: Vec<Entry>,
    /// The findings, or why there are none.
    pub outcome: Result<Findings, NoFindings>,
}

/// One migration that the list leaves out.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which one.
    pub migration: MigrationId,
    /// Its file.
    pub file: PathBuf,
    /// The reason that the list gives.
    pub reason: String,
}

/// Why nothing was found out.
#[derive(Debug, Clone)]
pub enum NoFindings {
    /// The case cannot run here.
    NoServer {
        /// Why.
        reason: String,
        /// Whether that is all right: the user chose the servers, or allowed to skip.
        is_skipped: bool,
    },
    /// A replay came to no answer.
    Halted(Box<Found>),
}

impl From<Halted> for NoFindings {
    fn from(Halted(found): Halted) -> Self {
        Self::Halted(found)
    }
}

impl Examination {
    /// Puts the findings beside what is known of the case.
    #[must_use]
    pub fn of(case: &CasePlan, outcome: Result<Findings, NoFindings>) -> Self {
        let head = case.head();
        let entry = |excluded: &crate::outcome::Excluded| Entry {
            migration: excluded.migration.clone(),
            file: excluded.file.clone(),
            reason: excluded.reason.clone(),
        };
        Self {
            case: head.name,
            scenario: head.scenario,
            image: head.image,
            seed: head.seed,
            folder: case.set.root.clone(),
            order: case.within_reach().iter().map(|it| it.id.clone()).collect(),
            entries: case.listed().into_iter().map(entry).collect(),
            outcome,
        }
    }

    /// The findings, if there are any.
    #[must_use]
    pub fn findings(&self) -> Option<&Findings> {
        self.outcome.as_ref().ok()
    }

    /// What falls with the list.
    #[must_use]
    pub fn falls(&self) -> &[Fall] {
        self.findings().map_or(&[], |findings| &findings.falls)
    }

    /// How an entry stands.
    #[must_use]
    pub fn standing(&self, entry: &Entry) -> &Standing {
        let standing = self.findings().and_then(|it| it.entries.get(&entry.migration));
        standing.unwrap_or(&Standing::Unknown)
    }

    /// The list with what falls with it, where that passes.
    #[must_use]
    pub fn closed(&self) -> Option<List> {
        let findings = self.findings().filter(|findings| findings.stuck.is_none())?;
        let entries = self.entries.iter().map(|entry| entry.migration.clone());
        Some(entries.chain(findings.falls.iter().map(|fall| fall.migration.clone())).collect())
    }

    /// The same in the order of the migrations.
    #[must_use]
    pub fn closed_in_order(&self) -> Option<Vec<&MigrationId>> {
        let closed = self.closed()?;
        Some(self.order.iter().filter(|id| closed.contains(*id)).collect())
    }

    /// Whatever is left out or fails.
    #[must_use]
    pub fn troubled(&self) -> List {
        let entries = self.entries.iter().map(|entry| entry.migration.clone());
        let falls = self.falls().iter().map(|fall| fall.migration.clone());
        let stuck = self.findings().and_then(|findings| findings.stuck.as_ref()?.migration.clone());
        entries.chain(falls).chain(stuck).collect()
    }

    /// How the command ends because of this case: 1 where the list is not closed, and, if that is asked for, where an entry
    /// is not needed.
    #[must_use]
    pub fn ending(&self, strictness: Strictness) -> Ending {
        match &self.outcome {
            Ok(findings) if !findings.is_closed() => Ending::MigrationFailed,
            Ok(findings) if strictness == Strictness::Strict && findings.has_unneeded() => {
                Ending::MigrationFailed
            }
            Ok(_) => Ending::AsExpected,
            Err(NoFindings::NoServer { is_skipped: true, .. }) => Ending::NothingDone,
            Err(NoFindings::NoServer { .. }) => Ending::Environment,
            Err(NoFindings::Halted(found)) => found.blame.into(),
        }
    }
}

/// Whether an entry that is not needed is a finding of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// It is told.
    Lenient,
    /// It makes the command end with 1.
    Strict,
}
