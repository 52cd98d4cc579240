use std::path::{Path, PathBuf};

use super::discover::read_text;
use crate::exclusions::compare::{List, Source, Spec, lists_in};
use crate::place::{Problem, Problems};

/// Reads lists of left-out migrations, as users name them.
///
/// # Errors
///
/// Every one that cannot be read, or is not there.
pub(crate) fn read_lists(specs: &[String]) -> Result<Vec<List>, Problems> {
    let mut problems = Problems::default();
    let mut lists = Vec::new();
    for spec in specs {
        let read = Source::parse(spec)
            .map_err(|why| Problem::error(format!("{spec}: {why}")).into())
            .and_then(|source| read_source(&source));
        match read {
            Ok(read) => lists.extend(read),
            Err(wrong) => problems.append(wrong),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(lists) }
}

fn read_source(source: &Source) -> Result<Vec<List>, Problems> {
    if !source.path.is_dir() {
        return Ok(lists_in(&read_text(&source.path)?, &source.spec)?);
    }
    let mut lists = Vec::new();
    for file in yaml_files(&source.path)? {
        // Not every workflow has the list.
        lists.extend(lists_in(&read_text(&file)?, &source.spec).unwrap_or_default());
    }
    if lists.is_empty() {
        let what = match &source.spec {
            Spec::Variable(name) => format!("no YAML file there sets {name}"),
            _ => "no YAML file there has such a list".to_owned(),
        };
        return Err(Problem::error(what).path(&source.path).into());
    }
    Ok(lists)
}

/// The YAML files of a folder and of those below it, in the order of names.
fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let wrong =
        |error: std::io::Error| Problem::error(format!("cannot be read: {error}")).path(folder);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        entries.push(entry.map_err(wrong)?);
    }
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path();
        // A link to a folder may lead back to where it stands.
        if entry.file_type().is_ok_and(|it| it.is_dir()) {
            files.extend(yaml_files(&path)?);
        } else if path.extension().is_some_and(|it| it == "yml" || it == "yaml") {
            files.push(path);
        }
    }
    Ok(files)
}
