use std::path::PathBuf;
use std::sync::Arc;

use super::check::{plan_folder, plan_scenario, today};
use crate::check::{Calendar, Finding, Lock, Subject, only};
use crate::lineage::Readings;
use crate::migration::MigrationSet;
use crate::place::Problems;
use crate::scenario::{Level, Rule, Scenario};
use crate::source::{Checkable, Given, checkable, lock_path, lock_text, retired};

/// The lock of one folder.
#[derive(Debug)]
pub struct LockFile {
    /// Where it is, beside the folder.
    pub path: PathBuf,
    /// The folder.
    pub folder: PathBuf,
    /// What it should say.
    pub lock: Lock,
    /// What the file says now; `None` where there is none, or it cannot be read.
    pub before: Option<Lock>,
    /// Whether the file says exactly that.
    pub is_current: bool,
    /// How the folder differs from the file, as `check` tells it.
    pub findings: Vec<Finding>,
}

/// What becomes of the marks of a conflict in a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// They are an error.
    Refused,
    /// They are passed over: what both sides recorded counts.
    Resolved,
}

/// Holds the folders that paths mean against their locks.
///
/// # Errors
///
/// Everything that cannot be read.
pub fn locks(
    paths: &[PathBuf],
    layout: Option<&String>,
    conflicts: Conflicts,
) -> Result<Vec<LockFile>, Problems> {
    let mut problems = Problems::default();
    let mut files: Vec<LockFile> = Vec::new();
    for one in checkable(paths)? {
        let read = read_one(&one, layout)
            .and_then(|(set, scenario)| lock_file(&set, &scenario, conflicts));
        match read {
            Ok(file) if files.iter().any(|known| known.path == file.path) => {}
            Ok(file) => files.push(file),
            Err(wrong) => problems.append(wrong),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(files) }
}

fn read_one(
    one: &Checkable,
    layout: Option<&String>,
) -> Result<(Arc<MigrationSet>, Arc<Scenario>), Problems> {
    let cases = match one {
        Checkable::Folder(folder) => plan_folder(folder, layout, Given::default())?,
        Checkable::Scenario(file) => plan_scenario(file, Given::default())?,
    };
    cases
        .first()
        .map(|case| (case.set.clone(), case.scenario.clone()))
        .ok_or_else(Problems::default)
}

fn lock_file(
    set: &MigrationSet,
    scenario: &Scenario,
    conflicts: Conflicts,
) -> Result<LockFile, Problems> {
    let path = lock_path(&set.root);
    let retired = retired(set);
    let lock = Lock::of(set, &retired);
    let text = lock_text(&set.root)?;
    let before = match (&text, conflicts) {
        (None, _) => None,
        (Some(text), Conflicts::Refused) => Some(Lock::parse(text)?),
        (Some(text), Conflicts::Resolved) => Some(Lock::merged(text)),
    };
    let is_current = text.is_some_and(|text| text.text() == lock.render());
    let readings = Readings::lean();
    let mut subject = Subject::new(set, scenario, &readings, Calendar::of(today()));
    subject.retired = retired;
    subject.lock = before.clone().map(|lock| (path.clone(), lock));
    let mut findings = only(&subject, &[Rule::AppliedChanged, Rule::NotRecorded]);
    for finding in &mut findings {
        finding.level = Level::Error;
    }
    Ok(LockFile { path, folder: set.root.clone(), lock, before, is_current, findings })
}
