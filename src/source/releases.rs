//! Seeds of releases: one for each tag that a glob means.

use std::collections::BTreeSet;
use std::path::Path;

use super::git::{has_migrations, tags};
use super::inputs::{Given, Reader, reader};
use crate::place::{Located, Problem, Problems};
use crate::scenario::{Releases, Scenario, Seed};

/// The scenario with a seed for each release in the place of those that name a glob of tags; beside it what should be told.
///
/// # Errors
///
/// Where no tag is meant, or none has the migrations; where two seeds get one name, or a failure is expected of a seed that
/// is not there.
pub(crate) fn with_releases(scenario: Scenario) -> Result<(Scenario, Problems), Problems> {
    if scenario.seeds.iter().all(|seed| seed.releases.is_none()) {
        return Ok((scenario, Problems::default()));
    }
    let (seeds, told) =
        reader(&scenario, &mut Given::default(), |reader| reader.all_seeds(&scenario))?;
    Ok((Scenario { seeds, ..scenario }, told))
}

impl Reader<'_> {
    fn all_seeds(&mut self, scenario: &Scenario) -> Option<(Vec<Seed>, Problems)> {
        let mut seeds = Vec::new();
        for seed in &scenario.seeds {
            match &seed.releases {
                None => seeds.push(seed.clone()),
                Some(releases) => seeds.extend(self.seeds_of(scenario, seed, releases)),
            }
        }
        if !self.problems.has_errors() {
            self.refuse_names_twice(&seeds);
            self.refuse_unknown_seeds(scenario, &seeds);
        }
        let told = self.problems.clone();
        (!told.has_errors()).then_some((seeds, told))
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
            let help = "write it like releases = \"v*\"; a shallow clone has no tags: git fetch --tags --unshallow, or in a workflow fetch-depth: 0";
            return Err(problem(message, help));
        }
        let (mut found, mut without) = (Vec::new(), Vec::new());
        for tag in &all {
            if found.len() >= releases.newest.unwrap_or(usize::MAX) {
                break;
            }
            let is_one = has_migrations(repository, tag, &path).map_err(failed)?;
            if is_one { &mut found } else { &mut without }.push(tag.clone());
        }
        let shown = Path::new(&path).display();
        if found.is_empty() {
            let message =
                format!("none of the {} tags like {glob:?} has SQL in {shown}", all.len());
            let help = "name the folder as it was called there, in a scenario of its own, or other tags, as releases = \"v2.*\"";
            return Err(problem(message, help));
        }
        if !without.is_empty() {
            let message = format!("no SQL in {shown}, and so no case: {}", without.join(", "));
            let warning = Problem::warning(message).at_some(releases.tags.place.clone());
            self.problems.push(warning.help("leave them out, as releases = \"v2.*\""));
        }
        Ok(found)
    }

    fn refuse_names_twice(&mut self, seeds: &[Seed]) {
        let mut names = BTreeSet::new();
        for seed in seeds.iter().filter(|seed| !names.insert(&seed.name)) {
            let place = seed.git_ref.as_ref().and_then(|tag| tag.place.clone());
            let message = format!("two seeds are named {:?}", seed.name);
            let help = "give the one that is no release a `name` of its own";
            self.problems.push(Problem::error(message).at_some(place).help(help));
        }
    }

    /// Failures are expected of seeds that are there: a tag may not be among the newest any more.
    fn refuse_unknown_seeds(&mut self, scenario: &Scenario, seeds: &[Seed]) {
        let named = scenario.expect.failures.iter().filter_map(|failure| failure.seed.as_ref());
        for name in named.filter(|name| seeds.iter().all(|seed| seed.name != name.value)) {
            let message = format!("no seed of this scenario is named {:?}", name.value);
            let all: Vec<_> = seeds.iter().map(|seed| seed.name.as_str()).collect();
            let help = format!("the scenario has: {}", all.join(", "));
            self.problems.push(Problem::error(message).at_some(name.place.clone()).help(help));
        }
    }
}
