use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FlagScenario;
use super::check::stale;
use crate::place::Problems;
use crate::plan::{CasePlan, Origin, build};
use crate::postgres::KnownImages;
use crate::scenario::{Defaults, Scenario, parse, parse_defaults};
use crate::source::{Given, discover, names, read_inputs, read_text, shared_file, with_releases};

/// Scenarios read and planned.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Every case.
    pub cases: Vec<CasePlan>,
    /// What should be told, and stops nothing.
    pub warnings: Problems,
    /// What is known of images.
    pub images: KnownImages,
}

/// Reads the `migration-replay.toml` of the repository that a path is in, if it has one.
pub(super) fn read_defaults(path: Option<&Path>) -> Result<Defaults, Problems> {
    match path.and_then(shared_file) {
        Some(file) => parse_defaults(&read_text(&file)?),
        None => Ok(Defaults::default()),
    }
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
    prepare_changed(paths, environment, |scenario| scenario)
}

/// The same, with every scenario changed before it is planned.
///
/// # Errors
///
/// Everything that is wrong with any of them.
pub(super) fn prepare_changed(
    paths: &[PathBuf],
    environment: &BTreeMap<String, String>,
    change: impl Fn(Scenario) -> Scenario,
) -> Result<Prepared, Problems> {
    let files = discover(paths)?;
    let mut problems = Problems::default();
    let defaults = read_defaults(files.first().map(PathBuf::as_path)).unwrap_or_else(|wrong| {
        problems.append(wrong);
        Defaults::default()
    });
    let images = KnownImages { facts: defaults.image_facts.clone() };
    let mut prepared = Prepared { images, ..Prepared::default() };
    let mut given = Given::default();
    for (file, name) in files.iter().zip(names(&files)) {
        let (scenario, wrong) = match read_text(file) {
            Ok(text) => parse(&text, &defaults),
            Err(problem) => (None, problem.into()),
        };
        problems.append(wrong);
        let Some(scenario) = scenario else { continue };
        let scenario = change(Scenario { name, ..scenario });
        match plan(scenario, Origin::File(file.clone()), environment, &mut given) {
            Ok(mut planned) => {
                let stale = stale(&planned.cases);
                planned.cases.iter_mut().for_each(|it| it.stale_findings.clone_from(&stale));
                prepared.take(planned);
            }
            Err(found) => problems.append(found),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(prepared) }
}

/// Reads one scenario file, under a name.
///
/// # Errors
///
/// Everything that is wrong with it.
pub(super) fn read_scenario(
    file: &Path,
    name: &str,
    defaults: &Defaults,
) -> Result<Scenario, Problems> {
    match parse(&read_text(file)?, defaults) {
        (Some(scenario), problems) if !problems.has_errors() => {
            Ok(Scenario { name: name.to_owned(), ..scenario })
        }
        (_, problems) => Err(problems),
    }
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
    // The folder of a commit need not be in the work tree, whose defaults are taken all the same.
    let near = if flags.git_ref.is_some() { Path::new(".") } else { &flags.migrations };
    let defaults = read_defaults(Some(near))?;
    let scenario = flags.scenario(environment, &defaults);
    let mut prepared = plan(scenario, origin, environment, &mut Given::default())?;
    prepared.images = KnownImages { facts: defaults.image_facts };
    Ok(prepared)
}

/// Plans a scenario, and reads what it names.
///
/// # Errors
///
/// Everything that does not fit.
pub(super) fn plan(
    scenario: Scenario,
    origin: Origin,
    environment: &BTreeMap<String, String>,
    given: &mut Given,
) -> Result<Prepared, Problems> {
    let (scenario, mut warnings) = with_releases(scenario)?;
    let inputs = read_inputs(&scenario, origin, environment, given)?;
    let (cases, more) = build(&Arc::new(scenario), &inputs)?;
    warnings.append(more);
    Ok(Prepared { cases, warnings, images: KnownImages::default() })
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
