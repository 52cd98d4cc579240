use rstest::rstest;

use super::super::testing::{folder_of, ids, read_as, read_with, sent, set_of};
use super::*;

const HEAD: &str = "%syntax-version=1.0.0\n%project=shop\n\n";
const BY: &str = "2024-01-31T12:00:00Z Ann <ann@example.org>";

/// A plan of lines that end in `*` where time and planner stand.
fn plan(lines: &str) -> String {
    format!("{HEAD}{}", lines.replace('*', BY))
}

fn read(lines: &str) -> Result<MigrationSet, String> {
    let plan = plan(lines);
    let mut files = vec![("sqitch.plan", plan.as_str())];
    files.extend(["a", "b", "a@v1", "a@v2"].map(|name| match name {
        "a" => ("deploy/a.sql", "select 'a'"),
        "b" => ("deploy/b.sql", "select 'b'"),
        "a@v1" => ("deploy/a@v1.sql", "select 'a1'"),
        _ => ("deploy/a@v2.sql", "select 'a2'"),
    }));
    read_as("sqitch", &files)
}

#[rstest]
#[case::order("b *\na *", &["b", "a"])]
#[case::notes("# note\n\n  b * # note\n+ a [b] *", &["b", "a"])]
#[case::reworked("a *\n@v1 *\na [a@v1] *", &["a@v1", "a"])]
#[case::reworked_twice("a *\n@v1 *\na [a@v1] *\n@v2 *\na [a@v2] *", &["a@v1", "a@v2", "a"])]
#[case::last_tag_with_a_script("a *\n@v1 *\nb *\n@v2 *\na [a@v2] *", &["a@v2", "b", "a"])]
#[case::tag_without_a_script("a *\n@v1 *\nb *\n@v3 *\na [a@v3] *", &["a@v1", "b", "a"])]
#[case::tag_required("a *\n@v1 *\nb [@v1 a@v1] *", &["a", "b"])]
#[case::conflict_later("a [!b] *\nb *", &["a", "b"])]
#[case::own_project("a *\nb [shop:a] *", &["a", "b"])]
fn the_plan_tells_order_and_scripts(#[case] lines: &str, #[case] expected: &[&str]) {
    assert_eq!(ids(&read(lines).unwrap()), expected);
}

#[rstest]
#[case::unknown("a [zz] *", "4:4: a requires zz, which the plan does not have")]
#[case::later("a [b] *\nb *", "4:4: a requires b, which comes later in the plan")]
#[case::itself("a [a] *", "4:4: a change cannot require itself")]
#[case::later_tag("a [@v1] *\n@v1 *", "4:4: a requires v1, which comes later")]
#[case::not_as_of_the_tag("a *\n@v1 *\na [b@v1] *", "there is no b before a as of @v1")]
#[case::own_project("a [shop:zz] *", "a requires zz, which the plan does not have")]
#[case::conflict_before("a *\nb [!a] *", "5:4: b conflicts with a, which is deployed before it")]
#[case::conflict_unknown("a [!zz] *", "conflicts with a change that the plan does not have")]
#[case::twice("a *\na *", "5:1: the plan has this change before")]
#[case::tag_twice("a *\n@v1 *\n@v1 *", "6:2: the plan has this tag before")]
#[case::tag_first("@v1 *\na *", "4:2: there is no change before this tag")]
#[case::dependency_twice("a *\nb [a a] *", "5:6: this dependency stands here twice")]
#[case::no_script("c *", "4:1: the script of this change, deploy/c.sql, is not there")]
#[case::no_name("a~1 *", "4:1: this is no name")]
#[case::reserved("HEAD *", "4:1: Sqitch keeps this name for itself")]
#[case::no_time("a", "4:1: the line does not tell when it was planned")]
#[case::no_planner("a 2024-01-31T12:00:00Z", "4:1: the line does not tell who planned it")]
fn what_sqitch_refuses_is_refused_with_its_place(#[case] lines: &str, #[case] expected: &str) {
    let problems = read(lines).map(|set| set.layout).unwrap_err();
    assert!(problems.contains(expected), "{problems}");
}

