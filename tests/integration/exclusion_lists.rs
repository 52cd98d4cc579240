//! `migration-replay exclusions`, on local servers.

use std::fs;

use rstest::rstest;

use crate::support::{Project, Ran, local_or_say_why, shared};

/// An audit trail whose third file makes what the fourth renames; the fifth needs neither.
const AUDIT: &[(&str, &str)] = &[
    ("001_events.sql", "CREATE TABLE events (id bigint PRIMARY KEY, kind text NOT NULL);"),
    ("002_notes.sql", "CREATE TABLE notes (id bigint PRIMARY KEY);"),
    ("003_fingerprint.sql", "ALTER TABLE events\n    ADD COLUMN alert_fingerprint text;"),
    ("004_rename.sql", "ALTER TABLE events RENAME COLUMN alert_fingerprint TO fingerprint;"),
    ("005_index.sql", "CREATE INDEX by_kind ON events (kind);"),
];

/// Patterns with a column that only an extension can type, which no server has.
const PATTERNS: &[(&str, &str)] = &[
    ("001_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);"),
    (
        "002_patterns.sql",
        "CREATE EXTENSION nowhere_vector;\n\nCREATE TABLE patterns (\n    id bigint PRIMARY KEY,\n    \
         embedding nowhere_vector(3) -- to find it again\n);\n\nCREATE INDEX nearest ON patterns USING hnsw (embedding);\n",
    ),
    ("003_kind.sql", "ALTER TABLE patterns ADD COLUMN kind text;"),
];

fn scenario(excluded: &[&str]) -> String {
    let tables = excluded.iter().map(|entry| {
        format!("[[exclude]]\nmigration = \"{entry}\"\nreason = \"left out of {entry}\"\n")
    });
    format!("image = \"postgres:15\"\n{}", tables.collect::<String>())
}

