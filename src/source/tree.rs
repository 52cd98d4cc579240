//! The files of a commit that scenarios name, in a folder of their own: so that they are read there as they are read in a work
//! tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::discover::{SHARED_FILE, read_text};
use super::folder::is_telling;
use super::git::{self, Objects, absolute_git_folder, is_unchanged, list};
use super::paths::tidy;
use crate::place::{Problem, SourceText};
use crate::scenario::Scenario;

/// A part of a commit's files.
#[derive(Debug)]
pub(crate) struct Tree {
    repository: PathBuf,
    commit: String,
    root: PathBuf,
    /// The files of the commit, and their objects.
    entries: BTreeMap<PathBuf, String>,
    objects: Objects,
    brought: BTreeSet<PathBuf>,
    lent: Lent,
}

/// Which files that the tree does not have are taken from the work tree, where a scenario names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lent {
    /// All.
    All,
    /// Those that git is told to pass over: no commit will ever have them.
    Ignored,
}

impl Tree {
    /// Opens a commit of a repository, with nothing of it in the folder `root` yet but the files that belong to all of it.
    ///
    /// # Errors
    ///
    /// When git cannot read it, or the folder cannot be written.
    pub(crate) fn open(repository: &Path, commit: &str, root: &Path) -> Result<Self, Problem> {
        let failed = |why: String| Problem::error(format!("git cannot read {commit}: {why}"));
        let root = root.canonicalize().map_err(|error| failed(error.to_string()))?;
        let entries = list(repository, commit).map_err(failed)?;
        let entries = entries.into_iter().map(|entry| (entry.path, entry.object));
        let mut tree = Self {
            repository: repository.to_owned(),
            commit: commit.to_owned(),
            objects: Objects::open(repository).map_err(failed)?,
            entries: entries.collect(),
            brought: BTreeSet::new(),
            lent: Lent::All,
            root,
        };
        // So it is taken for a work tree of this repository: tags and commits are found from it.
        let folder = absolute_git_folder(repository).map_err(failed)?;
        tree.put(Path::new(".git"), format!("gitdir: {}\n", folder.display()).as_bytes())?;
        let is_shared = |path: &&PathBuf| path.file_name().is_some_and(|name| name == SHARED_FILE);
        let shared: Vec<_> = tree.entries.keys().filter(is_shared).cloned().collect();
        shared.iter().try_for_each(|path| tree.bring(path).map(drop))?;
        Ok(tree)
    }

    /// Opens what is staged, which is what the next commit will have.
    ///
    /// # Errors
    ///
    /// When git cannot read it, or the folder cannot be written.
    pub(crate) fn of_index(repository: &Path, root: &Path) -> Result<Self, Problem> {
        let tree = git::staged_tree(repository).map_err(|why| {
            Problem::error(format!("git cannot tell what is staged: {why}")).path(repository)
        })?;
        Ok(Self { lent: Lent::Ignored, ..Self::open(repository, &tree, root)? })
    }

    /// Where a path of the repository is in this folder.
    pub(crate) fn path_of(&self, within: &Path) -> PathBuf {
        self.root.join(within)
    }

    /// A path of the work tree, counted from the repository's root; `None` for what lies outside.
    pub(crate) fn within(&self, path: &Path) -> Option<PathBuf> {
        let actual = path.canonicalize().ok()?;
        actual.strip_prefix(&self.repository).map(Path::to_owned).ok()
    }

