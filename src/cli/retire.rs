use std::path::PathBuf;

use clap::Args;
use migration_replay::explain::Neighbour;
use migration_replay::harness::{Harness, HistoryFrom, Renamed, RetireRequest, Retired};
use migration_replay::outcome::Ending;
use migration_replay::place::shell_word;
use migration_replay::report;

use super::console::{print, say, style};

const EXAMPLES: &str = "\
Examples:
  migration-replay retire db/migrations/0009_social_accounts.sql --reason \"its table is in 0030\"
      renames the file to 0009_social_accounts.sql.retired, by git where git knows it, and writes
      the reason into its first line; later files that need it are named
  migration-replay retire db/migrations/0025_backfill.sql --reason \"never ran\" \\
      --database \"$DATABASE_URL\"
      refused if it is applied there; the database is only read
  migration-replay retire db/migrations/0025_backfill.sql --reason \"never ran\" --dry-run
      only tells what would be done

Exit codes:
  0  retired
  1  refused: it is recorded in the history
  2  wrong usage, no migration, or one that its tool would run all the same
  3  the database cannot be looked at";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RetireArguments {
    /// The file that must never run
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Why: it is written into the first line of the file
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The layout of its folder [default: detected]
    #[arg(long, value_name = "NAME")]
    layout: Option<String>,

    /// A database in which it must not be recorded. It is looked at in one read-only transaction
    #[arg(long, value_name = "URL", conflicts_with = "history", help_heading = "History")]
    database: Option<String>,

    /// An exported history table, CSV with a header, in which it must not be recorded
    #[arg(long, value_name = "FILE", help_heading = "History")]
    history: Option<PathBuf>,

    /// The history table in the database [default: that of a tool that is known]
    #[arg(long, value_name = "TABLE", requires = "database", help_heading = "History")]
    table: Option<String>,

    /// Change nothing, and tell what would be done
    #[arg(long)]
    dry_run: bool,
}

/// `migration-replay retire`.
pub(crate) async fn retire(arguments: RetireArguments) -> Ending {
    let table = arguments.table;
    let database = arguments.database.map(|url| HistoryFrom::Database { url, table });
    let request = RetireRequest {
        file: arguments.file,
        layout: arguments.layout,
        reason: arguments.reason,
        history: database.or_else(|| arguments.history.map(HistoryFrom::File)),
        only_tell: arguments.dry_run,
    };
    match Harness::new().retire(&request).await {
        Ok(retired) => {
            print(&told(&retired, request.history.is_some()));
            Ending::AsExpected
        }
        Err(refused) => {
            say(&report::render_problems(&refused.problems(), style()));
            refused.ending()
        }
    }
}

fn told(retired: &Retired, was_looked_up: bool) -> String {
    let mut lines = Vec::new();
    for (file, target, renamed) in &retired.files {
        let how = match renamed {
            Some(Renamed::ByGit) => "renamed by git",
            Some(Renamed::OnDisk) => "renamed",
            None => "would be renamed",
        };
        lines.push(format!("{} {how} to {}", file.display(), target.display()));
    }
    lines.extend(retired.needed_by.iter().map(|it| needs("fails without it", it)));
    lines.extend(retired.mentioned_by.iter().map(|it| needs("speaks of its objects", it)));
    if retired.needed_by.is_empty() {
        lines.push("no later file needs it, as far as the files say".to_owned());
    } else {
        lines.push("a fresh database will fail there: retire or change these as well".to_owned());
    }
    lines.extend(left_to_do(retired));
    if !was_looked_up {
        lines.push(
            "whether it is applied anywhere was not looked at (--database, --history)".to_owned(),
        );
    }
    lines.join("\n") + "\n"
}

/// What else names the file.
fn left_to_do(retired: &Retired) -> Vec<String> {
    let mut lines = Vec::new();
    if !retired.named_in.is_empty() {
        lines.push("scenarios name it, and are refused until these lines do not:".to_owned());
    }
    let named = retired.named_in.iter();
    lines.extend(named.map(|it| format!("  {}:{}: {}", it.file.display(), it.line, it.text)));
    lines.extend(retired.lock.iter().map(|lock| {
        let folder = shell_word(&retired.folder.to_string_lossy());
        format!(
            "so that {} says that it is retired: migration-replay lock {folder}",
            lock.display()
        )
    }));
    lines
}

/// How many objects are named; the rest is counted.
const MOST_NAMED: usize = 3;

fn needs(what: &str, neighbour: &Neighbour) -> String {
    let objects: Vec<_> = neighbour.through.iter().map(|link| link.object.to_string()).collect();
    let named = objects.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = objects.len().saturating_sub(MOST_NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("  {} {what}: {named}{more}", neighbour.name)
}
