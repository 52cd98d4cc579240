//! Reads a folder from git objects: no checkout, no file of the work tree is touched or looked at.
//! The `git` program does it (`git help ls-tree`, `git help cat-file`, section "Batch output").

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use super::folder::{is_passed_over, is_read, is_telling};
use crate::migration::layout::{Folder, FolderFile};
use crate::place::{Located, Problem};

/// Reads the files below `path`, relative to the repository, as they are in `reference`: a commit, tag
/// or branch. The content of `manifest`, a path in the folder, is read whatever its ending.
pub(super) fn read_folder_at(
    repository: &Path,
    path: &Path,
    reference: &Located<String>,
    manifest: Option<&Path>,
) -> Result<Folder, Problem> {
    let problem = |message: String, help: &str| {
        Problem::error(message).at_some(reference.place.clone()).help(help)
    };
    let name = &reference.value;
    let commit = resolve(repository, name).map_err(|why| {
        problem(
            format!("there is no commit, tag or branch {name:?} in this repository: {why}"),
            "a shallow clone may lack it: git fetch --tags --unshallow, or in a workflow fetch-depth: 0",
        )
    })?;
    let failed = |why: String| problem(format!("git cannot read {name}: {why}"), "see git fsck");
    let entries = list(repository, &commit).map_err(failed)?;
    let below: Vec<_> = entries.iter().filter(|entry| entry.path.starts_with(path)).collect();
    if below.is_empty() {
        let message = format!("there is no folder {} in {name}", path.display());
        return Err(problem(message, "name the folder as it was called there"));
    }
    let mut objects = Objects::open(repository).map_err(failed)?;
    let mut files = Vec::new();
    for entry in below {
        let relative = entry.path.strip_prefix(path).unwrap_or(&entry.path).to_owned();
        if is_passed_over(&relative) {
            continue;
        }
        let bytes = if is_read(&relative, manifest) {
            objects.read(&entry.object).map_err(failed)?
        } else {
            Vec::new()
        };
        files.push(FolderFile::new(relative, bytes));
    }
    files.sort_by(|left, right| left.relative.cmp(&right.relative));
    let mut telling = Vec::new();
    for entry in entries.iter().filter(|entry| is_telling(entry.name())) {
        if entry.path.parent().is_some_and(|above| path.starts_with(above)) {
            let bytes = objects.read(&entry.object).map_err(failed)?;
            telling.push((entry.path.components().count(), FolderFile::new(entry.name(), bytes)));
        }
    }
    telling.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
    let shown = PathBuf::from(format!("{name}:{}", path.display()));
    let beside = telling.into_iter().map(|(_, file)| file).collect();
    Ok(Folder { path: shown, files, beside })
}

/// The tags that a glob means, newest first by git's own order of versions (`git help config`, "versionsort.suffix").
pub(super) fn tags(repository: &Path, glob: &str) -> Result<Vec<String>, String> {
    let mut command = git(repository);
    command.args(["-c", "versionsort.suffix=-", "tag", "--sort=-version:refname", "--list", "--"]);
    command.arg(glob);
    let listing = run(command)?;
    Ok(String::from_utf8_lossy(&listing).lines().map(str::to_owned).collect())
}

/// Whether a commit has SQL in this folder, which is relative to the repository.
pub(super) fn has_migrations(repository: &Path, tag: &str, path: &Path) -> Result<bool, String> {
    let commit = resolve(repository, tag)?;
    let mut command = git(repository);
    command.args(["ls-tree", "-r", "-z", "--name-only", "--full-tree", &commit]);
    if !path.as_os_str().is_empty() {
        let mut folder = path.as_os_str().to_owned();
        folder.push("/");
        command.arg("--").arg(folder);
    }
    let listing = run(command)?;
    let is_sql = |name: &[u8]| String::from_utf8_lossy(name).contains(".sql");
    Ok(listing.split(|byte| *byte == 0).any(is_sql))
}

/// Whether the index has a file.
pub(super) fn knows(repository: &Path, file: &Path) -> bool {
    let Ok(file) = file.canonicalize() else { return false };
    let mut command = git(repository);
    command.args(["ls-files", "--error-unmatch", "--"]).arg(file);
    run(command).is_ok()
}

