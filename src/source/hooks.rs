//! Where git looks for hooks, and what is in them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::checked::replace_file;
use super::git;
use super::paths::repository_of;
use crate::place::Problem;

/// The pre-commit hook of a repository.
#[derive(Debug)]
pub(crate) struct HookFile {
    /// Where git looks for it: of a linked worktree in its repository, or in the folder of `core.hooksPath`.
    pub(crate) path: PathBuf,
    root: PathBuf,
}

impl HookFile {
    /// The hook of the repository that a path is in.
    ///
    /// # Errors
    ///
    /// When there is none, or git cannot tell.
    pub(crate) fn of(path: &Path) -> Result<Self, String> {
        let root =
            repository_of(path).ok_or_else(|| "there is no git repository here".to_owned())?;
        let path = root.join(git::hooks(&root)?).join("pre-commit");
        Ok(Self { path, root })
    }

    /// A path as hooks name it, counted from the root of the work tree; none if it is not in it.
    pub(crate) fn within(&self, path: &Path) -> Option<String> {
        let here = Path::new(".").canonicalize().ok()?;
        let path = super::tidy(&here.join(path));
        let below = path.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = below.components().map(|it| it.as_os_str().to_string_lossy()).collect();
        Some(if parts.is_empty() { ".".into() } else { parts.join("/") })
    }

    /// What it says; none where there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn read(&self) -> Result<Option<String>, Problem> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::error(format!("cannot be read: {error}")).path(&self.path)),
        }
    }

    /// Writes a hook that can be run.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn write(&self, text: &str) -> Result<(), Problem> {
        let wrong = |error: std::io::Error| {
            Problem::error(format!("cannot be written: {error}")).path(&self.path)
        };
        self.path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(wrong)?;
        replace_file(&self.path, text.as_bytes())?;
        allow(&self.path).map_err(wrong)
    }

    /// Takes a hook away.
    ///
    /// # Errors
    ///
    /// When it stays.
    pub(crate) fn delete(&self) -> Result<(), Problem> {
        std::fs::remove_file(&self.path)
            .map_err(|error| Problem::error(format!("cannot be removed: {error}")).path(&self.path))
    }
}

fn allow(file: &Path) -> std::io::Result<()> {
    let mut permissions = std::fs::metadata(file)?.permissions();
    permissions.set_mode(permissions.mode() | 0o755);
    std::fs::set_permissions(file, permissions)
}
