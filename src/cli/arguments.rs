use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use migration_replay::harness::{FlagScenario, Harness};
use migration_replay::place::Problem;
use migration_replay::postgres::BackendChoice;
use migration_replay::replay::Keep;
use migration_replay::scenario::Pass;
use migration_replay::verify::Past;

use super::base::BaseArguments;
use super::baseline::BaselineArguments;
use super::check::CheckArguments;
use super::clean::CleanArguments;
use super::console::DisplayArguments;
use super::describe::DescribeArguments;
use super::doctor::DoctorArguments;
use super::exclusions::ExclusionsArguments;
use super::explain::ExplainArguments;
use super::generated::{CompletionsArguments, ManArguments, SchemaArguments};
use super::graph::GraphArguments;
use super::history::HistoryArguments;
use super::init::InitArguments;
use super::lock::LockArguments;
use super::numbering::{NewArguments, RenumberArguments};
use super::qualify::QualifyArguments;
use super::report::ReportCommand;
use super::repro::ReproArguments;
use super::retire::RetireArguments;
use super::shards::ShardArguments;
use super::status::StatusArguments;
use super::verify::VerifyArguments;

/// Replays Postgres migrations onto disposable servers, fresh and pre-populated, as scenario files say,
/// and tells what breaks.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run scenarios, or a folder of migrations
    Run(Box<RunArguments>),
    /// Look through a repository and write first scenarios for its migrations
    Init(InitArguments),
    /// Check migrations and scenarios from their files: no server, for a pre-commit hook
    Check(CheckArguments),
    /// Record what every migration is, so that a later edit is found
    Lock(LockArguments),
    /// Write the next migration of a folder, under a version that nobody has
    New(NewArguments),
    /// Give files that clash other versions
    Renumber(RenumberArguments),
    /// Qualify a release: every supported release on every image with every pass, and one report of it
    Qualify(Box<QualifyArguments>),
    /// Run one case up to just before what fails, and keep its database
    Repro(Box<ReproArguments>),
    /// Take away what was kept, and what killed runs left
    Clean(CleanArguments),
    /// Tell who made, changed, renamed and dropped an object, and where
    History(HistoryArguments),
    /// Show which migration requires which, and through what
    Graph(GraphArguments),
    /// Explain a migration: what it does and needs, whether it can run twice, which locks it takes
    Explain(Box<ExplainArguments>),
    /// Describe the schema that migrations come to, for documentation
    Describe(Box<DescribeArguments>),
    /// Write one migration that stands for everything up to a version, and prove it
    Baseline(Box<BaselineArguments>),
    /// Prove exclusion lists: what falls with them, and which entries are still needed
    Exclusions(Box<ExclusionsArguments>),
    /// Tell which files a database has applied, which are pending, edited or late, and what has no file
    Status(Box<StatusArguments>),
    /// Hold a live database against a scenario's contract, and against what its migrations make
    Verify(Box<VerifyArguments>),
    /// Work with reports that runs wrote
    Report(ReportCommand),
    /// Switch a file off for ever, with its reason
    Retire(Box<RetireArguments>),
    /// Tell what this machine has for replays, what is missing, and how to get it
    Doctor(DoctorArguments),
    /// Print the JSON Schema of scenario files, for editors
    Schema(SchemaArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Print the man page, or write one for each command
    Man(ManArguments),
}

const EXAMPLES: &str = "\
Examples:
  migration-replay run
      every scenario below scenarios/
  migration-replay run scenarios/plugins-existing.toml --junit replay.xml
      one scenario, with a report for the CI server
  migration-replay run --filter 'plugins-existing@postgres:17/first-draft'
      one case
  migration-replay run --migrations db/migrations --image postgres:17 --exclude 005,008
      a folder, without a scenario file
  migration-replay run --migrations db/migrations --seed-through 045 --rows 30
      what comes after 045, over a database of that version with awkward rows
  migration-replay run --base origin/main
      only what this branch brings fails; what failed before is told
  migration-replay run --backend postgres://postgres:postgres@127.0.0.1:5432/postgres
      on a server that runs already; only databases made by the run are touched
  migration-replay run --list
      nothing: the cases are listed
  migration-replay run --shard 2/4 --durations last-replay.json --json replay.json
      a quarter of the cases, on the second of four machines; then: migration-replay report merge";

