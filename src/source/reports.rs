use std::path::{Path, PathBuf};

use super::discover::read_text;
use crate::place::{Problem, Problems};

/// Reads report files; of a folder every `.xml` and `.json` in it and below, in the order of names.
///
/// # Errors
///
/// Every file that is not there or is no text, and every folder without one.
pub(crate) fn read_reports(paths: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Problems> {
    let mut problems = Problems::default();
    let mut files = Vec::new();
    for path in paths {
        let before = files.len();
        if !path.is_dir() {
            files.push(path.clone());
        } else if let Err(problem) = walk(path, &mut files) {
            problems.push(problem);
        } else if files.len() == before {
            let message = "there are no reports (*.xml, *.json) in this folder";
            let help = "name the folder that the reports of the shards were put into";
            problems.push(Problem::error(message).path(path).help(help));
        }
    }
    let mut read = Vec::new();
    for file in files {
        match read_text(&file) {
            Ok(text) => read.push((file, text.text().to_owned())),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(read) }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let failed =
        |error: std::io::Error| Problem::error(format!("cannot be read: {error}")).path(folder);
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut entries: Vec<_> = entries.collect::<Result<_, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_report = path.extension().is_some_and(|it| it == "xml" || it == "json");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, files)?;
        } else if is_report {
            files.push(path);
        }
    }
    Ok(())
}
