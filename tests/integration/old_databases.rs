//! Databases that are old in another way than by running today's files here: built on another image, with a history that is not
//! theirs.

use migration_replay::postgres::BackendChoice;
use rstest::rstest;

use crate::support::{
    Project, assert_ended, docker_or_say_why, failures, local_or_say_why, on_shared, shared,
};

/// 001 writes down where it ran.
const FILES: &[(&str, &str)] = &[
    (
        "001_users.sql",
        "create table users (id integer primary key, email text);
         grant select on users to reader;
         create table built_on as
           select current_setting('server_version_num')::integer / 10000 as major;\n",
    ),
    ("002_rows.sql", "insert into users values (1, 'ann'), (2, null), (3, E'tab\\tand\\nline');\n"),
    ("003_names.sql", "alter table users add if not exists name text not null default '';\n"),
];

const SETUP: &str = "[setup]\nroles = ['reader']\nuser = 'app_owner'\n";

const WHAT_CAME: &str = "
    [[expect.query]]\nsql = 'select count(*), max(length(email)) from users'\nequals = [3, 12]
    [[expect.query]]\nsql = 'select id from users order by 1'\nequals = [1, 2, 3]\nrole = 'reader'
    [[expect.query]]\nsql = \"select tableowner from pg_tables where tablename = 'users'\"\nequals = 'app_owner'
    [[expect.query]]\nsql = \"select string_agg(version || ' ' || phase, ', ' order by id) from migration_replay.history\"
    equals = '001 seed, 002 seed, 003 apply'\n";

fn built_on(image: &str, seed: &str, major: u32) -> Project {
    let scenario = format!(
        "image = '{image}'\n{SETUP}[[seed]]\nthrough = '002'\nimage = '{seed}'\n{WHAT_CAME}
         [[expect.query]]\nsql = 'select major from built_on'\nequals = {major}\n"
    );
    Project::with_scenario(FILES, &scenario)
}

/// Rows, owners, grants, roles and the history come along; `converge` finds no difference.
#[tokio::test(flavor = "multi_thread")]
async fn a_seed_is_built_on_the_image_that_it_names() {
    if !docker_or_say_why().await {
        return;
    }
    let project = built_on("postgres:17", "postgres:15", 15);
    let (outcome, _) = project.replay(BackendChoice::Container, |_| {}).await;
    assert_ended(&outcome, 0);
    // Several passes begin in the seed state, which is brought once and copied.
    let text = project.read("scenarios/case.toml");
    let more = "[replay]\npasses = ['apply', 'rerun', 'reexecute', 'interrupt', 'converge']\n";
    project.write("scenarios/case.toml", text + more);
    let (outcome, _) = project.replay(BackendChoice::Container, |_| {}).await;
    assert_ended(&outcome, 0);
}

