use std::path::PathBuf;

use clap::{ArgGroup, Args};
use migration_replay::harness::{
    FlagScenario, Harness, HistoryFrom, Prepared, prepare_files, prepare_flags,
};
use migration_replay::outcome::Ending;
use migration_replay::place::{Problem, Problems, shell_word};
use migration_replay::plan::CasePlan;
use migration_replay::report;
use migration_replay::status::Status;

use super::console::{print, say, style};
use super::files::{check_writable, ended, replace};

const EXAMPLES: &str = "\
Examples:
  migration-replay status db/migrations --database postgres://me@db/app?sslmode=verify-full
      which files are applied there, pending, edited since or late, and what is recorded without
      a file; the password comes from PGPASSWORD. The database is only read
  migration-replay status scenarios/shop.toml --history history.csv
      the same for an export: psql -c \"\\copy flyway_schema_history to history.csv csv header\"
  migration-replay status db/migrations --database \"$DATABASE_URL\" --table app.done
      a history table of your own: the column that names migrations is found
  migration-replay status db/migrations --database \"$DATABASE_URL\" --exit-code
      for CI and deployments: ends with 1 unless everything is applied as it is

Exit codes:
  0  answered
  1  with --exit-code: something is pending, late, failed or edited, or has no file
  2  wrong usage or scenario, or a history that nobody knows how to read
  3  the database cannot be looked at";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    pub(super) files: FilesArguments,

    #[command(flatten)]
    pub(super) history: FromArguments,

    /// End with 1 unless every file is applied as it is, or left out on purpose, and every record has its file
    #[arg(long)]
    exit_code: bool,

    /// Write the answer as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Whose files are meant.
#[derive(Debug, Args)]
pub(super) struct FilesArguments {
    /// A folder of migrations, or a scenario file, whose folder and exclusions count
    #[arg(value_name = "DIR|SCENARIO")]
    path: PathBuf,

    /// The layout of the folder [default: detected]
    #[arg(long, value_name = "NAME")]
    layout: Option<String>,

    /// Read the folder from this commit, tag or branch of the repository here, not from the work tree
    #[arg(long = "ref", value_name = "REF")]
    git_ref: Option<String>,

    /// Which case, where a scenario has several with different files: a text that its name contains
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

/// Where the history is.
#[derive(Debug, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("from").args(["database", "history"]).required(true)))]
pub(super) struct FromArguments {
    /// The database: <postgres://user@host:5432/database?sslmode=verify-full>. It is looked at in one
    /// read-only transaction
    #[arg(long, value_name = "URL", conflicts_with = "history")]
    database: Option<String>,

    /// An exported history table: CSV with a header
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,

    /// The history table in the database [default: that of a tool that is known]
    #[arg(long, value_name = "TABLE", requires = "database")]
    table: Option<String>,
}

/// `migration-replay status`.
pub(crate) async fn status(arguments: &StatusArguments) -> Ending {
    let (harness, case) = match read(arguments) {
        Ok(read) => read,
        Err(problems) => {
            say(&report::render_problems(&problems, style()));
            return Ending::WrongInput;
        }
    };
    let Some(from) = arguments.history.from() else { return Ending::WrongInput };
    match harness.status(&case, &from).await {
        Ok(status) => tell(arguments, &status),
        Err(error) => {
            say(&report::render_problems(error.problems(), style()));
            error.ending()
        }
    }
}

fn read(arguments: &StatusArguments) -> Result<(Harness, CasePlan), Problems> {
    if let Some(file) = &arguments.json {
        check_writable("--json", file)?;
    }
    arguments.files.read()
}

fn tell(arguments: &StatusArguments, status: &Status) -> Ending {
    print(&report::status_text(status, style()));
    let written = match &arguments.json {
        Some(file) => ended(replace(file, report::status_json(status).as_bytes())),
        None => Ending::AsExpected,
    };
    let is_asked = arguments.exit_code && !status.is_settled();
    written.or_worse(if is_asked { Ending::MigrationFailed } else { Ending::AsExpected })
}

impl FromArguments {
    /// Where the history is, if it is said.
    pub(super) fn from(&self) -> Option<HistoryFrom> {
        let database = self.database.clone();
        let database = database.map(|url| HistoryFrom::Database { url, table: self.table.clone() });
        database.or_else(|| self.history.clone().map(HistoryFrom::File))
    }
}

impl FilesArguments {
    /// The case whose files are meant; warnings are told.
    fn read(&self) -> Result<(Harness, CasePlan), Problems> {
        let (harness, prepared) = self.prepare(Harness::new())?;
        Ok((harness, one_of(prepared.cases)?))
    }

    /// The folder or file, as one would type it again.
    pub(super) fn shown(&self) -> String {
        shell_word(&self.path.to_string_lossy())
    }

    /// The cases that the filter lets through; warnings are told.
    pub(super) fn prepare(&self, mut harness: Harness) -> Result<(Harness, Prepared), Problems> {
        harness.filter.clone_from(&self.filter);
        let mut prepared = if self.path.is_file() {
            prepare_files(std::slice::from_ref(&self.path), &harness.environment)?
        } else {
            let flags = FlagScenario {
                migrations: self.path.clone(),
                layout: self.layout.clone(),
                git_ref: self.git_ref.clone(),
                ..FlagScenario::default()
            };
            prepare_flags(&flags, &harness.environment)?
        };
        if !prepared.warnings.0.is_empty() {
            say(&report::render_problems(&prepared.warnings, style()));
        }
        prepared.cases = harness.select(prepared.cases);
        Ok((harness, prepared))
    }
}

/// How many cases are named where one has to be chosen.
const MOST_NAMED: usize = 20;

/// Cases that have the same files, and leave out the same, are one here.
fn one_of(cases: Vec<CasePlan>) -> Result<CasePlan, Problems> {
    let names: Vec<_> = cases.iter().take(MOST_NAMED).map(|case| case.name.clone()).collect();
    let mut cases = cases.into_iter();
    let Some(first) = cases.next() else {
        let help = "leave --filter out, or give a text that is in the name of a case";
        return Err(Problem::error("no case has that text in its name").help(help).into());
    };
    let left_out = |case: &CasePlan| -> Vec<_> {
        case.excluded.iter().map(|it| it.migration.clone()).collect()
    };
    if cases.all(|it| it.set.root == first.set.root && left_out(&it) == left_out(&first)) {
        return Ok(first);
    }
    let help = format!("choose one with --filter: {}", names.join(", "));
    Err(Problem::error("the cases of this scenario leave out different files").help(help).into())
}
