use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use migration_replay::baseline::Rows;
use migration_replay::harness::Harness;
use migration_replay::outcome::{Ending, Failure, Standing};
use migration_replay::place::{Problem, Problems};
use migration_replay::plan::{CasePlan, through};
use migration_replay::replay::{BaselineEnd, BaselineRequest, Proven};
use migration_replay::report;

use super::arguments::{FolderArguments, ServerArguments};
use super::console::{Console, say, style};
use super::examined::listener;
use super::files::{check_writable, put};
use super::interrupt::{interrupted, interrupted_twice};
use super::run::{prepare, tell_prepared};

const EXAMPLES: &str = "\
Examples:
  migration-replay baseline --migrations db/migrations --through 0030 --output db/migrations/0031_baseline.sql
      one migration that stands for everything up to 0030: it makes the schema on a fresh database, and does
      nothing on one that has it. It is written only after it was proven on both
  migration-replay baseline scenarios/shop.toml --through 0030 --with-rows > baseline.sql
      with the rows that those migrations insert

Exit codes:
  0  proven, and written
  1  a migration failed, or the baseline does not do what it should: nothing is written
  2  wrong usage or scenario
  3  no server, or a server was lost
  4  nothing selected, or nothing to write";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BaselineArguments {
    /// Scenario files, or folders with scenario files [default: scenarios/]
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["migrations", "layout", "git_ref", "image", "exclude", "seed_sql"])]
    scenarios: Vec<PathBuf>,

    /// The last migration that the baseline stands for: version, file name or glob
    #[arg(long, value_name = "VERSION")]
    through: String,

    /// Also keep the rows that those migrations insert, and where sequences are
    #[arg(long)]
    with_rows: bool,

    /// Write to a file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Which case, where there are several: a text that its name contains; names are
    /// scenario@image/seed. Its seed makes no difference
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Print plain lines instead of live progress
    #[arg(long)]
    no_progress: bool,

    #[command(flatten, next_help_heading = "Without a scenario file")]
    folder: FolderArguments,

    #[command(flatten, next_help_heading = "Servers")]
    servers: ServerArguments,
}

/// `migration-replay baseline`.
pub(crate) async fn baseline(arguments: Box<BaselineArguments>) -> Ending {
    let (harness, prepared) = match read(&arguments) {
        Ok(read) => read,
        Err(problems) => return refuse(&problems),
    };
    let all = prepared.cases.len();
    let cases = harness.select(prepared.cases);
    if cases.is_empty() {
        let filter = harness.filter.as_deref().unwrap_or_default();
        say(&format!("nothing selected: none of {all} cases has {filter:?} in its name"));
        return Ending::NothingDone;
    }
    let request = match one_of(cases).and_then(|case| request(&case, &arguments)) {
        Ok(request) => request,
        Err(problems) => return refuse(&problems),
    };
    let reproduce = reproduce(&request, &arguments);
    let console = Arc::new(Console::new(arguments.no_progress));
    let sink = listener(console.clone());
    let work = harness.baseline(request, prepared.images, sink, Box::pin(interrupted()));
    let end = tokio::select! {
        end = work => end,
        () = interrupted_twice() => return Ending::Environment,
    };
    console.clear();
    tell(&arguments, end, reproduce)
}

fn read(
    arguments: &BaselineArguments,
) -> Result<(Harness, migration_replay::harness::Prepared), Problems> {
    if let Some(file) = &arguments.output {
        check_writable("--output", file)?;
    }
    let mut harness = arguments.servers.harness()?;
    harness.filter.clone_from(&arguments.filter);
    let flags = arguments.folder.scenario();
    let prepared = prepare(flags.as_ref(), &arguments.scenarios, &harness)?;
    tell_prepared(&prepared, flags.as_ref());
    Ok((harness, prepared))
}

/// How many cases are named where one has to be chosen.
const MOST_NAMED: usize = 20;

