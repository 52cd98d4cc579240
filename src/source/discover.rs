use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::paths::tidy;
use crate::place::{Problem, Problems, SourceText};

/// Finds scenario files: files as they are named, folders with every `.toml` below them.
pub(crate) fn discover(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problems> {
    let mut problems = Problems::default();
    let mut files = Vec::new();
    for path in paths {
        let before = files.len();
        match std::fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                if let Err(problem) = walk(path, &mut files) {
                    problems.push(problem);
                } else if files.len() == before {
                    let message = "there are no scenario files (*.toml) in this folder";
                    let help = "write one, or give a folder of migrations: --migrations DIR";
                    problems.push(Problem::error(message).path(path).help(help));
                }
            }
            Ok(_) => files.push(tidy(path)),
            Err(error) => {
                let message = match error.kind() {
                    std::io::ErrorKind::NotFound => {
                        "there is no such scenario file or folder".into()
                    }
                    _ => format!("cannot be read: {error}"),
                };
                let help = "name a scenario file or folder, or use --migrations DIR";
                problems.push(Problem::error(message).path(path).help(help));
            }
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
    if problems.has_errors() { Err(problems) } else { Ok(files) }
}

/// TOML files that belong to migrations of some layouts: those of Diesel and of Prisma.
const OF_LAYOUTS: &[&str] = &["metadata.toml", "migration_lock.toml"];

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let failed =
        |error: std::io::Error| Problem::error(format!("cannot be read: {error}")).path(folder);
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml")
            && entry.file_name() != SHARED_FILE
            && !OF_LAYOUTS.iter().any(|name| entry.file_name() == *name)
        {
            files.push(tidy(&path));
        }
    }
    Ok(())
}

/// Whether a scenario lies directly in a folder: a TOML file that names migrations.
pub(super) fn is_scenario_folder(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
    let mut tables = entries.filter(|path| path.extension().is_some_and(|it| it == "toml"));
    tables.any(|path| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().any(|line| {
            let rest = line.strip_prefix("migrations").map(str::trim_start);
            rest.is_some_and(|rest| rest.starts_with(['=', '.'])) || line.trim() == "[migrations]"
        })
    })
}

/// The name of the file that holds what the scenarios of a repository share.
pub(super) const SHARED_FILE: &str = "migration-replay.toml";

/// The nearest `migration-replay.toml` at or above a path, but not above its repository.
pub(crate) fn shared_file(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    for folder in path.ancestors() {
        let file = folder.join(SHARED_FILE);
        if file.is_file() {
            return Some(file.strip_prefix(&here).map(Path::to_owned).unwrap_or(file));
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a text file of the user's, or says which byte is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<SourceText, Problem> {
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::error(format!("cannot be read: {error}")).path(path))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceText::new(path, text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid].split(|byte| *byte == b'\n').count();
            Err(Problem::error(format!("line {line} is not UTF-8"))
                .path(path)
                .help("save the file as UTF-8, for instance: iconv -f latin1 -t utf-8"))
        }
    }
}

/// Names for scenarios: the file's stem, or its path without the ending where two share one.
pub(crate) fn names(files: &[PathBuf]) -> Vec<String> {
    let stem = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        *count.entry(stem(file)).or_default() += 1;
    }
    files
        .iter()
        .map(|file| {
            let short = stem(file);
            if count.get(&short) == Some(&1) {
                return short;
            }
            file.with_extension("").to_string_lossy().into_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_one_stem_are_named_by_their_paths() {
        let files = ["a/x.toml", "b/x.toml", "b/y.toml"].map(PathBuf::from);
        assert_eq!(names(&files), ["a/x", "b/x", "y"]);
    }
}
