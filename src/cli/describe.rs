use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::{Args, ValueEnum};
use migration_replay::describe::{Description, Sequence, er_diagram, flowchart, json, markdown};
use migration_replay::harness::{Harness, Prepared};
use migration_replay::outcome::{Ending, Event, Failure, RunOutcome, Standing};
use migration_replay::place::{Problem, Problems};
use migration_replay::plan::{CasePlan, through};
use migration_replay::replay::{EventSink, Looking, Reached};
use migration_replay::report;

use super::arguments::{FolderArguments, ServerArguments};
use super::console::{Console, say, style};
use super::files::{check_writable, put};
use super::interrupt::{interrupted, interrupted_twice};
use super::run::prepare;

const EXAMPLES: &str = "\
Examples:
  migration-replay describe --migrations db/migrations -o docs/schema.md
      the schema as a page of Markdown, with an ER diagram; in CI, `git diff --exit-code docs/schema.md`
      after it tells whether somebody forgot to commit the page
  migration-replay describe scenarios/shop.toml --filter @postgres:17/fresh --format mermaid
      the ER diagram of one case of a scenario
  migration-replay describe --migrations db/migrations --through 045
      as it was after 045
  migration-replay describe scenarios/shop.toml --sequence --format mermaid
      the migrations in their order, with what is left out and what the seed state holds; no server is
      needed

Exit codes:
  0  described
  1  a migration failed: what was reached is described
  2  wrong usage or scenario
  3  no server, or a server was lost
  4  nothing selected";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DescribeArguments {
    /// Scenario files, or folders with scenario files [default: scenarios/]
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["migrations", "layout", "git_ref", "image", "exclude", "seed_sql", "seed_through", "rows"])]
    scenarios: Vec<PathBuf>,

    /// Which case, where there are several: a text that its name contains; names are
    /// scenario@image/seed
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Describe the schema after this version: version, file name or glob [default: the last]
    #[arg(long, value_name = "VERSION")]
    through: Option<String>,

    /// How to describe it
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,

    /// Show the migrations in their order as a diagram; as Mermaid, instead of the ER diagram
    #[arg(long)]
    sequence: bool,

    /// Write to a file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Let the scenario run its `runner`: only for scenarios that you trust
    #[arg(long)]
    allow_commands: bool,

    /// Print plain lines instead of live progress
    #[arg(long)]
    no_progress: bool,

    #[command(flatten, next_help_heading = "Without a scenario file")]
    folder: FolderArguments,

    #[command(flatten, next_help_heading = "Servers")]
    servers: ServerArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page with tables and diagrams
    Markdown,
    /// A Mermaid diagram
    Mermaid,
    /// Every object with its properties
    Json,
}

/// `migration-replay describe`.
pub(crate) async fn describe(arguments: Box<DescribeArguments>) -> Ending {
    let (harness, prepared) = match read(&arguments) {
        Ok(read) => read,
        Err(problems) => return refuse(&problems),
    };
    if !prepared.warnings.0.is_empty() {
        say(&report::render_problems(&prepared.warnings, style()));
    }
    let all = prepared.cases.len();
    let cases = harness.select(prepared.cases);
    if cases.is_empty() {
        let filter = harness.filter.as_deref().unwrap_or_default();
        say(&format!("nothing selected: none of {all} cases has {filter:?} in its name"));
        return Ending::NothingDone;
    }
    let case = match one_of(cases).and_then(|case| cut(case, &arguments)) {
        Ok(case) => case,
        Err(problems) => return refuse(&problems),
    };
    if arguments.sequence && arguments.format == Format::Mermaid {
        let seed = (!case.seed.is_fresh()).then_some(case.seed.name.as_str());
        return put(arguments.output.as_deref(), &flowchart(&Sequence::of(&case, None), seed));
    }
    let console = Arc::new(Console::new(arguments.no_progress));
    let sink = listener(console.clone());
    let reach = harness.reach(
        case.clone(),
        prepared.images,
        Looking::AtTheEnd,
        sink,
        Box::pin(interrupted()),
    );
    let reached = tokio::select! {
        reached = reach => reached,
        () = interrupted_twice() => return Ending::Environment,
    };
    console.clear();
    tell(&arguments, &case, reached)
}

fn read(arguments: &DescribeArguments) -> Result<(Harness, Prepared), Problems> {
    if let Some(file) = &arguments.output {
        check_writable("--output", file)?;
    }
    let mut harness = arguments.servers.harness()?;
    harness.filter.clone_from(&arguments.filter);
    harness.settings.allow_commands = arguments.allow_commands;
    let flags = arguments.folder.scenario();
    let prepared = prepare(flags.as_ref(), &arguments.scenarios, &harness)?;
    Ok((harness, prepared))
}

/// How many cases are named where one has to be chosen.
const MOST_NAMED: usize = 20;

fn one_of(mut cases: Vec<CasePlan>) -> Result<CasePlan, Problems> {
    match (cases.pop(), cases.len()) {
        (Some(case), 0) => Ok(case),
        (last, _) => {
            let names = cases.iter().chain(&last).map(|case| case.name.as_str());
            let names: Vec<_> = names.take(MOST_NAMED).collect();
            let message = format!("one case is described, and there are {}", cases.len() + 1);
            let help = format!("choose one with --filter: {}", names.join(", "));
            Err(Problem::error(message).help(help).into())
        }
    }
}

fn cut(case: CasePlan, arguments: &DescribeArguments) -> Result<CasePlan, Problems> {
    match &arguments.through {
        Some(version) => through(&case, version),
        None => Ok(case),
    }
}

fn listener(console: Arc<Console>) -> EventSink {
    let known = Mutex::new(RunOutcome::default());
    Arc::new(move |event: Event| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.add(&event);
        console.show(&event, &known);
    })
}

/// Describes what was reached, and tells what stopped it.
fn tell(arguments: &DescribeArguments, case: &CasePlan, reached: Reached) -> Ending {
    let stopped_at = reached.stopped.as_ref().and_then(|found| found.migration.clone());
    let ending = match &reached.stopped {
        None if reached.catalog.is_none() => Ending::Environment,
        None => Ending::AsExpected,
        Some(found) => found.blame.into(),
    };
    let is_described = reached.catalog.is_some();
    let described = match reached.catalog {
        Some(catalog) => {
            let description = Description::of(case, catalog, &reached.owners, stopped_at.as_ref());
            put(arguments.output.as_deref(), &render(arguments, &description))
        }
        None => Ending::AsExpected,
    };
    if let Some(found) = reached.stopped {
        let failure = Failure {
            found: *found,
            expected: false,
            standing: Standing::Unknown,
            is_forgiven: false,
            reproduce: case.reproduce.clone(),
        };
        say(&report::render_failure(&failure, style()));
        if is_described {
            say(
                "\nnot complete: what is described is the schema that was reached; the command above explains why",
            );
        } else {
            say("\nnothing is described");
        }
    }
    described.or_worse(ending)
}

fn render(arguments: &DescribeArguments, description: &Description) -> String {
    match arguments.format {
        Format::Markdown => markdown(description, arguments.sequence),
        Format::Mermaid => er_diagram(&description.catalog),
        Format::Json => json(description),
    }
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    Ending::WrongInput
}
