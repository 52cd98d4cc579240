use std::path::PathBuf;

use clap::Args;
use migration_replay::harness::{BaseRequest, FlagScenario, Harness, Paired, pair_with_base};
use migration_replay::place::Problems;
use migration_replay::plan::CasePlan;
use migration_replay::report;

use super::console::{say, style};

/// What a run is compared with.
#[derive(Debug, Args)]
pub(crate) struct BaseArguments {
    /// Compare with a commit, tag or branch, as it is where this branch left it: what failed there already fails nothing
    #[arg(long = "base", value_name = "REF", conflicts_with = "git_ref")]
    pub(crate) reference: Option<String>,

    /// The JSON report of a run at the base, so that what has not changed is not run again
    #[arg(long = "base-report", value_name = "FILE", requires = "reference")]
    pub(crate) report: Option<PathBuf>,

    /// Let failures count that were there at the base already
    #[arg(long, requires = "reference")]
    pub(crate) strict: bool,

    /// Neither use nor keep what earlier runs on this machine found
    #[arg(long, requires = "reference")]
    pub(crate) no_cache: bool,
}

/// Pairs the cases with themselves at the base, where one is asked for.
pub(super) fn compare(
    cases: Vec<CasePlan>,
    flags: Option<&FlagScenario>,
    arguments: &BaseArguments,
    harness: &Harness,
) -> Result<(Vec<CasePlan>, Option<Paired>), Problems> {
    let Some(reference) = &arguments.reference else { return Ok((cases, None)) };
    let request = BaseRequest {
        reference: reference.clone(),
        report: arguments.report.clone(),
        servers: harness.servers(),
        uses_cache: !arguments.no_cache,
    };
    let paired = pair_with_base(cases, flags, &request, &harness.environment)?;
    if !paired.warnings.0.is_empty() {
        say(&report::render_problems(&paired.warnings, style()));
    }
    Ok((paired.cases.clone(), Some(paired)))
}