/// Renames a file, in the work tree and in the index.
pub(super) fn rename(repository: &Path, file: &Path, target: &Path) -> Result<(), String> {
    let target = std::path::absolute(target).map_err(|error| error.to_string())?;
    let file = std::path::absolute(file).map_err(|error| error.to_string())?;
    let mut command = git(repository);
    command.args(["mv", "--"]).arg(file).arg(target);
    run(command).map(drop)
}

/// The commit where this branch left another one.
pub(super) fn merge_base(repository: &Path, reference: &str) -> Result<String, String> {
    let commit = resolve(repository, reference)?;
    let mut command = git(repository);
    command.args(["merge-base", "HEAD", &commit]);
    let base = run(command)?;
    Ok(String::from_utf8_lossy(&base).trim().to_owned())
}

/// The commit that a name means.
pub(super) fn commit(repository: &Path, reference: &str) -> Result<String, String> {
    resolve(repository, reference)
}

/// The tree of what is staged: of the index that a hook is about, where it names one (`git help githooks`).
pub(super) fn staged_tree(repository: &Path) -> Result<String, String> {
    let mut command = git(repository);
    if let Some(index) = std::env::var_os("GIT_INDEX_FILE").filter(|it| !it.is_empty()) {
        command.env("GIT_INDEX_FILE", std::path::absolute(index).map_err(|it| it.to_string())?);
    }
    command.arg("write-tree");
    Ok(String::from_utf8_lossy(&run(command)?).trim().to_owned())
}

/// Whether git is told to pass over a file.
pub(super) fn is_ignored(repository: &Path, file: &Path) -> bool {
    let mut command = git(repository);
    command.args(["check-ignore", "--quiet", "--"]).arg(file);
    run(command).is_ok()
}

/// Where the repository of a work tree is.
pub(super) fn absolute_git_folder(repository: &Path) -> Result<PathBuf, String> {
    let mut command = git(repository);
    command.args(["rev-parse", "--absolute-git-dir"]);
    let folder = run(command)?;
    Ok(PathBuf::from(String::from_utf8_lossy(&folder).trim_end()))
}

/// Whether what git knows at or below these paths is in the work tree as it is in a commit.
pub(super) fn is_unchanged<P: AsRef<OsStr>>(
    repository: &Path,
    commit: &str,
    paths: impl IntoIterator<Item = P>,
) -> bool {
    let mut command = git(repository);
    command.args(["diff", "--quiet", commit, "--"]).args(paths);
    run(command).is_ok()
}

/// How git calls the commit of a work tree, and whether files were changed since: `v1.2-3-g0123abc-dirty`.
pub(super) fn describe(repository: &Path) -> Result<String, String> {
    let mut command = git(repository);
    command.args(["describe", "--tags", "--always", "--dirty"]);
    Ok(String::from_utf8_lossy(&run(command)?).trim().to_owned())
}

