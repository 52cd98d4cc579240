//! Seed states: every way of making a populated database ends in the rows that it should hold.

use std::io::Write as _;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use migration_replay::postgres::BackendChoice;
use rstest::rstest;

use crate::support::{
    Project, UrlServer, assert_ended, docker_or_say_why, docker_words, failures, server_or_say_why,
};

const MIGRATIONS: &[(&str, &str)] = &[
    ("001_users.sql", "create table users (id integer primary key, email text);\n"),
    (
        "002_names.sql",
        "alter table users add name text;\nupdate users set name = split_part(email, '@', 1);\n",
    ),
    ("003_tier.sql", "alter table users add tier text not null default 'free';\n"),
];

/// A dump as `pg_dump` of a new version writes it, of a database at 001: with its guard against psql
/// commands, an empty search path, and rows with every character that COPY escapes.
const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\n\\restrict aBc123\n
SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);\n
CREATE TABLE public.users (\n    id integer NOT NULL,\n    email text\n);\n
COPY public.users (id, email) FROM stdin;
1\tann@here; drop table users;
2\t\\N
3\ttab\\tand\\nline\\\\
4\tgrün
\\.\n
ALTER TABLE ONLY public.users\n    ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n
\\unrestrict aBc123\n";

const ROWS_OF_THE_DUMP: &str = r#"[[1, "ann@here; drop table users;", "ann"], [2, "null", "null"], [3, "tab\tand\nline\\", "tab\tand\nline\\"], [4, "grün", "grün"]]"#;

/// A seed over [`MIGRATIONS`], and a query with its result at the end.
#[rstest]
#[case::fresh("", "select count(*) from users", "0")]
#[case::through(
    "name = 'old'\nthrough = '002'",
    "select string_agg(version || ' ' || phase, ', ' order by id) from migration_replay.history",
    "'001 seed, 002 seed, 003 apply'"
)]
#[case::through_the_last(
    "name = 'old'\nthrough = '003'",
    "select count(*) from migration_replay.history where phase = 'apply'",
    "0"
)]
#[case::rows_after_the_whole_seed(
    "through = '001'\nsql = ['user.sql']",
    "select name, tier from users",
    "['ann', 'free']"
)]
#[case::rows_between_two_versions(
    "through = '002'\nsql = [{ after = '001', file = 'user.sql' }, 'user_with_name.sql']",
    "select id, name from users order by id",
    "[[1, 'ann'], [2, 'Bob']]"
)]
#[case::dump(
    "dump = 'at_001.sql'\nthrough = '001'",
    "select id, email, name from users order by id",
    ROWS_OF_THE_DUMP
)]
#[case::zipped_dump(
    "dump = 'at_001.sql.gz'\nthrough = '001'",
    "select id, email, name from users order by id",
    ROWS_OF_THE_DUMP
)]
#[case::dump_compressed_with_zstandard(
    "dump = 'at_001.sql.zst'\nthrough = '001'",
    "select id, email, name from users order by id",
    ROWS_OF_THE_DUMP
)]
#[case::dump_without_its_history(
    "dump = 'at_001.sql'\nthrough = '001'\nhistory = 'none'\nsql = ['drop_users.sql']",
    "select string_agg(version || ' ' || phase, ', ' order by id) from migration_replay.history",
    "'001 apply, 002 apply, 003 apply'"
)]
#[case::recorded_and_not_run(
    "through = '001'\nhistory = { recorded_not_run = ['003'] }\n[replay]\npasses = ['apply']",
    "select count(*) from pg_attribute where attrelid = 'users'::regclass and attname = 'tier'",
    "0"
)]
#[case::run_and_not_recorded(
    "through = '003'\nhistory = { not_recorded = ['003'] }\nsql = ['drop_tier.sql']",
    "select string_agg(version || ' ' || phase, ', ' order by id) from migration_replay.history",
    "'001 seed, 002 seed, 003 apply'"
)]
#[case::dump_is_recorded_and_not_run(
    "dump = 'at_001.sql'\nthrough = '001'",
    "select string_agg(version || ' ' || outcome, ', ' order by id) from migration_replay.history",
    "'001 seeded, 002 applied, 003 applied'"
)]
#[case::rows_on_top_of_a_dump(
    "dump = 'at_001.sql'\nthrough = '001'\nsql = ['ninth_user.sql']",
    "select name from public.users where id = 9",
    "'zoe'"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_seed_state_holds_what_it_says(
    #[case] seed: &str,
    #[case] sql: &str,
    #[case] equals: &str,
) {
    if !server_or_say_why().await {
        return;
    }
    let seed = if seed.is_empty() { String::new() } else { format!("[[seed]]\n{seed}\n") };
    let query = format!("[[expect.query]]\nsql = \"{sql}\"\nequals = {equals}\n");
    let project = Project::with_scenario(MIGRATIONS, &(seed + &query));
    write_seed_files(&project);
    assert_ended(&project.replay_anywhere().await, 0);
}

fn write_seed_files(project: &Project) {
    project.write("scenarios/user.sql", "insert into users values (1, 'ann@here');\n");
    project.write("scenarios/ninth_user.sql", "insert into public.users values (9, 'zoe@here');\n");
    let with_name = "insert into users (id, email, name) values (2, 'bob@here', 'Bob');\n";
    project.write("scenarios/user_with_name.sql", with_name);
    project.write("scenarios/at_001.sql", DUMP);
    // Two members, as tools that compress in parallel write them.
    let (first, second) = DUMP.split_at(400);
    let zipped = [zip(first), zip(second)].concat();
    project.write("scenarios/at_001.sql.gz", zipped);
    let frames = [first, second].map(|text| {
        ruzstd::encoding::compress_to_vec(
            text.as_bytes(),
            ruzstd::encoding::CompressionLevel::Fastest,
        )
    });
    project.write("scenarios/at_001.sql.zst", frames.concat());
    project.write("scenarios/drop_users.sql", "drop table public.users;\n");
    project.write("scenarios/drop_tier.sql", "alter table users drop column tier;\n");
}

