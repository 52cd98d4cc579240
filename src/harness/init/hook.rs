//! A git hook that checks what is about to be committed.

use std::path::{Path, PathBuf};

use super::{look, relative};
use crate::place::{Problem, Problems, shell_word};
use crate::source::{HookFile, tidy};
use crate::survey::{Hook, HookRefusal, is_empty, removed};

/// What became of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookEnd {
    /// It was written; what else the script does comes after it.
    Written(PathBuf),
    /// It was there, as it should be.
    Unchanged(PathBuf),
    /// It was taken away.
    Removed(PathBuf),
    /// There was none of ours.
    Nothing(PathBuf),
}

/// Puts a pre-commit hook into the repository that a path is in. It checks migrations and scenarios where a commit touches them.
///
/// # Errors
///
/// Where there is no repository, no migrations, or a hook that cannot take ours in.
pub fn install_hook(path: &Path) -> Result<HookEnd, Problems> {
    let file = hook_file(path)?;
    let (root, surveyed) = look(&tidy(path))?;
    let at = |path: &Path| file.within(path);
    let folders: Vec<_> = surveyed.folders.iter().filter_map(|it| at(it)).collect();
    let scenarios = root.join("scenarios");
    let has_scenarios = scenarios.is_dir();
    let scenarios: Vec<_> = at(&scenarios).into_iter().collect();
    let shared = at(&root.join("migration-replay.toml"));
    let hook = Hook {
        watched: folders.iter().chain(&scenarios).cloned().chain(shared).collect(),
        checked: if has_scenarios { scenarios } else { folders },
    };
    let existing = file.read()?;
    let text =
        hook.installed(existing.as_deref()).map_err(|why| refused(&file.path, why, &hook))?;
    let shown = relative(&file.path, Path::new("."));
    if existing.as_deref() == Some(text.as_str()) {
        return Ok(HookEnd::Unchanged(shown));
    }
    file.write(&text)?;
    Ok(HookEnd::Written(shown))
}

/// Takes our part out of the pre-commit hook.
///
/// # Errors
///
/// Where there is no repository, or the file cannot be changed.
pub fn remove_hook(path: &Path) -> Result<HookEnd, Problems> {
    let file = hook_file(path)?;
    let shown = relative(&file.path, Path::new("."));
    match file.read()?.as_deref().and_then(removed) {
        None => return Ok(HookEnd::Nothing(shown)),
        Some(rest) if is_empty(&rest) => file.delete()?,
        Some(rest) => file.write(&rest)?,
    }
    Ok(HookEnd::Removed(shown))
}

fn hook_file(path: &Path) -> Result<HookFile, Problem> {
    HookFile::of(path).map_err(|why| {
        Problem::error(format!("the hooks of this repository cannot be found: {why}"))
            .path(path)
            .help("git init")
    })
}

fn refused(file: &Path, why: HookRefusal, hook: &Hook) -> Problem {
    let command = hook.command();
    let (message, help) = match why {
        HookRefusal::Managed(name) => (
            format!("this hook is written by {name}, and what is added to it would be lost"),
            format!("add the command to the configuration of {name}: {command}"),
        ),
        HookRefusal::NotShell => (
            "this hook is no script of a shell".to_owned(),
            format!("add the command to it: {}", shell_word(&command).trim_matches('\'')),
        ),
    };
    Problem::error(message).path(file).help(help)
}
