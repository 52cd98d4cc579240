use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::{ArgGroup, Args, ValueEnum};
use migration_replay::harness::{earlier, listed, take_shard};
use migration_replay::outcome::{Ending, RunOutcome, Shard, ShardPart};
use migration_replay::place::Problems;
use migration_replay::plan::{CasePlan, RunName, divide};
use migration_replay::report;

use super::console::{print, say, style};
use super::files::{ReportFiles, ended};

/// GitHub starts at most so many jobs of one matrix (GitHub's documentation, "Usage limits").
const MOST_JOBS: usize = 256;

/// Variables that name a run alike on all of its machines, and in jobs that are run again: our own, and those of GitHub,
/// GitLab, Buildkite, `CircleCI`, Azure Pipelines (their documentation of predefined variables).
const RUN_IDS: [&str; 6] = [
    "MIGRATION_REPLAY_RUN_ID",
    "GITHUB_RUN_ID",
    "CI_PIPELINE_ID",
    "BUILDKITE_BUILD_ID",
    "CIRCLE_WORKFLOW_ID",
    "BUILD_BUILDID",
];

/// Which part of the cases runs here, or that they are only listed.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("divided").multiple(true).args(["shard", "list"]))]
pub(crate) struct ShardArguments {
    /// Run the I-th of N parts of the cases, on as many machines; of equal length, as far as can be
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,

    /// What all machines of this run call it, so that the reports of an earlier one do not count among theirs
    /// [default: `MIGRATION_REPLAY_RUN_ID`, else what the CI service calls it, where that is known]
    #[arg(long, value_name = "ID", requires = "shard")]
    run_id: Option<String>,

    /// A JSON report of an earlier run: tells how long cases take; may be given several times
    #[arg(long, value_name = "FILE", requires = "divided")]
    durations: Vec<PathBuf>,

    /// List the cases, and run nothing
    #[arg(long)]
    list: bool,

    /// How they are listed
    #[arg(long, value_name = "FORMAT", requires = "list", default_value = "text")]
    format: ListFormat,

    /// List the cases with their shards, of so many; for github-matrix at most as many as there are cases
    /// [default for github-matrix: one for each case]
    #[arg(long, value_name = "N", requires = "list", conflicts_with = "shard", value_parser = clap::value_parser!(u16).range(1..))]
    shards: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A line for each case
    Text,
    /// Everything that is known of each case
    Json,
    /// One line that a job's matrix takes: `matrix: ${{ fromJSON(…) }}`
    GithubMatrix,
}

/// What is to be done with the cases.
pub(super) enum Divided {
    /// These run, as the shard that is told.
    Run(Vec<CasePlan>, Option<ShardPart>),
    /// Nothing runs: they were listed.
    Listed,
}

impl ShardArguments {
    /// Takes the cases that are to run here, or lists them.
    pub(super) fn divide(
        &self,
        cases: Vec<CasePlan>,
        commit: Option<&str>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Divided, Problems> {
        let earlier = earlier(&self.durations)?;
        if !earlier.warnings.0.is_empty() {
            say(&report::render_problems(&earlier.warnings, style()));
        }
        if self.list {
            let of = self.shards_of(cases.len());
            let division = of.map(|of| divide(&cases, of, &earlier.durations));
            let mut cases = listed(&cases, division.as_ref());
            cases.retain(|case| self.shard.is_none() || case.shard == self.shard);
            print(&match self.format {
                ListFormat::Text => report::list_text(&cases),
                ListFormat::Json => report::list_json(&cases),
                ListFormat::GithubMatrix => report::list_github_matrix(&cases),
            });
            return Ok(Divided::Listed);
        }
        let Some(shard) = self.shard else { return Ok(Divided::Run(cases, None)) };
        let all = cases.len();
        let known =
            || RUN_IDS.iter().find_map(|it| environment.get(*it).filter(|it| !it.is_empty()));
        let name = RunName { commit, id: self.run_id.as_ref().or_else(known).map(String::as_str) };
        let (cases, part) = take_shard(cases, shard, &earlier.durations, name);
        let of_all = if all == 1 { "case" } else { "cases" };
        say(&format!("shard {shard}: {} of {all} {of_all}", cases.len()));
        Ok(Divided::Run(cases, Some(part)))
    }

    /// Into how many shards a list divides the cases.
    fn shards_of(&self, cases: usize) -> Option<usize> {
        let asked = self.shard.map(Shard::of).or(self.shards.map(usize::from));
        let is_matrix = self.format == ListFormat::GithubMatrix;
        match asked {
            Some(asked) if is_matrix && self.shard.is_none() => Some(asked.min(cases)),
            None if is_matrix => Some(cases.min(MOST_JOBS)),
            asked => asked,
        }
    }
}

/// Reports of a shard that no case fell to. It did what it had to do.
pub(super) fn finish_empty(files: &ReportFiles, part: ShardPart) -> Ending {
    say("there are more shards than cases: nothing to run here");
    let shard = Some(part);
    ended(files.write(&RunOutcome {
        started_at: SystemTime::now(),
        shard,
        ..RunOutcome::default()
    }))
}
