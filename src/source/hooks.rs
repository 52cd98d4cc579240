//! Where git looks for hooks, and what is in them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::checked::replace_file;
use super::git;
use super::paths::repository_of;
use crate::place::Problem;

/// The hooks of a repository.
#[derive(Debug)]
pub(crate) struct Hooks {
    /// Where git looks for them: of a linked worktree those of its repository, or those of `core.hooksPath`.
    pub(crate) folder: PathBuf,
    root: PathBuf,
}

impl Hooks {
    /// The hooks of the repository that a path is in.
    ///
    /// # Errors
    ///
    /// When there is none, or git cannot tell.
    pub(crate) fn of(path: &Path) -> Result<Self, String> {
        let root =
            repository_of(path).ok_or_else(|| "there is no git repository here".to_owned())?;
        let folder = root.join(git::hooks(&root)?);
        Ok(Self { folder, root })
    }

    /// A path as hooks name it, counted from the root of the work tree; none if it is not in it.
    pub(crate) fn within(&self, path: &Path) -> Option<String> {
        let here = Path::new(".").canonicalize().ok()?;
        let path = super::tidy(&here.join(path));
        let below = path.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = below.components().map(|it| it.as_os_str().to_string_lossy()).collect();
        Some(if parts.is_empty() { ".".into() } else { parts.join("/") })
    }

    /// What a hook says; none where there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn read(&self, file: &Path) -> Result<Option<String>, Problem> {
        match std::fs::read(file) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::error(format!("cannot be read: {error}")).path(file)),
        }
    }

    /// Writes a hook that can be run.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(crate) fn write(&self, file: &Path, text: &str) -> Result<(), Problem> {
        let wrong = |error: std::io::Error| {
            Problem::error(format!("cannot be written: {error}")).path(file)
        };
        std::fs::create_dir_all(&self.folder).map_err(wrong)?;
        replace_file(file, text.as_bytes())?;
        allow(file).map_err(wrong)
    }

    /// Takes a hook away.
    ///
    /// # Errors
    ///
    /// When it stays.
    pub(crate) fn delete(&self, file: &Path) -> Result<(), Problem> {
        std::fs::remove_file(file)
            .map_err(|error| Problem::error(format!("cannot be removed: {error}")).path(file))
    }
}

fn allow(file: &Path) -> std::io::Result<()> {
    let mut permissions = std::fs::metadata(file)?.permissions();
    permissions.set_mode(permissions.mode() | 0o755);
    std::fs::set_permissions(file, permissions)
}
