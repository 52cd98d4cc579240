use rstest::rstest;

use super::super::testing::{folder_of, ids, read_as, read_with, sent, set_of};
use super::*;

#[test]
fn versions_then_repeatables_by_description_at_any_depth() {
    let set = set_of(&[
        ("R__b_views.sql", ""),
        ("old/V1_9__x.sql", ""),
        ("V1.10__x.sql", ""),
        ("R__a.sql", ""),
        ("V2__x.sql", ""),
        ("B1_9__x.sql", ""),
    ]);
    assert_eq!(set.layout, "flyway");
    assert_eq!(ids(&set), ["1.9", "B1.9", "1.10", "2", "R__a", "R__b_views"]);
    let kinds: Vec<_> = set.migrations().iter().map(|it| it.kind).collect();
    assert_eq!(kinds[1], MigrationKind::Baseline);
    assert_eq!(kinds[5], MigrationKind::Repeatable);
}

#[rstest]
#[case::versions(&["V1__a.sql", "x/V01.0__b.sql"], "two migrations have one version: V1__a.sql and x/V01.0__b.sql")]
#[case::descriptions(&["R__a.sql", "x/R__a.sql"], "two repeatable migrations have one description")]
#[case::baselines(&["B1__a.sql", "B1__b.sql"], "two baselines have one version")]
fn what_cannot_be_told_apart_is_refused(#[case] files: &[&str], #[case] expected: &str) {
    let files: Vec<_> = files.iter().map(|name| (*name, "")).collect();
    let problem = read_as("flyway", &files).unwrap_err();
    assert!(problem.contains(expected), "{problem}");
}

#[test]
fn files_that_are_not_run_are_told() {
    let set = set_of(&[
        ("V1__a.sql", ""),
        ("V2__b.java", ""),
        ("V3__c.sh", ""),
        ("afterMigrate.sql", ""),
        ("afterClean.sql", ""),
        ("v4__d.sql", ""),
        ("U9__e.sql", ""),
        ("V5__f.sql", ""),
        ("V5__f.sql.conf", "shouldExecute=false"),
    ]);
    let gaps: Vec<_> =
        set.left_out.iter().filter(|it| it.is_gap).map(|it| it.file.to_str()).collect();
    assert_eq!(gaps, ["V2__b.java", "V3__c.sh", "afterMigrate.sql"].map(Some));
    assert_eq!(set.left_out.len(), 7);
    assert_eq!(ids(&set), ["1"]);
}

#[test]
fn an_undo_script_is_the_down_script_of_its_version() {
    let set = set_of(&[("V1__a.sql", "up"), ("U01__a.sql", "down")]);
    let down = set.migrations()[0].down.as_ref().map(|down| down.source().text());
    assert_eq!(down, Some("down"));
    assert!(set.left_out.is_empty());
}

#[rstest]
#[case::plain("create table t ()", None)]
#[case::vacuum("vacuum", Some(BodyRule::STATEMENTS))]
fn a_script_that_cannot_run_in_a_transaction_has_none(
    #[case] text: &str,
    #[case] rule: Option<BodyRule>,
) {
    let set = set_of(&[("V1__a.sql", text)]);
    assert_eq!(set.rule, BodyRule::STATEMENTS_IN_TRANSACTION);
    assert_eq!(set.migrations()[0].rule, rule);
}

#[test]
fn a_mixture_is_refused_when_its_turn_comes_unless_the_script_decides() {
    let mixed = "create table t ();\nvacuum t;";
    let set = set_of(&[
        ("V1__a.sql", mixed),
        ("V2__b.sql", mixed),
        ("V2__b.sql.conf", "executeInTransaction=false"),
    ]);
    let refused = set.migrations()[0].refused.as_ref().map(ToString::to_string);
    assert!(refused.is_some_and(|it| it.starts_with("migrations/V1__a.sql:2:1: a script holds")));
    assert!(set.migrations()[1].refused.is_none());
    assert_eq!(set.migrations()[1].rule, Some(BodyRule::STATEMENTS));
}

#[test]
fn placeholders_are_filled_in_unless_the_script_says_otherwise() {
    let files = [
        ("V1__a.sql", "select ${a}; select 2"),
        ("V2__b.sql", "'${a}'"),
        ("V2__b.sql.conf", "placeholderReplacement=false"),
    ];
    let set = read_with("flyway", &files, &[("A", "7")]).unwrap();
    assert_eq!(sent(&set.migrations()[0].up), ["select 7", "select 2"]);
    assert_eq!(sent(&set.migrations()[1].up), ["'${a}'"]);
}

#[test]
fn a_missing_value_stops_at_its_script_and_in_a_repeatable_one_at_once() {
    let set = set_of(&[("V1__a.sql", "select ${a}")]);
    let refused = set.migrations()[0].refused.as_ref().map(ToString::to_string);
    assert!(refused.is_some_and(|it| it.contains("${a} has no value")));
    let problem = read_as("flyway", &[("R__a.sql", "select ${a}")]).unwrap_err();
    assert!(problem.starts_with("migrations/R__a.sql:1:8: the placeholder ${a} has no value"));
}

#[test]
fn the_projects_settings_change_the_rules() {
    let mut folder = folder_of(&[("V1__a.sql", "select '${a}'"), ("Views.sql", "")]);
    let conf = "flyway.outOfOrder=true\nflyway.group=true\nflyway.placeholders.a=b";
    folder.beside.push(FolderFile::new("flyway.conf", conf));
    let set = Flyway.read(&folder, &Variables::default()).unwrap();
    assert_eq!((set.order, set.rule.wraps), (Order::AppliedSet, Wraps::All));
    assert_eq!(sent(&set.migrations()[0].up), ["select 'b'"]);
    folder.beside[0] = FolderFile::new("flyway.conf", "flyway.validateMigrationNaming=true");
    let problems = Flyway.read(&folder, &Variables::default()).unwrap_err().to_string();
    assert!(problems.starts_with("migrations/Views.sql: what stands between V and __"));
}
