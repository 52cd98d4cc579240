use std::path::{Component, Path, PathBuf};

use crate::place::{Located, Problem};

/// Takes `.` and `a/..` out of a path without asking the disk, so that messages show
/// `migrations/x` and not `scenarios/../migrations/x`.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in path.components() {
        let can_go_up = matches!(tidied.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if can_go_up => {
                tidied.pop();
            }
            other => tidied.push(other),
        }
    }
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

/// The repository that a file is in, or would be in: the nearest folder above it with a `.git`.
pub(crate) fn repository_of(file: &Path) -> Option<PathBuf> {
    let there = file.ancestors().find_map(|path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        path.canonicalize().ok()
    })?;
    there.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// A path of a scenario, counted from its folder. Scenario files may come from a stranger's pull
/// request, so what they name must lie in the repository.
pub(super) fn resolve(
    written: &Located<PathBuf>,
    folder: &Path,
    repository: Option<&Path>,
) -> Result<PathBuf, Problem> {
    let path = tidy(&folder.join(&written.value));
    let actual = path.canonicalize().map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        Problem::error(format!("{} {why}", path.display())).at_some(written.place.clone()).help(
            match written.place {
                Some(_) => "paths count from the scenario file's own folder",
                None => "name a folder or file that is there",
            },
        )
    })?;
    match repository {
        Some(repository) if !actual.starts_with(repository) => {
            let message = format!("{} lies outside the repository", path.display());
            let help = "scenario files may name only files of their own repository";
            Err(Problem::error(message).at_some(written.place.clone()).help(help))
        }
        _ => Ok(path),
    }
}

/// A path of a scenario relative to its repository, whether or not the work tree has it.
pub(super) fn within(
    written: &Located<PathBuf>,
    folder: &Path,
    repository: &Path,
) -> Result<PathBuf, Problem> {
    let start = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // The folder of a scenario that is yet to be written need not be there.
    let absolute = || Some(Path::new(".").canonicalize().ok()?.join(start));
    let start = start.canonicalize().ok().or_else(absolute).unwrap_or_else(|| start.to_owned());
    let path = tidy(&start.join(&written.value));
    path.strip_prefix(repository).map(Path::to_owned).map_err(|_| {
        let message = format!("{} lies outside the repository", written.value.display());
        let help = "scenario files may name only files of their own repository";
        Problem::error(message).at_some(written.place.clone()).help(help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_without_detours() {
        assert_eq!(tidy(Path::new("scenarios/../migrations/x")), Path::new("migrations/x"));
        assert_eq!(tidy(Path::new("./a/./b")), Path::new("a/b"));
        assert_eq!(tidy(Path::new("../a")), Path::new("../a"));
        assert_eq!(tidy(Path::new("a/..")), Path::new("."));
        assert_eq!(tidy(Path::new("/a/../b")), Path::new("/b"));
    }
}
