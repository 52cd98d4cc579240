use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use migration_replay::harness::{Harness, ReproRequest};
use migration_replay::outcome::{Ending, Event, Reproduction, RunOutcome, Verdict};
use migration_replay::place::{Problem, Problems};
use migration_replay::plan::CasePlan;
use migration_replay::report;
use tempfile::NamedTempFile;

use super::arguments::{FlagArguments, ServerArguments};
use super::console::{Console, say, style};
use super::files::folder_of;
use super::interrupt::{interrupted, interrupted_twice};
use super::run::{prepare, tell_prepared};

const EXAMPLES: &str = "\
Examples:
  migration-replay repro 'users@postgres:17/previous-release'
      the case of that name, up to just before what fails
  migration-replay repro previous scenarios/users.toml --backend local
      the only case of this scenario with \"previous\" in its name, on a local server
  migration-replay repro users --at 003:2
      stop before the second statement of 003, whether anything fails or not
  migration-replay repro --migrations db/migrations --image postgres:17 --exclude 005
      a folder, without a scenario file
  migration-replay repro previous --bundle failure.tar.gz
      also a dump, the statement and the diagnosis in one file

The database stays until migration-replay clean takes it away.

Exit codes:
  0  the case passes, and nothing is kept; or it was stopped with --at
  1  a migration fails
  2  wrong usage or scenario, or several cases have CASE in their names
  3  no server, or a server was lost, or the database could not be kept
  4  no case has CASE in its name";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReproArguments {
    /// The name of the case, or a part of it that no other case has; names are scenario@image/seed.
    /// Not needed where there is only one
    #[arg(value_name = "CASE")]
    case: Option<String>,

    /// Scenario files, or folders with scenario files [default: scenarios/]
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["migrations", "layout", "git_ref", "image", "exclude", "through", "seed_sql", "seed_through", "rows", "passes"])]
    scenarios: Vec<PathBuf>,

    #[command(flatten, next_help_heading = "Without a scenario file")]
    flags: FlagArguments,

    #[command(flatten, next_help_heading = "Servers")]
    servers: ServerArguments,

    /// Let the scenario run its commands (`[[expect.command]]`, `runner`): only for one that you trust
    #[arg(long, help_heading = "The case")]
    allow_commands: bool,

    /// Stop before this migration, or before one of its statements, counted from 1
    #[arg(long, value_name = "MIGRATION[:STATEMENT]", help_heading = "The case")]
    at: Option<String>,

    /// Write a dump of that state, the statement, the diagnosis and how to restore it, as .tar.gz
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    bundle: Option<PathBuf>,

    /// Print plain lines instead of live progress
    #[arg(long, help_heading = "Reports")]
    no_progress: bool,
}

/// `migration-replay repro`.
pub(crate) async fn repro(arguments: Box<ReproArguments>) -> Ending {
    let (harness, case, images) = match ready(&arguments) {
        Ok(ready) => ready,
        Err(refused) => return refused,
    };
    let request = ReproRequest { at: arguments.at.clone(), bundle: arguments.bundle.clone() };
    let screen = Arc::new(Screen::new(arguments.no_progress));
    let listener = screen.clone();
    let sink: migration_replay::replay::EventSink =
        Arc::new(move |event: Event| listener.take(&event));
    let reproduction = tokio::select! {
        done = harness.reproduce(case, &images, &request, &sink, interrupted) => done,
        () = interrupted_twice() => return Ending::Environment,
    };
    screen.clear();
    match reproduction {
        Ok(reproduction) => tell(&reproduction),
        Err(problem) => refuse(&problem.into()),
    }
}

/// Everything that is read and checked before a server is started.
fn ready(
    arguments: &ReproArguments,
) -> Result<(Harness, CasePlan, migration_replay::postgres::KnownImages), Ending> {
    if let Some(bundle) = &arguments.bundle
        && let Err(error) = folder_of(bundle).and_then(NamedTempFile::new_in)
    {
        let message = format!("the bundle cannot be written: {error}");
        return Err(refuse(&Problem::error(message).path(bundle).into()));
    }
    let mut harness = arguments.servers.harness().map_err(|problem| refuse(&problem.into()))?;
    harness.settings.allow_commands = arguments.allow_commands;
    let flags = arguments.flags.scenario();
    let prepared = prepare(flags.as_ref(), &arguments.scenarios, &harness)
        .map_err(|problems| refuse(&problems))?;
    tell_prepared(&prepared, flags.as_ref());
    let case = one_case(harness.select(prepared.cases), arguments.case.as_deref())?;
    Ok((harness, case, prepared.images))
}

/// The case of that name, or the only one that has it in its name; without a name the only one.
fn one_case(mut cases: Vec<CasePlan>, name: Option<&str>) -> Result<CasePlan, Ending> {
    let name = name.unwrap_or_default();
    if let Some(position) = cases.iter().position(|case| case.name == name) {
        return Ok(cases.swap_remove(position));
    }
    let all = names(&cases);
    cases.retain(|case| case.name.contains(name));
    match cases.pop() {
        Some(case) if cases.is_empty() => Ok(case),
        Some(case) => {
            cases.push(case);
            let several = names(&cases);
            say(&format!("error: several cases have {name:?} in their names; say which{several}"));
            Err(Ending::WrongInput)
        }
        None => {
            say(&format!("nothing selected: no case has {name:?} in its name; there are{all}"));
            Err(Ending::NothingDone)
        }
    }
}

/// Every name on a line of its own.
fn names(cases: &[CasePlan]) -> String {
    cases.iter().flat_map(|case| ["\n  ", case.name.as_str()]).collect()
}

fn tell(reproduction: &Reproduction) -> Ending {
    let text = report::reproduction(reproduction, style());
    let _printed = write!(std::io::stdout(), "{text}");
    let _flushed = std::io::stdout().flush();
    let is_kept = reproduction.kept.is_some();
    let could_not =
        !reproduction.trouble.is_empty() || (reproduction.failure.is_some() && !is_kept);
    let ending = reproduction.run.ending();
    if could_not { ending.or_worse(Ending::Environment) } else { ending }
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    Ending::WrongInput
}

/// Shows the events of one run after the other.
struct Screen {
    no_progress: bool,
    shown: Mutex<Shown>,
}

struct Shown {
    console: Console,
    known: RunOutcome,
    runs: usize,
}

impl Screen {
    fn new(no_progress: bool) -> Self {
        let console = Console::new(no_progress);
        let shown = Shown { console, known: RunOutcome::default(), runs: 0 };
        Self { no_progress, shown: Mutex::new(shown) }
    }

    fn take(&self, event: &Event) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(event, Event::RunStarted { .. }) {
            shown.console.clear();
            if shown.runs > 0 {
                say("again, up to what fails");
            }
            shown.console = Console::new(self.no_progress);
            shown.known = RunOutcome::default();
            shown.runs += 1;
        }
        shown.known.add(event);
        let is_kept = shown.known.cases.iter().any(|case| case.kept.is_some());
        // A case that was stopped on purpose has not passed.
        let is_stop = matches!(event, Event::CaseFinished { verdict: Verdict::Passed, .. });
        let is_known = matches!(event, Event::Lacking { .. }) && shown.runs > 1;
        if (is_kept && is_stop) || is_known {
            return;
        }
        shown.console.show(event, &shown.known);
    }

    fn clear(&self) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).console.clear();
    }
}
