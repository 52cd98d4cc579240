use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::exclusions::{excluded_on, read_pattern, rules};
use super::sharing::LARGE_DUMP;
use super::{CasePlan, DumpFile, PrepKey, PrepStep, ServerGroup};
use crate::migration::{Migration, MigrationId, MigrationSet, Pattern, Script};
use crate::outcome::Excluded;
use crate::place::{Located, Problem, Problems};
use crate::scenario::{Scenario, Seed, StaticFinding};

/// Everything that was read from disk and environment for one scenario.
#[derive(Debug)]
pub struct Inputs {
    /// The migrations.
    pub set: Arc<MigrationSet>,
    /// SQL files of setup and seeds, by the path that the scenario writes.
    pub scripts: BTreeMap<PathBuf, Arc<Script>>,
    /// Dumps, by the path that the scenario writes.
    pub dumps: BTreeMap<PathBuf, DumpFile>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// How the scenario was given.
    pub origin: Origin,
}

/// How a scenario was given, for the command that reproduces a case.
#[derive(Debug, Clone)]
pub enum Origin {
    /// By a file.
    File(PathBuf),
    /// By flags: the command line after `run`.
    Flags(String),
}

/// Makes the plans of a scenario.
///
/// # Errors
///
/// Whatever in the scenario does not fit the migrations it names.
pub fn build(
    scenario: &Arc<Scenario>,
    inputs: &Inputs,
) -> Result<(Vec<CasePlan>, Problems), Problems> {
    let mut problems = Problems::default();
    let rules = rules(scenario, inputs, &mut problems);
    let limit = scenario.through.as_ref().and_then(|through| {
        let pattern = read_pattern(through, "--through", &inputs.set, &mut problems)?;
        inputs.set.last_position(&pattern)
    });
    check_names(scenario, &inputs.set, &mut problems);
    warn_of_duplicates(scenario, &inputs.set, &mut problems);
    let images: Vec<Option<String>> = if scenario.images.is_empty() {
        vec![None]
    } else {
        scenario.images.iter().map(|image| Some(image.value.clone())).collect()
    };
    let mut cases = Vec::new();
    for image in &images {
        let mut excluded = excluded_on(image.as_deref(), &rules, &inputs.set);
        leave_out_beyond(limit, &inputs.set, &mut excluded);
        for seed in &scenario.seeds {
            let seeding = seeding(seed, &excluded, inputs, &mut problems);
            cases.push(case(scenario, inputs, image.clone(), seed, &excluded, seeding));
        }
    }
    refuse_empty_chains(scenario, &cases, &mut problems);
    if problems.has_errors() { Err(problems) } else { Ok((cases, problems)) }
}

fn leave_out_beyond(
    limit: Option<usize>,
    set: &MigrationSet,
    excluded: &mut BTreeMap<MigrationId, Excluded>,
) {
    let Some(limit) = limit else { return };
    for migration in &set.migrations()[limit + 1..] {
        excluded.entry(migration.id.clone()).or_insert_with(|| Excluded {
            migration: migration.id.clone(),
            file: migration.up.source().path().to_owned(),
            reason: format!("beyond --through {}", set.migrations()[limit].version),
        });
    }
}

fn case(
    scenario: &Arc<Scenario>,
    inputs: &Inputs,
    image: Option<String>,
    seed: &Seed,
    excluded: &BTreeMap<MigrationId, Excluded>,
    seeding: Vec<PrepStep>,
) -> CasePlan {
    let name = format!("{}@{}/{}", scenario.name, image.as_deref().unwrap_or("any"), seed.name);
    let set = inputs.set.clone();
    let is_replayed = |migration: &&Arc<Migration>| !excluded.contains_key(&migration.id);
    let chain: Vec<_> = set.migrations().iter().filter(is_replayed).cloned().collect();
    let setup = setup_steps(scenario, inputs);
    let transaction = scenario.replay.transaction.unwrap_or(set.transaction);
    let search_path = scenario.setup.search_path.as_deref();
    let setup_is_global = setup.iter().find_map(server_object).is_some();
    let group = ServerGroup {
        image: image.clone(),
        settings: scenario.setup.settings.clone(),
        setup: setup_is_global.then(|| PrepKey::of(&setup, transaction, search_path)),
        on_disk: inputs.dumps.values().any(|dump| dump.bytes > LARGE_DUMP),
    };
    let of_chain = || chain.iter().find_map(|migration| migration.up.server_object());
    let alone = seeding.iter().find_map(server_object).or_else(of_chain);
    let meant = |only: &Option<Located<String>>, this: Option<&str>| {
        only.as_ref().is_none_or(|only| Some(only.value.as_str()) == this)
    };
    let expected_failures = scenario.expect.failures.iter().filter(|failure| {
        meant(&failure.seed, Some(&seed.name)) && meant(&failure.image, image.as_deref())
    });
    CasePlan {
        expected_failures: expected_failures.cloned().collect(),
        reproduce: reproduce(&inputs.origin, &name),
        name,
        scenario: scenario.clone(),
        image,
        seed: seed.clone(),
        excluded: excluded.values().cloned().collect(),
        set,
        chain,
        setup,
        seeding,
        transaction,
        group,
        alone,
    }
}

fn reproduce(origin: &Origin, name: &str) -> String {
    match origin {
        Origin::File(path) => {
            format!("migration-replay run {} --filter '{name}'", path.display())
        }
        Origin::Flags(flags) => format!("migration-replay run {flags}"),
    }
}

