//! The passes over a database that is not new: `reexecute`, `interrupt`; `ways_down` has `round-trip`.

use crate::support::{Project, Ran, local_or_say_why, shared};

/// A run of files in one pass beside `apply`; `more` is the rest of the scenario.
pub(crate) fn run(files: &[(&str, &str)], pass: &str, more: &str) -> Ran {
    let scenario = format!("[replay]\npasses = [\"apply\", \"{pass}\"]\n{more}");
    let project = Project::with_scenario(files, &scenario);
    project.run(&["run", "scenarios/case.toml", "--backend", shared()])
}

/// One file, the pass, what is told, and whether it is a failure.
struct Case {
    sql: &'static str,
    told: &'static [&'static str],
    fails: bool,
}

const REEXECUTE: &[Case] = &[
    Case { sql: "create table if not exists t (a int);", told: &[], fails: false },
    Case {
        sql: "create table t (a int);",
        told: &["note: reexecute 2.sql: relation \"t\" already exists"],
        fails: false,
    },
    Case {
        sql: "create table if not exists t (a int);\ninsert into kinds (name) values ('x') on conflict do nothing;",
        told: &[
            "2.sql changes rows when it runs a second time",
            "table public.kinds: 3 rows after the second run, 2 after the first",
            "  only after the second run: id 3, name x",
            "cause: not-rerunnable",
            "it claims to survive a second run",
        ],
        fails: true,
    },
    Case {
        sql: "insert into kinds (name) values ('x');",
        told: &["note: reexecute 2.sql: 2.sql changes rows when it runs a second time"],
        fails: false,
    },
    Case {
        sql: "do $$ begin if not exists (select from pg_class where relname = 'never') then\nalter table kinds add column b int; end if; end $$;",
        told: &[
            "error[42701]: column \"b\" of relation \"kinds\" already exists",
            "migrations/2.sql:2:",
        ],
        fails: true,
    },
    Case {
        sql: "create or replace view v as select coalesce((select max(attnum) from pg_attribute where attrelid = to_regclass('v')), 0) n;\n\
              do $$ begin if true then execute format('comment on view v is %L', clock_timestamp()); end if; end $$;",
        told: &["2.sql changes the schema when it runs a second time", "view public.v: comment"],
        fails: true,
    },
    Case {
        sql: "create index concurrently if not exists i on kinds (name);",
        told: &[],
        fails: false,
    },
    Case { sql: "begin; create table if not exists t (a int); commit;", told: &[], fails: false },
    Case { sql: "update kinds set at = now();", told: &[], fails: false },
    Case {
        sql: "update kinds set ms = (extract(epoch from clock_timestamp()) * 1000)::int8;",
        told: &[],
        fails: false,
    },
    Case {
        sql: "update kinds set ms = coalesce(ms, 0) + 1;",
        told: &["note: reexecute 2.sql: 2.sql changes rows when it runs a second time"],
        fails: false,
    },
    Case {
        sql: "alter type mood add value if not exists 'meh';\ninsert into moods values ('good') on conflict do nothing;",
        told: &[],
        fails: false,
    },
];

pub(crate) const KINDS: &str = "create table kinds (id serial primary key, name text, at timestamptz, ms int8);\n\
                     insert into kinds (name) values ('a');\ncreate type mood as enum ('good');\n\
                     create table moods (m mood primary key);\n";

const INTERRUPT: &[Case] = &[
    Case {
        sql: "create table if not exists t (a int);\ncreate index if not exists i on t (a);",
        told: &[],
        fails: false,
    },
    Case {
        sql: "create table if not exists t (a int);\ncreate index i on t (a);",
        told: &[
            "error[42P07]: relation \"i\" already exists",
            "stopped after statement 2 of 2 (line 2), which is committed, it cannot be run again",
        ],
        fails: true,
    },
    Case {
        sql: "insert into kinds (name) values ('x');\nselect 1;",
        told: &[
            "2.sql comes to another end when it was stopped and is run again",
            "table public.kinds: 3 rows when it was stopped, 2 without interruption",
            "stopped after statement 1 of 2 (line 1)",
        ],
        fails: true,
    },
    Case {
        sql: "begin;\ncreate table t (a int);\ncreate index i on t (a);\ncommit;",
        told: &["relation \"t\" already exists"],
        fails: true,
    },
    Case {
        sql: "create index concurrently if not exists i on kinds (name);",
        told: &[
            "index public.i: valid no when it was stopped, yes without interruption",
            "cause: invalid-index",
            "its session was ended while the index of line 1 was built",
        ],
        fails: true,
    },
    Case {
        sql: "drop index concurrently if exists i;\ncreate index concurrently i on kinds (name);",
        told: &[],
        fails: false,
    },
];

