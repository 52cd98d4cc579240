use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{is_read, read_folder};
use super::inputs::{Given, reader};
use super::migrations::{SetKey, lay_out};
use super::retire::retired_path;
use crate::migration::layout::{Folder, FolderFile};
use crate::migration::{Migration, MigrationSet};
use crate::place::{Located, Problem, Problems};
use crate::scenario::{FileList, MigrationSource, Scenario};

/// The folder of a scenario's migrations, to be read again with other files in it.
#[derive(Debug, Clone)]
pub(crate) struct FolderAgain {
    folder: Folder,
    key: SetKey,
    source: MigrationSource,
}

impl FolderAgain {
    /// Reads the folder, whose layout is known by now.
    ///
    /// # Errors
    ///
    /// What cannot be read.
    pub(crate) fn of(scenario: &Scenario, layout: &str) -> Result<Self, Problems> {
        let mut given = Given::default();
        let found = reader(scenario, &mut given, |reader| reader.folder(scenario));
        let (folder, key) = found?;
        let mut source = scenario.migrations.clone();
        if source.files.is_none() {
            source.layout = Some(Located::unplaced(layout.to_owned()));
        }
        Ok(Self { folder, key, source })
    }

    /// The migrations of the folder.
    ///
    /// # Errors
    ///
    /// What its layout refuses.
    pub(crate) fn lay_out(&self) -> Result<MigrationSet, Problems> {
        lay_out(&self.folder, &self.key, &self.source)?.accepted()
    }

    /// Where in the folder a migration's file lies.
    pub(crate) fn relative(&self, migration: &Migration) -> Option<&Path> {
        let shown = migration.up.source().path();
        let file = self.folder.files.iter().find(|file| file.shown(&self.folder) == shown)?;
        Some(&file.relative)
    }

    /// The folder with another text in a migration's file.
    pub(crate) fn with_text(mut self, migration: &Migration, text: &str) -> Self {
        let shown = migration.up.source().path();
        let at = self.folder.files.iter().position(|file| file.shown(&self.folder) == shown);
        if let Some(file) = at.and_then(|at| self.folder.files.get_mut(at)) {
            file.bytes = text.into();
        }
        self
    }

    /// The folder without the files of some migrations: what goes up and down, and whatever else lies in a folder that is one
    /// migration's own.
    pub(crate) fn without(mut self, left_out: &[Arc<Migration>], rest: &[Arc<Migration>]) -> Self {
        let paths = |migrations: &[Arc<Migration>]| -> BTreeSet<PathBuf> {
            migrations.iter().flat_map(|migration| files_of(migration)).collect()
        };
        let (taken, kept) = (paths(left_out), paths(rest));
        let folders_of = |paths: &BTreeSet<PathBuf>| -> BTreeSet<PathBuf> {
            let files = self.folder.files.iter();
            let files = files.filter(|file| paths.contains(&file.shown(&self.folder)));
            files.filter_map(|file| Some(file.relative.parent()?.to_owned())).collect()
        };
        let shared = folders_of(&kept);
        let own: BTreeSet<_> = folders_of(&taken)
            .into_iter()
            .filter(|folder| !folder.as_os_str().is_empty() && !shared.contains(folder))
            .collect();
        let folder = self.folder.clone();
        let goes = |file: &FolderFile| {
            taken.contains(&file.shown(&folder))
                || file.relative.ancestors().skip(1).any(|above| own.contains(above))
        };
        let gone: BTreeSet<_> =
            folder.files.iter().filter(|file| goes(file)).map(|it| it.relative.clone()).collect();
        self.folder.files.retain(|file| !gone.contains(&file.relative));
        self.unlist(&gone);
        self
    }

    /// The folder with a migration's files switched off by their names; and these files.
    pub(crate) fn retiring(mut self, migration: &Migration) -> (Self, Vec<PathBuf>) {
        let own: BTreeSet<_> = files_of(migration).into_iter().collect();
        let folder = self.folder.clone();
        for file in &mut self.folder.files {
            if own.contains(&file.shown(&folder)) {
                file.relative = retired_path(&file.relative);
            }
        }
        (self, own.into_iter().collect())
    }

    /// Takes files from the list that the scenario has, or from the one in the folder.
    fn unlist(&mut self, gone: &BTreeSet<PathBuf>) {
        match &mut self.source.files {
            None => {}
            Some(FileList::Listed(files)) => {
                files.retain(|file| !gone.contains(&file.value.with_extension("sql")));
            }
            Some(FileList::Manifest(manifest)) => {
                let listed = self.folder.files.iter_mut().find(|it| it.relative == manifest.value);
                let Some(listed) = listed else { return };
                let text = String::from_utf8_lossy(&listed.bytes).into_owned();
                let kept = text.split_inclusive('\n').filter(|line| {
                    let path = line.trim_start_matches('\u{feff}').trim();
                    !gone.contains(&Path::new(path).with_extension("sql"))
                });
                listed.bytes = kept.collect::<String>().into_bytes();
            }
        }
    }

    /// Writes every file into a new folder; how many.
    ///
    /// # Errors
    ///
    /// When there is something already, or it cannot be written.
    pub(crate) fn write(&self, to: &Path) -> Result<usize, Problem> {
        refuse_full(to)?;
        let mut written = 0;
        for file in &self.folder.files {
            let is_text = is_read(&file.relative, self.key.manifest()) || file.stand_in.is_some();
            if !is_text && self.source.git_ref.is_some() {
                continue;
            }
            let path = to.join(&file.relative);
            let result = if is_text {
                write_new(&path, &file.bytes)
            } else {
                make_above(&path)
                    .and_then(|()| std::fs::copy(self.key.path().join(&file.relative), &path))
                    .map(drop)
            };
            result.map_err(|error| cannot_write(&path, &error))?;
            written += 1;
        }
        Ok(written)
    }

    /// The same folder as it was written to another place.
    ///
    /// # Errors
    ///
    /// What cannot be read there.
    pub(crate) fn at(&self, path: &Path) -> Result<Self, Problems> {
        let read = read_folder(path, None, self.key.manifest())?;
        let folder = Folder { beside: self.folder.beside.clone(), ..read };
        Ok(Self { folder, ..self.clone() })
    }
}

/// Every file that is a migration's own.
fn files_of(migration: &Migration) -> Vec<PathBuf> {
    let scripts = [Some(&migration.up), migration.down.as_ref(), migration.verify.as_ref()];
    scripts.into_iter().flatten().map(|script| script.source().path().to_owned()).collect()
}

/// A folder that is there must be empty.
fn refuse_full(to: &Path) -> Result<(), Problem> {
    let is_full = match std::fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(cannot_write(to, &error)),
    };
    if !is_full {
        return Ok(());
    }
    let help = "name a folder that is not there yet, or an empty one";
    Err(Problem::error("the folder is not empty, and nothing is overwritten").path(to).help(help))
}

/// Writes a file that is not there yet, with the folders above it.
///
/// # Errors
///
/// When it is there already, or cannot be written.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), Problem> {
    write_new(path, content).map_err(|error| cannot_write(path, &error))
}

fn write_new(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    make_above(path)?;
    std::fs::File::create_new(path)?.write_all(content)
}

fn make_above(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Problem {
    Problem::error(format!("cannot be written: {error}")).path(path)
}
