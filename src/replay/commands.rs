//! Commands of the application that must succeed at the end of a case.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio_postgres::Config;

use super::emit::{Emitter, plain_step};
use super::shell::Shell;
use super::url::database_url;
use crate::outcome::{Blame, Found, Phase, Verdict};
use crate::scenario::CommandExpectation;

/// Runs the commands in order, each in the scenario's folder.
pub(super) async fn check(
    commands: &[CommandExpectation],
    folder: &Path,
    config: &Config,
    limit: Duration,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) {
    for command in commands {
        emitter.working(Phase::Expect, None);
        let begun = Instant::now();
        let failure = run(command, folder, config, limit).await;
        let verdict = if failure.is_none() { Verdict::Passed } else { Verdict::Failed };
        found.extend(failure);
        emitter.step(plain_step(Phase::Expect, verdict, begun.elapsed()));
    }
}

async fn run(
    command: &CommandExpectation,
    folder: &Path,
    config: &Config,
    limit: Duration,
) -> Option<Found> {
    let environment = vec![("DATABASE_URL".to_owned(), database_url(config))];
    let shell = Shell { command: &command.run.value, folder, environment, limit };
    let ended = shell.run().await;
    let message = format!("the command {:?} {}", command.run.value, ended.failure?);
    let mut found = Found::new(Phase::Expect, Blame::Migration, message);
    found.place.clone_from(&command.run.place);
    found.details = ended.output.lines().map(str::to_owned).collect();
    Some(found)
}
