//! Hides extensions from a local server. Postgres finds its files relative to its own program (see
//! `make_relative_path` in `src/port/path.c`): a private prefix of the same shape, in which the control
//! files of the hidden extensions are missing, is a server that does not have them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use super::Installation;

/// Makes the prefix below `root` and returns its folder of programs.
pub(super) fn with_hidden_extensions(
    installation: &Installation,
    hidden: &BTreeSet<String>,
    root: &Path,
) -> io::Result<PathBuf> {
    let bin = below(root, &installation.bin);
    fs::create_dir_all(&bin)?;
    for entry in fs::read_dir(&installation.bin)? {
        let entry = entry?;
        let target = bin.join(entry.file_name());
        let name = entry.file_name();
        if matches!(name.to_str(), Some("postgres" | "initdb" | "pg_ctl")) {
            fs::copy(entry.path(), target)?;
        } else {
            symlink(entry.path(), target)?;
        }
    }
    let lib = installation.bin.parent().map(|parent| parent.join("lib"));
    if let Some(lib) = lib.filter(|lib| lib.is_dir()) {
        symlink(&lib, below(root, &lib))?;
    }
    let share = below(root, &installation.share);
    link_all(&installation.share, &share, |name| name == "extension")?;
    let is_hidden = |name: &str| {
        let extension = name.split("--").next().unwrap_or(name).trim_end_matches(".control");
        hidden.contains(extension)
    };
    link_all(&installation.share.join("extension"), &share.join("extension"), is_hidden)?;
    open_to_all(root)?;
    Ok(bin)
}

/// The same path below another root.
fn below(root: &Path, path: &Path) -> PathBuf {
    let normal = path.components().filter(|part| matches!(part, Component::Normal(_)));
    root.join(normal.collect::<PathBuf>())
}

fn link_all(from: &Path, to: &Path, leave_out: impl Fn(&str) -> bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if !leave_out(&entry.file_name().to_string_lossy()) {
            symlink(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The server may run under another account than the one that made the folders.
fn open_to_all(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_to_all(&entry.path())?;
        }
    }
    Ok(())
}
