use super::super::testing::{ids, read_as, sent, set_of};
use crate::migration::Order;

const JOURNAL: &str = r#"{ "version": "7", "entries": [
  { "idx": 0, "when": 200, "tag": "0000_b", "breakpoints": true },
  { "idx": 1, "when": 300, "tag": "0001_a", "breakpoints": true } ] }"#;

#[test]
fn the_journal_tells_order_and_time() {
    let set =
        set_of(&[("meta/_journal.json", JOURNAL), ("0001_a.sql", ""), ("0000_b.sql", "select 1")]);
    assert_eq!((set.layout, set.order), ("drizzle", Order::HighWaterMark));
    assert_eq!(ids(&set), ["0000_b", "0001_a"]);
    assert_eq!(set.migrations()[0].version.as_str(), "200");
}

#[test]
fn a_file_that_the_journal_does_not_list_is_told_twice_over() {
    let files = [("0000_b.sql", ""), ("0001_a.sql", ""), ("0002_c.sql", "drop table x")];
    let set = set_of(&[&[("meta/_journal.json", JOURNAL)], &files[..]].concat());
    assert_eq!(set.left_out[0].file.to_string_lossy(), "0002_c.sql");
    assert!(set.warnings.0[0].message.contains("never runs this file"));
}

#[test]
fn files_that_are_missing_are_told_with_their_place_in_the_journal() {
    let problems = read_as("drizzle", &[("meta/_journal.json", JOURNAL), ("0000_b.sql", "")]).err();
    let expected = "_journal.json:3:35: the journal lists 0001_a.sql, which is not there";
    assert!(problems.is_some_and(|text| text.contains(expected)));
}

#[test]
fn a_broken_journal_is_told_with_its_place() {
    let journal = "{ \"entries\": [\n { \"tag\": \"0000_b\" } ] }";
    let problems = read_as("drizzle", &[("meta/_journal.json", journal), ("0000_b.sql", "")]).err();
    let expected = "_journal.json:2:20: this is no journal of Drizzle: missing field `when` (";
    assert!(problems.is_some_and(|text| text.contains(expected)));
}

#[test]
fn a_time_that_goes_back_is_a_warning() {
    let journal = JOURNAL.replace("300", "100");
    let files = [("meta/_journal.json", journal.as_str()), ("0001_a.sql", ""), ("0000_b.sql", "")];
    let set = set_of(&files);
    assert!(set.warnings.0[0].message.contains("not later than that of 0000_b"));
}

#[test]
fn a_file_is_cut_at_markers_alone_even_inside_a_string() {
    let text = "select 1; select 2;--> statement-breakpoint\nselect 'a--> statement-breakpoint b'";
    let set =
        set_of(&[("20240101000000_a/migration.sql", text), ("20240101000000_a/snapshot.json", "")]);
    let portions = sent(&set.migrations()[0].up);
    assert_eq!(portions, ["select 1; select 2;", "\nselect 'a", " b'"]);
}

#[test]
fn folders_are_sorted_by_name_and_need_a_time() {
    let set = set_of(&[
        ("20240102000000_b/migration.sql", ""),
        ("20240101000000_c/migration.sql", ""),
        ("20240101000000_c/snapshot.json", "{}"),
        ("helpers/notes.sql", ""),
    ]);
    assert_eq!((set.layout, set.order), ("drizzle", Order::AppliedSet));
    assert_eq!(ids(&set), ["20240101000000_c", "20240102000000_b"]);
    assert_eq!(set.left_out[0].file.to_string_lossy(), "helpers/notes.sql");
    let problems = read_as("drizzle", &[("first/migration.sql", "")]).err();
    assert!(problems.is_some_and(|text| text.contains("fourteen digits")));
}
