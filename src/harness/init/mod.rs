//! First scenarios for a repository that has none.

mod author;
mod ci;
mod hook;
mod needs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use author::Author;
pub use ci::{CiFile, CiRequest, write_ci};
pub use hook::{HookEnd, install_hook, remove_hook};

use crate::place::{Place, Problem, Problems};
use crate::scenario::{Defaults, parse};
use crate::source::{Surveyed, above_migrations, discover, read_text, survey, tidy};
use crate::survey::scenario_names;

/// What `init` is asked.
#[derive(Debug, Clone)]
pub struct InitRequest {
    /// A repository, a part of one, or a folder of migrations.
    pub path: PathBuf,
    /// Whether files are written, and not only made.
    pub writes: bool,
}

/// What `init` came to.
#[derive(Debug)]
pub struct Init {
    /// The scenarios, one for each folder of migrations.
    pub scenarios: Vec<FirstScenario>,
    /// Folders of migrations that were passed over: those of tests, and those of other databases.
    pub passed_over: Vec<PathBuf>,
    /// What should be looked at, and stops nothing.
    pub warnings: Problems,
}

/// A scenario for one folder of migrations.
#[derive(Debug)]
pub struct FirstScenario {
    /// Its file.
    pub path: PathBuf,
    /// The file's text.
    pub text: String,
    /// The folder of migrations.
    pub folder: PathBuf,
    /// What was found, a line each.
    pub found: Vec<String>,
    /// Whether a file of that name was there before, and was left as it is.
    pub was_there: bool,
    /// The names of its cases.
    pub cases: Vec<String>,
}

/// Looks through a repository and writes a scenario for each folder of migrations that it finds. Each is read and planned as `run`
/// would before it is written. Files that are there stay as they are.
///
/// # Errors
///
/// When there are no migrations, or none that can be read.
pub fn init(
    request: &InitRequest,
    environment: &BTreeMap<String, String>,
) -> Result<Init, Problems> {
    let (root, surveyed) = look(&tidy(&request.path))?;
    let mut init =
        Init { scenarios: Vec::new(), passed_over: Vec::new(), warnings: Problems::default() };
    let scenarios = root.join("scenarios");
    let scenarios = scenarios.strip_prefix(".").map(Path::to_owned).unwrap_or(scenarios);
    let written = written(&scenarios);
    let below: Vec<_> = surveyed.folders.iter().map(|it| relative(it, &root)).collect();
    for (folder, name) in surveyed.folders.iter().zip(scenario_names(&below)) {
        let author = Author {
            root: &root,
            surveyed: &surveyed,
            folder,
            path: scenarios.join(format!("{name}.toml")),
            name,
            environment,
        };
        let known = folder.canonicalize().ok().and_then(|folder| written.get(&folder));
        let path = known.cloned().unwrap_or(author.path.clone());
        let author = Author { path, ..author };
        match author.write(request.writes, &mut init.warnings) {
            Ok(scenario) => init.scenarios.push(scenario),
            Err(problems) => init.warnings.append(problems),
        }
    }
    init.passed_over = surveyed.passed_over;
    if init.scenarios.is_empty() { Err(init.warnings) } else { Ok(init) }
}

/// The folders that scenarios name already, and the scenarios.
fn written(scenarios: &Path) -> BTreeMap<PathBuf, PathBuf> {
    let files = if scenarios.is_dir() { discover(&[scenarios.to_owned()]) } else { Ok(Vec::new()) };
    let named = files.unwrap_or_default().into_iter().rev().filter_map(|file| {
        let (scenario, _) = parse(&read_text(&file).ok()?, &Defaults::default());
        let scenario = scenario?;
        let folder = scenario.folder.join(&scenario.migrations.path.value).canonicalize();
        Some((folder.ok()?, file))
    });
    named.collect()
}

/// What is there; where the path is a folder of migrations itself, what is around it counts too.
fn look(path: &Path) -> Result<(PathBuf, Surveyed), Problems> {
    if !path.is_dir() {
        let problem = Problem::error("there is no such folder").path(path);
        return Err(problem.help("name a repository, or a folder of migrations").into());
    }
    let mut surveyed = survey(path)?;
    let is_itself = |surveyed: &Surveyed| {
        surveyed.folders.iter().chain(&surveyed.passed_over).any(|it| it == path)
    };
    if is_itself(&surveyed) && !path.join(".git").exists() {
        let root = above_migrations(path);
        surveyed =
            Surveyed { folders: vec![path.to_owned()], passed_over: Vec::new(), ..survey(&root)? };
        return Ok((root, surveyed));
    }
    if surveyed.folders.is_empty() {
        return Err(nothing_found(path, &surveyed.passed_over).into());
    }
    Ok((path.to_owned(), surveyed))
}

fn nothing_found(path: &Path, passed_over: &[PathBuf]) -> Problem {
    let message = "no folder of migrations was found: SQL files such as 001_create_users.sql, or in the layout of a known tool";
    let help = match passed_over.first() {
        None => "name the folder: migration-replay init db/migrations; or write the first migration: 001_create_users.sql".to_owned(),
        Some(first) => format!(
            "{} were passed over, as those of tests and of other databases; name one: migration-replay init {}",
            passed_over.len(),
            first.display()
        ),
    };
    Problem::error(message).path(path).help(help)
}

fn relative(path: &Path, root: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// `ci.yml:12`
fn at(place: &Place) -> String {
    format!("{}:{}", place.source().path().display(), place.line_column().line)
}