fn zip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Seeds that cannot be made: the scenario is wrong, and the message says where.
#[rstest]
#[case::statement_of_a_dump(
    "broken.sql",
    "create table a (id integer);\n\nselect nonsense;\n",
    "line 3"
)]
#[case::row_of_a_dump(
    "broken.sql",
    "create table a (id integer);\ncopy a from stdin;\n1\nx\n\\.\n",
    "invalid input syntax for type integer: \"x\""
)]
#[case::another_database_in_a_dump("broken.sql", "\\connect other\n", "pg_dumpall")]
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_cannot_be_restored_is_told_as_the_scenarios_fault(
    #[case] file: &str,
    #[case] dump: &str,
    #[case] text: &str,
) {
    if !server_or_say_why().await {
        return;
    }
    let scenario = format!("seed = [{{ dump = '{file}', through = '001' }}]");
    let project = Project::with_scenario(MIGRATIONS, &scenario);
    project.write("scenarios/broken.sql", dump);
    project.run(&["run"]).assert(2, &["broken.sql", text]);
}

/// Makes a database at 001 and returns the arguments for `pg_dump`.
async fn database_at_001(server: &UrlServer, name: &str) {
    let client = server.client().await;
    client.batch_execute(&format!("create database {name}")).await.unwrap();
    let url = server.url_of(name);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(MIGRATIONS[0].1).await.unwrap();
    let rows = "insert into users select n, 'user' || n || '@here' from generate_series(1, 500) n";
    client.batch_execute(rows).await.unwrap();
}

const OVER_THE_ARCHIVE: &str = "
    [[seed]]\nname = 'archive'\ndump = 'prod.dump'\nthrough = '001'
    [[expect.query]]\nsql = 'select count(*), min(name), max(tier) from users'\nequals = [500, 'user1', 'free']\n";

/// The archive comes from version 17, which no older `pg_restore` reads: the image's own must be used.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_restored_by_the_images_own_pg_restore() {
    if !docker_or_say_why().await {
        return;
    }
    let scenario = format!("image = 'postgres:17'\n{OVER_THE_ARCHIVE}");
    let project = Project::with_scenario(MIGRATIONS, &scenario);
    let Some(server) = UrlServer::start_container("postgres:17").await else { return };
    database_at_001(&server, "prod").await;
    let container = server.container().unwrap();
    let password = format!("PGPASSWORD={}", server.password());
    let dump = Command::new("docker")
        .args(["exec", "-e", &password, &container, "pg_dump", "-h", "127.0.0.1", "-U", "postgres"])
        .args(["--format=custom", "prod"])
        .output()
        .unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    project.write("scenarios/prod.dump", dump.stdout);
    let (outcome, _) = project.replay(BackendChoice::Container, |_| {}).await;
    server.stop().await;
    assert!(docker_words(&["ps", "--quiet", "--no-trunc"]).lines().all(|id| id != container));
    assert_ended(&outcome, 0);
}

#[rstest]
#[case::local(BackendChoice::Local)]
#[case::url(BackendChoice::Auto)]
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_restored_by_the_programs_of_this_machine(#[case] backend: BackendChoice) {
    let Some(server) = UrlServer::start().await else { return };
    if server.container().is_some() {
        return server.stop().await;
    }
    database_at_001(&server, "prod").await;
    let dump = Command::new("pg_dump").arg("--format=custom").arg(server.url_of("prod")).output();
    let dump = dump.unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let backend = match backend {
        BackendChoice::Auto => BackendChoice::Url(server.url.clone()),
        other => other,
    };
    let project = Project::with_scenario(MIGRATIONS, OVER_THE_ARCHIVE);
    project.write("scenarios/prod.dump", dump.stdout);
    let (outcome, _) = project.replay(backend, |_| {}).await;
    assert_ended(&outcome, 0);
    server.stop().await;
}

/// `pg_dump --format=directory` by the program at `command`, which takes the folder last.
fn dump_to_folder(mut command: Command, folder: &std::path::Path) {
    let output = command.arg("--format=directory").arg("--file").arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[rstest]
#[case::local(BackendChoice::Local)]
#[case::container(BackendChoice::Container)]
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_is_a_folder_is_restored(#[case] backend: BackendChoice) {
    let Some(server) = UrlServer::start().await else { return };
    if server.container().is_some() || !docker_or_say_why().await {
        return server.stop().await;
    }
    database_at_001(&server, "prod").await;
    let scenario = format!("image = 'postgres:15'\n{OVER_THE_ARCHIVE}");
    let project = Project::with_scenario(MIGRATIONS, &scenario);
    let mut pg_dump = Command::new("pg_dump");
    pg_dump.arg("--dbname").arg(server.url_of("prod"));
    dump_to_folder(pg_dump, &project.path("scenarios/prod.dump"));
    let (outcome, _) = project.replay(backend, |_| {}).await;
    assert_ended(&outcome, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_told_in_the_words_of_pg_restore() {
    if !server_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(MIGRATIONS, OVER_THE_ARCHIVE);
    project.write("scenarios/prod.dump", b"PGDMP\x01\x0e\x00 and nothing more");
    let outcome = project.replay_anywhere().await;
    assert_ended(&outcome, 2);
    let failures = failures(&outcome);
    assert!(failures[0].2.contains("pg_restore"), "{failures:?}");
}
