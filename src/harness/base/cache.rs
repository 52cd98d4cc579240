use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::known::CameTo;
use crate::migration::Checksum;
use crate::outcome::{
    Blame, CaseOutcome, Failure, KnownCase, KnownFailure, Origin, Phase, Relation, RunOutcome,
    Standing, Verdict,
};
use crate::plan::{CasePlan, There};
use crate::scenario::Cause;

/// How long a result is kept that nobody asks for.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// What earlier runs found, by everything that it depends on: one file each in the user's folder for caches (XDG Base Directory
/// Specification).
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    servers: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    commit: Option<String>,
    #[serde(flatten)]
    came_to: CameTo,
}

impl Cache {
    /// The cache of this user; `None` where there is no place for one.
    pub(super) fn of_this_user(servers: &str) -> Option<Self> {
        let variable = |name| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
        let folder = variable("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| Some(variable("HOME")?.join(".cache")))?;
        Some(Self { folder: folder.join("migration-replay/base"), servers: servers.to_owned() })
    }

    pub(super) fn read(&self, key: &str) -> Option<KnownCase> {
        let path = self.path(key);
        let entry: Entry = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
        if let Ok(file) = std::fs::File::open(&path) {
            // One that cannot be touched is forgotten earlier.
            let _touched = file.set_modified(SystemTime::now());
        }
        entry.came_to.known(entry.commit, Origin::Cache)
    }

    /// Keeps what the cases of a run came to, and what was found of them at the base.
    pub(super) fn remember(&self, cases: &[CasePlan], outcome: &RunOutcome) {
        if outcome.broken_off.is_some() || std::fs::create_dir_all(&self.folder).is_err() {
            return;
        }
        for (case, came) in cases.iter().zip(&outcome.cases) {
            let Some(comparison) = &came.comparison else { continue };
            let plan = match case.against.as_ref().map(|against| &against.there) {
                Some(There::Other(other)) => Some(&other.plan),
                _ => None,
            };
            if let (Some(plan), Some(known)) = (plan, &comparison.there) {
                self.write(plan, known);
            }
            if let Some(known) = here(case, came) {
                self.write(case, &known);
            }
        }
        self.forget_old();
    }

    fn write(&self, case: &CasePlan, known: &KnownCase) {
        let Some(key) = case.inputs_key() else { return };
        let entry = Entry { commit: known.commit.clone(), came_to: CameTo::of(known) };
        let path = self.path(&key);
        let write = || -> std::io::Result<()> {
            let file = NamedTempFile::new_in(&self.folder)?;
            serde_json::to_writer(&file, &entry)?;
            file.persist(&path)?;
            Ok(())
        };
        // What is not kept is found again.
        let _written = write();
    }

    fn path(&self, key: &str) -> PathBuf {
        let name = Checksum::of(format!("{key} {}", self.servers).as_bytes());
        self.folder.join(format!("{name}.json"))
    }

    fn forget_old(&self) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let is_old = |path: &Path| {
            let changed = std::fs::metadata(path).and_then(|about| about.modified());
            let age = changed.ok().and_then(|changed| changed.elapsed().ok());
            age.is_some_and(|age| age > KEPT)
        };
        for path in entries.map(|entry| entry.path()).filter(|path| is_old(path)) {
            // Another run may have been faster.
            let _removed = std::fs::remove_file(path);
        }
    }
}

/// What a case came to here; `None` where something was left out of it, was not told, or was known before.
fn here(plan: &CasePlan, came: &CaseOutcome) -> Option<KnownCase> {
    let comparison = came.comparison.as_ref()?;
    let was_run = !matches!(comparison.relation, Relation::Known(_));
    let is_told = matches!(came.final_verdict(), Verdict::Passed | Verdict::Failed);
    let is_whole = came.head.excluded.len() == plan.excluded.len();
    let is_of_the_change = |it: &&Failure| it.standing == Standing::Introduced;
    let open = came.failures.iter().filter(|it| !it.expected);
    // Behind what failed before, changed migrations are told that nobody reached.
    let is_hidden = matches!(comparison.relation, Relation::Changed(_) | Relation::Nowhere(_))
        && open.clone().any(|it| it.standing == Standing::Before && it.found.phase <= Phase::Apply)
        && open.clone().any(|it| is_of_the_change(&it));
    let is_environment = open.clone().any(|it| it.found.blame != Blame::Migration);
    // Where nothing is older than the replay, it is judged because this base does not have it.
    let is_of_rows =
        |it: &Failure| it.found.cause == Some(Cause::DataLost) || it.found.only_generated;
    let is_judged_as_new =
        plan.seed.begins_empty() && open.clone().any(|it| is_of_the_change(&it) && is_of_rows(it));
    if is_judged_as_new || !was_run || !is_told || !is_whole || is_hidden || is_environment {
        return None;
    }
    let failures: Vec<_> = open.map(|it| KnownFailure::of(&it.found)).collect();
    let verdict = if failures.is_empty() { Verdict::Passed } else { Verdict::Failed };
    let commit = match comparison.relation {
        Relation::Same => Some(comparison.base.commit.clone()),
        _ => None,
    };
    Some(KnownCase { verdict, failures, commit, origin: Origin::Cache })
}
