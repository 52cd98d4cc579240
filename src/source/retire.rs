//! Files that are switched off: renamed, with the reason in their first line.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::git;
use super::paths::repository_of;
use crate::migration::retired_text;
use crate::place::Problem;

/// How a file was renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    /// By git, which knew it.
    ByGit,
    /// On disk alone: there is no git, or it does not know the file.
    OnDisk,
}

/// What a retired file is called: `004_x.sql.retired`.
pub(crate) fn retired_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".retired");
    PathBuf::from(name)
}

/// Renames a file and writes the reason in front of its text. At no moment is a part of the text gone.
///
/// # Errors
///
/// When there is a file of the new name, or a file cannot be read or written.
pub(crate) fn retire_file(file: &Path, reason: &str) -> Result<Renamed, Problem> {
    let target = retired_path(file);
    let wrong = |path: &Path, why: String| Problem::error(why).path(path);
    if target.exists() {
        let help = "look at it, and move one of the two away";
        return Err(wrong(&target, "there is such a file already".into()).help(help));
    }
    let bytes =
        std::fs::read(file).map_err(|error| wrong(file, format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong(file, "is not UTF-8: no reason can be written into it".into()))?;
    let written = beside(file, &retired_text(&text, reason));
    let written = written.map_err(|error| wrong(&target, format!("cannot be written: {error}")))?;
    let renamed = rename(file, &target)?;
    let persisted = written.persist(&target);
    persisted.map_err(|error| wrong(&target, format!("cannot be written: {}", error.error)))?;
    Ok(renamed)
}

/// The new text in a file beside the old one, which it looks like from outside.
fn beside(file: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut written = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    written.write_all(text.as_bytes())?;
    written.as_file().set_permissions(std::fs::metadata(file)?.permissions())?;
    Ok(written)
}

fn rename(file: &Path, target: &Path) -> Result<Renamed, Problem> {
    let wrong = |why: String| Problem::error(format!("cannot be renamed: {why}")).path(file);
    if let Some(repository) = repository_of(file)
        && git::knows(&repository, file)
    {
        git::rename(&repository, file, target).map_err(wrong)?;
        return Ok(Renamed::ByGit);
    }
    std::fs::rename(file, target).map_err(|error| wrong(error.to_string()))?;
    Ok(Renamed::OnDisk)
}
