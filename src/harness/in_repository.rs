use std::collections::BTreeMap;
use std::path::Path;

use crate::report::RepositoryPaths;
use crate::source::repository_of;

/// How reports call files that others read beside the repository: from the root of the git repository that the current folder
/// is in, else from the folder that GitHub gave the job (`GITHUB_WORKSPACE`), else from the current folder.
#[must_use]
pub fn repository_paths(environment: &BTreeMap<String, String>) -> RepositoryPaths {
    let current = std::env::current_dir().unwrap_or_default();
    let workspace = || {
        let folder = environment.get("GITHUB_WORKSPACE").filter(|it| !it.is_empty())?;
        Path::new(folder).canonicalize().ok()
    };
    let root = repository_of(Path::new(".")).or_else(workspace);
    let root = root.unwrap_or_else(|| current.clone());
    RepositoryPaths::new(current, root)
}
