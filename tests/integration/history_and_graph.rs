//! The commands `history` and `graph`: they read files, and ask a server where they are told to.

use crate::support::{Project, local_or_say_why, shared};

const MIGRATIONS: &[(&str, &str)] = &[
    ("001_users.sql", "create table users (id int primary key, email text);\n"),
    ("002_rename.sql", "alter table users rename column email to mail;\n"),
    ("003_orders.sql", "create table orders (buyer int references users (id));\n"),
];

fn project() -> Project {
    Project::with_scenario(
        MIGRATIONS,
        "[[exclude]]\nmigration = \"002\"\nreason = \"not agreed upon\"\n",
    )
}

#[test]
fn a_history_is_told_from_a_folder() {
    let ran = project().run(&["history", "users.email", "--migrations", "migrations"]);
    ran.assert(
        0,
        &[
            "column public.users.email, not there at the end",
            "migrations/001_users.sql:1:41: added",
            "migrations/002_rename.sql:1:33: renamed to public.users.mail",
            "Read from the files; nothing was replayed.",
        ],
    );
}

#[test]
fn a_history_marks_what_the_scenario_excludes() {
    let ran =
        project().run(&["history", "users.mail", "column users.email", "scenarios/case.toml"]);
    ran.assert(
        0,
        &[
            "column public.users.mail, not there at the end",
            "excluded (not agreed upon): would rename it from public.users.email",
            "column public.users.email, there at the end",
        ],
    );
}

#[test]
fn nothing_found_is_no_success() {
    let ran = project().run(&["history", "user.mail", "--migrations", "migrations"]);
    ran.assert(4, &["no migration speaks of it", "did you mean column public.users.mail"]);
    let ran = project().run(&["history", "users", "--migrations", "nowhere"]);
    ran.assert(2, &["nowhere"]);
}

#[test]
fn a_graph_is_printed_in_every_format() {
    let project = project();
    let graph = |format: &str| project.run(&["graph", "scenarios/case.toml", "--format", format]);
    graph("table").assert(0, &["requires", "001 (users)", "excluded: not agreed upon", "001 → "]);
    graph("markdown")
        .assert(0, &["| file | requires | creates | used by |", "| 003_orders.sql | 001"]);
    graph("mermaid").assert(0, &["flowchart LR", "m0 --> m2"]);
    graph("dot").assert(0, &["digraph migrations {", "m0 -> m2;"]);
    let json: serde_json::Value = serde_json::from_str(&graph("json").text).unwrap();
    assert_eq!(json["graphs"][0]["migrations"][2]["requires"][0]["migration"], "001_users.sql");
}

#[test]
fn help_teaches_by_examples() {
    for command in ["history", "graph"] {
        let ran = project().run(&[command, "--help"]);
        ran.assert(0, &["Examples:", &format!("migration-replay {command} ")]);
    }
}

const UNSAID: &[(&str, &str)] = &[
    (
        "001_tables.sql",
        "create table users (id int primary key);\n\
         do $$ begin if current_setting('server_version_num')::int < 10000 then drop table users; end if; end $$;\n",
    ),
    (
        "002_tenants.sql",
        "do $$ declare r record; begin\n  for r in select relname from pg_class where relname = 'users' loop\n    \
         execute 'alter table ' || r.relname || ' add column tenant int';\n  end loop;\nend $$;\n",
    ),
    ("003_index.sql", "create index on users (tenant);\n"),
];

#[tokio::test]
async fn a_replay_tells_what_no_statement_says_and_what_did_not_run() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(UNSAID, "");
    let replayed = |command: &str, words: &[&str]| {
        let flags = ["--migrations", "migrations", "--replay", "--backend", shared()];
        project.run(&[&[command], words, &flags].concat())
    };
    replayed("history", &["users", "users.tenant"]).assert(
        0,
        &[
            "migrations/001_tables.sql:2:83: not dropped: the branch did not run",
            "column public.users.tenant, there at the end\n  migrations/002_tenants.sql:1:1: added, as the server shows",
            "held against a replay on Postgres",
        ],
    );
    replayed("graph", &[]).assert(0, &["003_index.sql    001 (users); 002 (users.tenant)"]);
    let told = replayed("history", &["users.tenant", "--format", "json"]).text;
    let json = told.split_once('{').map(|(_, rest)| format!("{{{rest}")).unwrap();
    let json: serde_json::Value =
        serde_json::Deserializer::from_str(&json).into_iter().next().unwrap().unwrap();
    assert_eq!(json["read_from"], "replay");
    assert_eq!(
        json["histories"][0]["asked"][0]["objects"][0]["happenings"][0]["known_from"],
        "server"
    );
}

#[tokio::test]
async fn what_comes_after_a_failure_is_read_from_the_files_only() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        MIGRATIONS,
        &[("004_fails.sql", "select 1/0;\n"), ("005_more.sql", "create table more ();\n")],
    ]
    .concat();
    let project = Project::with_scenario(&files, "");
    let words =
        ["history", "more", "--migrations", "migrations", "--replay", "--backend", shared()];
    project.run(&words).assert(
        1,
        &[
            "table public.more, there at the end",
            "The replay stopped at 004_fails.sql: division by zero. What comes after is read from the files only.",
        ],
    );
}
