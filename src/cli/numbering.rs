use std::path::PathBuf;

use clap::Args;
use migration_replay::harness::{
    Numbered, RenumberPlan, carry_out, new_migration, now, plan_renumbering,
};
use migration_replay::outcome::Ending;
use migration_replay::place::Problems;
use migration_replay::report;

use super::branches::BranchArguments;
use super::console::{print, say, style};

const NEW_EXAMPLES: &str = "\
Examples:
  migration-replay new 'add user roles' db/migrations
      db/migrations/0043_add_user_roles.sql: named and begun as the files that are there
  migration-replay new 'add user roles' db/migrations --base origin/main
      with a version that origin/main has not either

Exit codes:
  0  written
  2  wrong usage, or a folder for which only its own tool can make a file";

const RENUMBER_EXAMPLES: &str = "\
Examples:
  migration-replay renumber db/migrations --base origin/main --dry-run
      which files would get which version: those that clash, and are not merged
  migration-replay renumber db/migrations --applied 20260207080000_fix_numeric_search.sql
  migration-replay renumber scenarios/live.toml
      what the seeds of the scenario hold is applied

Exit codes:
  0  done, or nothing clashes
  1  applied files clash, or need a file that would move behind them: nothing is changed
  2  wrong usage, or files that cannot be read as migrations";

#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(crate) struct NewArguments {
    /// What it does, in a few words
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    folder: WhereArguments,
}

#[derive(Debug, Args)]
#[command(after_help = RENUMBER_EXAMPLES)]
pub(crate) struct RenumberArguments {
    #[command(flatten)]
    folder: WhereArguments,

    /// A migration that is applied and keeps its version: version, file name or glob; several with commas
    #[arg(long, value_name = "MIGRATION", value_delimiter = ',')]
    applied: Vec<String>,

    /// Tell what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct WhereArguments {
    /// A folder of migrations, or a scenario that names one
    #[arg(value_name = "DIR|SCENARIO")]
    path: PathBuf,

    /// The layout of the folder [default: detected]
    #[arg(long, value_name = "NAME")]
    layout: Option<String>,

    #[command(flatten)]
    branches: BranchArguments,
}

impl WhereArguments {
    fn numbered(self) -> Numbered {
        let Self { path, layout, branches: BranchArguments { base, branches } } = self;
        Numbered { path, layout, base, branches }
    }
}

/// `migration-replay new`.
pub(crate) fn new(arguments: NewArguments) -> Ending {
    match new_migration(&arguments.folder.numbered(), &arguments.name, now()) {
        Ok(written) => {
            for path in &written {
                print(&format!("{}\n", path.display()));
            }
            Ending::AsExpected
        }
        Err(problems) => refuse(&problems),
    }
}

/// `migration-replay renumber`.
pub(crate) fn renumber(arguments: RenumberArguments) -> Ending {
    let plan = match plan_renumbering(&arguments.folder.numbered(), &arguments.applied) {
        Ok(plan) => plan,
        Err(problems) => return refuse(&problems),
    };
    tell(&plan);
    if !plan.plan.settled_clashes.is_empty() || !plan.plan.left_behind.is_empty() {
        say("nothing is changed");
        return Ending::MigrationFailed;
    }
    if arguments.dry_run || plan.renames.is_empty() {
        return Ending::AsExpected;
    }
    match carry_out(&plan) {
        Ok(()) => Ending::AsExpected,
        Err(problem) => {
            say(&report::render_problem(&problem, style()));
            Ending::Environment
        }
    }
}

fn tell(plan: &RenumberPlan) {
    if !plan.warnings.0.is_empty() {
        say(&report::render_problems(&plan.warnings, style()));
    }
    for group in &plan.plan.settled_clashes {
        let names: Vec<_> = group.iter().map(|it| it.file_name()).collect();
        say(&format!("applied, with one version, and not to be changed: {}", names.join(", ")));
    }
    for (needs, moved) in &plan.plan.left_behind {
        say(&format!(
            "{} is applied, and needs {}, which would move behind it",
            needs.file_name(),
            moved.file_name()
        ));
    }
    if plan.renames.is_empty() {
        print("no two files clash that could get another version\n");
        return;
    }
    if !plan.knows_applied {
        say(
            "nothing says which files are applied: of each version the first one stays (--base, --applied)",
        );
    }
    for (from, to) in &plan.renames {
        let to = to.file_name().unwrap_or_default().to_string_lossy();
        print(&format!("{} -> {to}\n", from.display()));
    }
    for (path, count, _) in &plan.edits {
        let names = if *count == 1 { "name" } else { "names" };
        print(&format!("{}: {count} {names}\n", path.display()));
    }
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    Ending::WrongInput
}
