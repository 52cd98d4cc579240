use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::read_text;
use super::folder::read_folder;
use super::git::read_folder_at;
use super::paths::{repository_of, resolve, within};
use crate::migration::{MigrationSet, Script, Variables, layout};
use crate::place::{Located, Problem, Problems};
use crate::plan::{DumpFile, DumpFormat, Inputs, Origin};
use crate::scenario::Scenario;

/// What is read once and used by every scenario that names it.
#[derive(Debug, Default)]
pub(crate) struct Given {
    sets: BTreeMap<SetKey, Arc<MigrationSet>>,
    scripts: BTreeMap<PathBuf, Arc<Script>>,
}

/// What makes a difference when a folder is read: path, layout, variables, and the commit.
type SetKey = (PathBuf, Option<String>, Variables, Option<String>);

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
    let repository = match &origin {
        Origin::File(file) => repository_of(file),
        Origin::Flags(_) => None,
    };
    let mut reader = Reader {
        folder: &scenario.folder,
        repository: repository.as_deref(),
        given,
        problems: Problems::default(),
    };
    let set = reader.set(scenario);
    let mut scripts = BTreeMap::new();
    let mut dumps = BTreeMap::new();
    let seed_files = scenario.seeds.iter().flat_map(|seed| &seed.sql).map(|sql| &sql.file);
    for file in scenario.setup.sql.iter().chain(seed_files) {
        scripts.extend(reader.script(file).map(|script| (file.value.clone(), script)));
    }
    for file in scenario.seeds.iter().filter_map(|seed| seed.dump.as_ref()) {
        dumps.extend(reader.dump(file).map(|dump| (file.value.clone(), dump)));
    }
    match set {
        Some(set) if !reader.problems.has_errors() => {
            Ok(Inputs { set, scripts, dumps, environment: environment.clone(), origin })
        }
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    folder: &'a Path,
    repository: Option<&'a Path>,
    given: &'a mut Given,
    problems: Problems,
}

impl Reader<'_> {
    fn set(&mut self, scenario: &Scenario) -> Option<Arc<MigrationSet>> {
        let source = &scenario.migrations;
        let path = match &source.git_ref {
            None => self.path(&source.path)?,
            Some(reference) => self.path_in_git(&source.path, reference)?,
        };
        let wanted = source.layout.as_ref().map(|layout| layout.value.clone());
        let variables = &scenario.setup.variables;
        let reference = source.git_ref.as_ref().map(|reference| reference.value.clone());
        let key = (path.clone(), wanted, variables.clone(), reference);
        if let Some(set) = self.given.sets.get(&key) {
            return Some(set.clone());
        }
        let place = source.path.place.as_ref();
        let folder = match (&source.git_ref, self.repository) {
            (Some(reference), Some(repository)) => read_folder_at(repository, &path, reference),
            _ => read_folder(&path, self.repository),
        };
        let folder = self.check(folder.map_err(Problems::from))?;
        let set = layout::read(&folder, source.layout.as_ref(), place, variables);
        let set = Arc::new(self.check(set)?);
        self.given.sets.insert(key, set.clone());
        Some(set)
    }

    fn script(&mut self, file: &Located<PathBuf>) -> Option<Arc<Script>> {
        let path = self.path(file)?;
        if let Some(script) = self.given.scripts.get(&path) {
            return Some(script.clone());
        }
        let text = self.check(read_text(&path).map_err(Problems::from))?;
        let script = Arc::new(Script::new(text));
        self.given.scripts.insert(path, script.clone());
        Some(script)
    }

    fn dump(&mut self, file: &Located<PathBuf>) -> Option<DumpFile> {
        let path = self.path(file)?;
        let look = || -> std::io::Result<DumpFile> {
            let mut opened = File::open(&path)?;
            let about = opened.metadata()?;
            if about.is_dir() {
                return Err(std::io::Error::other("it is a folder; dump with --format=custom"));
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
                path: path.clone(),
            })
        };
        let looked = look().map_err(|error| {
            Problems::from(Problem::error(format!("cannot be read: {error}")).path(&path))
        });
        self.check(looked)
    }

    fn path(&mut self, written: &Located<PathBuf>) -> Option<PathBuf> {
        let resolved = resolve(written, self.folder, self.repository).map_err(Problems::from);
        self.check(resolved)
    }

    /// A folder's path in the repository, whose work tree need not have it.
    fn path_in_git(
        &mut self,
        written: &Located<PathBuf>,
        reference: &Located<String>,
    ) -> Option<PathBuf> {
        let within = match self.repository {
            Some(repository) => within(written, self.folder, repository),
            None => Err(Problem::error("`ref` needs a git repository, and this file is in none")
                .at_some(reference.place.clone())
                .help("leave `ref` out, or run it in a clone")),
        };
        self.check(within.map_err(Problems::from))
    }

    /// Keeps what is wrong.
    fn check<T>(&mut self, result: Result<T, Problems>) -> Option<T> {
        result.map_err(|problems| self.problems.append(problems)).ok()
    }
}
