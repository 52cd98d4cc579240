//! Folder layouts: each migration tool's own rule for order, identity, direction and transactions, one
//! small file each. [`read`] picks the layout and reads the folder.

mod folder;
mod numbered;
mod pairs;

pub use folder::{Folder, FolderFile};

use super::MigrationSet;
use crate::place::{Located, Place, Problem, Problems};

/// A rule for reading a folder.
pub trait Layout: Sync {
    /// The name in scenario files.
    fn name(&self) -> &'static str;

    /// Whether a folder looks like this layout.
    fn recognises(&self, folder: &Folder) -> bool;

    /// Reads the folder's migrations in order.
    ///
    /// # Errors
    ///
    /// Every file that cannot be read as a migration, and what the tool itself would refuse.
    fn read(&self, folder: &Folder) -> Result<MigrationSet, Problems>;
}

/// All layouts, the most particular first.
const LAYOUTS: &[&dyn Layout] = &[&pairs::Pairs, &numbered::Numbered];

/// Reads a folder by the layout that was asked for, or by the first that recognises it.
///
/// # Errors
///
/// An unknown layout, a folder without migrations, or what the layout cannot read.
pub fn read(
    folder: &Folder,
    layout: Option<&Located<String>>,
    place: Option<&Place>,
) -> Result<MigrationSet, Problems> {
    let at = |problem: Problem| Problems::from(problem.at_some(place.cloned()));
    if folder.files.iter().all(|file| !file.is_sql()) {
        let message = format!("there are no .sql files in {}", folder.path.display());
        return Err(at(Problem::error(message)
            .help("name a folder that holds migrations such as 001_create_users.sql")));
    }
    let chosen = match layout {
        Some(wanted) => {
            LAYOUTS.iter().find(|layout| layout.name() == wanted.value).ok_or_else(|| {
                let names: Vec<_> = LAYOUTS.iter().map(|layout| layout.name()).collect();
                let message = format!("there is no layout {:?}", wanted.value);
                Problem::error(message)
                    .at_some(wanted.place.clone())
                    .help(format!("layouts of this version: {}", names.join(", ")))
            })?
        }
        None => LAYOUTS.iter().find(|layout| layout.recognises(folder)).ok_or_else(|| {
            let message = format!("the files of {} follow no known layout", folder.path.display());
            let help = "numbered files look like 001_create_users.sql or 001_create_users.up.sql";
            Problem::error(message).at_some(place.cloned()).help(help)
        })?,
    };
    chosen.read(folder)
}

/// Small sets for tests of other modules.
#[cfg(test)]
pub(crate) mod testing {
    use super::{Folder, FolderFile, read};
    use crate::migration::MigrationSet;

    pub(crate) fn folder_of(files: &[(&str, &str)]) -> Folder {
        let files = files.iter().map(|(name, text)| FolderFile {
            relative: name.into(),
            bytes: text.as_bytes().into(),
        });
        Folder { path: "migrations".into(), files: files.collect() }
    }

    pub(crate) fn set_of(files: &[(&str, &str)]) -> MigrationSet {
        read(&folder_of(files), None, None).unwrap()
    }
}
