//! The history table: every migration that ran, with the SHA-256 of its file, how long it took and how
//! it ended; failures too.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::support::{Project, UrlServer, assert_ended, server_or_say_why};

const USERS: &str = "create table users (id integer primary key);\n-- grün\n";
const SLOW: &str = "select pg_sleep(0.05);\n";

fn sha256(text: &str) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[tokio::test(flavor = "multi_thread")]
async fn every_applied_migration_has_a_row_with_the_sha_256_of_its_file() {
    if !server_or_say_why().await {
        return;
    }
    let scenario = format!(
        "seed = [{{ name = 'fresh' }}, {{ name = 'at-001', through = '001' }}]
         [[expect.query]]
         sql = '''select migration, version, file, checksum, outcome, sqlstate is null
                  from migration_replay.history order by id'''
         equals = [
             ['001_users.sql', '001', '001_users.sql', '{}', 'applied', true],
             ['002_slow.sql', '002', '002_slow.sql', '{}', 'applied', true],
         ]
         [[expect.query]]
         sql = '''select bool_and(duration_ms > 0), bool_and(started_at between now() - interval '1 hour' and now()),
                         max(duration_ms) filter (where version = '002') between 50 and 60000
                  from migration_replay.history'''
         equals = [true, true, true]",
        sha256(USERS),
        sha256(SLOW),
    );
    let migrations = [("001_users.sql", USERS), ("002_slow.sql", SLOW)];
    assert_ended(&Project::with_scenario(&migrations, &scenario).replay_anywhere().await, 0);
}

/// What a seed's migrations were recorded in is told apart from what the pass ran.
#[tokio::test(flavor = "multi_thread")]
async fn the_history_tells_the_seed_from_the_replay() {
    if !server_or_say_why().await {
        return;
    }
    let scenario = "
         seed = [{ name = 'at-001', through = '001' }]
         [[expect.query]]
         sql = 'select version, phase from migration_replay.history order by id'
         equals = [['001', 'seed'], ['002', 'apply']]";
    let migrations = [("001_users.sql", USERS), ("002_slow.sql", SLOW)];
    assert_ended(&Project::with_scenario(&migrations, scenario).replay_anywhere().await, 0);
}

/// A failing migration ends its case, and the database goes with it. A trigger, which no rollback
/// reaches, carries the row to where it can be read afterwards.
const SPY: &str = "create extension dblink;
    create function tell() returns trigger language plpgsql as $$ begin
        perform dblink_exec(ADDRESS, format('insert into told values (%L, %L, %L, %L, %L)',
            new.migration, new.outcome, new.sqlstate, new.message, new.checksum));
        return new;
    end $$;
    create trigger tell after insert on migration_replay.history
        for each row when (new.outcome = 'failed') execute function tell();\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_has_a_row_with_its_error() {
    let Some(server) = UrlServer::start().await else { return };
    let told =
        "create table told (migration text, outcome text, state text, message text, sum text)";
    server.client().await.batch_execute(told).await.unwrap();
    let broken = "create table half (id integer);\ncreate index on half (colour);\n";
    let migrations = [("001_users.sql", USERS), ("002_broken.sql", broken)];
    let project = Project::with_scenario(&migrations, "setup = { sql = ['spy.sql'] }");
    project.write("scenarios/spy.sql", SPY.replace("ADDRESS", &format!("'{}'", server.url)));
    let ran = project.run(&["run", "--backend", &server.url]);
    ran.assert(1, &["column \"colour\" does not exist"]);
    let rows = "select concat_ws('|', migration, outcome, state, message, sum) from told";
    let expected =
        format!("002_broken.sql|failed|42703|column \"colour\" does not exist|{}", sha256(broken));
    assert_eq!(server.query(rows).await, [expected]);
    server.stop().await;
}
