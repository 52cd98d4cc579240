//! Each layout's rules, one small folder per rule: the end of each tells whether the rule was followed.

use std::path::PathBuf;

use migration_replay::harness::Harness;
use migration_replay::postgres::BackendChoice;
use migration_replay::report::{Shown, Style, summary};

use crate::support::local_or_say_why;

/// One run for all, so that they share a server.
#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_every_layout_is_followed() {
    if !local_or_say_why().await {
        return;
    }
    let files = scenarios();
    assert!(!files.is_empty(), "there are no cases");
    let mut harness = Harness::new();
    harness.backend = BackendChoice::Local;
    let outcome = match harness.run_files(&files).await {
        Ok(outcome) => outcome,
        Err(problems) => panic!("{problems}"),
    };
    assert_eq!(outcome.ending().code(), 0, "{}", summary(&outcome, Shown::All, Style::Plain));
}

/// `tests/layouts/LAYOUT/RULE.toml`.
fn scenarios() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for layout in std::fs::read_dir("tests/layouts").unwrap() {
        let layout = layout.unwrap().path();
        let rules = std::fs::read_dir(layout).unwrap().map(|rule| rule.unwrap().path());
        files.extend(rules.filter(|rule| rule.extension().is_some_and(|it| it == "toml")));
    }
    files.sort();
    files
}
