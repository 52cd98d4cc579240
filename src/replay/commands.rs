//! Commands of the application that must succeed at the end of a case.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio_postgres::Config;

use super::emit::{Emitter, plain_step};
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
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(&command.run.value)
        .env("DATABASE_URL", database_url(config))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if !folder.as_os_str().is_empty() {
        shell.current_dir(folder);
    }
    let failed = |message: String, output: &str| {
        let mut found = Found::new(Phase::Expect, Blame::Migration, message);
        found.place.clone_from(&command.run.place);
        found.details = output.lines().map(str::to_owned).collect();
        Some(found)
    };
    let name = &command.run.value;
    match tokio::time::timeout(limit, shell.output()).await {
        Err(_) => failed(format!("the command {name:?} did not end in {limit:?}"), ""),
        Ok(Err(error)) => failed(format!("the command {name:?} cannot be run: {error}"), ""),
        Ok(Ok(output)) if output.status.success() => None,
        Ok(Ok(output)) => {
            let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.push_str(&String::from_utf8_lossy(&output.stderr));
            failed(format!("the command {name:?} failed ({})", output.status), &text)
        }
    }
}
