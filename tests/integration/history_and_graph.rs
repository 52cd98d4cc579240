//! The commands `history` and `graph`: they read files, and ask no server.

use crate::support::Project;

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
