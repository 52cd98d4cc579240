use std::path::{Component, Path, PathBuf};

/// How files are called in reports that somebody reads beside the repository: from its root on, wherever the program was
/// started. GitHub finds files in no other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryPaths {
    current: PathBuf,
    root: PathBuf,
}

impl RepositoryPaths {
    /// `current` is the folder that paths are relative to, `root` that of the repository; both absolute.
    pub fn new(current: impl Into<PathBuf>, root: impl Into<PathBuf>) -> Self {
        Self { current: current.into(), root: root.into() }
    }

    /// The path from the root of the repository; a file that is not in it keeps its absolute path. One of a commit
    /// (`v1.2:db/001_a.sql`) has the path that it has there.
    #[must_use]
    pub fn of(&self, file: &Path) -> PathBuf {
        if let Some(within) = within_commit(file) {
            return within;
        }
        let mut absolute = PathBuf::new();
        for part in self.current.join(file).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    absolute.pop();
                }
                other => absolute.push(other),
            }
        }
        match absolute.strip_prefix(&self.root) {
            Ok(relative) => relative.to_owned(),
            Err(_) => absolute,
        }
    }
}

/// Folders of a commit are called `REF:FOLDER`, with the folder as the repository has it.
fn within_commit(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?;
    let folder = file.parent()?.to_str()?;
    let (commit, within) = folder.split_once(':')?;
    (!commit.is_empty()).then(|| Path::new(within.trim_start_matches('/')).join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("a.sql", "db/new/a.sql")]
    #[case("../a.sql", "db/a.sql")]
    #[case("./../../../b/a.sql", "/b/a.sql")]
    #[case("/r/db/a.sql", "db/a.sql")]
    #[case("/elsewhere/a.sql", "/elsewhere/a.sql")]
    #[case("v1.2:db/new/a.sql", "db/new/a.sql")]
    #[case("origin/main:db/1_a/up.sql", "db/1_a/up.sql")]
    #[case("v1:/a.sql", "a.sql")]
    #[case("12:30.sql", "db/new/12:30.sql")]
    fn paths_begin_at_the_root_of_the_repository(#[case] file: &str, #[case] expected: &str) {
        let paths = RepositoryPaths::new("/r/db/new", "/r");
        assert_eq!(paths.of(Path::new(file)), Path::new(expected));
    }
}
