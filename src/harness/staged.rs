//! What is staged, in a folder that looks like the work tree.

use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::prepare::{read_defaults, read_scenario};
use crate::place::{Problem, Problems};
use crate::source::{Checkable, Repository, Tree, checkable, tidy};

/// The files that the next commit will have, as far as some paths speak of them. They are there as long as this lives.
#[derive(Debug)]
pub struct Staged {
    /// What stands for the current folder: from there, paths are called as in the work tree.
    pub here: PathBuf,
    /// The paths, from there on.
    pub paths: Vec<PathBuf>,
    /// Paths of which nothing is staged or committed.
    pub missing: Vec<PathBuf>,
    _folder: Folder,
}

/// Brings what is staged of scenario files, folders of them and folders of migrations, with all that they name. The work tree is
/// not looked at, but for files that git is told to pass over.
///
/// # Errors
///
/// Where there is no repository, and where git cannot read it.
pub fn staged(paths: &[PathBuf]) -> Result<Staged, Problems> {
    let Some(repository) = Repository::of(Path::new(".")) else {
        let problem = Problem::error("there is no git repository here, so nothing is staged");
        return Err(problem.help("leave out --staged").into());
    };
    let folder = Folder::new("what is staged")?;
    let mut tree = Tree::of_index(repository.root(), folder.path())?;
    let current = Path::new(".").canonicalize().unwrap_or_default();
    let prefix = current.strip_prefix(repository.root()).unwrap_or(Path::new("")).to_owned();
    let mut staged = Staged {
        here: tidy(&tree.path_of(&prefix)),
        paths: Vec::new(),
        missing: Vec::new(),
        _folder: folder,
    };
    std::fs::create_dir_all(&staged.here).map_err(|error| {
        Problem::error(format!("cannot be made: {error}")).path(staged.here.clone())
    })?;
    for path in paths {
        let within = within(path, &current, repository.root())?;
        if !tree.bring_migrations(&within)? {
            staged.missing.push(path.clone());
            continue;
        }
        bring_named(&mut tree, &within)?;
        let up: PathBuf = prefix.components().map(|_| "..").collect();
        let is_as_it_was = path.is_relative();
        staged.paths.push(if is_as_it_was { path.clone() } else { up.join(within) });
    }
    Ok(staged)
}

fn within(path: &Path, current: &Path, root: &Path) -> Result<PathBuf, Problem> {
    // What is staged need not be in the work tree any more.
    let absolute = tidy(&current.join(path));
    let found = absolute.strip_prefix(root).map(Path::to_owned).ok().or_else(|| {
        let actual = path.canonicalize().ok()?;
        actual.strip_prefix(root).map(Path::to_owned).ok()
    });
    found.ok_or_else(|| {
        let message =
            "lies outside the repository of the current folder, so nothing of it is staged";
        Problem::error(message).path(path).help("run it in the repository that the files are in")
    })
}

/// What the scenarios at a path name. What is wrong with one is told when it is checked.
fn bring_named(tree: &mut Tree, within: &Path) -> Result<(), Problem> {
    let found = checkable(&[tree.path_of(within)]).unwrap_or_default();
    for one in found {
        let Checkable::Scenario(file) = one else { continue };
        let scenario =
            read_defaults(Some(&file)).and_then(|defaults| read_scenario(&file, "", &defaults));
        if let Ok(scenario) = scenario {
            tree.bring_named(&scenario)?;
        }
    }
    Ok(())
}
