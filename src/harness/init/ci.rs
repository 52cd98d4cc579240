//! A workflow that checks and replays what a repository has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::relative;
use crate::harness::prepare::{read_defaults, read_scenario};
use crate::place::{Problem, Problems};
use crate::source::{Repository, discover, tidy, write_file};
use crate::survey::{CiService, Workflow, is_plain};

/// What `init --ci` is asked.
#[derive(Debug, Clone)]
pub struct CiRequest {
    /// A repository, or the part of one that has a folder `scenarios`.
    pub path: PathBuf,
    /// For which service.
    pub service: CiService,
    /// Whether the file is written, and not only made.
    pub writes: bool,
}

/// The file of a workflow.
#[derive(Debug)]
pub struct CiFile {
    /// Where it is, from the current folder on.
    pub path: PathBuf,
    /// What it is made of.
    pub workflow: Workflow,
    /// The images that the scenarios name.
    pub images: Vec<String>,
    /// How many scenarios there are.
    pub scenarios: usize,
}

impl CiFile {
    /// Images whose cases have no server where the jobs run; only GitLab's run in one image.
    #[must_use]
    pub fn skipped(&self) -> Vec<&str> {
        let Some(taken) = &self.workflow.image else { return Vec::new() };
        let others = self.images.iter().filter(|it| without_system(it) != *taken);
        others.map(String::as_str).collect()
    }
}

/// Writes a workflow for the scenarios of a repository.
///
/// # Errors
///
/// Where there are no scenarios, where they cannot be read, and where the file is there already.
pub fn write_ci(request: &CiRequest) -> Result<CiFile, Problems> {
    let root = tidy(&request.path);
    let scenarios = root.join("scenarios");
    if !scenarios.is_dir() {
        let problem = Problem::error("there are no scenarios to run").path(tidy(&scenarios));
        let help = "write them first: migration-replay init";
        return Err(problem.help(help).into());
    }
    let repository = Repository::of(&root);
    let top = repository.as_ref().map(|it| it.root().to_owned());
    let top = top.or_else(|| root.canonicalize().ok()).unwrap_or(root);
    let within = scenarios.canonicalize().unwrap_or(scenarios.clone());
    let within = parts(&relative(&within, &top));
    let branch = repository.map_or_else(|| "main".to_owned(), |it| it.default_branch());
    for word in [&within, &branch] {
        if !is_plain(word) {
            let message = format!("{word:?} cannot stand in a workflow as it is");
            let help = "copy a file of docs/workflows, and write it there as your service wants it";
            return Err(Problem::error(message).help(help).into());
        }
    }
    let files = discover(&[scenarios])?;
    let images = images(&files)?;
    let image = match request.service {
        CiService::GitHub => None,
        CiService::GitLab => most_wanted(&images),
    };
    let workflow = Workflow { service: request.service, scenarios: within, branch, image };
    let path = shown(&top.join(request.service.path()));
    if request.writes {
        write(&path, &workflow.text())?;
    }
    Ok(CiFile { path, workflow, images: images.into_keys().collect(), scenarios: files.len() })
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    if path.exists() {
        let help = "take it away first, or see with --dry-run what would be written";
        return Err(Problem::error("there is such a file already").path(path).help(help));
    }
    write_file(path, text.as_bytes())
}

/// A path from the current folder on.
fn shown(path: &Path) -> PathBuf {
    let here = Path::new(".").canonicalize().unwrap_or_default();
    relative(path, &here)
}

fn parts(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The images of scenarios, and how many name each.
fn images(files: &[PathBuf]) -> Result<BTreeMap<String, usize>, Problems> {
    let defaults = read_defaults(files.first().map(PathBuf::as_path))?;
    let mut images = BTreeMap::new();
    for file in files {
        for image in read_scenario(file, "", &defaults)?.images {
            *images.entry(image.value).or_default() += 1;
        }
    }
    Ok(images)
}

/// The image that most scenarios name, of several the last one by name: as a rule the newest.
fn most_wanted(images: &BTreeMap<String, usize>) -> Option<String> {
    let (image, _) = images.iter().max_by_key(|(_, count)| **count)?;
    Some(without_system(image).to_owned())
}

/// Programs that were built for Debian do not run on Alpine, and the same image is there for Debian.
fn without_system(image: &str) -> &str {
    image.split_once("-alpine").map_or(image, |(image, _)| image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_the_one_that_most_scenarios_name() {
        let images = |all: &[(&str, usize)]| {
            let all = all.iter().map(|(image, count)| ((*image).to_owned(), *count));
            most_wanted(&all.collect())
        };
        assert_eq!(images(&[]), None);
        assert_eq!(images(&[("postgres:15", 1), ("postgres:17", 1)]).unwrap(), "postgres:17");
        assert_eq!(images(&[("postgres:15", 2), ("postgres:17", 1)]).unwrap(), "postgres:15");
        assert_eq!(images(&[("postgres:16-alpine3.20", 1)]).unwrap(), "postgres:16");
    }
}
