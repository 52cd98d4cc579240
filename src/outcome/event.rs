use std::time::{Duration, SystemTime};

use super::{
    Comparison, Coverage, Excluded, Failure, Found, Kept, Lack, Phase, SchemaChange, Step, Verdict,
};
use crate::migration::MigrationId;

/// A case's position in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(pub usize);

/// What is known of a case before it runs.
#[derive(Debug, Clone)]
pub struct CaseHead {
    /// `scenario@image/seed`.
    pub name: String,
    /// The scenario file, or how the flags were given.
    pub scenario: String,
    /// The image asked for, or `any`.
    pub image: String,
    /// The seed's name.
    pub seed: String,
    /// Migrations that the apply pass may run.
    pub migrations: usize,
    /// What is left out, and why.
    pub excluded: Vec<Excluded>,
    /// How its folder of migrations was read: `goose`.
    pub layout: &'static str,
    /// Identifies everything that makes a difference to what it comes to; `None` where it runs programs of the user's.
    pub inputs: Option<String>,
}

/// Something that happened during a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run begins; every case is known.
    RunStarted {
        /// Wall clock, for reports.
        at: SystemTime,
        /// The commit that is run, where there is one.
        commit: Option<String>,
        /// All cases, in order; a [`CaseId`] is a position in this list.
        cases: Vec<CaseHead>,
    },
    /// Something everybody should know that fails nothing.
    Warning {
        /// A sentence.
        text: String,
    },
    /// A server is being started.
    ServerStarting {
        /// Such as `postgres:17 (container)`.
        server: String,
    },
    /// A server answers.
    ServerReady {
        /// Such as `postgres:17 (container)`.
        server: String,
        /// From the decision to start it to the first answer.
        took: Duration,
    },
    /// A case begins on a server.
    CaseStarted {
        /// Which case.
        case: CaseId,
        /// `container`, `local` or `url`.
        backend: &'static str,
        /// As the server gives it.
        server_version: String,
    },
    /// A case will lack something, which is known before its first statement.
    Lacking {
        /// Which case.
        case: CaseId,
        /// What its server has not.
        lacks: Vec<Lack>,
    },
    /// A case is now doing this.
    Working {
        /// Which case.
        case: CaseId,
        /// In which phase.
        phase: Phase,
        /// On which migration or file.
        what: Option<MigrationId>,
    },
    /// A case failed, and is being explained.
    Investigating {
        /// Which case.
        case: CaseId,
        /// What is being done.
        what: String,
    },
    /// A failure's cause is known; ways out of it are still to be tried.
    Explained {
        /// Which case.
        case: CaseId,
        /// What is known of it.
        found: Box<Found>,
    },
    /// A case did something that is counted and reported.
    StepFinished {
        /// Which case.
        case: CaseId,
        /// What.
        step: Step,
    },
    /// Something is wrong (perhaps as expected).
    FailureFound {
        /// Which case.
        case: CaseId,
        /// What.
        failure: Box<Failure>,
    },
    /// Something that fails nothing and is worth knowing before production meets it.
    HazardFound {
        /// Which case.
        case: CaseId,
        /// The hazard, in the shape of a failure.
        hazard: Box<Failure>,
    },
    /// Tables got generated rows: how many of all so far.
    RowsGenerated {
        /// Which case.
        case: CaseId,
        /// How many.
        coverage: Coverage,
    },
    /// The pending migrations of a populated seed ran to their end, and this is what became of its schema. Told only where it
    /// was asked for.
    Upgraded {
        /// Which case.
        case: CaseId,
        /// Every object that is not as it was.
        changes: Vec<SchemaChange>,
    },
    /// The database of a case stays after the run.
    DatabaseKept {
        /// Which case.
        case: CaseId,
        /// Where it is, and how to get there.
        kept: Box<Kept>,
    },
    /// More is left out of a case than its scenario says.
    LeftOut {
        /// Which case.
        case: CaseId,
        /// What, and why.
        excluded: Vec<Excluded>,
    },
    /// A case was compared with itself at the base.
    Compared {
        /// Which case.
        case: CaseId,
        /// What came of it.
        comparison: Box<Comparison>,
    },
    /// A case is to be run again from its beginning: what it reported so far does not count.
    CaseRestarted {
        /// Which case.
        case: CaseId,
        /// Why.
        reason: String,
    },
    /// A case is over.
    CaseFinished {
        /// Which case.
        case: CaseId,
        /// Its verdict.
        verdict: Verdict,
        /// Why, for a case that did not run.
        reason: Option<String>,
        /// From its first work to its last.
        took: Duration,
    },
    /// The run is over, or was broken off.
    RunFinished {
        /// From start to end.
        took: Duration,
        /// Why it was broken off.
        broken_off: Option<String>,
    },
}
