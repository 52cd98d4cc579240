use std::path::{Path, PathBuf};

use crate::migration::layout::{Folder, FolderFile};
use crate::place::Problem;

/// Endings of files whose content layouts read, beside SQL.
const READ: &[&str] = &[".conf", ".toml", ".json", ".plan", ".sum"];

/// Folders that hold no migrations, and much else.
const PASSED_OVER: &[&str] = &["node_modules", "target", "vendor", "__pycache__"];

/// Files by which a project's tool is told, beside its migrations or above them.
const TELLING: &[&str] = &[
    "Cargo.toml",
    "atlas.hcl",
    "config.toml",
    "database.yml",
    "dbconfig.yml",
    "diesel.toml",
    "drizzle.config.js",
    "drizzle.config.ts",
    "flyway.conf",
    "flyway.toml",
    "go.mod",
    "package.json",
    "refinery.toml",
    "sqitch.conf",
];

/// How deep below a migration folder its files may lie.
const DEEPEST: usize = 4;

/// Reads the files of a migration folder, and those that tell its tool up to the repository's root. The
/// content of `manifest`, a path in the folder, is read whatever its ending.
pub(super) fn read_folder(
    path: &Path,
    repository: Option<&Path>,
    manifest: Option<&Path>,
) -> Result<Folder, Problem> {
    let mut files = Vec::new();
    let walk = Walk { root: path, manifest };
    walk.below(Path::new(""), 0, &mut files).map_err(|(file, error)| {
        let help = "name the folder that holds the migrations";
        Problem::error(format!("cannot be read: {error}")).path(file).help(help)
    })?;
    files.sort_by(|left, right| left.relative.cmp(&right.relative));
    Ok(Folder { path: path.to_owned(), files, beside: beside(path, repository) })
}

type Failed = (PathBuf, std::io::Error);

struct Walk<'a> {
    root: &'a Path,
    manifest: Option<&'a Path>,
}

impl Walk<'_> {
    fn below(&self, below: &Path, depth: usize, files: &mut Vec<FolderFile>) -> Result<(), Failed> {
        let folder = self.root.join(below);
        let failed = |error| (folder.clone(), error);
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let relative = below.join(&*name);
            let path = entry.path();
            if is_a_folder(&entry, &path) {
                if depth < DEEPEST && !name.starts_with('.') && !PASSED_OVER.contains(&&*name) {
                    self.below(&relative, depth + 1, files)?;
                }
            } else if is_read(&relative, self.manifest) {
                let bytes = std::fs::read(&path).map_err(|error| (path.clone(), error))?;
                files.push(FolderFile::new(relative, bytes));
            } else {
                files.push(FolderFile::new(relative, Vec::new()));
            }
        }
        Ok(())
    }
}

/// Asks the disk only about links: entries of a listing know what they are.
fn is_a_folder(entry: &std::fs::DirEntry, path: &Path) -> bool {
    match entry.file_type() {
        Ok(kind) if kind.is_symlink() => path.is_dir(),
        Ok(kind) => kind.is_dir(),
        Err(_) => false,
    }
}

/// Whether the content of a file matters, and not only its name: `a.sql`, and `a.sql.retired` as well,
/// which some tools run all the same.
pub(super) fn is_read(relative: &Path, manifest: Option<&Path>) -> bool {
    let name = relative.file_name().unwrap_or_default().to_string_lossy();
    let is_sql = name.contains(".sql");
    is_sql || READ.iter().any(|ending| name.ends_with(ending)) || manifest == Some(relative)
}

/// Whether a file lies where no migrations are looked for.
pub(super) fn is_passed_over(relative: &Path) -> bool {
    let folders = relative.parent().into_iter().flat_map(Path::components);
    let names: Vec<_> = folders.map(|folder| folder.as_os_str().to_string_lossy()).collect();
    let is_one = |name: &str| name.starts_with('.') || PASSED_OVER.contains(&name);
    names.len() > DEEPEST || names.iter().any(|name| is_one(name))
}

/// Whether no migrations are looked for in a folder of this name.
pub(super) fn is_folder_passed_over(name: &str) -> bool {
    name.starts_with('.') || PASSED_OVER.contains(&name)
}

/// Whether a file tells which tool a project uses.
pub(super) fn is_telling(name: &str) -> bool {
    TELLING.contains(&name)
}

fn beside(path: &Path, repository: Option<&Path>) -> Vec<FolderFile> {
    let Ok(folder) = path.canonicalize() else { return Vec::new() };
    let root = repository.unwrap_or(&folder);
    let mut found = Vec::new();
    for above in folder.ancestors().take_while(|above| above.starts_with(root)) {
        for name in TELLING {
            // What is not there tells nothing.
            if let Ok(bytes) = std::fs::read(above.join(name)) {
                found.push(FolderFile::new(*name, bytes));
            }
        }
    }
    found
}
