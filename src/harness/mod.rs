//! The library's front door: from scenario files to an outcome.
//!
//! ```no_run
//! # async fn example() -> Result<(), migration_replay::place::Problems> {
//! use migration_replay::harness::Harness;
//!
//! let outcome = Harness::new().run_files(&["scenarios/plugins-existing.toml".into()]).await?;
//! assert_eq!(outcome.ending().code(), 0);
//! # Ok(())
//! # }
//! ```

mod base;
mod bundle;
mod check;
mod doctor;
mod exclusions;
mod flags;
mod folder;
mod histories;
mod in_repository;
mod init;
mod lists;
mod lock;
mod merge;
mod named_in;
mod numbering;
mod prepare;
mod qualify;
mod reproduce;
mod retire;
mod shards;
mod staged;
mod status;
mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use crate::outcome::{Event, RunOutcome};
use crate::place::Problems;
use crate::plan::CasePlan;
use crate::postgres::{BackendChoice, KnownImages, Supply, sweep};
use crate::replay::{
    BaselineEnd, BaselineRequest, EventSink, Keeping, Looking, Reached, RunSettings, Upgrades,
    baseline, reach, run,
};
use crate::verify::Past;

pub use crate::source::Renamed;
pub use base::{BaseRequest, Paired, commit_of, pair_with_base};
pub use check::{CheckRequest, check, now, today};
pub use doctor::Checkup;
pub use exclusions::Wishes;
pub use flags::FlagScenario;
pub use histories::{Histories, Replayed, histories};
pub use in_repository::repository_paths;
pub use init::{
    CiFile, CiRequest, FirstScenario, HookEnd, Init, InitRequest, init, install_hook, remove_hook,
    write_ci,
};
pub use lists::read_exclusion_lists;
pub use lock::{Conflicts, LockFile, locks};
pub use merge::merge;
pub use named_in::NamedIn;
pub use numbering::{Numbered, RenumberPlan, carry_out, new_migration, plan_renumbering};
pub use prepare::{Prepared, prepare_files, prepare_flags};
pub use qualify::{Qualification, QualifyRequest, prepare_qualification};
pub use reproduce::ReproRequest;
pub use retire::{Refused, RetireRequest, Retired};
pub use shards::{Earlier, earlier, listed, take_shard};
pub use staged::{Staged, staged};
pub use status::{HistoryFrom, StatusError};
pub use verify::{Depth, VerifyRequest};

/// What is being done, boxed: the code behind it is compiled once, with this library, and not again in each program that waits
/// for it.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs scenarios. Made with the defaults of the command line; change what should differ.
#[derive(Debug, Clone)]
pub struct Harness {
    /// Which servers to use.
    pub backend: BackendChoice,
    /// Where local binaries are, if not in the usual places.
    pub pg_bin: Option<PathBuf>,
    /// Only cases whose name contains this text.
    pub filter: Option<String>,
    /// How the run is carried out.
    pub settings: RunSettings,
    /// Environment variables that scenarios may name.
    pub environment: BTreeMap<String, String>,
}

impl Default for Harness {
    fn default() -> Self {
        Self::new()
    }
}

