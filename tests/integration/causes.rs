//! Each cause by one or more small examples: the scenario says which cause, and who is to blame.

use std::path::PathBuf;

use migration_replay::harness::Harness;
use migration_replay::postgres::BackendChoice;
use migration_replay::report::{Shown, Style, summary};
use migration_replay::scenario::Cause;

use crate::support::local_or_say_why;

/// Found without a failing statement, or not yet.
const OTHERWISE: &[Cause] = &[
    Cause::Timeout,
    Cause::ServerLost,
    Cause::SchemaDiffers,
    Cause::DataLost,
    Cause::NotRerunnable,
    Cause::Divergent,
    Cause::DuplicateVersion,
    Cause::OutOfOrder,
    Cause::ContractMissing,
    Cause::InvalidIndex,
];

/// One run for all, so that they share a server.
#[tokio::test(flavor = "multi_thread")]
async fn every_example_has_its_cause_and_its_culprit() {
    if !local_or_say_why().await {
        return;
    }
    let mut harness = Harness::new();
    harness.backend = BackendChoice::Local;
    let outcome = match harness.run_files(&examples()).await {
        Ok(outcome) => outcome,
        Err(problems) => panic!("{problems}"),
    };
    assert_eq!(outcome.ending().code(), 0, "{}", summary(&outcome, Shown::All, Style::Plain));
}

#[test]
fn every_cause_of_a_failing_statement_has_an_example() {
    let examples = examples();
    for cause in Cause::ALL.iter().filter(|cause| !OTHERWISE.contains(cause)) {
        let folder = format!("/{cause}/");
        let has_one = examples.iter().any(|it| it.display().to_string().contains(&folder));
        assert!(has_one, "{cause} has no example in tests/causes");
    }
}

/// `tests/causes/CAUSE/EXAMPLE.toml`.
fn examples() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for cause in std::fs::read_dir("tests/causes").unwrap() {
        let cause = cause.unwrap().path();
        let examples = std::fs::read_dir(cause).unwrap().map(|example| example.unwrap().path());
        files.extend(examples.filter(|it| it.extension().is_some_and(|it| it == "toml")));
    }
    files.sort();
    files
}