#[tokio::test]
async fn a_body_is_run_a_second_time_and_what_that_does_is_told() {
    check("reexecute", REEXECUTE).await;
}

#[tokio::test]
async fn a_body_is_stopped_at_each_boundary_and_run_again() {
    check("interrupt", INTERRUPT).await;
}

/// Sent whole, a file without BEGIN is one transaction, too.
#[tokio::test]
async fn a_file_that_is_one_transaction_of_its_own_is_taken_back_as_a_whole() {
    if !local_or_say_why().await {
        return;
    }
    let two = "create table t (a int);\ncreate index i on t (a);";
    for (sql, code) in [
        (format!("-- one\nbegin;\n{two}\ncommit;"), 0),
        (two.to_owned(), 0),
        (format!("start transaction;\n{two}\nend;\n"), 0),
        (
            "begin;\ncreate table t (a int);\ncommit;\nbegin;\ncreate index i on t (a);\ncommit;"
                .to_owned(),
            1,
        ),
        (format!("begin;\n{two}\ncommit;\ncreate table s ();"), 1),
    ] {
        let files =
            [("1_kinds.up.sql", KINDS), ("2_a.up.sql", &sql), ("2_a.down.sql", "drop table t;")];
        let ran = run(&files, "interrupt", "");
        assert_eq!(ran.code, Some(code), "{sql}\n{}", ran.text);
    }
}

#[tokio::test]
async fn a_session_is_ended_at_the_commit_of_the_last_file_and_the_history_tells_what_to_do() {
    if !local_or_say_why().await {
        return;
    }
    let more = "transaction = \"file\"\n";
    let files = [
        ("1.sql", KINDS),
        ("2.sql", "insert into kinds (name) values ('x');\ncreate table t (a int);"),
    ];
    let scenario = format!("[replay]\npasses = [\"apply\", \"interrupt\"]\n{more}");
    let project = Project::with_scenario(&files, &scenario);
    let arguments = ["run", "scenarios/case.toml", "--backend", shared(), "--json", "out.json"];
    project.run(&arguments).assert(0, &["1 passed"]);
    let report = project.read("out.json");
    let told = "its session was ended at COMMIT, before it was written and after";
    assert_eq!(report.matches(told).count(), 1, "{report}");
}