impl Harness {
    /// Containers where Docker answers, else local binaries; one case per processor at once.
    #[must_use]
    pub fn new() -> Self {
        let jobs = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            backend: BackendChoice::Auto,
            pg_bin: None,
            filter: None,
            settings: RunSettings {
                jobs,
                allow_commands: false,
                allow_skip: false,
                allow_server_objects: false,
                keeping: Keeping::default(),
                past: Past::Forgiven,
                commit: None,
                upgrades: Upgrades::Untold,
            },
            environment: std::env::vars().collect(),
        }
    }

    /// Reads and plans scenario files and folders, then runs their cases.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the scenarios; then no server is started.
    pub async fn run_files(&self, paths: &[PathBuf]) -> Result<RunOutcome, Problems> {
        let prepared = prepare_files(paths, &self.environment)?;
        let ignore: EventSink = Arc::new(|_: Event| {});
        let cases = self.select(prepared.cases);
        let never = Box::pin(std::future::pending());
        Ok(self.run_cases(cases, prepared.images, ignore, never).await)
    }

    /// The cases that the filter lets through, each with the command that runs it again.
    #[must_use]
    pub fn select(&self, cases: Vec<CasePlan>) -> Vec<CasePlan> {
        let is_wanted =
            |case: &CasePlan| self.filter.as_ref().is_none_or(|filter| case.name.contains(filter));
        let mut cases: Vec<_> = cases.into_iter().filter(is_wanted).collect();
        for case in &mut cases {
            case.reproduce.push_str(&self.flags_to_reproduce());
        }
        cases
    }

    /// The flags that make a difference to a case. A URL holds a password, so it is not shown.
    fn flags_to_reproduce(&self) -> String {
        let mut flags = match &self.backend {
            BackendChoice::Auto => String::new(),
            BackendChoice::Container => " --backend container".to_owned(),
            BackendChoice::Local => " --backend local".to_owned(),
            BackendChoice::Url(_) => " --backend \"$DATABASE_URL\"".to_owned(),
        };
        if self.settings.allow_commands {
            flags.push_str(" --allow-commands");
        }
        if self.settings.allow_server_objects {
            flags.push_str(" --allow-server-objects");
        }
        flags
    }

    /// The kind of servers in a word: runs on another kind may come to something else.
    #[must_use]
    pub fn servers(&self) -> String {
        match &self.backend {
            BackendChoice::Auto => "auto".to_owned(),
            BackendChoice::Container => "container".to_owned(),
            BackendChoice::Local => format!("local {:?}", self.pg_bin),
            BackendChoice::Url(_) => "url".to_owned(),
        }
    }

    /// Runs planned cases, tells each event, and returns their sum. What dead runs left is swept
    /// first. When `interrupt` resolves the run is broken off with that reason.
    pub fn run_cases<'a>(
        &'a self,
        cases: Vec<CasePlan>,
        images: KnownImages,
        listener: EventSink,
        interrupt: Doing<'a, String>,
    ) -> Doing<'a, RunOutcome> {
        Box::pin(async move {
            sweep(&self.backend).await;
            let outcome = Arc::new(Mutex::new(RunOutcome::default()));
            let sum = outcome.clone();
            let sink: EventSink = Arc::new(move |event: Event| {
                sum.lock().unwrap_or_else(PoisonError::into_inner).add(&event);
                listener(event);
            });
            let supply = Supply::new(self.backend.clone(), self.pg_bin.clone(), images);
            run(cases, supply, self.settings.clone(), sink, interrupt).await;
            let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
            outcome.clone()
        })
    }

    /// Makes a baseline of one planned case and proves it, and tells each event. What dead runs left is swept first.
    pub fn baseline<'a>(
        &'a self,
        request: BaselineRequest,
        images: KnownImages,
        listener: EventSink,
        interrupt: Doing<'a, String>,
    ) -> Doing<'a, BaselineEnd> {
        Box::pin(async move {
            sweep(&self.backend).await;
            let supply = Supply::new(self.backend.clone(), self.pg_bin.clone(), images);
            baseline(request, supply, self.settings.clone(), listener, interrupt).await
        })
    }

    /// Replays one planned case for its schema, and tells each event. What dead runs left is swept first.
    pub fn reach<'a>(
        &'a self,
        case: CasePlan,
        images: KnownImages,
        looking: Looking,
        listener: EventSink,
        interrupt: Doing<'a, String>,
    ) -> Doing<'a, Reached> {
        Box::pin(async move {
            sweep(&self.backend).await;
            let supply = Supply::new(self.backend.clone(), self.pg_bin.clone(), images);
            reach(case, supply, self.settings.clone(), looking, listener, interrupt).await
        })
    }
}