fn examine(project: &Project, more: &[&str]) -> Ran {
    project.run(&[&["exclusions", "scenarios/case.toml", "--backend", shared()], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_with_a_list_is_told_with_both_places_and_the_list_is_closed() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(AUDIT, &scenario(&["003"]));
    let ran = examine(&project, &["--write-list", "closed.toml"]);
    let told = [
        "not closed: case@postgres:15/fresh",
        "migrations/004_rename.sql:1:34",
        "migrations/003_fingerprint.sql:2:16",
        "would make column public.events.alert_fingerprint, but is excluded",
        "the list that passes, 2 of 5 migrations (proven by a replay)",
        "falls with 003_fingerprint.sql",
    ];
    ran.assert(1, &told);
    let list = project.read("closed.toml");
    assert!(list.contains("# MIGRATION_EXCLUDE=003_fingerprint.sql,004_rename.sql"), "{list}");
    assert!(list.contains("left out of 003"), "{list}");
    let pasted = format!("migrations = \"../migrations\"\nimage = \"postgres:15\"\n{list}");
    project.write("scenarios/case.toml", pasted);
    // Nothing but the files says that 003 is not wanted: taken off together, both can go.
    examine(&project, &[]).assert(0, &["closed, but longer than needed", "the whole list can go"]);
}

#[rstest]
#[case::told(&[], 0)]
#[case::strict(&["--strict"], 1)]
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_not_needed_is_told_with_its_reason(
    #[case] flags: &[&str],
    #[case] code: i32,
) {
    if !local_or_say_why().await {
        return;
    }
    let clash = ("003_notes_again.sql", "CREATE TABLE notes (id uuid);");
    let migrations = [AUDIT[0], AUDIT[1], clash, ("004_tags.sql", "CREATE TABLE tags ();")];
    let project = Project::with_scenario(&migrations, &scenario(&["003", "004"]));
    let told = [
        "closed, but longer than needed",
        "003_notes_again.sql  needed: relation \"notes\" already exists (already-exists)",
        "004_tags.sql         no longer needed (its reason: left out of 004)",
        "the smallest list found that passes: 003_notes_again.sql",
    ];
    examine(&project, flags).assert(code, &told);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_without_what_falls_is_written_replayed_and_never_overwritten() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(AUDIT, &scenario(&["003"]));
    project.write("migrations/README.md", "how we migrate");
    project.write("migrations/004_rename.down.sql", "SELECT 1;");
    let told = ["clean: 3 migrations, which pass (proven by a replay)"];
    examine(&project, &["--write-folder", "clean"]).assert(1, &told);
    let mut files: Vec<_> = fs::read_dir(project.path("clean"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["001_events.sql", "002_notes.sql", "005_index.sql", "README.md"]);
    let run = ["run", "--migrations", "clean", "--image", "postgres:15", "--backend", shared()];
    project.run(&run).assert(0, &["1 passed"]);
    project.write("clean/001_events.sql", "-- mine");
    examine(&project, &["--write-folder", "clean"]).assert(2, &["the folder is not empty"]);
    assert_eq!(project.read("clean/001_events.sql"), "-- mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn stubs_stand_in_for_what_the_server_cannot_take() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(PATTERNS, &scenario(&["002"]));
    let told = [
        "003_kind.sql      falls with 002_patterns.sql",
        "stubs: 1 stub for servers without nowhere_vector, which pass (proven by a replay)",
        "    without patterns: embedding nowhere_vector(3)\n",
        "\"002_patterns.sql\" = \"../stubs/002_patterns.sql\"",
    ];
    examine(&project, &["--stubs", "stubs"]).assert(1, &told);
    let stub = project.read("stubs/002_patterns.sql");
    let (_, statements) = stub.split_once("\n\n").unwrap();
    assert_eq!(statements, "CREATE TABLE patterns (\n    id bigint PRIMARY KEY\n);\n\n");
    let provided = "image = \"postgres:15\"\n[migrations]\npath = \"../migrations\"\n\
                    [migrations.provide]\n\"002_patterns.sql\" = \"../stubs/002_patterns.sql\"\n";
    project.write("scenarios/case.toml", provided);
    project.run(&["run", "--backend", shared()]).assert(0, &["1 passed"]);
    project.write(
        "scenarios/case.toml",
        format!("migrations = \"../migrations\"\n{}", scenario(&["002"])),
    );
    examine(&project, &["--stubs", "stubs"]).assert(2, &["cannot be written"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_state_stays_as_it_is_and_roles_are_in_nobodys_way() {
    if !local_or_say_why().await {
        return;
    }
    let role = (
        "002_role.sql",
        "CREATE ROLE exclusions_reader;\nGRANT SELECT ON events TO exclusions_reader;",
    );
    let migrations = [AUDIT[0], role, AUDIT[2], AUDIT[3], AUDIT[4]];
    let seed = "[[seed]]\nname = \"then\"\nthrough = \"003\"\nexclude = [\"002\"]\n";
    let project = Project::with_scenario(&migrations, &(scenario(&["002", "003"]) + seed));
    let ran = project.run(&[
        "exclusions",
        "scenarios/case.toml",
        "--backend",
        "local",
        "--format",
        "json",
        "-o",
        "report.json",
    ]);
    ran.assert(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&project.read("report.json")).unwrap();
    let standings: Vec<_> = report["cases"][0]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["migration"].as_str().unwrap(), entry["standing"].as_str().unwrap()))
        .collect();
    assert_eq!(standings, [("002_role.sql", "free"), ("003_fingerprint.sql", "idle")]);
    assert_eq!(report["cases"][0]["verdict"], "closed");
    assert_eq!(report["cases"][0]["smallest"], serde_json::json!([]));
}

#[test]
fn a_list_that_matches_nothing_is_wrong_input() {
    let project = Project::with_scenario(AUDIT, &scenario(&["009"]));
    examine(&project, &[]).assert(2, &["matches no migration"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_would_be_left_stubs_are_made_all_the_same() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(&PATTERNS[1..], &scenario(&["002"]));
    let told = [
        "003_kind.sql fails too, and nothing would be left to replay",
        "stubs: 1 stub for servers without nowhere_vector, which pass (proven by a replay)",
    ];
    examine(&project, &["--stubs", "stubs"]).assert(1, &told);
    let told = ["case@postgres:15/fresh has no list that passes"];
    examine(&project, &["--write-folder", "clean"]).assert(2, &told);
    assert!(!project.path("clean").exists());
}
