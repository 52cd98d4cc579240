use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use migration_replay::harness::{Depth, Harness, Prepared, VerifyRequest};
use migration_replay::outcome::{Ending, Failure, Standing};
use migration_replay::place::Problems;
use migration_replay::report;
use migration_replay::verify::{PendingIs, Verified};

use super::arguments::ServerArguments;
use super::console::{Console, print, say, style};
use super::examined::listener;
use super::files::{check_writable, ended, replace};
use super::interrupt::{interrupted, interrupted_twice};
use super::status::FilesArguments;

const EXAMPLES: &str = "\
Examples:
  migration-replay verify scenarios/shop.toml --database postgres://me@db/app?sslmode=verify-full
      a live database against the contract of the scenario, and against the schema that the
      migrations make which it has applied, replayed on a disposable server. The live database is
      only read; the password comes from PGPASSWORD
  migration-replay verify scenarios/shop.toml --database \"$DATABASE_URL\" --contract-only \\
      --no-pending
      a gate before an application starts: no other server is needed
  migration-replay verify db/migrations --database \"$DATABASE_URL\" --backend local
      without a scenario file: only the schema is compared

Exit codes:
  0  as it should be
  1  something that the contract requires is missing; the schema has drifted; an applied file was
     edited, failed or is gone; with --no-pending: something is pending. Or an applied migration
     cannot be replayed
  2  wrong usage or scenario, or a history that nobody knows how to read
  3  the database cannot be looked at, or there is no disposable server
  4  nothing is applied, and there is no contract";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    files: FilesArguments,

    /// The live database: <postgres://user@host:5432/database?sslmode=verify-full>. It is looked at in one
    /// read-only transaction
    #[arg(long, value_name = "URL")]
    database: String,

    /// The history table in the database [default: that of a tool that is known]
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Only the contract and the history: nothing is replayed
    #[arg(long)]
    contract_only: bool,

    /// Pending migrations make it end with 1
    #[arg(long)]
    no_pending: bool,

    /// Write the answer as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Print plain lines instead of live progress
    #[arg(long)]
    no_progress: bool,

    #[command(flatten, next_help_heading = "Servers")]
    servers: ServerArguments,
}

/// `migration-replay verify`.
pub(crate) async fn verify(arguments: Box<VerifyArguments>) -> Ending {
    let (harness, prepared) = match read(&arguments) {
        Ok(read) => read,
        Err(problems) => {
            say(&report::render_problems(&problems, style()));
            return Ending::WrongInput;
        }
    };
    let request = VerifyRequest {
        url: arguments.database.clone(),
        table: arguments.table.clone(),
        depth: if arguments.contract_only { Depth::Contract } else { Depth::Replay },
    };
    let console = Arc::new(Console::new(arguments.no_progress));
    let sink = listener(console.clone());
    let work =
        harness.verify(&prepared.cases, prepared.images, &request, sink, Box::pin(interrupted()));
    let verified = tokio::select! {
        verified = work => verified,
        () = interrupted_twice() => return Ending::Environment,
    };
    console.clear();
    match verified {
        Ok(verified) => tell(&arguments, &verified),
        Err(error) => {
            say(&report::render_problems(error.problems(), style()));
            error.ending()
        }
    }
}

impl VerifyArguments {
    /// The command that does the same again. A URL holds a password, so it is not shown.
    fn again(&self) -> String {
        format!("migration-replay verify {} --database \"$DATABASE_URL\"", self.files.shown())
    }
}

fn read(arguments: &VerifyArguments) -> Result<(Harness, Prepared), Problems> {
    if let Some(file) = &arguments.json {
        check_writable("--json", file)?;
    }
    arguments.files.prepare(arguments.servers.harness()?)
}

fn tell(arguments: &VerifyArguments, verified: &Verified) -> Ending {
    let pending = if arguments.no_pending { PendingIs::Wrong } else { PendingIs::Told };
    print(&report::verified_text(verified, pending, style()));
    if let Some(found) = verified.replay.as_ref().and_then(|replay| replay.stopped.clone()) {
        let failure = Failure {
            found: *found,
            expected: false,
            standing: Standing::Unknown,
            is_forgiven: false,
            reproduce: arguments.again(),
        };
        say(&report::render_failure(&failure, style()));
    }
    let written = match &arguments.json {
        Some(file) => ended(replace(file, report::verified_json(verified, pending).as_bytes())),
        None => Ending::AsExpected,
    };
    written.or_worse(verified.ending(pending))
}
