use std::path::PathBuf;

use super::*;
use crate::migration::MigrationId;
use crate::outcome::{Advice, Blame};
use crate::report::samples::unexpected;

/// An index that is left half built by each of so many migrations.
fn half_built(count: usize) -> Vec<Failure> {
    let failures = (1..=count).map(|number| {
        let message = format!("{number:03} comes to another end when it was stopped");
        let mut found = Found::new(Phase::Interrupt, Blame::Migration, message);
        found.migration = Some(MigrationId::new(format!("{number:03}")));
        found.file = Some(PathBuf::from(format!("db/{number:03}_index.sql")));
        found.cause = Some(Cause::InvalidIndex);
        found.certain = true;
        found.advice.push(Advice { text: "drop it before".into(), proven: true });
        unexpected(found)
    });
    failures.collect()
}

fn shown_of(failures: &[Failure], shown: Shown) -> Vec<String> {
    let told: Vec<_> = failures.iter().map(|it| Told::of(it, Style::Plain)).collect();
    texts(&told, shown, "see the report", Style::Plain)
}

#[test]
fn of_many_failures_of_one_kind_two_are_shown_whole_and_each_other_by_a_line() {
    let texts = shown_of(&half_built(6), Shown::WorthALook);
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[1].contains("002 comes to") && texts[1].contains("reproduce"), "{}", texts[1]);
    insta::assert_snapshot!(texts[2], @r"
    error: invalid-index: 4 more like these in the pass interrupt
     |
     = at: db/003_index.sql
           db/004_index.sql
           db/005_index.sql
           db/006_index.sql
     = cause: invalid-index (docs/causes/invalid-index.md)
     = help: drop it before (proven by a replay)
     = help: see the report
    ");
}

#[test]
fn what_is_not_much_is_shown_whole_and_so_is_everything_where_that_is_asked() {
    assert_eq!(shown_of(&half_built(5), Shown::WorthALook).len(), 5);
    assert_eq!(shown_of(&half_built(60), Shown::All).len(), 60);
}

#[test]
fn what_has_another_way_out_or_no_known_cause_is_shown_whole_in_its_place() {
    let mut failures = half_built(8);
    failures[3].found.advice[0].text = "build it anew".into();
    failures[7].found.cause = None;
    let texts = shown_of(&failures, Shown::WorthALook);
    assert_eq!(texts.len(), 5, "{texts:?}");
    assert!(texts[2].contains("invalid-index: 4 more"), "{texts:?}");
    assert!(texts[3].contains("004 comes to") && texts[4].contains("008 comes to"), "{texts:?}");
}

#[test]
fn what_this_change_brought_is_not_among_what_was_there_before() {
    let mut failures = half_built(7);
    failures[5].standing = Standing::Introduced;
    let texts = shown_of(&failures, Shown::WorthALook);
    assert!(texts[2].contains("invalid-index: 4 more"), "{texts:?}");
    assert!(texts[3].contains("006 comes to") && texts[3].contains("brought it"), "{texts:?}");
}

#[test]
fn where_not_the_same_is_said_of_each_it_is_said() {
    let mut failures = half_built(6);
    failures[4].found.error.message = "005: 7 rows are gone".into();
    let texts = shown_of(&failures, Shown::WorthALook);
    assert!(texts[2].contains("db/005_index.sql: 7 rows are gone\n"), "{}", texts[2]);
    assert!(texts[2].contains("db/006_index.sql: comes to another end"), "{}", texts[2]);
}

#[test]
fn very_many_are_counted() {
    let texts = shown_of(&half_built(60), Shown::WorthALook);
    assert!(texts[2].contains("invalid-index: 58 more"), "{}", texts[2]);
    assert!(texts[2].contains("042_index.sql") && !texts[2].contains("043_index.sql"));
    assert!(texts[2].contains("and 18 more"), "{}", texts[2]);
}
