//! A word in the failing file that would have kept it from failing, proven by a replay of the file with it.

use crate::support::{Project, local_or_say_why, shared};

/// The second file fails; what is told of it.
const CASES: &[(&str, &str, &str)] = &[
    (
        "create table t ();",
        "create table t ();",
        "say IF NOT EXISTS in line 1 of 2.sql, if it is meant to be the same",
    ),
    (
        "create table t (a int);",
        "select 1;\nalter table t add a int;",
        "say IF NOT EXISTS in line 2 of 2.sql",
    ),
    (
        "create table t (a int); create index i on t (a);",
        "create index i on t (a);",
        "say IF NOT EXISTS in line 1",
    ),
    (
        "create function f() returns int return 1;",
        "create function f() returns int return 2;",
        "say OR REPLACE in line 1",
    ),
    ("create view v as select 1 a;", "create view v as select 2 a;", "say OR REPLACE in line 1"),
    (
        "create table t (a int); alter table t add constraint c check (a > 0);",
        "alter table public.t add constraint c check (a > 1);",
        "say ALTER TABLE public.t DROP CONSTRAINT IF EXISTS c in line 1",
    ),
    (
        "create table t (a int, constraint c unique (a));",
        "alter table t add constraint c unique (a);",
        "say ALTER TABLE t DROP CONSTRAINT IF EXISTS c in line 1",
    ),
    (
        "create table \"T\" (a int); create policy p on \"T\" using (true);",
        "create policy p on \"T\" using (a > 0);",
        "say DROP POLICY IF EXISTS p ON \"T\" in line 1",
    ),
    (
        "create table t (a int primary key); insert into t values (1);",
        "insert into t values (1);",
        "say ON CONFLICT DO NOTHING in line 1",
    ),
    (
        "select 1;",
        "drop table t;",
        "say IF EXISTS in line 1 of 2.sql, if table public.t need not be there",
    ),
    ("create table t ();", "alter table t drop column a;", "say IF EXISTS in line 1"),
];

#[tokio::test]
async fn a_word_that_keeps_a_statement_from_failing_is_proven() {
    if !local_or_say_why().await {
        return;
    }
    let mut wrong = Vec::new();
    for (first, second, expected) in CASES {
        let project = Project::with_scenario(&[("1.sql", first), ("2.sql", second)], "");
        let told = project.run(&["run", "scenarios/case.toml", "--backend", shared()]).text;
        let help = told.lines().find(|line| line.contains(expected));
        if !help.is_some_and(|line| line.ends_with("(proven by a replay)")) {
            wrong.push(format!("{second}\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is there already is there twice where the word does not help.
#[tokio::test]
async fn a_word_that_does_not_help_is_not_proposed() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1.sql", "create table t (a int);"),
        ("2.sql", "create table t (b int);\ncreate index on t (b);"),
    ];
    let project = Project::with_scenario(&files, "");
    let told = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    told.assert(
        1,
        &[
            "tried and no way out: say IF NOT EXISTS in line 1 of 2.sql",
            "exclude 2.sql too (proven by a replay)",
        ],
    );
}
