//! Seeds of releases: one for each tag that a glob means.

use std::path::Path;

use super::git::{has_folder, tags};
use super::inputs::{Given, Reader, reader};
use crate::place::{Located, Problem, Problems};
use crate::scenario::{Releases, Scenario, Seed};

/// The scenario with a seed for each release in the place of those that name a glob of tags.
///
/// # Errors
///
/// Where no tag is meant, or none has the migrations.
pub(crate) fn with_releases(scenario: Scenario) -> Result<Scenario, Problems> {
    if scenario.seeds.iter().all(|seed| seed.releases.is_none()) {
        return Ok(scenario);
    }
    let seeds = reader(&scenario, &mut Given::default(), |reader| reader.all_seeds(&scenario))?;
    Ok(Scenario { seeds, ..scenario })
}

impl Reader<'_> {
    fn all_seeds(&mut self, scenario: &Scenario) -> Option<Vec<Seed>> {
        let mut seeds = Vec::new();
        for seed in &scenario.seeds {
            match &seed.releases {
                None => seeds.push(seed.clone()),
                Some(releases) => seeds.extend(self.seeds_of(scenario, seed, releases)),
            }
        }
        (!self.problems.has_errors()).then_some(seeds)
    }

    /// The newest first, by the order that git gives to versions: `v1.10` is newer than `v1.9`, and `v2.0-rc1` older than `v2.0`.
    fn seeds_of(&mut self, scenario: &Scenario, seed: &Seed, releases: &Releases) -> Vec<Seed> {
        let found = self.releases(scenario, releases);
        let tags = self.check(found.map_err(Into::into)).unwrap_or_default();
        let named = |tag: String| Seed {
            name: tag.replace('/', "-"),
            git_ref: Some(Located { value: tag, place: releases.tags.place.clone() }),
            releases: None,
            ..seed.clone()
        };
        tags.into_iter().map(named).collect()
    }

    fn releases(
        &mut self,
        scenario: &Scenario,
        releases: &Releases,
    ) -> Result<Vec<String>, Problem> {
        let glob = &releases.tags.value;
        let problem = |message: String, help: &str| {
            Problem::error(message).at_some(releases.tags.place.clone()).help(help)
        };
        let Some(path) = self.path_in_git(&scenario.migrations.path, &releases.tags) else {
            return Ok(Vec::new());
        };
        let Some(repository) = self.git_repository else { return Ok(Vec::new()) };
        let failed = |why: String| problem(format!("git cannot list tags: {why}"), "see git tag");
        let all = tags(repository, glob).map_err(failed)?;
        if all.is_empty() {
            let message = format!("no tag of this repository is like {glob:?}");
            let help = "a shallow clone has no tags: git fetch --tags --unshallow, or in a workflow fetch-depth: 0";
            return Err(problem(message, help));
        }
        let holds = |tag: &&String| has_folder(repository, tag, &path).unwrap_or(false);
        let most = releases.newest.unwrap_or(usize::MAX);
        let found: Vec<_> = all.iter().filter(holds).take(most).cloned().collect();
        if found.is_empty() {
            let shown = Path::new(&path).display().to_string();
            let message =
                format!("none of the {} tags like {glob:?} has the folder {shown}", all.len());
            return Err(problem(
                message,
                "name the folder as it was called there, in a scenario of its own",
            ));
        }
        Ok(found)
    }
}