/// The branch that others go into: as the remote has it, else one that is usual, else `main`.
pub(super) fn default_branch(repository: &Path) -> String {
    let mut command = git(repository);
    command.args(["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
    let remote = run(command).map(|name| String::from_utf8_lossy(&name).trim().to_owned());
    if let Some(name) = remote.ok().as_deref().and_then(|name| name.strip_prefix("origin/")) {
        return name.to_owned();
    }
    let is_there = |name: &&&str| resolve(repository, &format!("refs/heads/{name}")).is_ok();
    ["main", "master"].iter().find(is_there).unwrap_or(&"main").to_string()
}

/// Where git looks for hooks; relative to the repository, or absolute.
pub(super) fn hooks(repository: &Path) -> Result<PathBuf, String> {
    let mut command = git(repository);
    command.args(["rev-parse", "--git-path", "hooks"]);
    let answer = run(command)?;
    Ok(PathBuf::from(String::from_utf8_lossy(&answer).trim_end_matches(['\r', '\n'])))
}

/// The commit that brought a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Birth {
    /// Its place among all commits that brought one: the oldest has the lowest.
    pub(crate) number: usize,
    /// What people want to know of it.
    pub(crate) says: String,
}

/// Which commit brought each file of a folder under the name that it has; paths are relative to the repository.
pub(super) fn births(repository: &Path, folder: &Path) -> Result<BTreeMap<PathBuf, Birth>, String> {
    let mut command = git(repository);
    command.args(["-c", "core.quotePath=off", "log", "--no-renames", "--diff-filter=A"]);
    command.args(["--name-only", "--format=%x01%h%x02%as%x02%an%x02%s", "--"]).arg(folder);
    let listing = run(command)?;
    let listing = String::from_utf8_lossy(&listing);
    let mut births = BTreeMap::new();
    let commits: Vec<_> = listing.split('\u{1}').collect();
    for (number, commit) in commits.iter().rev().enumerate() {
        let mut lines = commit.lines();
        let about: Vec<_> = lines.next().unwrap_or_default().split('\u{2}').collect();
        let [hash, day, author, subject] = about.as_slice() else { continue };
        let says = format!("added by {author} in {hash} on {day}: {subject}");
        // The newest comes last, and is the one that brought the file as it is called now.
        for path in lines.filter(|line| !line.is_empty()) {
            births.insert(PathBuf::from(path), Birth { number, says: says.clone() });
        }
    }
    Ok(births)
}

/// A file of a commit.
pub(super) struct Entry {
    pub(super) object: String,
    pub(super) path: PathBuf,
}

impl Entry {
    fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

/// A `git` that looks at this repository alone, even where a hook's environment names another.
fn git(repository: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(repository).arg("--no-optional-locks").stdin(Stdio::null());
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(variable);
    }
    git
}

fn run(mut command: Command) -> Result<Vec<u8>, String> {
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| format!("the program git cannot be run: {error}"))?;
    if status.success() {
        return Ok(stdout);
    }
    let said = String::from_utf8_lossy(&stderr);
    Err(said.trim().trim_start_matches("fatal: ").to_owned())
}

fn resolve(repository: &Path, reference: &str) -> Result<String, String> {
    if reference.starts_with('-') {
        return Err("a name cannot begin with a hyphen".into());
    }
    let mut command = git(repository);
    command.args(["rev-parse", "--verify", "--quiet"]).arg(format!("{reference}^{{commit}}"));
    let commit = run(command)?;
    Ok(String::from_utf8_lossy(&commit).trim().to_owned())
}

/// Every file of a commit; links and submodules are no files of ours.
pub(super) fn list(repository: &Path, commit: &str) -> Result<Vec<Entry>, String> {
    let mut command = git(repository);
    command.args(["ls-tree", "-r", "-z", "--full-tree", commit]);
    let listing = run(command)?;
    let entries = listing.split(|byte| *byte == 0).filter_map(|line| {
        // "100644 blob OBJECT\tPATH".
        let line = String::from_utf8_lossy(line);
        let (about, path) = line.split_once('\t')?;
        let mut about = about.split(' ');
        let (mode, kind, object) = (about.next()?, about.next()?, about.next()?);
        let is_file = kind == "blob" && mode != "120000";
        is_file.then(|| Entry { object: object.to_owned(), path: PathBuf::from(path) })
    });
    Ok(entries.collect())
}

/// One `git cat-file --batch` for all contents.
#[derive(Debug)]
pub(super) struct Objects {
    process: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn open(repository: &Path) -> Result<Self, String> {
        let mut command = git(repository);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("the program git cannot be run: {error}"))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(ask), Some(answer)) => Ok(Self { process, ask, answer: BufReader::new(answer) }),
            _ => Err("git has no input or output".into()),
        }
    }

    pub(super) fn read(&mut self, object: &str) -> Result<Vec<u8>, String> {
        let failed = |error: std::io::Error| error.to_string();
        writeln!(self.ask, "{object}").map_err(failed)?;
        self.ask.flush().map_err(failed)?;
        let mut header = String::new();
        self.answer.read_line(&mut header).map_err(failed)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
        let Some(size) = size else {
            return Err(format!("object {object} cannot be read ({})", header.trim_end()));
        };
        let mut bytes = vec![0; size];
        self.answer.read_exact(&mut bytes).map_err(failed)?;
        let mut newline = [0];
        self.answer.read_exact(&mut newline).map_err(failed)?;
        Ok(bytes)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It has nothing to lose, and must not outlive us.
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}