/// How commands end that replay cases.
const EXIT_CODES: &str = "\
Exit codes:
  0  all as expected
  1  a migration failed
  2  wrong usage or scenario
  3  no server, or a server was lost
  4  nothing selected, or nothing replayed";

/// What the help of a command that replays cases ends with.
pub(super) fn with_exit_codes(examples: &str) -> String {
    format!("{examples}\n\n{EXIT_CODES}")
}

#[derive(Debug, Args)]
#[command(after_help = with_exit_codes(EXAMPLES))]
pub(crate) struct RunArguments {
    /// Scenario files, or folders with scenario files [default: scenarios/]
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["migrations", "layout", "git_ref", "image", "exclude", "through", "seed_sql", "seed_through", "rows", "passes"])]
    pub(crate) scenarios: Vec<PathBuf>,

    #[command(flatten, next_help_heading = "Without a scenario file")]
    pub(crate) flags: FlagArguments,

    #[command(flatten, next_help_heading = "Base")]
    pub(crate) base: BaseArguments,

    #[command(flatten, next_help_heading = "Servers")]
    pub(crate) servers: ServerArguments,

    #[command(flatten, next_help_heading = "Reports")]
    pub(crate) reports: ReportArguments,

    #[command(flatten, next_help_heading = "Reports")]
    pub(crate) display: DisplayArguments,

    #[command(flatten, next_help_heading = "Several machines")]
    pub(crate) shards: ShardArguments,

    /// Only cases whose name contains this text; names are scenario@image/seed
    #[arg(long, value_name = "TEXT", help_heading = "Cases")]
    pub(crate) filter: Option<String>,

    /// How many cases at once [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Cases", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    /// Let scenarios run their commands (`[[expect.command]]`, `runner`): only for scenarios that you
    /// trust
    #[arg(long, help_heading = "Cases")]
    pub(crate) allow_commands: bool,

    /// Skip cases that cannot run here, instead of counting them as errors
    #[arg(long, help_heading = "Cases")]
    pub(crate) allow_skip: bool,

    /// Keep the databases of cases that fail, as the failure left them, and say how to get there
    #[arg(long, help_heading = "Cases")]
    pub(crate) keep: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FlagArguments {
    #[command(flatten)]
    pub(crate) folder: FolderArguments,

    /// Stop after this version
    #[arg(long, value_name = "VERSION", requires = "migrations")]
    pub(crate) through: Option<String>,

    /// Which passes to run [default: apply,rerun,converge]
    #[arg(long, value_name = "PASS", value_delimiter = ',', requires = "migrations", value_parser = pass)]
    pub(crate) passes: Vec<Pass>,
}

/// A folder of migrations without a scenario file, and what a case of it needs.
#[derive(Debug, Args)]
pub(crate) struct FolderArguments {
    /// A folder of migrations
    #[arg(long, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,

    /// The layout of the folder [default: detected]
    #[arg(long, value_name = "NAME", requires = "migrations")]
    pub(crate) layout: Option<String>,

    /// Read the folder from this commit, tag or branch of the repository here, not from the work tree
    #[arg(long = "ref", value_name = "REF", requires = "migrations")]
    pub(crate) git_ref: Option<String>,

    /// An image to run on; may be given several times [default: any server at hand]
    #[arg(long, value_name = "IMAGE", requires = "migrations")]
    pub(crate) image: Vec<String>,

    /// Leave out a migration: version, file name or glob; several with commas. The environment variable
    /// `MIGRATION_EXCLUDE` is read too
    #[arg(long, value_name = "MIGRATION", value_delimiter = ',', requires = "migrations")]
    pub(crate) exclude: Vec<String>,

    /// Begin with the migrations up to this one applied; the others are pending
    #[arg(long, value_name = "VERSION", requires = "migrations")]
    pub(crate) seed_through: Option<String>,

