use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use migration_replay::harness::{FlagScenario, Histories, histories};
use migration_replay::outcome::Ending;
use migration_replay::place::Problems;
use migration_replay::report::{self, ReadFrom};

use super::arguments::{FolderArguments, ServerArguments};
use super::console::{Console, say, style};
use super::examined::listener;
use super::interrupt::{interrupted, interrupted_twice};
use super::run::prepare;

/// Whose files are read, and whether a server is asked too.
#[derive(Debug, Args)]
pub(super) struct ChosenArguments {
    #[command(flatten, next_help_heading = "Without a scenario file")]
    pub(super) folder: FolderArguments,

    /// Stop after this version
    #[arg(long, value_name = "VERSION", requires = "migrations")]
    through: Option<String>,

    /// Replay the files on a server, too, and read its catalog after each: also what no statement says is
    /// told, and what stands in a branch that did not run is not
    #[arg(long, help_heading = "Replay")]
    replay: bool,

    #[command(flatten, next_help_heading = "Replay")]
    servers: ServerArguments,

    /// Print plain lines instead of live progress
    #[arg(long, help_heading = "Replay")]
    no_progress: bool,
}

impl ChosenArguments {
    fn flag_scenario(&self) -> Option<FlagScenario> {
        Some(FlagScenario { through: self.through.clone(), ..self.folder.scenario()? })
    }

    /// What is read.
    pub(super) fn read_from(&self) -> ReadFrom {
        if self.replay { ReadFrom::Replay } else { ReadFrom::Files }
    }
}

/// Reads the folder, or the scenarios, and lays the histories of their objects; replays them where that is asked for.
///
/// # Errors
///
/// What is wrong with the input has been said; it is the ending.
pub(super) async fn read_histories(
    chosen: &ChosenArguments,
    scenarios: &[PathBuf],
) -> Result<Vec<Histories>, Ending> {
    let tell = |problems: &Problems| say(&report::render_problems(problems, style()));
    let refuse = |problems: Problems| {
        tell(&problems);
        Ending::WrongInput
    };
    let harness = chosen.servers.harness().map_err(|problem| refuse(problem.into()))?;
    let flags = chosen.flag_scenario();
    let prepared = prepare(flags.as_ref(), scenarios, &harness).map_err(refuse)?;
    if !prepared.warnings.0.is_empty() {
        tell(&prepared.warnings);
    }
    if !chosen.replay {
        return Ok(histories(&prepared));
    }
    let console = Arc::new(Console::new(chosen.no_progress));
    let replay = harness.replayed_histories(&prepared, listener(console.clone()), interrupted);
    let replayed = tokio::select! {
        replayed = replay => replayed,
        () = interrupted_twice() => return Err(Ending::Environment),
    };
    console.clear();
    Ok(replayed)
}

/// How a command ends that has told histories: a replay that was asked for and was not made to its end is told, too.
pub(super) fn ending(histories: &[Histories]) -> Ending {
    let replayed = histories.iter().filter_map(|one| one.replayed.as_ref());
    let endings = replayed.map(|it| match &it.stopped {
        None if it.server.is_empty() => Ending::Environment,
        None => Ending::AsExpected,
        Some(found) => found.blame.into(),
    });
    endings.fold(Ending::AsExpected, Ending::or_worse)
}

/// What the histories were read from, for the end of a text; each once.
pub(super) fn footer(histories: &[Histories]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for one in histories {
        let replayed = one.replayed.as_ref().map(|it| (it.server.as_str(), it.stopped.as_deref()));
        let line = report::read_from(replayed);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.concat()
}
