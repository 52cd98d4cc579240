use rstest::rstest;

use super::testing::set_of;

#[rstest]
#[case::goose("-- +goose Up", "goose")]
#[case::sql_migrate("-- +migrate Up", "sql-migrate")]
#[case::dbmate("-- migrate:up", "dbmate")]
fn a_line_left_over_in_one_file_does_not_make_the_folder_that_tools(
    #[case] line: &str,
    #[case] tool: &str,
) {
    let with_line = format!("{line}\nselect 1;");
    let left_over = set_of(&[("1_a.sql", ""), ("2_b.sql", &with_line), ("3_c.sql", "")]);
    assert_eq!(left_over.layout, "numbered");
    let everywhere = set_of(&[("1_a.sql", &with_line), ("2_b.sql", &with_line)]);
    assert_eq!(everywhere.layout, tool);
}

#[test]
fn names_of_popx_tell_more_than_a_line_in_them() {
    let line = "-- +migrate Up\nselect 1;";
    let set = set_of(&[("1_a.cockroach.up.sql", line), ("1_a.postgres.up.sql", line)]);
    assert_eq!(set.layout, "pop");
}

#[test]
fn a_comment_in_a_pair_does_not_make_it_node_pg_migrates() {
    let set = set_of(&[
        ("1_a.up.sql", "-- Up Migration\nselect 1;"),
        ("1_a.down.sql", "-- Down Migration\nselect 1;"),
    ]);
    assert_eq!(set.layout, "golang-migrate");
}
