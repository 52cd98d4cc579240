//! The pass `round-trip`: down and up again.

use crate::old_passes::{KINDS, run};
use crate::support::local_or_say_why;

/// As in `apply`: whether production has such values, nobody knows.
#[tokio::test]
async fn a_way_down_that_cannot_read_generated_values_is_a_hazard() {
    if !local_or_say_why().await {
        return;
    }
    let files = |down: &'static str| {
        [
            ("1_a.up.sql", "create table t (id serial primary key, a text, j jsonb);"),
            ("1_a.down.sql", "drop table t;"),
            ("2_b.up.sql", "alter table t add n int;"),
            ("2_b.down.sql", down),
        ]
    };
    let seed = "[[seed]]\nthrough = \"1\"\nrows = 10\n";
    for reads in [
        "update t set n = a::int;",
        "update t set a = (select e from jsonb_array_elements_text(j) e limit 1);",
    ] {
        let down = format!("{reads} alter table t drop n;");
        let ran = run(&files(down.leak()), "round-trip", seed);
        ran.assert(0, &["note: round-trip 2: "]);
    }
    let rule = "alter table t alter a set not null; alter table t drop n;";
    run(&files(rule), "round-trip", seed).assert(1, &["error[23502]"]);
}

/// Up, down, and what is told.
const ROUND_TRIPS: &[(&str, &str, &[&str])] = &[
    ("create table t (a int);", "drop table t;", &[]),
    (
        "create table t (a int); create index i on kinds (name);",
        "drop table t;",
        &["the way down of 2 leaves traces", "index public.i: only afterwards"],
    ),
    ("create table t (a int);", "select 1;", &["the way down of 2 does nothing", "table public.t"]),
    ("create table t (a int);", "", &["2 has no way down", "[[accept]]"]),
    ("update kinds set name = 'y';", "", &[]),
    ("update kinds set name = 'y';", "-- nothing to take back", &[]),
    (
        "create table t (a int);",
        "drop table nothing;",
        &["error[42P01]: table \"nothing\" does not exist", "2_a.down.sql:1:12"],
    ),
    (
        "alter table kinds add column b int default 1;",
        "alter table kinds drop column b; alter table kinds alter name set not null;",
        &["the way down of 2 leaves traces", "column public.kinds.name"],
    ),
    (
        "create table if not exists t (a int);\ncreate table if not exists s (a int);",
        "drop table t; drop table s; truncate moods; create table s (b int);",
        &["the way down of 2 leaves traces"],
    ),
    ("create index concurrently i on kinds (name);", "drop index concurrently i;", &[]),
    (
        "create table t (a int);",
        "drop table t; create index concurrently i on kinds (name);",
        &["error[25001]", "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"],
    ),
    (
        "create index concurrently i on kinds (name);",
        "create index concurrently i on kinds (name);",
        &["error[42P07]", "create index concurrently i on kinds (name);"],
    ),
    ("begin; create table t (a int); commit;", "begin; drop table t;", &[]),
    (
        "do $$ begin
            if exists (select from kinds where name <> 'seen') then alter table kinds add b int; end if;
            update kinds set name = 'seen';
        end $$;",
        "alter table kinds drop column b;",
        &["2 does not return when it goes down and up again", "column public.kinds.b"],
    ),
];

