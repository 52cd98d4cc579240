use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::read_folder;
use super::git::read_folder_at;
use super::inputs::{Purpose, Reader};
use super::paths::within;
use crate::migration::layout::{self, Folder, Known};
use crate::migration::{MigrationSet, Variables};
use crate::place::{Located, Problem, Problems};
use crate::scenario::{FileList, MigrationSource, Scenario};

/// What makes a difference when migrations are read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SetKey {
    path: PathBuf,
    layout: Option<String>,
    listed: Option<Vec<PathBuf>>,
    manifest: Option<PathBuf>,
    provided: Vec<(String, PathBuf)>,
    commit: Option<String>,
    variables: Variables,
    known: Known<String>,
}

impl SetKey {
    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The list in the folder, where the scenario names one.
    pub(super) fn manifest(&self) -> Option<&Path> {
        self.manifest.as_deref()
    }
}

impl Reader<'_> {
    pub(super) fn set(&mut self, scenario: &Scenario) -> Option<Arc<MigrationSet>> {
        let source = &scenario.migrations;
        let path = match &source.git_ref {
            None => self.path(&source.path)?,
            Some(reference) => self.path_in_git(&source.path, reference)?,
        };
        let provided = self.provided(source)?;
        let key = key(path, scenario, &provided);
        if let Some(set) = self.given.sets.get(&key) {
            return Some(set.clone());
        }
        let set = self.read_set(&key, source, provided);
        let set = self.check(set)?;
        self.refuse_idle_variables(scenario, &set);
        let set = Arc::new(set);
        self.given.sets.insert(key, set.clone());
        Some(set)
    }

    /// The stubs of `provide`, found: they are of the work tree, whatever the migrations are of.
    fn provided(&mut self, source: &MigrationSource) -> Option<Vec<(Located<String>, PathBuf)>> {
        let found: Vec<_> = source
            .provide
            .iter()
            .map(|(name, stub)| Some((name.clone(), self.path(stub)?)))
            .collect();
        found.into_iter().collect()
    }

    fn read_set(
        &self,
        key: &SetKey,
        source: &MigrationSource,
        provided: Vec<(Located<String>, PathBuf)>,
    ) -> Result<MigrationSet, Problems> {
        let set = lay_out(&self.folder_of(key, source, provided)?, key, source)?;
        match self.given.purpose {
            Purpose::Run => set.accepted(),
            Purpose::Look => Ok(set),
        }
    }

    fn folder_of(
        &self,
        key: &SetKey,
        source: &MigrationSource,
        provided: Vec<(Located<String>, PathBuf)>,
    ) -> Result<Folder, Problems> {
        let manifest = key.manifest();
        let mut folder = match (&source.git_ref, self.git_repository) {
            (Some(reference), Some(repository)) => {
                read_folder_at(repository, &key.path, reference, manifest)
            }
            _ => read_folder(&key.path, self.repository, manifest),
        }?;
        stand_in(&mut folder, provided)?;
        Ok(folder)
    }

    /// The folder of a scenario, and what makes a difference when it is laid out.
    pub(super) fn folder(&mut self, scenario: &Scenario) -> Option<(Folder, SetKey)> {
        let source = &scenario.migrations;
        let path = match &source.git_ref {
            None => self.path(&source.path)?,
            Some(reference) => self.path_in_git(&source.path, reference)?,
        };
        let provided = self.provided(source)?;
        let key = key(path, scenario, &provided);
        let folder = self.folder_of(&key, source, provided);
        Some((self.check(folder)?, key))
    }

    /// Variables that nothing fills in are a mistake. SQL files of setup and seeds take psql's.
    fn refuse_idle_variables(&mut self, scenario: &Scenario, set: &MigrationSet) {
        let has_psql = !scenario.setup.sql.is_empty()
            || scenario.seeds.iter().any(|seed| !seed.sql.is_empty());
        let is_idle = !scenario.setup.variables.is_empty() && !has_psql;
        if is_idle && !layout::fills_in_variables(set.layout) {
            let message = format!("the layout {} fills in no variables", set.layout);
            let problem = Problem::error(message)
                .at_some(scenario.migrations.path.place.clone())
                .help("leave out `variables` under [setup]");
            self.problems.push(problem);
        }
    }

    /// A folder's path in the repository, whose work tree need not have it.
    pub(super) fn path_in_git(
        &mut self,
        written: &Located<PathBuf>,
        reference: &Located<String>,
    ) -> Option<PathBuf> {
        let within = match self.git_repository {
            Some(repository) => within(written, self.folder, repository),
            None => Err(Problem::error("`ref` needs a git repository, and there is none here")
                .at_some(reference.place.clone())
                .help("leave `ref` out, or run it in a clone")),
        };
        self.check(within.map_err(Problems::from))
    }
}

fn key(path: PathBuf, scenario: &Scenario, provided: &[(Located<String>, PathBuf)]) -> SetKey {
    let (source, setup) = (&scenario.migrations, &scenario.setup);
    let value = |name: &Option<Located<String>>| name.as_ref().map(|name| name.value.clone());
    let (listed, manifest) = match &source.files {
        None => (None, None),
        Some(FileList::Manifest(file)) => (None, Some(file.value.clone())),
        Some(FileList::Listed(files)) => {
            (Some(files.iter().map(|file| file.value.clone()).collect()), None)
        }
    };
    SetKey {
        path,
        layout: source.layout.as_ref().map(|layout| layout.value.clone()),
        listed,
        manifest,
        provided: provided.iter().map(|(name, stub)| (name.value.clone(), stub.clone())).collect(),
        commit: source.git_ref.as_ref().map(|reference| reference.value.clone()),
        variables: setup.variables.clone(),
        known: Known { database: value(&setup.database), user: value(&setup.user) },
    }
}

/// Reads the migrations of a folder by the rules that its scenario names.
pub(super) fn lay_out(
    folder: &Folder,
    key: &SetKey,
    source: &MigrationSource,
) -> Result<MigrationSet, Problems> {
    match &source.files {
        None => {
            let known =
                Known { database: key.known.database.as_deref(), user: key.known.user.as_deref() };
            let place = source.path.place.as_ref();
            layout::read(folder, source.layout.as_ref(), place, &key.variables, known)
        }
        Some(FileList::Listed(files)) => layout::read_list(folder, files, &key.variables),
        Some(FileList::Manifest(file)) => {
            let files = read_manifest(folder, file)?;
            layout::read_list(folder, &files, &key.variables)
        }
    }
}

fn stand_in(
    folder: &mut Folder,
    provided: Vec<(Located<String>, PathBuf)>,
) -> Result<(), Problems> {
    let mut problems = Problems::default();
    for (name, stub) in provided {
        let put = std::fs::read(&stub)
            .map_err(|error| Problem::error(format!("cannot be read: {error}")).path(&stub))
            .and_then(|bytes| folder.stand_in(&name, stub, bytes));
        if let Err(problem) = put {
            problems.push(problem);
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(()) }
}

fn read_manifest(
    folder: &Folder,
    file: &Located<PathBuf>,
) -> Result<Vec<Located<PathBuf>>, Problem> {
    let Some(found) = folder.files.iter().find(|found| found.relative == file.value) else {
        let shown = file.value.display();
        let message = format!("the list of files {shown} is not in {}", folder.path.display());
        let help = folder
            .near(Path::new(&file.value), "it lies in the folder `path`, and counts from there");
        return Err(Problem::error(message).at_some(file.place.clone()).help(help));
    };
    Ok(layout::read_manifest(&found.source(folder)?))
}
