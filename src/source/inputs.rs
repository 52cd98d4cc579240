use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::read_text;
use super::migrations::SetKey;
use super::paths::{repository_of, resolve};
use crate::migration::{MigrationSet, Script, Variables, psql};
use crate::place::{Located, Problem, Problems, SourceText};
use crate::plan::{DumpFile, DumpFormat, Inputs, Origin};
use crate::scenario::{MigrationSource, Scenario};

/// What is read once and used by every scenario that names it.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(super) purpose: Purpose,
    pub(super) sets: BTreeMap<SetKey, Arc<MigrationSet>>,
    scripts: BTreeMap<(PathBuf, Variables), Arc<Script>>,
}

/// What things are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Purpose {
    /// To be run: what the tool refuses is refused.
    #[default]
    Run,
    /// To be looked at, and told of.
    Look,
}

impl Given {
    /// For those who only look at files: a folder that its tool refuses for its versions alone is read all the same.
    pub(crate) fn to_look_at() -> Self {
        Self { purpose: Purpose::Look, ..Self::default() }
    }
}

/// Reads everything that a scenario names.
///
/// # Errors
///
/// Every file that is missing or cannot be read.
pub(crate) fn read_inputs(
    scenario: &Scenario,
    origin: Origin,
    environment: &BTreeMap<String, String>,
    given: &mut Given,
) -> Result<Inputs, Problems> {
    let file = match &origin {
        Origin::File(file) => Some(file.as_path()),
        Origin::Flags(_) => None,
    };
    let (repository, git_repository) = repositories(file);
    let mut reader = Reader {
        folder: &scenario.folder,
        repository: repository.as_deref(),
        git_repository: git_repository.as_deref(),
        given,
        problems: Problems::default(),
    };
    let set = reader.set(scenario);
    let mut releases = BTreeMap::new();
    for reference in scenario.seeds.iter().filter_map(|seed| seed.git_ref.as_ref()) {
        let migrations =
            MigrationSource { git_ref: Some(reference.clone()), ..scenario.migrations.clone() };
        let then = reader.set(&Scenario { migrations, ..scenario.clone() });
        releases.extend(then.map(|set| (reference.value.clone(), set)));
    }
    let mut scripts = BTreeMap::new();
    let mut dumps = BTreeMap::new();
    let seed_files = scenario.seeds.iter().flat_map(|seed| &seed.sql).map(|sql| &sql.file);
    for file in scenario.setup.sql.iter().chain(seed_files) {
        let script = reader.script(file, &scenario.setup.variables);
        scripts.extend(script.map(|script| (file.value.clone(), script)));
    }
    for file in scenario.seeds.iter().filter_map(|seed| seed.dump.as_ref()) {
        dumps.extend(reader.dump(file).map(|dump| (file.value.clone(), dump)));
    }
    match set {
        Some(set) if !reader.problems.has_errors() => {
            Ok(Inputs { set, releases, scripts, dumps, environment: environment.clone(), origin })
        }
        _ => Err(reader.problems),
    }
}

/// What a scenario file may not lead out of, and where commits are looked for.
fn repositories(file: Option<&Path>) -> (Option<PathBuf>, Option<PathBuf>) {
    match file.map(repository_of) {
        Some(repository) => (repository.clone(), repository),
        None => (None, repository_of(Path::new("."))),
    }
}

/// Reads one thing that a scenario names.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn reader<T>(
    scenario: &Scenario,
    given: &mut Given,
    read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, Problems> {
    let (repository, git_repository) = repositories(scenario.source.as_ref().map(SourceText::path));
    let mut reader = Reader {
        folder: &scenario.folder,
        repository: repository.as_deref(),
        git_repository: git_repository.as_deref(),
        given,
        problems: Problems::default(),
    };
    let read = read(&mut reader);
    read.ok_or(reader.problems)
}

/// Reads one thing of a scenario whose commits are looked for in a given repository.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn reader_in<T>(
    scenario: &Scenario,
    repository: &Path,
    given: &mut Given,
    read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, Problems> {
    let mut reader = Reader {
        folder: &scenario.folder,
        repository: Some(repository),
        git_repository: Some(repository),
        given,
        problems: Problems::default(),
    };
    let read = read(&mut reader);
    read.ok_or(reader.problems)
}

pub(super) struct Reader<'a> {
    pub(super) folder: &'a Path,
    /// What a scenario file may not lead out of.
    pub(super) repository: Option<&'a Path>,
    /// Where commits are looked for.
    pub(super) git_repository: Option<&'a Path>,
    pub(super) given: &'a mut Given,
    pub(super) problems: Problems,
}

/// A dump of `pg_dump --format=directory`: a folder with a table of contents (documentation, `pg_dump`).
fn directory_dump(path: &Path) -> std::io::Result<DumpFile> {
    let toc = path.join("toc.dat");
    let about = std::fs::metadata(&toc).map_err(|_| {
        std::io::Error::other("it is a folder without toc.dat; dump with --format=directory")
    })?;
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        bytes += entry?.metadata()?.len();
    }
    let modified = about.modified().ok();
    let file = (about.dev(), about.ino());
    Ok(DumpFile { path: path.to_owned(), format: DumpFormat::Directory, bytes, modified, file })
}

impl Reader<'_> {
    fn script(&mut self, file: &Located<PathBuf>, variables: &Variables) -> Option<Arc<Script>> {
        let key = (self.path(file)?, variables.clone());
        if let Some(script) = self.given.scripts.get(&key) {
            return Some(script.clone());
        }
        let text = self.check(read_text(&key.0).map_err(Problems::from))?;
        let script = Arc::new(psql::read(text, variables));
        self.given.scripts.insert(key, script.clone());
        Some(script)
    }

    fn dump(&mut self, file: &Located<PathBuf>) -> Option<DumpFile> {
        let path = self.path(file)?;
        let look = || -> std::io::Result<DumpFile> {
            let mut opened = File::open(&path)?;
            let about = opened.metadata()?;
            if about.is_dir() {
                return directory_dump(&path);
            }
            let mut first = [0; 512];
            let read = opened.read(&mut first)?;
            if first[257..262] == *b"ustar" {
                return Err(std::io::Error::other(
                    "it is a tar archive; dump with --format=custom",
                ));
            }
            Ok(DumpFile {
                format: DumpFormat::of(&first[..read]),
                bytes: about.len(),
                modified: about.modified().ok(),
                file: (about.dev(), about.ino()),
                path: path.clone(),
            })
        };
        let looked = look().map_err(|error| {
            let message = format!("the dump {} cannot be read: {error}", path.display());
            let help =
                "pg_dump, plain (also with gzip or zstd), --format=custom or --format=directory";
            Problems::from(Problem::error(message).at_some(file.place.clone()).help(help))
        });
        self.check(looked)
    }

    pub(super) fn path(&mut self, written: &Located<PathBuf>) -> Option<PathBuf> {
        let resolved = resolve(written, self.folder, self.repository).map_err(Problems::from);
        self.check(resolved)
    }

    /// Keeps what is wrong.
    pub(super) fn check<T>(&mut self, result: Result<T, Problems>) -> Option<T> {
        result.map_err(|problems| self.problems.append(problems)).ok()
    }
}