/// The cases of one scenario and image differ in their seeds only, which make no difference here.
fn one_of(cases: Vec<CasePlan>) -> Result<CasePlan, Problems> {
    let count = cases.len();
    let mut names: Vec<_> = cases.iter().map(|case| case.name.clone()).collect();
    let mut cases = cases.into_iter();
    let Some(first) = cases.next() else {
        return Err(Problem::error("there is no case").into());
    };
    if cases.all(|it| (&it.scenario.name, &it.image) == (&first.scenario.name, &first.image)) {
        return Ok(first);
    }
    names.truncate(MOST_NAMED);
    let message = format!("a baseline is made of one case, and there are {count}");
    let help = format!("choose one with --filter: {}", names.join(", "));
    Err(Problem::error(message).help(help).into())
}

fn request(case: &CasePlan, arguments: &BaselineArguments) -> Result<BaselineRequest, Problems> {
    if case.scenario.replay.runner.is_some() {
        let message = "a baseline cannot be made where a runner of your own runs the migrations";
        return Err(Problem::error(message).help("name the folder with --migrations").into());
    }
    let whole = case.fresh();
    Ok(BaselineRequest {
        through: through(&whole, &arguments.through)?,
        whole,
        rows: if arguments.with_rows { Rows::Kept } else { Rows::LeftOut },
        path: arguments.output.clone().unwrap_or_else(|| "baseline.sql".into()),
    })
}

/// The command that does the same again.
fn reproduce(request: &BaselineRequest, arguments: &BaselineArguments) -> String {
    let rows = if arguments.with_rows { " --with-rows" } else { "" };
    let to = format!("migration-replay baseline --through {}{rows} ", arguments.through);
    request.whole.reproduce.replacen("migration-replay run ", &to, 1)
}

fn tell(arguments: &BaselineArguments, end: BaselineEnd, reproduce: String) -> Ending {
    match end {
        BaselineEnd::Proven(proven) => {
            let written = put(arguments.output.as_deref(), &proven.text);
            if written == Ending::AsExpected {
                say(&summary(arguments, &proven));
            }
            written
        }
        BaselineEnd::Disproven { when, differences } => {
            say(&format!("error: {when}, and this differs:"));
            for difference in differences {
                say(&format!("  {}", difference.replace('\n', "\n  ")));
            }
            say("\nnothing is written");
            Ending::MigrationFailed
        }
        BaselineEnd::Stopped(found) => {
            let ending = found.blame.into();
            let (expected, standing) = (false, Standing::Unknown);
            let failure =
                Failure { found: *found, expected, standing, is_forgiven: false, reproduce };
            say(&report::render_failure(&failure, style()));
            say("\nnothing is written");
            ending
        }
        BaselineEnd::Empty => {
            say("the migrations make nothing that a baseline could look for: nothing is written");
            Ending::NothingDone
        }
        BaselineEnd::NotRun => Ending::Environment,
    }
}

/// What was proven, for people.
fn summary(arguments: &BaselineArguments, proven: &Proven) -> String {
    let Proven { last, migrations, objects, inserted, later, server, .. } = proven;
    let mut lines = vec![
        format!("baseline for {migrations} migrations through {last}, {objects} objects"),
        format!("proven on {server}:"),
        "  where its schema is there already it changes nothing, neither schema nor rows".into(),
        "  alone on an empty database it comes to the same schema, and a second time changes nothing".into(),
        match later {
            0 => "  no migration comes after it".to_owned(),
            1 => "  the migration after it runs on both, and both end in one schema".to_owned(),
            many => format!("  the {many} migrations after it run on both, and both end in one schema"),
        },
    ];
    if !inserted.is_empty() {
        let said = if arguments.with_rows {
            "with the rows that the migrations inserted:"
        } else {
            "warning: without the rows that the migrations inserted (--with-rows keeps them):"
        };
        lines.push(said.to_owned());
        let rows = |count: u64| if count == 1 { "row" } else { "rows" };
        lines.extend(
            inserted.iter().map(|(table, count)| format!("  {table}: {count} {}", rows(*count))),
        );
    }
    if let Some(file) = &arguments.output {
        lines.push(format!("written to {}", file.display()));
    }
    lines.join("\n")
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    Ending::WrongInput
}