async fn check(pass: &str, cases: &[Case]) {
    if !local_or_say_why().await {
        return;
    }
    let mut wrong = Vec::new();
    for case in cases {
        let ran = run(&[("1.sql", KINDS), ("2.sql", case.sql)], pass, &accepted(pass));
        let is_told = case.told.iter().all(|told| ran.text.contains(told));
        let is_quiet = !case.told.is_empty() || !ran.text.contains("2.sql");
        if ran.code != Some(i32::from(case.fails)) || !is_told || !is_quiet {
            wrong.push(format!("{}\nexit code {:?}\n{}", case.sql, ran.code, ran.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

/// The first file, which every case has.
fn accepted(pass: &str) -> String {
    format!("[[accept]]\npass = \"{pass}\"\nmigration = \"1\"\nreason = \"made for the test\"\n")
}

#[tokio::test]
async fn what_is_accepted_and_not_found_any_more_is_a_failure() {
    if !local_or_say_why().await {
        return;
    }
    let ran =
        run(&[("1.sql", "create table if not exists t ();")], "reexecute", &accepted("reexecute"));
    ran.assert(
        1,
        &[
            "1 is accepted in the pass reexecute, and is not found any more",
            "remove this [[accept]]",
        ],
    );
}

#[tokio::test]
async fn with_all_every_body_has_to_survive() {
    if !local_or_say_why().await {
        return;
    }
    let ran = run(&[("1.sql", "create table t ();")], "reexecute", "reexecute = \"all\"\n");
    ran.assert(1, &["relation \"t\" already exists", "cause: not-rerunnable"]);
}

#[tokio::test]
async fn what_ran_twice_on_a_copy_for_one_pass_is_judged_by_the_other() {
    if !local_or_say_why().await {
        return;
    }
    let twice = "vacuum kinds;\n\
                 insert into kinds (name) values ('b');";
    let files = [("1.sql", KINDS), ("2.sql", twice)];
    for passes in ["reexecute", "interrupt\", \"reexecute"] {
        let ran = run(&files, passes, "reexecute = \"all\"\n");
        ran.assert(
            1,
            &["2.sql changes rows when it runs a second time", "3 rows after", "2 after"],
        );
    }
}

/// Numbers are not rolled back: not in a second run that succeeds (2), and not in one that fails (4).
#[tokio::test]
async fn numbers_that_were_taken_in_a_trial_are_there_again_for_the_next_file() {
    if !local_or_say_why().await {
        return;
    }
    let next = |most: u32| {
        format!(
            "insert into t default values;\nalter table t add constraint c check (id <= {most});\n\
             alter table t drop constraint c;"
        )
    };
    let (third, last) = (next(2), next(4));
    let files = [
        ("1.sql", "create table t (id serial primary key, a text);"),
        ("2.sql", "insert into t default values;"),
        ("3.sql", &*third),
        ("4.sql", "insert into t default values;\ncreate table once ();"),
        ("5.sql", &*last),
    ];
    run(&files, "reexecute", "").assert(0, &["1 passed"]);
}

/// Who owns the database may create in its schema `public`; so it is on a copy.
#[tokio::test]
async fn what_is_tried_on_a_copy_belongs_to_the_user_of_the_scenario() {
    if !local_or_say_why().await {
        return;
    }
    let files = [("1.sql", "vacuum;\ncreate table if not exists t (a int);")];
    let scenario =
        "[setup]\nuser = 'app_owner'\n[replay]\npasses = ['apply', 'reexecute', 'interrupt']\n";
    let project = Project::with_scenario(&files, scenario);
    project.run(&["run", "scenarios/case.toml", "--backend", "local"]).assert(0, &["1 passed"]);
}

#[tokio::test]
async fn a_limit_that_a_file_leaves_in_the_session_keeps_no_pass_from_trying_on_a_copy() {
    if !local_or_say_why().await {
        return;
    }
    let up = "-- +goose NO TRANSACTION\n-- +goose Up\nset statement_timeout = '3h';\nvacuum kinds;\n\
              create index concurrently if not exists i on kinds (name);\n-- +goose Down\nselect 1;\n";
    let kinds = format!("-- +goose Up\n{KINDS}-- +goose Down\nset lock_timeout = 0;\n");
    let files = [("1_a.sql", &*kinds), ("2_b.sql", up), ("3_c.sql", &up.replace(" i on", " j on"))];
    run(&files, "round-trip", "").assert(1, &["the way down of 2 does nothing", "way down of 3"]);
    run(&files, "interrupt", "")
        .assert(1, &["index public.i: valid no", "index public.j: valid no"]);
}

#[tokio::test]
async fn a_history_that_does_not_tell_what_was_run_is_named() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1.sql", "create table a (id int);"),
        ("2.sql", "create table b (id int);\ncreate index on b (id);"),
        ("3.sql", "alter table b add c int;"),
    ];
    let told = |seed: &str| {
        let project = Project::with_scenario(&files, &format!("[[seed]]\n{seed}\n"));
        project.run(&["run", "scenarios/case.toml", "--backend", shared()])
    };
    told("through = '1'\nhistory = { recorded_not_run = ['2'] }").assert(
        1,
        &[
            "relation \"b\" does not exist",
            "migrations/2.sql:1:14",
            "it is recorded as applied, and was not run",
        ],
    );
    told("through = '2'\nhistory = 'none'").assert(
        1,
        &[
            "the seed state has run 1.sql, and its history table does not say so",
            "record 1.sql and 2.sql in the history table as applied, without running anything",
        ],
    );
    told("through = '1'\ninterrupted = { migration = '2', after_statement = 1 }")
        .assert(1, &["an earlier run of 2.sql stopped after statement 1 of 2, which is committed"]);
}