#[tokio::test]
async fn a_way_down_leads_back_and_the_way_up_returns() {
    if !local_or_say_why().await {
        return;
    }
    let mut wrong = Vec::new();
    for (up, down, told) in ROUND_TRIPS {
        let mut files = vec![
            ("1_kinds.up.sql", KINDS),
            ("1_kinds.down.sql", "drop table moods; drop type mood; drop table kinds;"),
            ("2_a.up.sql", up),
        ];
        if !down.is_empty() {
            files.push(("2_a.down.sql", down));
        }
        let ran = run(&files, "round-trip", "");
        let is_told = told.iter().all(|told| ran.text.contains(told));
        if ran.code != Some(i32::from(!told.is_empty())) || !is_told {
            wrong.push(format!("{up} / {down}\nexit code {:?}\n{}", ran.code, ran.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

#[tokio::test]
async fn the_way_down_ends_where_the_scenario_says() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1_a.up.sql", "create table a ();"),
        ("2_b.up.sql", "create table b ();"),
        ("2_b.down.sql", "drop table b;"),
    ];
    run(&files, "round-trip", "down_to = \"1\"\n").assert(0, &["1 passed"]);
    run(&files, "round-trip", "").assert(1, &["1 has no way down"]);
}

/// A folder that only ever goes up has nothing to be judged by this pass.
#[tokio::test]
async fn a_folder_without_any_way_down_is_no_failure() {
    if !local_or_say_why().await {
        return;
    }
    let up = ("1_a.up.sql", "create table a ();");
    let goose = ("1_a.sql", "-- +goose Up\ncreate table a ();\n-- +goose Down\n");
    let files: [&[(&str, &str)]; 4] = [
        &[("1_a.sql", "create table a ();"), ("2_b.sql", "create table b ();")],
        &[up, ("2_b.up.sql", "create table b ();")],
        &[up, ("1_a.down.sql", "")],
        &[goose],
    ];
    for files in files {
        let ran = run(files, "round-trip", "");
        ran.assert(0, &["1 passed"]);
    }
}

/// Locks tell what statements change; what a function does besides locks nothing.
#[tokio::test]
async fn what_a_trigger_changes_of_the_schema_is_a_trace_of_the_rows_that_fire_it() {
    if !local_or_say_why().await {
        return;
    }
    for (does, told) in [
        ("grant select on moods to public", "table public.moods"),
        ("execute 'gr' || 'ant select on moods to public'", "table public.moods"),
        ("execute 'comment on type mood is ''seen'''", "type public.mood"),
        ("new.name := 'seen'", ""),
    ] {
        let setup = format!(
            "{KINDS}create function seen() returns trigger language plpgsql as
             $$ begin {does}; return new; end $$;
             create trigger seen before insert on kinds for each row execute function seen();"
        );
        let files = [
            ("1_kinds.up.sql", setup.as_str()),
            ("1_kinds.down.sql", "drop table kinds, moods; drop function seen(); drop type mood;"),
            ("2_a.up.sql", "insert into kinds (name) values ('x'); create table t (a int);"),
            ("2_a.down.sql", "drop table t; delete from kinds where name in ('x', 'seen');"),
        ];
        let ran = run(&files, "round-trip", "");
        let is_told = ran.text.contains("the way down of 2 leaves traces");
        assert!(is_told != told.is_empty() && ran.text.contains(told), "{does}\n{}", ran.text);
    }
}

/// A default that is no constant is computed for each row that is there.
#[tokio::test]
async fn what_the_default_of_a_new_column_changes_of_the_schema_is_a_trace() {
    if !local_or_say_why().await {
        return;
    }
    for (does, told) in [
        ("execute 'comment on type mood is ''seen'''", "type public.mood"),
        ("perform count(*) from moods", ""),
    ] {
        let setup = format!(
            "{KINDS}insert into kinds (name) values ('a');
             create function seen() returns integer language plpgsql as $$ begin {does}; return 1; end $$;
             create function seen_by_another() returns integer language sql as 'select seen()';"
        );
        for function in ["seen", "seen_by_another"] {
            let up = format!("alter table kinds add column seen integer default {function}();");
            let files = [
                ("1_kinds.up.sql", setup.as_str()),
                (
                    "1_kinds.down.sql",
                    "drop table kinds, moods; drop function seen_by_another(), seen(); drop type mood;",
                ),
                ("2_a.up.sql", &up),
                ("2_a.down.sql", "alter table kinds drop column seen;"),
            ];
            let ran = run(&files, "round-trip", "");
            let is_told = ran.text.contains("the way down of 2 leaves traces");
            assert!(is_told != told.is_empty() && ran.text.contains(told), "{does}\n{}", ran.text);
        }
    }
}

/// Numbers of a sequence that a rollback does not take back are set back; where they stood before is what the files made of it.
#[tokio::test]
async fn what_is_tried_out_leaves_sequences_where_the_files_have_brought_them() {
    if !local_or_say_why().await {
        return;
    }
    let insert = "insert into kinds (name) values ('x');";
    let files = [
        ("1_kinds.up.sql", KINDS),
        ("2_a.up.sql", insert),
        ("3_b.up.sql", "alter sequence kinds_id_seq restart with 100;"),
        ("4_c.up.sql", insert),
        ("5_d.up.sql", insert),
    ];
    for rule in ["file", "statement"] {
        let ran = run(&files, "reexecute", &format!("transaction = \"{rule}\"\n"));
        ran.assert(0, &["note: reexecute 5: 5 changes rows when it runs a second time"]);
    }
}