/// Both images are of one version here, so that local binaries can be either.
#[tokio::test(flavor = "multi_thread")]
async fn local_servers_stand_for_both_images() {
    if !local_or_say_why().await {
        return;
    }
    let project = built_on("postgres:15", "cimg/postgres:15.4", 15);
    let (outcome, events) = project.replay(BackendChoice::Local, |_| {}).await;
    assert_ended(&outcome, 0);
    let started = format!("{events:?}").matches("ServerReady").count();
    assert_eq!(started, 2, "one for the case, and one for its seed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_the_older_image_cannot_restore_is_told() {
    if !docker_or_say_why().await {
        return;
    }
    let project = built_on("postgres:15", "postgres:17", 17);
    let (outcome, _) = project.replay(BackendChoice::Container, |_| {}).await;
    assert_ended(&outcome, 2);
    let details = format!("{:?}", outcome.cases[0].failures);
    let told = "the seed state was built on postgres:17, and postgres:15 cannot restore its dump";
    assert!(details.contains(told), "{details}");
    assert!(details.contains("transaction_timeout"), "{details}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_nothing_here_can_stand_for_skips_the_case() {
    if !local_or_say_why().await {
        return;
    }
    let project = built_on("postgres:15", "postgres:99", 99);
    let ran = project.run(&["run", "--backend", "local"]);
    ran.assert(4, &["the seed state is built on postgres:99", "skipped"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_there_is_explained_as_always() {
    if !local_or_say_why().await {
        return;
    }
    let project = built_on("postgres:15", "cimg/postgres:15.4", 15);
    project.write("migrations/002_rows.sql", "insert into userz values (1, 'ann');\n");
    let (outcome, _) = project.replay(BackendChoice::Local, |_| {}).await;
    assert_ended(&outcome, 1);
    let failures = failures(&outcome);
    assert!(failures[0].2.contains("relation \"userz\" does not exist"), "{failures:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_that_was_restored_without_its_history_is_named() {
    if !local_or_say_why().await {
        return;
    }
    let files = [("001_a.sql", "create table a (id int);"), ("002_b.sql", "select 1;")];
    let scenario = "[[seed]]\ndump = 'prod.sql'\nthrough = '001'\nhistory = 'none'\n";
    let project = Project::with_scenario(&files, scenario);
    project.write("scenarios/prod.sql", "create table public.a (id int);\n");
    let told = "the dump is at 001, so it holds 001_a.sql, and the history table does not say so";
    let advice = "record 001_a.sql in the history table as applied, without running anything";
    project.run(&["run", "--backend", shared()]).assert(1, &["error[42P07]", told, advice]);
    project.write(
        "scenarios/case.toml",
        "migrations = '../migrations'\n[[seed]]\ndump = 'prod.sql'\nthrough = '001'\n",
    );
    project.run(&["run", "--backend", shared()]).assert(0, &["1 passed"]);
}

/// What the tool's own history table holds when the replay begins.
#[rstest]
#[case::run_and_not_recorded("through = '2'\nhistory = { not_recorded = ['2'] }", "1")]
#[case::recorded_and_not_run("through = '1'\nhistory = { recorded_not_run = ['2'] }", "1,2")]
#[case::nothing_recorded("through = '2'\nhistory = 'none'", "null")]
#[case::both("through = '2'\nhistory = { not_recorded = ['1'], recorded_not_run = ['3'] }", "2,3")]
#[tokio::test(flavor = "multi_thread")]
async fn the_tools_own_history_table_says_the_same(#[case] seed: &str, #[case] recorded: &str) {
    if !local_or_say_why().await {
        return;
    }
    let up = |sql: &str| format!("-- migrate:up\n{sql}\n-- migrate:down\n");
    let project = Project::new(&[
        ("db/migrations/1_a.sql", up("create table if not exists a (id int);")),
        ("db/migrations/2_b.sql", up("create table if not exists b (id int);")),
        ("db/migrations/3_c.sql", up("create table if not exists c (id int);")),
    ]);
    let sql = "create table seen as select version from public.schema_migrations;\n";
    project.write("scenarios/seen.sql", sql);
    let scenario = format!(
        "migrations = {{ path = '../db/migrations', layout = 'dbmate' }}
         replay = {{ passes = ['apply'], order = 'applied-set' }}
         [[seed]]\nname = 'old'\nsql = ['seen.sql']\n{seed}
         [[expect.query]]\nsql = \"select string_agg(version, ',' order by version) from seen\"\nequals = '{recorded}'\n"
    );
    project.write("scenarios/case.toml", scenario);
    let (outcome, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&outcome, 0);
}

/// A dump at 002 with 001 hidden, a row since, 003 broken off after its own row, which is there twice then; all on another image.
#[tokio::test(flavor = "multi_thread")]
async fn all_that_makes_a_database_old_can_be_combined() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        (
            "001_a.sql",
            "create table if not exists public.a (id int, kind varchar(9) check (kind in ('x', 'y')));",
        ),
        ("002_b.sql", "create table public.b (id int);"),
        (
            "003_c.sql",
            "insert into public.a values (2, 'y');\nalter table public.a add if not exists n int;",
        ),
        ("004_d.sql", "create table public.d as select count(*) from public.a;"),
    ];
    let scenario = "image = 'postgres:15'
        [[seed]]\nname = 'old'\ndump = 'prod.sql'\nthrough = '002'\nsql = ['since.sql']
        history = { not_recorded = ['001'] }\ninterrupted = { migration = '003', after_statement = 1 }
        image = 'cimg/postgres:15.4'
        [[expect.query]]\nsql = 'select count from d'\nequals = 3
        [[expect.query]]\nsql = \"select string_agg(version || ' ' || outcome, ', ' order by id) from migration_replay.history\"
        equals = '002 seeded, 001 applied, 003 applied, 004 applied'\n";
    let project = Project::with_scenario(&files, scenario);
    let dump = [files[0].1, files[1].1].concat();
    project.write("scenarios/prod.sql", dump);
    project.write("scenarios/since.sql", "insert into public.a values (1, 'x');\n");
    let (outcome, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&outcome, 0);
}

/// A dump is cut off by a full disk.
#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_dump_that_is_cut_off_is_told() {
    if !local_or_say_why().await {
        return;
    }
    let scenario =
        "seed = [{ dump = 'prod.sql.zst', through = '001' }]\nreplay = { passes = ['apply'] }";
    let project = Project::with_scenario(&[("001_a.sql", "select 1;")], scenario);
    let sql = "create table public.a (id integer);\n";
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let whole = ruzstd::encoding::compress_to_vec(sql.as_bytes(), level);
    project.write("scenarios/prod.sql.zst", &whole);
    project.run(&["run", "--backend", shared()]).assert(0, &["1 passed"]);
    project.write("scenarios/prod.sql.zst", &whole[..whole.len() - 6]);
    project.run(&["run", "--backend", shared()]).assert(2, &["prod.sql.zst"]);
}

#[tokio::test]
async fn a_schema_that_differs_is_traced_to_the_files_that_part_the_ways() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1.sql", "create table users (id int primary key, email text);"),
        ("2.sql", "select 1;\ncreate table if not exists plugins (id int, scope text);"),
        (
            "3.sql",
            "do $$ begin if exists (select from users) then alter table users drop column email; end if; end $$;",
        ),
    ];
    let seed = "[[seed]]\nname = \"by-hand\"\nthrough = \"1\"\nsql = [\"../hand.sql\"]\n\
                [[expect.change]]\ntable = \"users\"\nreason = \"no longer used\"\n";
    let project = Project::with_scenario(&files, seed);
    project.write(
        "hand.sql",
        "create table plugins (id bigint, scope text);\ninsert into users values (1, 'x');",
    );
    let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    ran.assert(
        1,
        &[
            "column public.plugins.id: on this database hand.sql made it; on the fresh replay 2.sql made it",
            "column public.users.email: on this database 3.sql removed it; on the fresh replay 1.sql made it",
            "migrations/2.sql:2:1",
            "hand.sql:1:1",
            "removes column public.users.email",
        ],
    );
}
