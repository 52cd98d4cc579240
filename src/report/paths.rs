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

    /// The path from the root of the repository; a file that is not in it keeps its absolute path.
    #[must_use]
    pub fn of(&self, file: &Path) -> PathBuf {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("a.sql", "db/new/a.sql")]
    #[case("../a.sql", "db/a.sql")]
    #[case("./../../../b/a.sql", "/b/a.sql")]
    #[case("/r/db/a.sql", "db/a.sql")]
    #[case("/elsewhere/a.sql", "/elsewhere/a.sql")]
    fn paths_begin_at_the_root_of_the_repository(#[case] file: &str, #[case] expected: &str) {
        let paths = RepositoryPaths::new("/r/db/new", "/r");
        assert_eq!(paths.of(Path::new(file)), Path::new(expected));
    }
}
