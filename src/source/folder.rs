use std::path::Path;

use crate::migration::layout::{Folder, FolderFile};
use crate::place::Problem;

/// Endings of files that a layout may want to see.
fn is_of_interest(name: &str) -> bool {
    name.contains(".sql")
}

/// Reads the files of a migration folder.
pub(super) fn read_folder(path: &Path) -> Result<Folder, Problem> {
    let failed = |error: std::io::Error| {
        let help = "name the folder that holds the migrations";
        Problem::error(format!("cannot be read: {error}")).path(path).help(help)
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if !is_of_interest(&name.to_string_lossy()) || !entry.path().is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).map_err(|error| {
            Problem::error(format!("cannot be read: {error}")).path(entry.path())
        })?;
        files.push(FolderFile { relative: name.into(), bytes });
    }
    files.sort_by(|left, right| left.relative.cmp(&right.relative));
    Ok(Folder { path: path.to_owned(), files })
}
