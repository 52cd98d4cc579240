use rstest::rstest;

use super::*;
use crate::migration::layout::testing::sent;

fn parsed(text: &str, direction: Direction) -> Result<Parsed, String> {
    let source = SourceText::new("1_a.sql", text);
    parse(&source, direction, &Variables::default()).map_err(|problem| problem.to_string())
}

const BOTH: &str = "\
-- made by hand
-- +goose Up
create table a ();
create table b (); create table c ();

-- a comment before the next
create table d (
    -- with; a comment
    id integer
); -- done
-- +goose StatementBegin
do $$ begin
  perform 1;
end $$;
-- +goose StatementEnd
-- +goose Down
drop table d;
-- +goose StatementBegin
drop table c;
drop table b;
-- +goose StatementEnd
drop table a;
";

#[test]
fn statements_end_at_semicolons_that_end_a_line() {
    let up = parsed(BOTH, Direction::Up).unwrap();
    let expected = [
        "create table a ();",
        "create table b (); create table c ();",
        "create table d (\n    -- with; a comment\n    id integer\n); -- done",
        "do $$ begin\n  perform 1;\nend $$;",
    ];
    assert_eq!(sent(&up.script), expected);
}

#[test]
fn going_down_sends_the_other_section() {
    let down = parsed(BOTH, Direction::Down).unwrap();
    let expected = ["drop table d;", "drop table c;\ndrop table b;", "drop table a;"];
    assert_eq!(sent(&down.script), expected);
}

#[test]
fn a_body_with_semicolons_outside_of_a_block_is_cut_in_two() {
    let text = "-- +goose Up\ndo $$ begin\n  perform 1;\nend $$;\n";
    let up = parsed(text, Direction::Up).unwrap();
    assert_eq!(sent(&up.script), ["do $$ begin\n  perform 1;", "end $$;"]);
}

#[test]
fn an_empty_block_swallows_the_next_line() {
    let text =
        "-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementEnd\nselect 1;\nselect 2;";
    let up = parsed(text, Direction::Up).unwrap();
    assert_eq!(sent(&up.script), ["select 2;"]);
    assert!(up.warnings.to_string().starts_with("1_a.sql:4:1: goose loses this line"));
}

#[test]
fn an_annotation_inside_a_statement_is_left_out_of_it() {
    let text = "-- +goose Up\nselect\n-- +goose NO TRANSACTION\n1;\n";
    let up = parsed(text, Direction::Up).unwrap();
    assert_eq!(sent(&up.script), ["select\n1;"]);
    assert!(!up.in_transaction);
    let one = up.script.place_of_error(up.script.statements()[0].span.start, 8);
    assert_eq!(one.line_column().line, 4);
}

#[test]
fn carriage_returns_at_line_ends_are_not_sent() {
    let up = parsed("-- +goose Up\r\nselect\r\n1;\r\n", Direction::Up).unwrap();
    assert_eq!(sent(&up.script), ["select\n1;"]);
}

#[rstest]
#[case::none("select 1;\n", "1_a.sql:1:1: there is a statement before the annotation Up")]
#[case::empty("-- nothing\n", "1_a.sql:1:1: there is no annotation Up")]
#[case::twice("-- +goose Up\n-- +goose Up\n", "1_a.sql:2:1: there is a second Up")]
#[case::down_first("-- +goose Down\n", "1_a.sql:1:1: Down cannot stand here")]
#[case::down_twice("-- +goose Up\n-- +goose Down\n-- +goose Down\n", "1_a.sql:3:1: Down cannot")]
#[case::unknown("-- +goose Upwards\n", "1_a.sql:1:1: goose has no annotation \"Upwards\"")]
#[case::nested(
    "-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementBegin\n",
    "1_a.sql:3:1: StatementBegin cannot stand here"
)]
#[case::end_alone("-- +goose Up\n-- +goose StatementEnd\n", "1_a.sql:2:1: StatementEnd ends no")]
#[case::open_block(
    "-- +goose Up\n-- +goose StatementBegin\nselect 1;\n",
    "1_a.sql:2:1: this block has no end"
)]
#[case::open_block_down(
    "-- +goose Up\n-- +goose Down\n-- +goose StatementBegin\nselect 1;\n",
    "1_a.sql:3:1: this block has no end"
)]
#[case::down_in_block(
    "-- +goose Up\n-- +goose StatementBegin\nselect 1;\n-- +goose Down\n",
    "1_a.sql:4:1: Down cannot stand here"
)]
#[case::no_semicolon("-- +goose Up\nselect 1\n", "1_a.sql:2:1: this statement has no end")]
#[case::no_semicolon_before_down(
    "-- +goose Up\n  select 1\n-- +goose Down\n",
    "1_a.sql:2:3: this statement has no end"
)]
#[case::no_dollar("-- +goose ENVSUB ON\n-- +goose Up\nselect $1;\n", "1_a.sql:3:1: a variable's")]
fn what_goose_refuses_is_refused_with_its_line(#[case] text: &str, #[case] expected: &str) {
    let refused = parsed(text, Direction::Up).unwrap_err();
    assert!(refused.starts_with(expected), "{refused}");
}

#[test]
fn a_line_that_goose_cannot_hold_is_refused() {
    let text = format!("-- +goose Up\nselect '{}';\n", "x".repeat(LONGEST_LINE));
    assert!(parsed(&text, Direction::Up).unwrap_err().contains("longer than goose reads"));
}
