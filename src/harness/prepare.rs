use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::FlagScenario;
use crate::place::Problems;
use crate::plan::{CasePlan, Origin, build};
use crate::scenario::{Scenario, parse};
use crate::source::{Given, discover, names, read_inputs, read_text};

/// Scenarios read and planned.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Every case.
    pub cases: Vec<CasePlan>,
    /// What should be told, and stops nothing.
    pub warnings: Problems,
}

/// Reads and plans scenario files and folders. No server is touched.
///
/// # Errors
///
/// Everything that is wrong with any of them: one broken scenario stops the run.
pub fn prepare_files(
    paths: &[PathBuf],
    environment: &BTreeMap<String, String>,
) -> Result<Prepared, Problems> {
    let files = discover(paths)?;
    let mut problems = Problems::default();
    let mut prepared = Prepared::default();
    let mut given = Given::default();
    for (file, name) in files.iter().zip(names(&files)) {
        let scenario = read_text(file).map_err(Problems::from).and_then(|text| parse(&text));
        let planned = scenario.and_then(|scenario| {
            let scenario = Scenario { name, ..scenario };
            plan(scenario, Origin::File(file.clone()), environment, &mut given)
        });
        match planned {
            Ok(planned) => prepared.take(planned),
            Err(found) => problems.append(found),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(prepared) }
}

/// Plans the scenario that flags make.
///
/// # Errors
///
/// Everything that is wrong with them.
pub fn prepare_flags(
    flags: &FlagScenario,
    environment: &BTreeMap<String, String>,
) -> Result<Prepared, Problems> {
    let origin = Origin::Flags(flags.command_line());
    let (scenario, environment) = flags.scenario(environment);
    plan(scenario, origin, &environment, &mut Given::default())
}

fn plan(
    scenario: Scenario,
    origin: Origin,
    environment: &BTreeMap<String, String>,
    given: &mut Given,
) -> Result<Prepared, Problems> {
    let inputs = read_inputs(&scenario, origin, environment, given)?;
    let (cases, warnings) = build(&Arc::new(scenario), &inputs)?;
    Ok(Prepared { cases, warnings })
}

impl Prepared {
    fn take(&mut self, other: Self) {
        self.cases.extend(other.cases);
        for warning in other.warnings.0 {
            if !self.warnings.0.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}
