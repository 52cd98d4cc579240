use rstest::rstest;

use super::super::testing::{folder_of, ids, read_as, read_with, set_of};
use super::*;

const POP: &str = "pop";

#[test]
fn versions_are_compared_as_texts() {
    let set = read_as(POP, &[("9_c.up.sql", ""), ("10_a.up.sql", ""), ("100_b.up.sql", "")]);
    assert_eq!(ids(&set.unwrap()), ["10", "100", "9"]);
}

#[test]
fn what_is_for_postgres_runs_in_place_of_what_is_for_all() {
    let set = set_of(&[
        ("1_a.up.sql", "all"),
        ("1_a.down.sql", "down for all"),
        ("1_a.postgres.up.sql", "postgres"),
        ("1_a.pg.down.sql", "down for postgres"),
        ("1_a.mysql.up.sql", "mysql"),
    ]);
    assert_eq!(set.layout, "pop");
    assert_eq!(set.migrations().len(), 1);
    assert_eq!(set.migrations()[0].up.text(), "postgres");
    assert_eq!(set.migrations()[0].down.as_ref().map(Script::text), Some("down for postgres"));
    assert_eq!(set.left_out.iter().filter(|it| it.is_gap).count(), 0);
    assert_eq!(set.left_out.len(), 2);
    assert!(!set.warnings.has_errors() && set.warnings.0.is_empty());
}

#[rstest]
#[case::pop("1_b.up.fizz", "a")]
#[case::popx("2_b.autocommit.up.sql", "b")]
fn of_two_files_with_one_version_one_is_lost(#[case] telling: &str, #[case] kept: &str) {
    let set = set_of(&[
        ("1_x.down.sql", ""),
        ("2_x.down.sql", ""),
        ("3_a.up.sql", "a"),
        ("3_b.up.sql", "b"),
        ("3_x.down.sql", ""),
        (telling, ""),
    ]);
    let last = set.migrations().last().unwrap();
    assert_eq!(last.up.text(), kept);
    assert!(set.warnings.to_string().contains("have one version"));
    assert!(
        set.left_out
            .iter()
            .any(|it| it.is_gap && it.file.starts_with("3_a.up.sql") == (kept == "b"))
    );
}

#[test]
fn fizz_is_told_unless_postgres_has_a_file_of_its_own() {
    let set = set_of(&[
        ("1_a.up.fizz", ""),
        ("2_b.up.fizz", ""),
        ("2_b.postgres.up.sql", ""),
        ("3_c.up.sql", ""),
    ]);
    assert_eq!(ids(&set), ["2", "3"]);
    let gaps: Vec<_> = set.left_out.iter().filter(|it| it.is_gap).map(|it| &it.file).collect();
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].to_str(), Some("1_a.up.fizz"));
}

#[test]
fn autocommit_has_no_transaction_around_it() {
    let set = set_of(&[
        ("1_a.up.sql", ""),
        ("1_a.down.sql", ""),
        ("2_b.postgres.autocommit.up.sql", ""),
        ("2_b.postgres.down.sql", ""),
    ]);
    let rules: Vec<_> = set.migrations().iter().map(|migration| migration.rule).collect();
    assert_eq!(rules, [None, Some(BodyRule::WHOLE)]);
}

#[test]
fn pop_itself_passes_autocommit_over() {
    let mut folder = folder_of(&[("1_a.up.sql", ""), ("2_b.autocommit.up.sql", "")]);
    folder.beside.push(FolderFile::new("go.mod", "require github.com/gobuffalo/pop/v6 v6.1.1"));
    let set = Pop.read(&folder, &Variables::default()).unwrap();
    assert_eq!(ids(&set), ["1"]);
    assert_eq!(set.left_out[0].file.to_str(), Some("2_b.autocommit.up.sql"));
}

#[rstest]
#[case::no_down(&[("1_a.autocommit.up.sql", "")], "version 1 has no down file")]
#[case::bad_name(&[("1_a.autocommit.down.sql", ""), ("seed.sql", "")], "seed.sql: popx refuses")]
fn popx_refuses(#[case] files: &[(&str, &str)], #[case] told: &str) {
    let problems = read_as(POP, files).unwrap_err();
    assert!(problems.contains(told), "{problems}");
}

#[test]
fn pop_refuses_fizz_for_one_database_only() {
    let problems = read_as(POP, &[("1_a.mysql.up.fizz", ""), ("2_b.up.sql", "")]).unwrap_err();
    assert!(problems.contains("fizz is for all databases"), "{problems}");
}

#[test]
fn popx_takes_a_longer_version_for_applied() {
    let files = [
        ("20200101000000_a.autocommit.up.sql", ""),
        ("20200101000000_a.down.sql", ""),
        ("202001010000000001_b.up.sql", ""),
        ("202001010000000001_b.down.sql", ""),
        ("202001020000000001_c.up.sql", ""),
        ("202001020000000001_c.down.sql", ""),
    ];
    let set = set_of(&files);
    assert_eq!(ids(&set), ["20200101000000", "202001020000000001"]);
}

#[test]
fn a_version_that_does_not_fit_is_refused_when_it_is_its_turn() {
    let set = read_as(POP, &[("202001010000001_a.up.sql", "")]).unwrap();
    assert!(set.migrations()[0].refused.is_some());
}

#[test]
fn templates_that_ask_for_values_are_filled_in() {
    let text = r#"create table {{ index .Options "Namespace" }}.users ()"#;
    let files = [("1_a.up.sql", text), ("2_b.up.sql", text)];
    let set = read_with(POP, &files, &[("Namespace", "auth")]).unwrap();
    assert_eq!(set.migrations()[0].up.text(), "create table auth.users ()");
    let problems = read_as(POP, &files).unwrap_err();
    let told = "migrations/1_a.up.sql:1:14: the template asks for Namespace";
    assert!(problems.contains(told), "{problems}");
    assert!(!problems.contains("2_b"), "each value is asked for once: {problems}");
}

#[test]
fn other_templates_are_refused_when_it_is_their_turn() {
    let set = read_as(POP, &[("1_a.up.sql", "{{ if .IsPostgreSQL }}select 1{{ end }}")]).unwrap();
    assert!(set.migrations()[0].refused.is_some());
}

#[rstest]
#[case::database_yml(&[("1_a.up.sql", "")], "database.yml", "", true)]
#[case::module(&[("1_a.up.sql", "")], "go.mod", "github.com/ory/pop/v6 v6", true)]
#[case::another_module(&[("1_a.up.sql", "")], "go.mod", "github.com/golang-migrate/migrate", false)]
#[case::a_database(&[("1_a.sqlite3.up.sql", "")], "", "", true)]
#[case::a_word(&[("1_a.v2.up.sql", "")], "", "", false)]
#[case::no_names(&[("1_a.sql", "")], "database.yml", "", false)]
fn it_is_recognised(
    #[case] files: &[(&str, &str)],
    #[case] beside: &str,
    #[case] text: &str,
    #[case] is_it: bool,
) {
    let mut folder = folder_of(files);
    folder.beside.push(FolderFile::new(beside, text));
    assert_eq!(Pop.recognises(&folder), is_it);
}
