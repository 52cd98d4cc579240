use std::path::{Path, PathBuf};

use crate::place::Problem;
use crate::postgres::make_temporary_folder;

/// A folder that goes away with this run, however that ends.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes one for something.
    ///
    /// # Errors
    ///
    /// When there is no place for it.
    pub(super) fn new(what: &str) -> Result<Self, Problem> {
        make_temporary_folder().map(Self).map_err(|error| {
            Problem::error(format!("no folder for {what} can be made: {error}"))
                .help("see that the folder for temporary files (TMPDIR) can be written to")
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is swept by the next start.
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}
