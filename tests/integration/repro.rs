//! `repro`: a case up to just before what fails, with its database kept.

use std::fs;
use std::io::Read;

use flate2::read::GzDecoder;
use rstest::rstest;

use crate::support::{
    Cleaner, Project, Ran, ask, docker_or_say_why, local_or_say_why, sqlstate_of,
};

const USERS: (&str, &str) = (
    "001_users.sql",
    "create type mood as enum ('calm');\ncreate table users (id integer primary key, mood mood);\n",
);

/// A project with one scenario of that name.
fn project(name: &str, second: &str, scenario: &str) -> Project {
    let project = Project::new(&[
        (&*format!("migrations/{}", USERS.0), USERS.1),
        ("migrations/002_next.sql", second),
        ("migrations/003_last.sql", "create table never ();\n"),
    ]);
    let scenario = format!("migrations = '../migrations'\nimage = 'postgres:15'\n{scenario}\n");
    project.write(&format!("scenarios/{name}.toml"), scenario);
    project
}

/// The file with what is left to run.
fn statement_of(ran: &Ran) -> String {
    let line = ran.line_with("statement.sql:").unwrap_or_else(|| panic!("{}", ran.text));
    let path = line.split(", in ").nth(1).unwrap().trim_end_matches(':');
    fs::read_to_string(path).unwrap()
}

const TABLES: &str =
    "select relname::text from pg_class where relnamespace = 'public'::regnamespace
                      and relkind = 'r' order by 1";

struct Example {
    second: &'static str,
    scenario: &'static str,
    /// What is said about the state.
    says: &'static [&'static str],
    /// The tables that are there.
    tables: &'static [&'static str],
    fails_with: &'static str,
}

const STATEMENTS: Example = Example {
    second: "create table tags (name text);\ncreate index on tags (colour);\ncreate table late ();\n",
    scenario: "",
    says: &["002_next.sql: statement 1 of 3 was run and committed\n", "with 42703, as in the run"],
    tables: &["tags", "users"],
    fails_with: "42703",
};

const IN_TRANSACTION: Example = Example {
    scenario: "replay = { transaction = 'file' }",
    says: &["statement 1 of 3 was run and committed; in the real run it is rolled back"],
    ..STATEMENTS
};

const ALL_IN_ONE: Example =
    Example { scenario: "replay = { transaction = 'all' }", ..IN_TRANSACTION };

const AS_ONE_QUERY: Example =
    Example { scenario: "replay = { transaction = 'query' }", ..IN_TRANSACTION };

/// Needs what its own transaction did before: committed, the value could be used.
const NEEDS_ITS_TRANSACTION: Example = Example {
    second: "alter type mood add value 'new';\ninsert into users values (1, 'new');\n",
    scenario: "replay = { transaction = 'file' }",
    says: &["002_next.sql: none of its statements was run", "with 55P04, as in the run"],
    tables: &["users"],
    fails_with: "55P04",
};

const AT_COMMIT: Example = Example {
    second: "create table orders (who integer references users deferrable initially deferred);\ninsert into orders values (7);\n",
    scenario: "replay = { transaction = 'file' }",
    says: &["the database just before 002_next.sql, which fails", "with 23503, as in the run"],
    tables: &["users"],
    fails_with: "23503",
};

/// The table is found by the session's search path only.
const SETTINGS: Example = Example {
    second: "create schema app;\nset search_path to app, public;\ncreate table app.tags ();\ncreate temp table scratch ();\nalter table tags drop column colour;\n",
    scenario: "",
    says: &[
        "search_path = \"app, public\"",
        "the temporary table scratch",
        "with 42703, as in the run",
    ],
    tables: &["users"],
    fails_with: "42703",
};

const IN_A_SEED_FILE: Example = Example {
    second: "create table tags ();\n",
    scenario: "seed = [{ name = 's', through = '001', sql = ['seed.sql'] }]",
    says: &["seed.sql: statement 1 of 2 was run and committed"],
    tables: &["orders", "users"],
    fails_with: "42P01",
};

const IN_A_SEED_MIGRATION: Example =
    Example { scenario: "seed = [{ name = 's', through = '003' }]", ..STATEMENTS };

