use std::path::PathBuf;

use crate::outcome::{Shard, ShardPart};
use crate::place::{Problem, Problems};
use crate::plan::{CasePlan, Division, Durations, RunName, divide, run_key};
use crate::report::{ListedCase, saved_durations};
use crate::source::read_text;

/// How long cases took in earlier runs.
#[derive(Debug, Default)]
pub struct Earlier {
    /// By their names. Of a case that several reports have, the last one counts.
    pub durations: Durations,
    /// What should be told, and stops nothing.
    pub warnings: Problems,
}

/// Reads JSON reports of earlier runs. One that is not there is only told: before the first run there is none.
///
/// # Errors
///
/// Every file that is no such report.
pub fn earlier(files: &[PathBuf]) -> Result<Earlier, Problems> {
    let mut earlier = Earlier::default();
    let mut problems = Problems::default();
    for file in files {
        if !file.exists() {
            let message =
                "there is no such report: the cases in it are taken to be as long as others";
            earlier.warnings.push(Problem::warning(message).path(file));
            continue;
        }
        let read = read_text(file).and_then(|text| {
            saved_durations(text.text()).map_err(|why| {
                let help = "--durations takes what an earlier run wrote with --json";
                Problem::error(why).path(file).help(help)
            })
        });
        match read {
            Ok(durations) => earlier.durations.extend(durations),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(earlier) }
}

/// The cases of one shard, and what its report says of the others, all of them in the run of this name.
#[must_use]
pub fn take_shard(
    cases: Vec<CasePlan>,
    shard: Shard,
    durations: &Durations,
    name: RunName<'_>,
) -> (Vec<CasePlan>, ShardPart) {
    let division = divide(&cases, shard.of(), durations);
    let part = division.part(shard, run_key(&cases, name));
    let with_shards = cases.into_iter().zip(division.shards());
    let mine = with_shards.filter(|(_, of)| *of == Some(shard));
    (mine.map(|(case, _)| case).collect(), part)
}

/// Lists cases, with the shards that a division gives them.
#[must_use]
pub fn listed(cases: &[CasePlan], division: Option<&Division>) -> Vec<ListedCase> {
    let shards: Vec<_> = division.map(|it| it.shards().collect()).unwrap_or_default();
    let listed = cases.iter().enumerate().map(|(position, case)| ListedCase {
        head: case.head(),
        passes: case.scenario.replay.passes.iter().map(|pass| pass.name()).collect(),
        shard: shards.get(position).copied().flatten(),
    });
    listed.collect()
}
