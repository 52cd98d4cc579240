use std::collections::BTreeMap;

use super::build::Inputs;
use crate::migration::{MigrationId, MigrationSet, Pattern};
use crate::outcome::Excluded;
use crate::place::{Located, Problem, Problems};
use crate::scenario::Scenario;

/// An exclusion with its pattern read.
pub(super) struct Rule {
    pattern: Pattern,
    reason: String,
    images: Vec<String>,
}

/// Reads a pattern that must match something.
pub(super) fn read_pattern(
    text: &Located<String>,
    what: &str,
    set: &MigrationSet,
    problems: &mut Problems,
) -> Option<Pattern> {
    let pattern = match Pattern::new(&text.value) {
        Ok(pattern) => pattern,
        Err(why) => {
            let message = format!("{what} {:?} is not a glob: {why}", text.value);
            problems.push(Problem::error(message).at_some(text.place.clone()));
            return None;
        }
    };
    if set.matching(&pattern).next().is_some() {
        return Some(pattern);
    }
    let message = format!("{what} {:?} matches no migration of {}", text.value, set.root.display());
    let help = match (retired(&text.value, set), nearest(&text.value, set)) {
        (Some(retired), _) => format!("{retired} never runs: nothing needs to name it any more"),
        (None, Some(near)) => {
            format!("the nearest is {near}; a version, file name or glob can be given")
        }
        (None, None) => {
            "a version (\"005\"), a file name or a glob (\"*_audit_*\") can be given".into()
        }
    };
    problems.push(Problem::error(message).at_some(text.place.clone()).help(help));
    None
}

/// The retired file that a version or a file name means.
fn retired<'s>(text: &str, set: &'s MigrationSet) -> Option<&'s str> {
    let means = |name: &&str| {
        let active = name.strip_suffix(".retired")?;
        let version = active.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        let same_number = version.trim_start_matches('0') == text.trim_start_matches('0');
        (text == active || text == version || is_number && same_number).then_some(())
    };
    let names = set.left_out.iter().filter_map(|it| it.file.file_name()?.to_str());
    names.into_iter().find(|name| means(name).is_some())
}

fn nearest(text: &str, set: &MigrationSet) -> Option<String> {
    let by_distance = |name: &str| strsim::jaro_winkler(text, name);
    set.migrations()
        .iter()
        .map(|migration| migration.file_name().to_owned())
        .max_by(|left, right| by_distance(left).total_cmp(&by_distance(right)))
}

/// Every exclusion of the scenario, those from the environment included.
pub(super) fn rules(scenario: &Scenario, inputs: &Inputs, problems: &mut Problems) -> Vec<Rule> {
    let mut rules = Vec::new();
    for exclusion in &scenario.exclude {
        if let Some(pattern) =
            read_pattern(&exclusion.migration, "exclusion", &inputs.set, problems)
        {
            let reason = exclusion.reason.clone();
            rules.push(Rule { pattern, reason, images: exclusion.images.clone() });
        }
    }
    let Some(variable) = &scenario.exclude_from_env else { return rules };
    let list = inputs.environment.get(&variable.value).map_or("", String::as_str);
    for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let text = Located { value: entry.to_owned(), place: variable.place.clone() };
        let what = format!("exclusion (from {})", variable.value);
        if let Some(pattern) = read_pattern(&text, &what, &inputs.set, problems) {
            let reason = format!("from the environment ({})", variable.value);
            rules.push(Rule { pattern, reason, images: Vec::new() });
        }
    }
    rules
}

/// What is left out on an image, by identity, with the first reason that was given.
pub(super) fn excluded_on(
    image: Option<&str>,
    rules: &[Rule],
    set: &MigrationSet,
) -> BTreeMap<MigrationId, Excluded> {
    let mut excluded = BTreeMap::new();
    for rule in rules {
        let applies =
            rule.images.is_empty() || rule.images.iter().any(|only| Some(only.as_str()) == image);
        if !applies {
            continue;
        }
        for migration in set.matching(&rule.pattern) {
            excluded.entry(migration.id.clone()).or_insert_with(|| Excluded {
                migration: migration.id.clone(),
                file: migration.up.source().path().to_owned(),
                reason: rule.reason.clone(),
            });
        }
    }
    excluded
}
