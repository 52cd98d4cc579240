//! Lists of files and SQL that stands in for others, where a scenario says them wrongly.

use rstest::rstest;

use crate::support::{Project, shared};

/// What follows `path` in the first line of a scenario, and what must be printed.
#[rstest]
#[case::missing("files = ['001_user.sql']", &["001_user.sql is listed, and is not in", "near it: 001_users.sql"])]
#[case::twice("files = ['001_users.sql', './001_users.sql']", &["./001_users.sql is listed twice"])]
#[case::nothing("files = []", &["`files` names no file", "order.txt"])]
#[case::number("files = 3", &["`files` cannot be ", "or files = \"order.txt\""])]
#[case::no_manifest("files = 'ordr.txt'", &["the list of files ordr.txt is not in", "near it: order.txt"])]
#[case::with_a_layout("layout = 'numbered', files = ['001_users.sql']", &["`layout` and `files` exclude each other"])]
#[case::layout_list("layout = 'list'", &["there is no layout \"list\"", "files = [\"b.sql\", \"a.sql\"]"])]
#[case::other_language("files = ['002_fill.ts']", &["does not end in .sql", "provide = { \"002_fill.ts\" = "])]
#[case::no_stub("provide = { '002_fill.ts' = 'stub.sql' }", &["stub.sql does not exist"])]
#[case::stub_for_nothing(
    "provide = { '002_fil.ts' = 'case.toml' }",
    &["there is no file \"002_fil.ts\" in", "near it: 002_fill.ts"]
)]
#[case::stub_outside("provide = { '002_fill.ts' = '/etc/hostname' }", &["lies outside the repository"])]
fn a_wrong_list_is_told_with_its_place(#[case] wrong: &str, #[case] printed: &[&str]) {
    let project = Project::new(&[
        ("db/001_users.sql", "create table users (id integer);\n"),
        ("db/002_fill.ts", "fill();\n"),
        ("db/order.txt", "001_users.sql\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
    ]);
    project.write("scenarios/case.toml", format!("migrations = {{ path = '../db', {wrong} }}\n"));
    let ran = project.run(&["run", "--backend", shared()]);
    ran.assert(2, &[&["scenarios/case.toml:1:"], printed].concat());
}

#[test]
fn a_wrong_line_of_a_manifest_is_told_with_its_place() {
    let project = Project::new(&[
        ("db/001_users.sql", "create table users (id integer);\n"),
        ("db/order.txt", "# in order\n001_users.sql\n 002_posts.sql\n"),
        ("case.toml", "migrations = { path = 'db', files = 'order.txt' }\n"),
    ]);
    let ran = project.run(&["run", "case.toml", "--backend", shared()]);
    ran.assert(2, &["db/order.txt:3:2", "002_posts.sql is listed, and is not in"]);
}
