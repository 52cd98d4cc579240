use std::collections::HashMap;
use std::path::PathBuf;

use crate::migration::{LeftOut, Script};
use crate::place::{Problem, SourceText};

/// The files of a folder, as bytes.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The folder, as people should see it.
    pub path: PathBuf,
    /// Its files, in any order.
    pub files: Vec<FolderFile>,
}

/// One file of a folder.
#[derive(Debug, Clone)]
pub struct FolderFile {
    /// Its path below the folder.
    pub relative: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Folder {
    /// The `.down.sql` files by name.
    #[must_use]
    pub fn down_files(&self) -> HashMap<&str, &FolderFile> {
        let is_down = |file: &&FolderFile| file.is_sql() && file.name().ends_with(".down.sql");
        self.files.iter().filter(is_down).map(|file| (file.name(), file)).collect()
    }
}

/// File name endings that people give to files that must not run.
const SWITCHED_OFF: &[&str] = &[".retired", ".disabled", ".skip", ".bak"];

impl FolderFile {
    /// The file name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.relative.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// Whether the file holds SQL and lies directly in the folder.
    #[must_use]
    pub fn is_sql(&self) -> bool {
        let direct = self.relative.components().count() == 1;
        let has_ending = self.relative.extension().is_some_and(|ending| ending == "sql");
        direct && has_ending && !self.name().starts_with('.')
    }

    /// Why the file is left out, if its ending says so.
    #[must_use]
    pub fn left_out(&self) -> Option<LeftOut> {
        let ending = SWITCHED_OFF.iter().find(|ending| self.name().ends_with(**ending))?;
        Some(LeftOut { file: self.relative.clone(), why: format!("its name ends in {ending}") })
    }

    /// The file as a script.
    ///
    /// # Errors
    ///
    /// Bytes that are not UTF-8, with line and byte.
    pub fn script(&self, folder: &Folder) -> Result<Script, Problem> {
        let path = folder.path.join(&self.relative);
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => Ok(Script::new(SourceText::new(path, text))),
            Err(error) => {
                let before = &self.bytes[..error.valid_up_to()];
                let line = before.split(|byte| *byte == b'\n').count();
                let byte = self.bytes[error.valid_up_to()];
                let message = format!("line {line} is not UTF-8 (byte 0x{byte:02x})");
                let help = "save the file as UTF-8, for instance: iconv -f latin1 -t utf-8";
                Err(Problem::error(message).path(path).help(help))
            }
        }
    }
}