    /// A text file as the commit has it; `None` where it has none.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn text(&mut self, within: &Path) -> Result<Option<SourceText>, Problem> {
        let is_there = self.bring(within)?;
        is_there.then(|| read_text(&self.path_of(within))).transpose()
    }

    /// Puts a text into the folder that the commit does not have, beside one that it may have.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn text_beside(&mut self, within: &Path, text: &str) -> Result<SourceText, Problem> {
        let name = within.file_name().unwrap_or_default().to_string_lossy();
        let beside = within.with_file_name(format!("{BESIDE}{name}"));
        self.put(&beside, text.as_bytes())?;
        Ok(SourceText::new(self.path_of(&beside), text))
    }

    /// Brings what a scenario of this folder names: migrations as the commit has them; other files, too, and from the work tree
    /// those that no commit has.
    ///
    /// # Errors
    ///
    /// When something cannot be read or written.
    pub(crate) fn bring_named(&mut self, scenario: &Scenario) -> Result<(), Problem> {
        let folder = scenario.folder.strip_prefix(&self.root).unwrap_or(&scenario.folder);
        let folder = folder.to_owned();
        let root = self.root.clone();
        let place = |path: &Path| {
            let path = tidy(&folder.join(path));
            path.strip_prefix(&root).map(Path::to_owned).unwrap_or(path)
        };
        let migrations = place(&scenario.migrations.path.value);
        self.bring_migrations(&migrations)?;
        let seeds = scenario.seeds.iter();
        let dumps: Vec<_> = seeds
            .clone()
            .filter_map(|seed| seed.dump.as_ref())
            .map(|it| place(&it.value))
            .collect();
        let seed_sql = seeds.flat_map(|seed| &seed.sql).map(|sql| &sql.file);
        let stubs = scenario.migrations.provide.iter().map(|(_, stub)| stub);
        let files: Vec<_> = scenario.setup.sql.iter().chain(seed_sql).chain(stubs).collect();
        let files: Vec<_> = files.into_iter().map(|it| place(&it.value)).collect();
        for file in files {
            if !self.bring(&file)? {
                self.link(&file)?;
            }
        }
        for dump in dumps {
            // A dump may be large, or lie elsewhere than in git.
            if is_unchanged(&self.repository, &self.commit, [&dump]) || !self.bring(&dump)? {
                self.link(&dump)?;
            }
        }
        Ok(())
    }

    /// Brings a folder of migrations, and what beside and above it says how it is read; `false` where there is none.
    ///
    /// # Errors
    ///
    /// When something cannot be read or written.
    pub(crate) fn bring_migrations(&mut self, folder: &Path) -> Result<bool, Problem> {
        let is_there = self.bring(folder)?;
        let tells = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_lock = path.extension().is_some_and(|it| it == "lock");
            let above = path.parent().is_some_and(|above| folder.starts_with(above));
            above && (is_telling(&name) || is_lock)
        };
        let telling: Vec<_> = self.entries.keys().filter(|it| tells(it)).cloned().collect();
        telling.iter().try_for_each(|path| self.bring(path).map(drop))?;
        Ok(is_there)
    }

    /// Writes a file, or all below a folder, as the commit has it; `false` where it has neither.
    fn bring(&mut self, within: &Path) -> Result<bool, Problem> {
        let below: Vec<_> = self.entries.keys().filter(|it| it.starts_with(within)).collect();
        let all: Vec<_> = below.into_iter().cloned().collect();
        for path in all.iter().filter(|it| !self.brought.contains(*it)).collect::<Vec<_>>() {
            let Some(object) = self.entries.get(path) else { continue };
            let read = self.objects.read(object);
            let bytes = read
                .map_err(|why| Problem::error(format!("git cannot read it: {why}")).path(path))?;
            self.put(path, &bytes)?;
            self.brought.insert(path.clone());
        }
        Ok(!all.is_empty())
    }

    fn put(&self, within: &Path, bytes: &[u8]) -> Result<(), Problem> {
        let path = self.path_of(within);
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, bytes));
        written.map_err(|error| Problem::error(format!("cannot be written: {error}")).path(&path))
    }

    /// Gives a file of the work tree, or those of a folder, a name here, too; copies where that cannot be.
    fn link(&self, within: &Path) -> Result<(), Problem> {
        let (from, to) = (self.repository.join(within), self.path_of(within));
        if !within.is_relative() || within.starts_with("..") || to.exists() {
            return Ok(());
        }
        if self.lent == Lent::Ignored && !git::is_ignored(&self.repository, &from) {
            return Ok(());
        }
        if from.is_dir() {
            let entries = std::fs::read_dir(&from).into_iter().flatten().flatten();
            return entries.map(|it| within.join(it.file_name())).try_for_each(|it| self.link(&it));
        }
        // What is not there is told by whoever reads it.
        if !from.is_file() {
            return Ok(());
        }
        let linked = to.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| {
            std::fs::hard_link(&from, &to).or_else(|_| std::fs::copy(&from, &to).map(drop))
        });
        linked.map_err(|error| Problem::error(format!("cannot be copied: {error}")).path(&from))
    }
}

/// Files that the commit does not have are named like this.
const BESIDE: &str = "migration-replay-here-";
