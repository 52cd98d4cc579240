//! Every scenario file of this repository ends as it says, run through the library as any user could: on local servers, or in
//! containers where it names no image that these can stand for. `ci/test` runs all of them in containers, too.

use std::path::{Path, PathBuf};

use migration_replay::harness::Harness;
use migration_replay::outcome::{Ending, RunOutcome};
use migration_replay::postgres::BackendChoice;
use migration_replay::report::{Shown, Style, summary};
use rstest::rstest;

use crate::support::{docker_or_say_why, local_or_say_why};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ends_as_it_says(#[files("scenarios/**/*.toml")] file: PathBuf) {
    run(&file, Harness::new()).await;
}

/// These run commands, which a scenario may only do when it is trusted.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ends_as_it_says_with_its_commands(#[files("tests/scenarios/**/*.toml")] file: PathBuf) {
    let mut harness = Harness::new();
    harness.settings.allow_commands = true;
    run(&file, harness).await;
}

async fn run(file: &Path, mut harness: Harness) {
    if !local_or_say_why().await {
        return;
    }
    harness.backend = BackendChoice::Local;
    let mut outcome = run_on(file, &harness).await;
    if outcome.ending() == Ending::NothingDone {
        if !docker_or_say_why().await {
            return;
        }
        harness.backend = BackendChoice::Container;
        outcome = run_on(file, &harness).await;
    }
    assert_eq!(outcome.ending().code(), 0, "{}", summary(&outcome, Shown::All, Style::Plain));
    assert!(outcome.cases.iter().any(|case| case.bodies() > 0), "no migration was replayed");
}

async fn run_on(file: &Path, harness: &Harness) -> RunOutcome {
    match harness.run_files(&[file.to_owned()]).await {
        Ok(outcome) => outcome,
        Err(problems) => panic!("{problems}"),
    }
}
