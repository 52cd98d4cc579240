//! Files that must never run again, or never at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::named_in::{NamedIn, named_in};
use super::{FlagScenario, Harness, HistoryFrom, Prepared, StatusError, histories, prepare_flags};
use crate::explain::Neighbour;
use crate::migration::{Migration, MigrationId, Pattern};
use crate::outcome::Ending;
use crate::place::{Problem, Problems};
use crate::plan::CasePlan;
use crate::source::{FolderAgain, Renamed, lock_path, retire_file, retired_path};

/// What is asked of [`Harness::retire`].
#[derive(Debug, Clone)]
pub struct RetireRequest {
    /// The file.
    pub file: PathBuf,
    /// The layout of its folder; `None`: detected.
    pub layout: Option<String>,
    /// Why it must never run.
    pub reason: String,
    /// A history in which it must not be recorded.
    pub history: Option<HistoryFrom>,
    /// Only tell what would be done.
    pub only_tell: bool,
}

/// What was retired.
#[derive(Debug)]
pub struct Retired {
    /// The migration.
    pub migration: MigrationId,
    /// Its files, what they are called now, and how they were renamed; `None`: it was only told.
    pub files: Vec<(PathBuf, PathBuf, Option<Renamed>)>,
    /// Later migrations that fail without it.
    pub needed_by: Vec<Neighbour>,
    /// Later migrations that speak of its objects where they would not fail without it.
    pub mentioned_by: Vec<Neighbour>,
    /// Lines of scenarios that name it, and are errors without it.
    pub named_in: Vec<NamedIn>,
    /// The lock of its folder, which does not know yet that it is retired.
    pub lock: Option<PathBuf>,
    /// The folder.
    pub folder: PathBuf,
}

/// Why nothing was retired.
#[derive(Debug)]
pub enum Refused {
    /// It is recorded: other databases have done what is in it.
    Applied(Problem),
    /// It cannot be retired, or nobody can tell whether it is recorded.
    Wrong(StatusError),
}

impl Refused {
    /// What is to be told.
    #[must_use]
    pub fn problems(&self) -> Problems {
        match self {
            Self::Applied(problem) => problem.clone().into(),
            Self::Wrong(error) => error.problems().clone(),
        }
    }

    /// How a command ends with it.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self {
            Self::Applied(_) => Ending::MigrationFailed,
            Self::Wrong(error) => error.ending(),
        }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Wrong(StatusError::Input(problem.into()))
    }
}

impl From<Problems> for Refused {
    fn from(problems: Problems) -> Self {
        Self::Wrong(StatusError::Input(problems))
    }
}

impl Harness {
    /// Renames a migration's files to `….retired`, by git where it knows them, with the reason in their first line. Before that
    /// the folder is read as it will be: what its layout would refuse is refused here.
    ///
    /// # Errors
    ///
    /// When the file is no migration, is recorded in the history, or its tool would run it all the same.
    pub async fn retire(&self, request: &RetireRequest) -> Result<Retired, Refused> {
        if request.reason.trim().is_empty() {
            return Err(Problem::error("the reason is empty")
                .help("say why the file must never run: --reason \"its table is in 0030\"")
                .into());
        }
        let (prepared, case, migration) = find(request)?;
        if let Some(from) = &request.history {
            let status = self.status(&case, from).await.map_err(Refused::Wrong)?;
            if status.is_recorded(&migration.id) {
                return Err(applied(&migration, status.table.as_deref().unwrap_or_default()));
            }
        }
        let files = files_to_retire(&case, &migration)?;
        let (needed_by, mentioned_by) = later(&prepared, &migration);
        let named_in = named_in(&case.set, &migration);
        let folder = case.set.root.clone();
        let lock = Some(lock_path(&folder)).filter(|lock| lock.is_file());
        let mut retired = Vec::new();
        for file in files {
            let renamed =
                if request.only_tell { None } else { Some(retire_file(&file, &request.reason)?) };
            retired.push((file.clone(), retired_path(&file), renamed));
        }
        let migration = migration.id.clone();
        let files = retired;
        Ok(Retired { migration, files, needed_by, mentioned_by, named_in, lock, folder })
    }
}

fn applied(migration: &Migration, table: &str) -> Refused {
    let message = format!(
        "{} is recorded in {table}: databases have done what is in it, and a new one would not",
        migration.file_name()
    );
    let help = "leave it, and write a new migration that takes back what is wrong with it";
    Refused::Applied(Problem::error(message).path(migration.up.source().path()).help(help))
}

/// How far above a file its folder of migrations may be: in Flyway's some levels.
const LEVELS: usize = 4;

/// The migration that a file belongs to, in the nearest folder above it that has it as one.
fn find(
    request: &RetireRequest,
) -> Result<(Prepared, CasePlan, std::sync::Arc<Migration>), Refused> {
    let file = &request.file;
    let wanted = file
        .canonicalize()
        .map_err(|error| Problem::error(format!("cannot be read: {error}")).path(file))?;
    let mut refused = None;
    let mut is_read = false;
    let own = |path: &Path| path.canonicalize().is_ok_and(|path| path == wanted);
    for folder in file.ancestors().skip(1).take(LEVELS) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let flags = FlagScenario {
            migrations: folder.to_owned(),
            layout: request.layout.clone(),
            ..FlagScenario::default()
        };
        match prepare_flags(&flags, &BTreeMap::new()) {
            Ok(prepared) => {
                is_read = true;
                let case = prepared.cases.first().cloned();
                let of = |it: &&std::sync::Arc<Migration>| {
                    let down = it.down.as_ref().map(|down| down.source().path());
                    own(it.up.source().path()) || down.is_some_and(own)
                };
                let found = case.as_ref().and_then(|case| case.set.migrations().iter().find(of));
                if let (Some(migration), Some(case)) = (found.cloned(), case) {
                    return Ok((prepared, case, migration));
                }
            }
            Err(problems) => refused = refused.or(Some(problems)),
        }
    }
    let problem = || {
        let help = "name a file that runs, such as db/migrations/004_x.sql; see also --layout";
        Problem::error("this file is no migration").path(file).help(help).into()
    };
    Err(refused.filter(|_| !is_read).map_or_else(problem, Refused::from))
}

/// The files, if the folder without them is one that its tool takes.
fn files_to_retire(case: &CasePlan, migration: &Migration) -> Result<Vec<PathBuf>, Refused> {
    let folder = FolderAgain::of(&case.scenario, case.set.layout)?;
    let (after, files) = folder.retiring(migration);
    let after = after.lay_out()?;
    if let Some(other) = after.migrations().iter().find(|it| it.id == migration.id) {
        let message = format!(
            "{} would run it all the same, as {}",
            case.set.layout,
            other.up.source().path().display()
        );
        let help = "move the file out of the folder, or exclude it with a reason";
        return Err(Problem::error(message).path(migration.up.source().path()).help(help).into());
    }
    Ok(files)
}

/// Later migrations that fail without it, and those that only speak of its objects.
fn later(prepared: &Prepared, migration: &Migration) -> (Vec<Neighbour>, Vec<Neighbour>) {
    let Ok(pattern) = Pattern::new(migration.file_name()) else {
        return (Vec::new(), Vec::new());
    };
    let explanations =
        histories(prepared).into_iter().flat_map(|it| it.explain(std::slice::from_ref(&pattern)));
    let own = explanations.into_iter().find(|it| it.migration.id == migration.id);
    own.map(|it| (it.neighbours.needed_by, it.neighbours.mentioned_by)).unwrap_or_default()
}