#[rstest]
#[case::statements("repro-statements", STATEMENTS)]
#[case::in_transaction("repro-transaction", IN_TRANSACTION)]
#[case::all_in_one("repro-all", ALL_IN_ONE)]
#[case::as_one_query("repro-whole", AS_ONE_QUERY)]
#[case::needs_its_transaction("repro-enum", NEEDS_ITS_TRANSACTION)]
#[case::at_commit("repro-commit", AT_COMMIT)]
#[case::settings("repro-settings", SETTINGS)]
#[case::in_a_seed_file("repro-file-of-seed", IN_A_SEED_FILE)]
#[case::in_a_seed_migration("repro-seed", IN_A_SEED_MIGRATION)]
#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_as_it_is_just_before_the_failure(
    #[case] name: &str,
    #[case] example: Example,
) {
    if !local_or_say_why().await {
        return;
    }
    let project = project(name, example.second, example.scenario);
    project
        .write("scenarios/seed.sql", "create table orders ();\ninsert into missing values (1);\n");
    let cleaner = Cleaner::new(&project, name, "local");
    let ran = project.run(&["repro", name, "--backend", "local"]);
    let code = if example.scenario.contains("seed.sql") { 2 } else { 1 };
    ran.assert(code, &[&["kept: the database just before"], example.says].concat());
    let url = ran.url();
    assert_eq!(ask(&url, TABLES).await.unwrap(), example.tables);
    let state = sqlstate_of(&url, &statement_of(&ran)).await;
    assert_eq!(state.as_deref(), Some(example.fails_with), "{}", statement_of(&ran));
    assert_eq!(ask(&url, TABLES).await.unwrap(), example.tables, "trying it changes nothing");
    drop(cleaner);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_stays_and_a_bundle_holds_what_somebody_else_needs() {
    if !docker_or_say_why().await {
        return;
    }
    let second = "create role repro_app;\nalter table users owner to repro_app;\nselect colour from users;\n";
    let project = project("repro-bundle", second, "");
    let cleaner = Cleaner::new(&project, "repro-bundle", "container");
    let bundle = ["--bundle", "out/failure.tar.gz"];
    let ran = project.run(&[&["repro", "bundle@", "--backend", "container"][..], &bundle].concat());
    ran.assert(
        1,
        &["(container migration-replay-kept-repro-bundle", "for somebody else: out/failure.tar.gz"],
    );
    let owner = "select tableowner::text from pg_tables where tablename = 'users'";
    assert_eq!(ask(&ran.url(), owner).await.unwrap(), ["repro_app"]);
    let files = unpack(&fs::read(project.path("out/failure.tar.gz")).unwrap());
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["README.md", "diagnosis.txt", "dump.sql", "roles.sql", "statement.sql"]);
    let holds = |file: &str, text: &str| {
        let (_, content) = files.iter().find(|(name, _)| name == file).unwrap();
        assert!(content.contains(text), "{file} does not hold {text:?}:\n{content}");
    };
    holds("README.md", "psql -v ON_ERROR_STOP=1 -f roles.sql");
    holds("diagnosis.txt", "column \"colour\" does not exist");
    holds("dump.sql", "ALTER TABLE public.users OWNER TO repro_app");
    holds("roles.sql", "CREATE ROLE repro_app;");
    holds("statement.sql", "select colour from users;");
    let password = ran.url().split([':', '@']).nth(2).unwrap().to_owned();
    let leaks: Vec<_> = files.iter().filter(|(_, text)| text.contains(&password)).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
    let own: Vec<_> = files
        .iter()
        .filter(|(name, text)| name == "dump.sql" && text.contains("migration_replay"))
        .collect();
    assert!(own.is_empty(), "the dump holds our own schema");
    drop(cleaner);
}

/// The files of a bundle, in the order of names.
fn unpack(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let entries = archive.entries().unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|mut entry| {
            let name = entry.path().unwrap().file_name().unwrap().to_string_lossy().into_owned();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_passes_keeps_nothing_unless_it_is_told_where_to_stop() {
    if !local_or_say_why().await {
        return;
    }
    let project = project("repro-at", "create table a ();\ncreate table b ();\n", "");
    let cleaner = Cleaner::new(&project, "repro-at", "local");
    let passes = project.run(&["repro", "repro-at", "--backend", "local"]);
    passes.assert(0, &["passed: repro-at@postgres:15/fresh", "kept: nothing"]);
    cleaner.clean(&["--dry-run"]).assert(0, &["nothing is there to clean up"]);
    let ran = project.run(&["repro", "repro-at", "--at", "002:2", "--backend", "local"]);
    ran.assert(
        0,
        &["stopped: repro-at", "just before statement 2 of 002_next.sql", "create table b ();"],
    );
    assert_eq!(ask(&ran.url(), TABLES).await.unwrap(), ["a", "users"]);
    assert_eq!(sqlstate_of(&ran.url(), &statement_of(&ran)).await, None);
    drop(cleaner);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_before_the_place_to_stop_at_is_what_is_shown() {
    if !local_or_say_why().await {
        return;
    }
    let project = project("repro-before", STATEMENTS.second, "");
    let cleaner = Cleaner::new(&project, "repro-before", "local");
    let ran = project.run(&["repro", "repro-before", "--at", "003", "--backend", "local"]);
    ran.assert(1, &["column \"colour\" does not exist", "002_next.sql: statement 1 of 3"]);
    drop(cleaner);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_statement_of_a_file_fails_the_end_of_the_case_is_kept() {
    if !local_or_say_why().await {
        return;
    }
    let query = "[[expect.query]]\nsql = 'select count(*) from users'\nequals = 1";
    let project = project("repro-end", "select 1;\n", query);
    let cleaner = Cleaner::new(&project, "repro-end", "local");
    let ran = project.run(&["repro", "repro-end", "--backend", "local"]);
    ran.assert(1, &["kept: the database as the failure left it", "select count(*) from users;"]);
    assert_eq!(ask(&ran.url(), TABLES).await.unwrap(), ["never", "users"]);
    drop(cleaner);
}

#[rstest]
#[case::no_such_case("other", &[], 4, "no case has \"other\" in its name")]
#[case::no_name("", &[], 2, "several cases have \"\" in their names")]
#[case::several("repro-names", &[], 2, "several cases have \"repro-names\" in their names")]
#[case::no_such_migration("fresh", &["--at", "009"], 2, "--at 009: no migration is called 009")]
#[case::no_such_statement("fresh", &["--at", "002:5"], 2, "002_next.sql has 1 statement")]
#[case::no_place_for_a_bundle("fresh", &["--bundle", "scenarios/seed.sql/x"], 2, "the bundle cannot be written")]
fn what_cannot_be_reproduced_is_told_before_a_server_starts(
    #[case] case: &str,
    #[case] flags: &[&str],
    #[case] code: i32,
    #[case] message: &str,
) {
    let seeds = "seed = [{ name = 'fresh' }, { name = 'old', through = '001' }]";
    let project = project("repro-names", "select 1;\n", seeds);
    project.write("scenarios/seed.sql", "");
    let ran = project.run(&[&["repro", case, "--backend", "local"], flags].concat());
    ran.assert(code, &[message]);
    assert!(!ran.text.contains("server ready"), "{}", ran.text);
}
