use std::path::PathBuf;

use clap::Args;
use migration_replay::check::Finding;
use migration_replay::harness::{Conflicts, LockFile, locks};
use migration_replay::outcome::Ending;
use migration_replay::place::Problems;
use migration_replay::report;
use migration_replay::scenario::Rule;

use super::console::{print, say, style};
use super::files::{ended, replace};

const EXAMPLES: &str = "\
Examples:
  migration-replay lock db/migrations
      writes db/migrations.lock: version, file and SHA-256 of every migration. A file that was edited,
      renamed or deleted since it was recorded is told, and nothing is written
  migration-replay lock db/migrations --check
      writes nothing; what differs is told
  migration-replay lock db/migrations --accept
      records the files as they are now, whatever was recorded

Exit codes:
  0  written, or nothing differs
  1  a recorded file is not what it was; with --check: or a file is not recorded
  2  wrong usage or scenario, or files that cannot be read as migrations
  3  the lock cannot be written";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LockArguments {
    /// Folders of migrations, or scenario files, or folders of either
    #[arg(value_name = "DIR|SCENARIO", required = true)]
    paths: Vec<PathBuf>,

    /// The layout of folders [default: detected]
    #[arg(long, value_name = "NAME")]
    layout: Option<String>,

    /// Write nothing; tell what differs
    #[arg(long)]
    check: bool,

    /// Record files as they are, although they were edited, renamed or deleted since they were recorded
    #[arg(long, conflicts_with = "check")]
    accept: bool,
}

/// `migration-replay lock`.
pub(crate) fn lock(arguments: &LockArguments) -> Ending {
    let conflicts = if arguments.check { Conflicts::Refused } else { Conflicts::Resolved };
    match locks(&arguments.paths, arguments.layout.as_ref(), conflicts) {
        Ok(files) => {
            let endings = files.iter().map(|file| one(file, arguments));
            endings.fold(Ending::AsExpected, Ending::or_worse)
        }
        Err(problems) => refuse(&problems),
    }
}

fn one(file: &LockFile, arguments: &LockArguments) -> Ending {
    if arguments.check {
        return compare(file);
    }
    let shown = file.path.display();
    let is_change = |it: &&Finding| it.rule == Rule::AppliedChanged;
    let changed: Vec<_> = file.findings.iter().filter(is_change).cloned().collect();
    if !changed.is_empty() && !arguments.accept {
        print(&report::findings_text(&changed, style()));
        say(&format!("{shown} is left as it is; to record the files as they are now: --accept"));
        return Ending::MigrationFailed;
    }
    if file.is_current {
        print(&as_recorded(file));
        return Ending::AsExpected;
    }
    let ending = ended(replace(&file.path, file.lock.render().as_bytes()));
    if ending == Ending::AsExpected {
        let all = file.lock.entries.len();
        let new = if file.before.is_some() { file.findings.len() - changed.len() } else { all };
        let (all, retired) = (counted(all), file.lock.retired.len());
        print(&format!("{shown}: {all}, {new} of them new; {retired} retired\n"));
    }
    ending
}

/// `--check`: writes nothing.
fn compare(file: &LockFile) -> Ending {
    if file.before.is_none() {
        let (shown, folder) = (file.path.display(), file.folder.display());
        say(&format!("there is no {shown}; write it: migration-replay lock {folder}"));
        return Ending::MigrationFailed;
    }
    if file.findings.is_empty() {
        print(&as_recorded(file));
        return Ending::AsExpected;
    }
    print(&report::findings_text(&file.findings, style()));
    Ending::MigrationFailed
}

fn as_recorded(file: &LockFile) -> String {
    format!("{}: {}, as recorded\n", file.path.display(), counted(file.lock.entries.len()))
}

fn counted(count: usize) -> String {
    if count == 1 { "1 migration".to_owned() } else { format!("{count} migrations") }
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    Ending::WrongInput
}
