//! Base and head: planned cases are paired with themselves as they are at the base of a change.

mod cache;
mod known;
mod pair;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FlagScenario;
use super::folder::Folder;
use crate::outcome::{Base, RunOutcome};
use crate::place::{Problem, Problems};
use crate::plan::CasePlan;
use crate::source::{Repository, Tree};

use cache::Cache;
use known::Known;
use pair::Pairing;

/// What a run is compared with.
#[derive(Debug, Clone)]
pub struct BaseRequest {
    /// A commit, tag or branch: `origin/main`. What counts is where this branch left it.
    pub reference: String,
    /// A JSON report of a run there.
    pub report: Option<PathBuf>,
    /// What tells apart runs whose results are not one another's: the kind of servers.
    pub servers: String,
    /// Whether results of earlier runs on this machine are used, and kept.
    pub uses_cache: bool,
}

/// Cases that know what they are compared with. The files of the base are there as long as this lives.
#[derive(Debug)]
pub struct Paired {
    /// The base.
    pub base: Base,
    /// The cases, in their order.
    pub cases: Vec<CasePlan>,
    /// What should be told, and stops nothing.
    pub warnings: Problems,
    cache: Option<Cache>,
    _folder: Folder,
}

/// Pairs the cases of a run with themselves at the base.
///
/// # Errors
///
/// When there is no such base, or its files or the report of it cannot be read.
pub fn pair_with_base(
    cases: Vec<CasePlan>,
    flags: Option<&FlagScenario>,
    request: &BaseRequest,
    environment: &BTreeMap<String, String>,
) -> Result<Paired, Problems> {
    let near = near(&cases, flags);
    let Some(repository) = Repository::of(&near) else {
        let message = format!("{} is in no git repository, so there is no base", near.display());
        return Err(Problem::error(message).help("leave out --base").into());
    };
    let commit = repository.fork(&request.reference)?;
    let base = Base { name: request.reference.clone(), commit };
    let report = request.report.as_deref().map(Known::read).transpose()?;
    let cache = if request.uses_cache { Cache::of_this_user(&request.servers) } else { None };
    let folder = Folder::new("the files of the base")?;
    let mut pairing = Pairing {
        tree: Tree::open(repository.root(), &base.commit, folder.path())?,
        base: Arc::new(base.clone()),
        environment,
        report,
        cache: cache.as_ref(),
        warnings: Problems::default(),
    };
    let cases = pairing.pair(cases, flags)?;
    let warnings = pairing.warnings;
    Ok(Paired { base, cases, warnings, cache, _folder: folder })
}

impl Paired {
    /// Keeps what a run found, here and at the base, for the next one. What cannot be kept is found again.
    pub fn remember(&self, outcome: &RunOutcome) {
        if let Some(cache) = &self.cache {
            cache.remember(&self.cases, outcome);
        }
    }
}

/// The commit that cases are of, with `-dirty` where their scenarios or migrations are not as it has them; `None` outside of git.
#[must_use]
pub fn commit_of(cases: &[CasePlan], flags: Option<&FlagScenario>) -> Option<String> {
    let of_case = |case: &CasePlan| {
        let scenario = case.scenario.source.as_ref().map(|source| source.path().to_owned());
        [Some(case.set.root.clone()), scenario]
    };
    let paths = cases.iter().flat_map(of_case).flatten();
    // What is read from a commit is not in the work tree.
    let paths = paths.filter_map(|path| path.canonicalize().ok()).collect();
    Repository::of(&near(cases, flags))?.head(&paths)
}

/// A path in the repository that the cases are of.
fn near(cases: &[CasePlan], flags: Option<&FlagScenario>) -> PathBuf {
    let of_flags = flags.map(|flags| flags.migrations.clone());
    let of_file = || {
        let source = cases.first()?.scenario.source.as_ref()?;
        Some(source.path().to_owned())
    };
    of_flags.or_else(of_file).unwrap_or_else(|| Path::new(".").to_owned())
}
