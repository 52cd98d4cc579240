use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::exclusions::{excluded_on, read_pattern, rules};
use super::refusals::check_refusals;
use super::runner::check_runner;
use super::seeding::seeding;
use super::sharing::LARGE_DUMP;
use super::{CasePlan, DumpFile, PrepKey, PrepStep, ServerGroup, needs};
use crate::migration::{Migration, MigrationId, MigrationSet, Script};
use crate::outcome::Excluded;
use crate::place::{Located, Problem, Problems};
use crate::scenario::{ExpectedFailure, Pass, Rule, Scenario, Seed};

/// Everything that was read from disk and environment for one scenario.
#[derive(Debug)]
pub struct Inputs {
    /// The migrations.
    pub set: Arc<MigrationSet>,
    /// The migrations of the commits that seeds are made of, by the name that the scenario writes.
    pub releases: BTreeMap<String, Arc<MigrationSet>>,
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
    check_runner(scenario, &inputs.set, &mut problems);
    warn_of_duplicates(scenario, &inputs.set, &mut problems);
    problems.append(inputs.set.warnings.clone());
    warn_of_gaps(&inputs.set, &mut problems);
    let images: Vec<Option<String>> = if scenario.images.is_empty() {
        vec![None]
    } else {
        scenario.images.iter().map(|image| Some(image.value.clone())).collect()
    };
    let mut cases = Vec::new();
    for image in &images {
        let mut excluded = excluded_on(image.as_deref(), &rules, &inputs.set);
        leave_out_beyond(limit, &inputs.set, &mut excluded);
        tell_switched_off(&inputs.set, &mut excluded);
        for seed in &scenario.seeds {
            let mut told = Problems::default();
            let seeding = seeding((scenario, seed), &excluded, inputs, &mut told);
            problems.append_new(told);
            cases.push(case(scenario, inputs, image.clone(), seed, &excluded, seeding));
        }
    }
    refuse_empty_chains(scenario, &cases, &mut problems);
    check_refusals(&cases, &mut problems);
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

/// Files that their names switch off are no migrations; reports list them beside the excluded ones.
fn tell_switched_off(set: &MigrationSet, excluded: &mut BTreeMap<MigrationId, Excluded>) {
    for left_out in &set.left_out {
        let migration = MigrationId::new(left_out.file.to_string_lossy());
        let file = set.root.join(&left_out.file);
        let reason = left_out.why.clone();
        excluded.entry(migration.clone()).or_insert(Excluded { migration, file, reason });
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
    let overridden = scenario.replay.transaction.map(|rule| set.rule.overridden(rule));
    let rule = overridden.unwrap_or(set.rule);
    let order = scenario.replay.order.unwrap_or(set.order);
    let sessions = set.sessions;
    let ledger = needs::ledger(set.ledger, scenario, (&setup, &seeding), &chain);
    let search_path = scenario.setup.search_path.as_deref();
    let setup_is_global = setup.iter().find_map(needs::server_object).is_some();
    let group = ServerGroup {
        image: image.clone(),
        settings: scenario.setup.settings.clone(),
        setup: setup_is_global.then(|| PrepKey::of(&setup, rule, search_path)),
        on_disk: inputs.dumps.values().any(|dump| dump.bytes > LARGE_DUMP),
    };
    let alone = needs::alone(scenario, &seeding, &chain);
    let meant = |only: &Option<Located<String>>, this: Option<&str>| {
        only.as_ref().is_none_or(|only| Some(only.value.as_str()) == this)
    };
    let expected_failures = scenario.expect.failures.iter().filter(|failure| {
        meant(&failure.seed, Some(&seed.name)) && meant(&failure.image, image.as_deref())
    });
    CasePlan {
        expected_failures: expected_failures.cloned().collect(),
        stale_findings: Vec::new(),
        stop: None,
        against: None,
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
        rule,
        order,
        sessions,
        ledger,
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

fn setup_steps(scenario: &Scenario, inputs: &Inputs) -> Vec<PrepStep> {
    let user = scenario.setup.user.as_ref().map(|user| user.value.clone());
    let others = scenario.setup.roles.iter().filter(|role| Some(*role) != user.as_ref());
    let roles = others.cloned().map(PrepStep::Role).chain(user.clone().map(PrepStep::User));
    let scripts = scenario.setup.sql.iter().filter_map(|file| inputs.scripts.get(&file.value));
    roles.chain(scripts.cloned().map(PrepStep::Sql)).collect()
}

/// Names of migrations in expectations must mean something.
fn check_names(scenario: &Scenario, set: &MigrationSet, problems: &mut Problems) {
    for failure in &scenario.expect.failures {
        refuse_impossible_pass(scenario, failure, problems);
        if let Some(migration) = &failure.migration {
            read_pattern(migration, "`migration`", set, problems);
        }
        if let Some(culprit) = &failure.culprit {
            read_pattern(culprit, "`culprit`", set, problems);
        }
    }
    for (version, _) in &scenario.expect.at {
        read_pattern(version, "[expect.at]", set, problems);
    }
    for accept in &scenario.expect.accepts {
        if !scenario.replay.passes.contains(&accept.pass) {
            let message = format!(
                "a finding is accepted in the pass {}, which this scenario does not run",
                accept.pass
            );
            let help = "add the pass to `passes`, or remove this [[accept]]";
            problems.push(Problem::error(message).at_some(accept.place.clone()).help(help));
        }
        if let Some(migration) = &accept.migration {
            read_pattern(migration, "`migration`", set, problems);
        }
    }
    if let Some(version) = &scenario.replay.down_to {
        read_pattern(version, "`down_to`", set, problems);
    }
}

/// A failure cannot be expected of a pass that never runs.
fn refuse_impossible_pass(scenario: &Scenario, failure: &ExpectedFailure, problems: &mut Problems) {
    let pass = failure.pass;
    let only_fresh = scenario.seeds.iter().all(Seed::is_fresh);
    let message = if !scenario.replay.passes.contains(&pass) {
        format!("a failure is expected of the pass {pass}, which this scenario does not run")
    } else if pass == Pass::Converge && only_fresh {
        "a failure is expected of converge, which compares populated seeds only".to_owned()
    } else {
        return;
    };
    let help = "add the pass to `passes`, add a seed, or remove this [[expect.failure]]";
    problems.push(Problem::error(message).at_some(failure.place.clone()).help(help));
}

fn warn_of_duplicates(scenario: &Scenario, set: &MigrationSet, problems: &mut Problems) {
    let known = scenario.expect.check.iter();
    if known.map(|finding| finding.value).any(|it| it == Rule::DuplicateVersion) {
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

/// Migrations that are not SQL are not replayed, and what follows may need them.
fn warn_of_gaps(set: &MigrationSet, problems: &mut Problems) {
    for left_out in set.left_out.iter().filter(|left_out| left_out.is_gap) {
        let name = left_out.file.display();
        let help = format!(
            "name SQL that stands in for it: migrations = {{ path = …, provide = {{ \"{name}\" = \"stub.sql\" }} }}"
        );
        let message = format!("not replayed: {}", left_out.why);
        problems.push(Problem::warning(message).path(set.root.join(&left_out.file)).help(help));
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
