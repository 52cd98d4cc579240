use std::io::Write;

use clap::Args;
use migration_replay::outcome::Ending;
use migration_replay::postgres::{Claim, Leftover, find_leftovers};
use migration_replay::report;

use super::arguments::BackendArguments;
use super::console::{say, style};

const EXAMPLES: &str = "\
Examples:
  migration-replay clean --dry-run
      what is there
  migration-replay clean
      take it away: kept containers, local servers and files, and what killed runs left
  migration-replay clean 'users@postgres:17/previous-release'
      only what was kept for this case
  migration-replay clean --backend postgres://postgres:postgres@127.0.0.1:5432/postgres
      databases that were kept on that server

Exit codes:
  0  nothing is left, or only what needs --all or is in use
  2  wrong usage
  3  something could not be removed, or the engine or server does not answer";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CleanArguments {
    /// Only what was kept for cases with this text in their name
    #[arg(value_name = "CASE")]
    case: Option<String>,

    #[command(flatten)]
    backend: BackendArguments,

    /// Also what was kept by other users, before the last boot, or by another machine on the same Docker
    /// engine or server
    #[arg(long)]
    all: bool,

    /// Only show what would be removed
    #[arg(long)]
    dry_run: bool,
}

/// `migration-replay clean`.
pub(crate) async fn clean(arguments: CleanArguments) -> Ending {
    let choice = match arguments.backend.choice() {
        Ok(choice) => choice,
        Err(problem) => {
            say(&report::render_problem(&problem, style()));
            return Ending::WrongInput;
        }
    };
    let mut leftovers = match find_leftovers(&choice).await {
        Ok(leftovers) => leftovers,
        Err(error) => {
            say(&format!("error: {error}"));
            return Ending::Environment;
        }
    };
    if let Some(case) = &arguments.case {
        leftovers.retain(|leftover| leftover.is_for(case));
    }
    if leftovers.is_empty() {
        print("nothing is there to clean up");
    }
    let mut ending = Ending::AsExpected;
    for leftover in &leftovers {
        ending = ending.or_worse(take_away(leftover, &arguments).await);
    }
    ending
}

async fn take_away(leftover: &Leftover, arguments: &CleanArguments) -> Ending {
    let what = describe(leftover);
    match leftover.claim {
        Claim::InUse => print(&format!("left: {what}: a run uses it, or may use it")),
        Claim::OnlyWithAll if !arguments.all => {
            let why = "of another user or machine, or from before the last boot";
            print(&format!("left: {what}: {why}; --all takes it too"));
        }
        Claim::Free | Claim::OnlyWithAll if arguments.dry_run => {
            print(&format!("would remove: {what}"));
        }
        Claim::Free | Claim::OnlyWithAll => match leftover.remove().await {
            Ok(()) => print(&format!("removed: {what}")),
            Err(why) => {
                say(&format!("error: {what} cannot be removed: {why}"));
                return Ending::Environment;
            }
        },
    }
    Ending::AsExpected
}

/// What it is, and why it is there.
fn describe(leftover: &Leftover) -> String {
    match (&leftover.case, leftover.is_kept) {
        (Some(case), _) => format!("{}, kept for {case}", leftover.label),
        (None, true) => format!("{}, kept", leftover.label),
        (None, false) => format!("{}, of a run that was killed", leftover.label),
    }
}

/// Writes a line to standard output. Where nobody listens any more the work goes on.
fn print(line: &str) {
    let _written = writeln!(std::io::stdout(), "{line}");
}