fn server_object(step: &PrepStep) -> Option<&'static str> {
    match step {
        PrepStep::Role(_) => Some("CREATE ROLE"),
        PrepStep::Sql(script) => script.server_object(),
        PrepStep::Migrate(migration) => migration.up.server_object(),
        PrepStep::Record(_) | PrepStep::Restore(_) => None,
    }
}

fn setup_steps(scenario: &Scenario, inputs: &Inputs) -> Vec<PrepStep> {
    let roles = scenario.setup.roles.iter().cloned().map(PrepStep::Role);
    let scripts = scenario.setup.sql.iter().filter_map(|file| inputs.scripts.get(&file.value));
    roles.chain(scripts.cloned().map(PrepStep::Sql)).collect()
}

/// The steps from the setup to the seed state: dump, then the chain with SQL in between, then SQL.
fn seeding(
    seed: &Seed,
    excluded: &BTreeMap<MigrationId, Excluded>,
    inputs: &Inputs,
    problems: &mut Problems,
) -> Vec<PrepStep> {
    let mut steps = Vec::new();
    let dump = seed.dump.as_ref().and_then(|dump| inputs.dumps.get(&dump.value));
    steps.extend(dump.cloned().map(PrepStep::Restore));
    let chain = seed_chain(seed, excluded, &inputs.set, problems);
    let script = |file: &Located<PathBuf>| inputs.scripts.get(&file.value).cloned();
    let mut after = seed.sql.iter().filter(|sql| sql.after.is_some()).collect::<Vec<_>>();
    for migration in chain {
        let id = migration.id.clone();
        let version = migration.version.clone();
        steps.push(match dump {
            Some(_) => PrepStep::Record(migration),
            None => PrepStep::Migrate(migration),
        });
        let is_now = |sql: &&crate::scenario::SeedSql| {
            let named = sql.after.as_ref().map_or("", |after| after.value.as_str());
            version.is(named) || id.as_str() == named
        };
        let now: Vec<_> = after.iter().copied().filter(is_now).collect();
        after.retain(|sql| !is_now(sql));
        steps.extend(now.iter().filter_map(|sql| script(&sql.file)).map(PrepStep::Sql));
    }
    for sql in after {
        let named = sql.after.as_ref().map_or("", |after| after.value.as_str());
        let message = format!("`after = {named:?}` is not in this seed's own chain");
        let place = sql.after.as_ref().and_then(|after| after.place.clone());
        let help = "name a version up to the seed's `through` that was not excluded then";
        problems.push(Problem::error(message).at_some(place).help(help));
    }
    let last = seed.sql.iter().filter(|sql| sql.after.is_none());
    steps.extend(last.filter_map(|sql| script(&sql.file)).map(PrepStep::Sql));
    steps
}

/// The migrations that the seed state holds.
fn seed_chain(
    seed: &Seed,
    excluded: &BTreeMap<MigrationId, Excluded>,
    set: &MigrationSet,
    problems: &mut Problems,
) -> Vec<Arc<Migration>> {
    let patterns: Option<Vec<Pattern>> = seed.exclude.as_ref().map(|entries| {
        let read = |entry| read_pattern(entry, "exclusion", set, problems);
        entries.iter().filter_map(read).collect()
    });
    let Some(through) = &seed.through else { return Vec::new() };
    let Some(pattern) = read_pattern(through, "`through`", set, problems) else {
        return Vec::new();
    };
    let Some(last) = set.last_position(&pattern) else { return Vec::new() };
    let was_left_out = |migration: &&Arc<Migration>| match &patterns {
        Some(patterns) => patterns.iter().any(|pattern| pattern.matches(migration)),
        None => excluded.contains_key(&migration.id),
    };
    let chain = set.migrations()[..=last].iter();
    chain.filter(|migration| !was_left_out(migration)).cloned().collect()
}

/// Names of migrations in expectations must mean something.
fn check_names(scenario: &Scenario, set: &MigrationSet, problems: &mut Problems) {
    for failure in &scenario.expect.failures {
        if let Some(migration) = &failure.migration {
            read_pattern(migration, "`migration`", set, problems);
        }
    }
    for (version, _) in &scenario.expect.at {
        read_pattern(version, "[expect.at]", set, problems);
    }
}

fn warn_of_duplicates(scenario: &Scenario, set: &MigrationSet, problems: &mut Problems) {
    let known = scenario.expect.check.iter();
    if known.map(|finding| finding.value).any(|it| it == StaticFinding::DuplicateVersion) {
        return;
    }
    for group in set.duplicates() {
        let files: Vec<_> = group.iter().map(|migration| migration.file_name()).collect();
        let message = format!(
            "{} files have the version {}: {}",
            files.len(),
            group[0].version,
            files.join(", ")
        );
        problems.push(Problem::warning(message).path(&set.root).help(
            "give each a version of its own, or declare it: [expect] check = [\"duplicate-version\"]",
        ));
    }
}

/// A run that does no work must not be green, so a case without any migration is an error.
fn refuse_empty_chains(scenario: &Scenario, cases: &[CasePlan], problems: &mut Problems) {
    let empty: BTreeSet<_> =
        cases.iter().filter(|case| case.chain.is_empty()).map(CasePlan::image_name).collect();
    for image in empty {
        let message = format!("every migration is excluded on image {image}: nothing to replay");
        let place =
            scenario.exclude.first().and_then(|exclusion| exclusion.migration.place.clone());
        problems.push(Problem::error(message).at_some(place).help("exclude fewer migrations"));
    }
}
