use std::path::PathBuf;

use clap::Args;
use migration_replay::harness::{CheckRequest, Harness, check as checked, today};
use migration_replay::outcome::Ending;
use migration_replay::place::Problems;
use migration_replay::report::{self, Shown};

use super::console::{print, say, style};
use super::files::{check_writable, ended, replace};
use super::github::Job;

const EXAMPLES: &str = "\
Examples:
  migration-replay check
      every scenario below scenarios/, and the folders that they name
  migration-replay check db/migrations
      a folder; of a folder above such, all folders of migrations in it
  migration-replay check db/migrations --base origin/main
      also what was edited, renamed or deleted since, and versions that both branches brought; what was
      wrong before does not fail
  migration-replay check --json check.json

The rules, their levels and how to set them: docs/checks.md. No server is started.

Exit codes:
  0  nothing found, or warnings only
  1  a rule at the level error found something
  2  wrong usage or scenario, files that cannot be read as migrations, or a report that cannot be
     written where it is asked for
  3  a report could not be written at the end
  4  nothing to check";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArguments {
    /// Scenario files, folders of them, or folders of migrations [default: scenarios/]
    #[arg(value_name = "DIR|SCENARIO")]
    paths: Vec<PathBuf>,

    /// The layout of folders [default: detected]
    #[arg(long, value_name = "NAME")]
    layout: Option<String>,

    /// The branch that this one goes into: only what changed since they parted is judged
    #[arg(long, value_name = "REF")]
    base: Option<String>,

    /// Another branch whose versions are taken; may be given several times
    #[arg(long = "branch", value_name = "REF")]
    branches: Vec<String>,

    /// Show everything: what was there before the base, what scenarios declare as known, each of many
    /// findings of one rule
    #[arg(long)]
    all: bool,

    /// Write a JSON report
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write a SARIF 2.1.0 report, for code scanning
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
}

/// `migration-replay check`.
pub(crate) fn check(arguments: CheckArguments) -> Ending {
    for (flag, file) in [("--json", &arguments.json), ("--sarif", &arguments.sarif)] {
        if let Some(Err(problem)) = file.as_ref().map(|it| check_writable(flag, it)) {
            return refuse(&problem.into());
        }
    }
    let paths =
        if arguments.paths.is_empty() { vec![PathBuf::from("scenarios")] } else { arguments.paths };
    let request = CheckRequest {
        paths,
        layout: arguments.layout,
        base: arguments.base,
        branches: arguments.branches,
        today: today(),
    };
    let found = match checked(&request, &Harness::new().environment) {
        Ok(found) => found,
        Err(problems) => return refuse(&problems),
    };
    let shown = if arguments.all { Shown::All } else { Shown::WorthALook };
    print(&report::check_text(&found, shown, style()));
    let job = Job::here();
    let annotations = report::check_annotations(&found, &job.paths);
    let told = job.tell(&annotations, |most| report::check_markdown(&found, most));
    let json = arguments.json.map(|file| replace(&file, report::check_json(&found).as_bytes()));
    let sarif = |file: PathBuf| replace(&file, report::check_sarif(&found, &job.paths).as_bytes());
    let sarif = arguments.sarif.map(sarif);
    let written = [json, sarif, Some(told)].into_iter().flatten().map(ended);
    written.fold(found.ending(), Ending::or_worse)
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    let _told = ended(Job::here().tell_problems(problems));
    Ending::WrongInput
}
