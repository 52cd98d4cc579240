use std::path::PathBuf;

use clap::Args;
use migration_replay::check::Checked;
use migration_replay::harness::{CheckRequest, Harness, check as checked, staged, today};
use migration_replay::outcome::Ending;
use migration_replay::place::{Problem, Problems};
use migration_replay::report::{self, Shown};

use super::branches::BranchArguments;
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
  migration-replay check db/migrations --staged
      as git's index has them, which is what the next commit will have: for a hook
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

    #[command(flatten)]
    branches: BranchArguments,

    /// Check the files as they are staged (git's index), not as they are in the work tree
    #[arg(long)]
    staged: bool,

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
        base: arguments.branches.base,
        branches: arguments.branches.branches,
        today: today(),
    };
    // Paths are shown from the folder that is the current one here.
    let job = Job::here();
    let found = if arguments.staged { checked_as_staged(request) } else { look(&request) };
    let found = match found {
        Ok(found) => found,
        Err(problems) => return refuse(&problems),
    };
    let shown = if arguments.all { Shown::All } else { Shown::WorthALook };
    print(&report::check_text(&found, shown, style()));
    let annotations = report::check_annotations(&found, &job.paths);
    let told = job.tell(&annotations, |most| report::check_markdown(&found, most));
    let json = arguments.json.map(|file| replace(&file, report::check_json(&found).as_bytes()));
    let sarif = |file: PathBuf| replace(&file, report::check_sarif(&found, &job.paths).as_bytes());
    let sarif = arguments.sarif.map(sarif);
    let written = [json, sarif, Some(told)].into_iter().flatten().map(ended);
    written.fold(found.ending(), Ending::or_worse)
}

fn look(request: &CheckRequest) -> Result<Checked, Problems> {
    checked(request, &Harness::new().environment)
}

/// The same in a folder that holds what is staged: there every file is called as it is in the work tree.
fn checked_as_staged(request: CheckRequest) -> Result<Checked, Problems> {
    let staged = staged(&request.paths)?;
    for path in &staged.missing {
        let message = "nothing of it is staged or committed, so it is not checked";
        say(&report::render_problem(&Problem::warning(message).path(path), style()));
    }
    if staged.paths.is_empty() {
        return Ok(Checked::default());
    }
    let moved = |error: std::io::Error| {
        Problems::from(Problem::error(format!("the current folder cannot be left: {error}")))
    };
    let current = std::env::current_dir().map_err(moved)?;
    std::env::set_current_dir(&staged.here).map_err(moved)?;
    let found = look(&CheckRequest { paths: staged.paths.clone(), ..request });
    std::env::set_current_dir(current).map_err(moved)?;
    found
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    let _told = ended(Job::here().tell_problems(problems));
    Ending::WrongInput
}
