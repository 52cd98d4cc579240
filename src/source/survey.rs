//! Which files of a repository say something of its migrations and servers.

use std::path::{Path, PathBuf};

use super::checked::folders_of_migrations;
use super::discover::read_text;
use super::folder::is_folder_passed_over;
use super::git;
use super::paths::{repository_of, tidy};
use crate::place::{Problems, SourceText};

/// What was found in a repository.
#[derive(Debug, Default)]
pub(crate) struct Surveyed {
    /// Folders of migrations.
    pub(crate) folders: Vec<PathBuf>,
    /// Folders of migrations that are passed over: those of tests, and those of other databases.
    pub(crate) passed_over: Vec<PathBuf>,
    /// Files that may name images, and lists of what is left out.
    pub(crate) telling: Vec<SourceText>,
    /// Files with values of variables: `.env`.
    pub(crate) values: Vec<SourceText>,
    /// Dumps of databases.
    pub(crate) dumps: Vec<PathBuf>,
    /// SQL that fills tables.
    pub(crate) seeds: Vec<PathBuf>,
    /// Tags of the repository, the newest first.
    pub(crate) tags: Vec<String>,
}

/// Hidden folders that hold what tells.
const HIDDEN: &[&str] = &[".circleci", ".devcontainer", ".github", ".gitlab"];

/// Parts of paths of folders whose migrations are for tests, or for no Postgres.
const NO_MIGRATIONS_OF_OURS: &[&str] = &[
    "__tests__",
    "clickhouse",
    "d1",
    "example",
    "examples",
    "fixtures",
    "h2",
    "mariadb",
    "mssql",
    "mysql",
    "oracle",
    "spec",
    "sqlite",
    "sqlite3",
    "sqlserver",
    "test",
    "testdata",
    "tests",
];

/// How deep files are looked for, and how many entries are looked at. A repository is small; a home folder is not.
const DEEPEST: usize = 6;
const MOST_ENTRIES: usize = 50_000;
/// Files that tell something are written by hand.
const MOST_BYTES: u64 = 500_000;

/// Looks through a repository.
///
/// # Errors
///
/// When the folder cannot be read.
pub(crate) fn survey(root: &Path) -> Result<Surveyed, Problems> {
    let mut found = Surveyed::default();
    let (folders, passed_over) =
        folders_of_migrations(root)?.into_iter().partition(|folder| is_of_ours(folder, root));
    found.folders = folders;
    found.passed_over = passed_over;
    let mut left = MOST_ENTRIES;
    look_below(root, 0, &mut left, &mut found);
    let holds = |path: &PathBuf| {
        let all = found.folders.iter().chain(&found.passed_over);
        all.into_iter().any(|folder| path.starts_with(folder))
    };
    let is_beside = |path: &PathBuf| !holds(path) && is_of_ours(path, root);
    found.dumps = found.dumps.iter().filter(|path| is_beside(path)).cloned().collect();
    found.seeds = found.seeds.iter().filter(|path| is_beside(path)).cloned().collect();
    if let Some(repository) = repository_of(root) {
        found.tags = git::tags(&repository, "*").unwrap_or_default();
    }
    Ok(found)
}

fn is_of_ours(path: &Path, root: &Path) -> bool {
    let below = path.strip_prefix(root).unwrap_or(path);
    let names = below.components().map(|part| part.as_os_str().to_string_lossy().to_lowercase());
    !names.into_iter().any(|name| NO_MIGRATIONS_OF_OURS.contains(&name.as_str()))
}

/// What cannot be read tells nothing.
fn look_below(folder: &Path, depth: usize, left: &mut usize, found: &mut Surveyed) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<_> = entries.map(|entry| (entry.file_name(), entry)).collect();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, entry) in entries {
        let Some(fewer) = left.checked_sub(1) else { return };
        *left = fewer;
        let name = name.to_string_lossy();
        let path = tidy(&entry.path());
        // A link to a folder may lead back to where it stands.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let is_wanted = !is_folder_passed_over(&name) || HIDDEN.contains(&&*name);
            if is_wanted && depth < DEEPEST {
                look_below(&path, depth + 1, left, found);
            }
        } else if entry.metadata().is_ok_and(|about| about.is_file()) {
            take(&path, &name.to_lowercase(), found);
        }
    }
}

fn take(path: &Path, name: &str, found: &mut Surveyed) {
    let read = || {
        let is_short = std::fs::metadata(path).is_ok_and(|about| about.len() <= MOST_BYTES);
        if is_short { read_text(path).ok() } else { None }
    };
    if is_values(name) {
        found.values.extend(read());
    } else if is_telling(path, name) {
        found.telling.extend(read());
    } else if is_dump(name) {
        found.dumps.push(path.to_owned());
    } else if is_seed(path, name) {
        found.seeds.push(path.to_owned());
    }
}

fn ends_in(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

fn is_values(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.")
}

fn is_telling(path: &Path, name: &str) -> bool {
    let is_yaml = ends_in(name, &[".yml", ".yaml"]);
    let is_below = |folder: &str| path.components().any(|part| part.as_os_str() == folder);
    let is_of_ci = is_yaml && HIDDEN.iter().any(|folder| is_below(folder));
    let is_named = is_yaml
        && (name.contains("compose")
            || name.starts_with("values")
            || ends_in(
                name,
                &["gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".drone.yml"],
            ));
    let is_docker =
        name.starts_with("dockerfile") || ends_in(name, &[".dockerfile", "containerfile"]);
    is_of_ci
        || is_named
        || is_docker
        || name == "devcontainer.json"
        || ["makefile", "justfile"].contains(&name)
}

fn is_dump(name: &str) -> bool {
    let is_plain =
        ends_in(name, &[".sql"]) && ["backup", "dump"].iter().any(|it| name.contains(it));
    is_plain || ends_in(name, &[".dump", ".pgdump", ".sql.gz", ".sql.zst"])
}

fn is_seed(path: &Path, name: &str) -> bool {
    let folder =
        path.parent().and_then(Path::file_name).map(|it| it.to_string_lossy().to_lowercase());
    ends_in(name, &[".sql"])
        && (name.contains("seed") || folder.is_some_and(|it| it.starts_with("seed")))
}

/// The folder that a path's scenarios belong to, where that is another than the path: a folder of migrations has none of its own.
pub(crate) fn above_migrations(path: &Path) -> PathBuf {
    let above = repository_of(path).map(|repository| {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
        repository.strip_prefix(&here).map(Path::to_owned).unwrap_or(repository)
    });
    let above = above.or_else(|| path.parent().map(Path::to_owned)).unwrap_or_default();
    if above.as_os_str().is_empty() { PathBuf::from(".") } else { above }
}