#[test]
fn pragmas_end_at_an_empty_line_and_name_the_project() {
    for (text, expected) in [
        ("%project=shop\na *", "2:1: this is no pragma"),
        ("\n%project=shop\n\n", "sqitch.plan:2:1: this is no name"),
        ("%syntax-version=1.0.0\n\n", "sqitch.plan:1:1: the plan names no project"),
        ("%project=@shop\n\n", "1:10: this is no name of a project"),
    ] {
        let files = [("sqitch.plan", text), ("deploy/a.sql", "")];
        let problems = read_as("sqitch", &files).err().unwrap_or_default();
        assert!(problems.contains(expected), "{problems}");
    }
}

#[test]
fn what_another_project_must_bring_is_a_warning() {
    let set = read("a [other:users] *").unwrap();
    assert!(set.warnings.0[0].message.contains("something of another project"));
}

#[test]
fn scripts_beside_the_plan_are_down_verify_and_left_out() {
    let plan = plan("a *");
    let set = set_of(&[
        ("sqitch.plan", &plan),
        ("deploy/a.sql", "select 1"),
        ("deploy/b.sql", "select 2"),
        ("revert/a.sql", "select 3"),
        ("verify/a.sql", "select 4"),
    ]);
    assert_eq!((set.layout, set.order, set.sessions), ("sqitch", Order::Strict, Sessions::Own));
    let change = &set.migrations()[0];
    assert_eq!(change.version.as_str(), "1");
    assert!(change.down.is_some() && change.verify.is_some());
    assert_eq!(set.left_out[0].file, Path::new("deploy/b.sql"));
}

#[test]
fn settings_tell_folders_and_variables() {
    let conf = "[core]\n\tengine = pg ; a comment\n\ttop_dir = ./db\n[core \"variables\"]\n\
                \ts = core\n\tt = \"core # it\"\n[engine \"pg\"]\n\tdeploy_dir = db/up\n\
                \ttarget = live\n[target \"live.variables\"]\n\ts = live\n";
    let plan = plan("a *");
    let files = [
        ("sqitch.conf", conf),
        ("db/sqitch.plan", &plan),
        ("db/up/a.sql", "select :'s', :'t', :'mine', :'registry'"),
    ];
    let set = read_with("sqitch", &files, &[("mine", "x")]).unwrap();
    let expected = ["select 'live', 'core # it', 'x', 'sqitch'"];
    assert_eq!(sent(&set.migrations()[0].up), expected);
}

#[test]
fn settings_above_the_folder_are_those_of_the_project() {
    let plan = plan("a *");
    let mut folder = folder_of(&[("sqitch.plan", &plan), ("up/a.sql", "select 1")]);
    let conf = "[core]\nengine = pg\ntop_dir = db\ndeploy_dir = db/up\n";
    folder.beside.push(FolderFile::new("sqitch.conf", conf));
    assert_eq!(ids(&Sqitch.read(&folder, &Variables::default()).unwrap()), ["a"]);
}

#[rstest]
#[case::engine("[core]\nengine = sqlite", "for the engine sqlite, not for pg")]
#[case::target("[core]\ntarget = db:mysql://x/y", "for the engine mysql, not for pg")]
#[case::ending("[core]\nengine = pg\nextension = ddl", "the ending .ddl are not read")]
fn other_projects_are_refused(#[case] conf: &str, #[case] expected: &str) {
    let plan = plan("a *");
    let files = [("sqitch.conf", conf), ("sqitch.plan", plan.as_str()), ("deploy/a.sql", "")];
    let problems = read_as("sqitch", &files).err().unwrap_or_default();
    assert!(problems.contains(expected), "{problems}");
}

#[test]
fn a_project_without_a_name_is_refused_in_its_line() {
    let plan = "%syntax-version=1.0.0\n%project\n\na *\n";
    let files = [("sqitch.plan", plan), ("deploy/a.sql", "")];
    let refused = read_as("sqitch", &files).unwrap_err();
    assert!(refused.contains("sqitch.plan:2:1: this is no name of a project"), "{refused}");
}
