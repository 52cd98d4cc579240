//! What `check` and `lock` read beside migrations: which folders there are, locks, retired files, and other commits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::{discover, is_scenario_folder, read_text};
use super::folder::{is_folder_passed_over, read_folder};
use super::git::{self, Birth};
use super::inputs::{Given, reader_in};
use super::paths::{repository_of, tidy};
use crate::check::{Lock, Retired};
use crate::migration::{MigrationSet, layout};
use crate::place::{Located, Problem, Problems, SourceText};
use crate::scenario::{MigrationSource, Scenario};

/// What a path of the command line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Checkable {
    /// A scenario file.
    Scenario(PathBuf),
    /// A folder of migrations.
    Folder(PathBuf),
}

/// Tells what paths mean: scenario files, folders of them, folders of migrations, and folders above such.
///
/// # Errors
///
/// Every one that is not there.
pub(crate) fn checkable(paths: &[PathBuf]) -> Result<Vec<Checkable>, Problems> {
    let mut problems = Problems::default();
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() || is_scenario_folder(path) {
            match discover(std::slice::from_ref(path)) {
                Ok(files) => found.extend(files.into_iter().map(Checkable::Scenario)),
                Err(wrong) => problems.append(wrong),
            }
            continue;
        }
        let path = tidy(path);
        let mut folders = Vec::new();
        if let Err(problem) = migration_folders(&path, 0, &mut folders) {
            problems.push(problem);
        }
        // The layouts say best what is wrong with a folder that holds none.
        if folders.is_empty() {
            folders.push(path);
        }
        found.extend(folders.into_iter().map(Checkable::Folder));
    }
    let mut seen = Vec::new();
    found.retain(|it| {
        !seen.contains(it) && {
            seen.push(it.clone());
            true
        }
    });
    if problems.has_errors() { Err(problems) } else { Ok(found) }
}

/// How deep below a folder migrations are looked for.
const DEEPEST: usize = 6;

/// The folders of migrations at or below a path. A folder with SQL in it is one; so is one whose folders a layout reads
/// together.
fn migration_folders(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let failed =
        |error: std::io::Error| Problem::error(format!("cannot be read: {error}")).path(path);
    let mut below = Vec::new();
    let mut has_sql = false;
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below.extend((!is_folder_passed_over(&name)).then(|| entry.path()));
        } else {
            has_sql |= Path::new(&name).extension().is_some_and(|ending| ending == "sql");
        }
    }
    // The folder that was named is meant, whatever lies in it.
    if has_sql && depth == 0 {
        found.push(path.to_owned());
        return Ok(());
    }
    let holds_sql = |folder: &PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|it| it.path()).any(|it| it.extension().is_some_and(|it| it == "sql"))
    };
    if (has_sql || below.iter().any(holds_sql))
        && layout::recognises(&read_folder(path, None, None)?)
    {
        found.push(path.to_owned());
        return Ok(());
    }
    below.sort();
    for folder in below.iter().filter(|_| depth < DEEPEST) {
        migration_folders(folder, depth + 1, found)?;
    }
    Ok(())
}

/// The folders of migrations at or below a path, which need not be one itself.
///
/// # Errors
///
/// When one cannot be read.
pub(super) fn folders_of_migrations(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    migration_folders(path, 1, &mut found)?;
    Ok(found.iter().map(|folder| tidy(folder)).collect())
}

/// The files of a folder that its layout leaves out as switched off, with what they say.
pub(crate) fn retired(set: &MigrationSet) -> Vec<Retired> {
    let all =
        set.left_out.iter().filter(|it| it.file.extension().is_some_and(|it| it == "retired"));
    let read = all.filter_map(|it| {
        // What is read from a commit is not on disk.
        let bytes = std::fs::read(set.root.join(&it.file)).ok()?;
        Some(Retired::new(it.file.clone(), &bytes))
    });
    read.collect()
}

/// Where the lock of a folder is: beside it, under its name.
pub(crate) fn lock_path(folder: &Path) -> PathBuf {
    let name = |path: &Path| {
        let name = path.file_name().map(std::ffi::OsStr::to_os_string);
        name.map(|mut name| {
            name.push(".lock");
            path.with_file_name(name)
        })
    };
    let actual = || folder.canonicalize().ok().and_then(|path| name(&path));
    name(folder).or_else(actual).unwrap_or_else(|| folder.join("migrations.lock"))
}

/// The lock of a folder, if it has one.
///
/// # Errors
///
/// When it cannot be read, with every line that is wrong.
pub(crate) fn lock_of(folder: &Path) -> Result<Option<(PathBuf, Lock)>, Problems> {
    let Some(text) = lock_text(folder)? else { return Ok(None) };
    Ok(Some((lock_path(folder), Lock::parse(&text)?)))
}

/// What the lock of a folder says, if it has one.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn lock_text(folder: &Path) -> Result<Option<SourceText>, Problem> {
    let path = lock_path(folder);
    if path.is_file() { read_text(&path).map(Some) } else { Ok(None) }
}

/// Which of these names are tags of the repository that a path is in.
pub(crate) fn tags_named<'n>(
    path: &Path,
    names: impl Iterator<Item = &'n str>,
) -> BTreeSet<String> {
    let names: BTreeSet<_> = names.collect();
    let repository = if names.is_empty() { None } else { repository_of(path) };
    let Some(repository) = repository else { return BTreeSet::new() };
    let all = git::tags(&repository, "*").unwrap_or_default();
    all.into_iter().filter(|tag| names.contains(tag.as_str())).collect()
}

