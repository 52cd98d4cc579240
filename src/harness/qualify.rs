//! The qualification of a release: every seed on every image, with every pass that can run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::prepare::{Prepared, prepare_changed, prepare_files};
use crate::migration::{Migration, MigrationKind, Sends, Wraps};
use crate::place::Problems;
use crate::plan::{CasePlan, PrepStep};
use crate::report::Qualified;
use crate::scenario::{Pass, Scenario};
use crate::source::described;

/// What is to be qualified.
#[derive(Debug, Clone, Default)]
pub struct QualifyRequest {
    /// Scenario files, or folders of them.
    pub paths: Vec<PathBuf>,
    /// The passes; none: those of each scenario, and all others that can run.
    pub passes: Vec<Pass>,
}

/// The cases of a qualification, and what its report says beside what they come to.
#[derive(Debug)]
pub struct Qualification {
    /// The cases.
    pub prepared: Prepared,
    /// What is qualified.
    pub qualified: Qualified,
}

/// Reads and plans the scenarios of a qualification. No server is touched.
///
/// # Errors
///
/// Everything that is wrong with any of them.
pub fn prepare_qualification(
    request: &QualifyRequest,
    environment: &BTreeMap<String, String>,
) -> Result<Qualification, Problems> {
    let first = prepare_files(&request.paths, environment)?;
    let mut qualified = Qualified::default();
    let mut passes = BTreeMap::new();
    for (name, cases) in by_scenario(&first.cases) {
        let chosen = if request.passes.is_empty() {
            Choice::of(&cases)
        } else {
            Choice { passes: request.passes.clone(), left_out: Vec::new() }
        };
        qualified.take(&cases, &chosen);
        passes.insert(name.to_owned(), chosen.passes);
    }
    let mut prepared = prepare_changed(&request.paths, environment, |mut scenario: Scenario| {
        if let Some(passes) = passes.get(&scenario.name) {
            scenario.replay.passes.clone_from(passes);
        }
        scenario
    })?;
    let flag = match request.passes.as_slice() {
        [] => String::new(),
        passes => format!(" --passes {}", names(passes)),
    };
    for case in &mut prepared.cases {
        // A pass that the scenario does not name runs in a qualification only.
        let rest = case.reproduce.trim_start_matches("migration-replay run ");
        case.reproduce = format!("migration-replay qualify {rest}{flag}");
    }
    Ok(Qualification { prepared, qualified })
}

fn names(passes: &[Pass]) -> String {
    passes.iter().map(|pass| pass.name()).collect::<Vec<_>>().join(",")
}

fn by_scenario(cases: &[CasePlan]) -> Vec<(&str, Vec<&CasePlan>)> {
    let mut groups: Vec<(&str, Vec<&CasePlan>)> = Vec::new();
    for case in cases {
        let name = case.scenario.name.as_str();
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, members)) => members.push(case),
            None => groups.push((name, vec![case])),
        }
    }
    groups
}

impl Qualified {
    fn take(&mut self, cases: &[&CasePlan], choice: &Choice) {
        let Some(case) = cases.first() else { return };
        let file = case.scenario.source.as_ref().map(|text| text.path().to_owned());
        let file = file.unwrap_or_else(|| case.scenario.name.clone().into());
        if self.commit.is_none() {
            self.commit = described(&file);
        }
        self.scenarios.push((file, case.scenario.description.clone()));
        let all = Pass::ALL.iter().copied();
        self.passes =
            all.filter(|it| self.passes.contains(it) || choice.passes.contains(it)).collect();
        self.left_out.extend(choice.left_out.iter().cloned());
    }
}

/// The passes of one scenario.
struct Choice {
    passes: Vec<Pass>,
    left_out: Vec<(Pass, String)>,
}

impl Choice {
    /// Those that the scenario names, and all others that can run on every one of its cases.
    fn of(cases: &[&CasePlan]) -> Self {
        let mut choice = Self { passes: Vec::new(), left_out: Vec::new() };
        for pass in Pass::ALL {
            let is_named = cases.iter().all(|it| it.scenario.replay.passes.contains(pass));
            let why_not = cases.iter().find_map(|case| why_not(*pass, case));
            match why_not {
                Some(why) if !is_named => choice.left_out.push((*pass, why)),
                _ => choice.passes.push(*pass),
            }
        }
        choice
    }
}

/// Why a pass cannot run on a case.
fn why_not(pass: Pass, case: &CasePlan) -> Option<String> {
    let steps = matches!(pass, Pass::Reexecute | Pass::Interrupt | Pass::RoundTrip | Pass::Orders);
    if steps && case.scenario.replay.runner.is_some() {
        return Some(
            "a runner of your own runs the migrations, and cannot be stopped between them".into(),
        );
    }
    let stays = case.rule.wraps == Wraps::Nothing && case.rule.sends == Sends::Statements;
    if pass == Pass::Interrupt && stays {
        return Some(
            "files are run statement by statement, so that an interruption leaves a half; ask for it by --passes".into(),
        );
    }
    if pass == Pass::Orders && case.scenario.replay.orders == Some(0) {
        return Some("the scenario says orders = 0".into());
    }
    if pass != Pass::RoundTrip {
        return None;
    }
    let pending: Vec<_> = pending(case).collect();
    let without: Vec<_> = pending.iter().filter(|it| it.down.is_none()).collect();
    let first = without.first()?;
    let (count, all) = (without.len(), pending.len());
    let seed = &case.seed.name;
    Some(format!(
        "{count} of {all} migrations that are pending on {seed} have no way down, the first is {}",
        first.id
    ))
}

/// The migrations that the case is about to run, as far as its plan knows.
fn pending(case: &CasePlan) -> impl Iterator<Item = &Migration> {
    let is_seeded = |migration: &Migration| {
        case.seeding.iter().any(|step| match step {
            PrepStep::Migrate(it) | PrepStep::Record(it) => it.id == migration.id,
            _ => false,
        })
    };
    let chain = case.chain.iter().map(AsRef::as_ref);
    chain.filter(move |it| it.kind == MigrationKind::Versioned && !is_seeded(it))
}