    /// A SQL file to run before the pending migrations; may be given several times
    #[arg(long, value_name = "FILE", requires = "migrations")]
    pub(crate) seed_sql: Vec<PathBuf>,

    /// Generate so many rows for each table, awkward on purpose
    #[arg(long, value_name = "N", requires = "migrations", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) rows: Option<u64>,
}

impl FolderArguments {
    /// The scenario that the flags make, if there is one.
    pub(crate) fn scenario(&self) -> Option<FlagScenario> {
        Some(FlagScenario {
            migrations: self.migrations.clone()?,
            layout: self.layout.clone(),
            git_ref: self.git_ref.clone(),
            images: self.image.clone(),
            exclude: self.exclude.iter().map(|entry| entry.trim().to_owned()).collect(),
            through: None,
            seed_sql: self.seed_sql.clone(),
            seed_through: self.seed_through.clone(),
            rows: self.rows.and_then(|rows| usize::try_from(rows).ok()),
            passes: Vec::new(),
        })
    }
}

#[derive(Debug, Args)]
pub(crate) struct BackendArguments {
    /// Where servers come from: auto, container, local, or a URL such as
    /// <postgres://user:password@host:5432/postgres>
    #[arg(long, value_name = "KIND|URL", default_value = "auto", hide_default_value = true)]
    backend: String,
}

impl BackendArguments {
    /// What the flag means. It is read here and not by clap, whose messages repeat a wrong value, password
    /// and all.
    pub(crate) fn choice(&self) -> Result<BackendChoice, Problem> {
        backend(&self.backend).map_err(|why| Problem::error(format!("--backend: {why}")))
    }
}

#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    #[command(flatten)]
    pub(crate) backend: BackendArguments,

    /// The folder of `postgres` and `initdb`, for local servers
    #[arg(long, value_name = "DIR")]
    pub(crate) pg_bin: Option<PathBuf>,

    /// On a server given by URL: allow roles and other things that outlive a database
    #[arg(long)]
    pub(crate) allow_server_objects: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// Write a JSON report
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Write a summary as Markdown [default: added to the file of `GITHUB_STEP_SUMMARY`, if set]
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}

pub(super) fn pass(text: &str) -> Result<Pass, String> {
    Pass::from_name(text).ok_or_else(|| {
        "it is apply, rerun, reexecute, interrupt, round-trip, orders or converge".into()
    })
}

fn backend(text: &str) -> Result<BackendChoice, String> {
    match text {
        "auto" => Ok(BackendChoice::Auto),
        "container" => Ok(BackendChoice::Container),
        "local" => Ok(BackendChoice::Local),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            BackendChoice::url(url)
        }
        _ => Err("it is auto, container, local, or a URL that begins with postgres://".into()),
    }
}

impl FlagArguments {
    /// The scenario that the flags make, if there is one.
    pub(crate) fn scenario(&self) -> Option<FlagScenario> {
        Some(FlagScenario {
            through: self.through.clone(),
            passes: self.passes.clone(),
            ..self.folder.scenario()?
        })
    }
}

impl RunArguments {
    /// What the flags mean for the harness.
    pub(crate) fn harness(&self) -> Result<Harness, Problem> {
        let mut harness = self.servers.harness()?;
        harness.filter.clone_from(&self.filter);
        if let Some(jobs) = self.jobs {
            harness.settings.jobs = jobs.into();
        }
        harness.settings.allow_commands = self.allow_commands;
        harness.settings.allow_skip = self.allow_skip;
        harness.settings.past = if self.base.strict { Past::Counts } else { Past::Forgiven };
        harness.settings.keeping.which = if self.keep { Keep::Failures } else { Keep::Nothing };
        Ok(harness)
    }
}

impl ServerArguments {
    /// A harness with these servers.
    pub(crate) fn harness(&self) -> Result<Harness, Problem> {
        let mut harness = Harness::new();
        harness.backend = self.backend.choice()?;
        harness.pg_bin.clone_from(&self.pg_bin);
        harness.settings.allow_server_objects = self.allow_server_objects;
        Ok(harness)
    }
}