/// How git calls the commit that a file is looked at in, where it is in a repository with one.
pub(crate) fn described(file: &Path) -> Option<String> {
    git::describe(&repository_of(file)?).ok()
}

/// Keeps others from making a file in a folder, as long as what is given lives.
///
/// # Errors
///
/// When the folder is not there, or cannot be locked.
pub(crate) fn hold(folder: &Path) -> Result<std::fs::File, Problem> {
    let held = std::fs::File::open(folder).and_then(|file| file.lock().map(|()| file));
    held.map_err(|error| Problem::error(format!("cannot be locked: {error}")).path(folder))
}

/// The scenario files below `scenarios/`, where there is such a folder.
pub(crate) fn scenarios_near() -> Vec<PathBuf> {
    discover(&[PathBuf::from("scenarios")]).unwrap_or_default()
}

/// Gives a file or folder another name, by git where git knows it.
///
/// # Errors
///
/// When the name is taken, or it cannot be moved.
pub(crate) fn move_path(from: &Path, to: &Path) -> Result<(), Problem> {
    if to.exists() {
        let message = format!("{} would get this name, and it is taken", from.display());
        return Err(Problem::error(message).path(to));
    }
    let moved = || {
        let repository = repository_of(from)?;
        let (from, folder) = (from.canonicalize().ok()?, to.parent()?.canonicalize().ok()?);
        git::rename(&repository, &from, &folder.join(to.file_name()?)).ok()
    };
    if moved().is_some() {
        return Ok(());
    }
    std::fs::rename(from, to)
        .map_err(|error| Problem::error(format!("cannot be renamed: {error}")).path(from))
}

/// Writes a file that is there already.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> Result<(), Problem> {
    std::fs::write(path, content)
        .map_err(|error| Problem::error(format!("cannot be written: {error}")).path(path))
}

/// The repository of a folder, and what was read from it.
#[derive(Debug)]
pub(crate) struct Repository {
    root: PathBuf,
    given: Given,
}

impl Repository {
    /// The repository that a path is in.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        Some(Self { root: repository_of(path)?, given: Given::default() })
    }

    /// Its folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The branch that others go into.
    pub(crate) fn default_branch(&self) -> String {
        git::default_branch(&self.root)
    }

    /// The commit where this branch left another one.
    ///
    /// # Errors
    ///
    /// Why git knows none.
    pub(crate) fn fork(&self, reference: &str) -> Result<String, Problem> {
        git::merge_base(&self.root, reference).map_err(|why| unknown(reference, &why))
    }

    /// The commit that a name means.
    ///
    /// # Errors
    ///
    /// Why git knows none.
    pub(crate) fn commit(&self, reference: &str) -> Result<String, Problem> {
        git::commit(&self.root, reference).map_err(|why| unknown(reference, &why))
    }

    /// The commit of the work tree, with `-dirty` where a file at or below these paths that git knows is not as it has it; `None`
    /// before the first one. The rest of the work tree may be large, and is not looked at.
    pub(crate) fn head(&self, paths: &BTreeSet<PathBuf>) -> Option<String> {
        let commit = git::commit(&self.root, "HEAD").ok()?;
        let is_clean = git::is_unchanged(&self.root, "HEAD", paths);
        Some(if is_clean { commit } else { format!("{commit}-dirty") })
    }

    /// The migrations of a scenario as they are in a commit; `None` where their folder is not there.
    ///
    /// # Errors
    ///
    /// What its layout refuses there.
    pub(crate) fn set_at(
        &mut self,
        scenario: &Scenario,
        commit: &str,
    ) -> Result<Option<Arc<MigrationSet>>, Problems> {
        let root = self.root.clone();
        let reference = Located::unplaced(commit.to_owned());
        reader_in(scenario, &root, &mut self.given, |reader| {
            let path = reader.path_in_git(&scenario.migrations.path, &reference)?;
            if !git::has_migrations(&root, commit, &path).unwrap_or(false) {
                return Some(None);
            }
            let migrations =
                MigrationSource { git_ref: Some(reference.clone()), ..scenario.migrations.clone() };
            reader.set(&Scenario { migrations, ..scenario.clone() }).map(Some)
        })
    }

    /// Which commit brought each of these files; nothing of those that no commit has.
    pub(crate) fn births(&self, folder: &Path, files: &[&Path]) -> BTreeMap<PathBuf, Birth> {
        let Ok(folder) = folder.canonicalize() else { return BTreeMap::new() };
        let births = git::births(&self.root, &folder).unwrap_or_default();
        let of = |file: &&Path| {
            let actual = file.canonicalize().ok()?;
            let born = births.get(actual.strip_prefix(&self.root).ok()?)?;
            Some(((*file).to_owned(), born.clone()))
        };
        files.iter().filter_map(of).collect()
    }
}

fn unknown(reference: &str, why: &str) -> Problem {
    let why = if why.is_empty() { "git knows no common commit" } else { why };
    Problem::error(format!("{reference:?} cannot be compared with: {why}")).help(
        "name a branch, tag or commit of this repository; a shallow clone may lack it: git fetch --unshallow, or in a workflow fetch-depth: 0",
    )
}
