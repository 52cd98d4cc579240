//! `status`: files against the history of a live database, which is only read.

use migration_replay::harness::{FlagScenario, Harness, prepare_files, prepare_flags};
use migration_replay::postgres::live::{Address, LiveDatabase};
use migration_replay::status::{State, recognised, recorded, status};

use crate::support::{Project, UrlServer, local_or_say_why};

const FILES: [(&str, &str); 4] = [
    ("migrations/001_a.sql", "create table a ();"),
    ("migrations/002_b.sql", "create table b ();"),
    ("migrations/003_c.sql", "create table c ();"),
    ("migrations/004_d.sql", "create table d ();"),
];

/// A folder per layout whose tool has a history table: where, and what is in it.
const LAYOUTS: &[(&str, &[(&str, &str)])] = &[
    (
        "flyway",
        &[("V1__a.sql", "select 1;"), ("V1_1__b.sql", "select 2;"), ("R__v.sql", "select 3;")],
    ),
    ("sqlx", &[("1_a.sql", "select 1;"), ("2_b.sql", "select 2;")]),
    (
        "diesel",
        &[("2026-01-01-000000_a/up.sql", "select 1;"), ("2026-01-02-000000_b/up.sql", "select 2;")],
    ),
    ("refinery", &[("V1__a.sql", "select 1;"), ("V2__b.sql", "select 2;")]),
    ("golang-migrate", &[("1_a.up.sql", "select 1;"), ("2_b.up.sql", "select 2;")]),
    (
        "goose",
        &[("001_a.sql", "-- +goose Up\nselect 1;\n"), ("002_b.sql", "-- +goose Up\nselect 2;\n")],
    ),
    (
        "dbmate",
        &[
            ("20260101_a.sql", "-- migrate:up\nselect 1;\n"),
            ("20260102_b.sql", "-- migrate:up\nselect 2;\n"),
        ],
    ),
    ("supabase", &[("20260207050000_a.sql", "select 1;"), ("20260207060000_b.sql", "select 2;")]),
    ("prisma", &[("1_a/migration.sql", "select 1;"), ("2_b/migration.sql", "select 2;")]),
    ("node-pg-migrate", &[("1_a.sql", "select 1;"), ("2_b.sql", "select 2;")]),
    (
        "sql-migrate",
        &[("1_a.sql", "-- +migrate Up\nselect 1;\n"), ("2_b.sql", "-- +migrate Up\nselect 2;\n")],
    ),
    ("pop", &[("20260101000000_a.up.sql", "select 1;"), ("20260102000000_b.up.sql", "select 2;")]),
    (
        "drizzle",
        &[
            (
                "meta/_journal.json",
                r#"{ "entries": [{ "idx": 0, "when": 1700000000000, "tag": "0000_a" }, { "idx": 1, "when": 1700000000001, "tag": "0001_b" }] }"#,
            ),
            ("0000_a.sql", "select 1;"),
            ("0001_b.sql", "select 2;"),
        ],
    ),
];

fn cases_of(project: &Project, layout: &str) -> migration_replay::plan::CasePlan {
    let flags = FlagScenario {
        migrations: project.path("migrations"),
        layout: Some(layout.to_owned()),
        ..FlagScenario::default()
    };
    let prepared = prepare_flags(&flags, &Harness::new().environment);
    prepared.unwrap_or_else(|problems| panic!("{layout}: {problems}")).cases.remove(0)
}

/// What our layouts know of a tool's table, and what `status` knows of it, is one thing.
#[tokio::test]
async fn the_table_of_every_layout_is_read_as_its_layout_writes_it() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    for (layout, files) in LAYOUTS {
        let paths: Vec<_> =
            files.iter().map(|(path, text)| (format!("migrations/{path}"), *text)).collect();
        let files: Vec<_> = paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let project = Project::new(&files);
        let case = cases_of(&project, layout);
        let database = layout.replace('-', "_");
        let url = server.url_of(&database);
        server.client().await.batch_execute(&format!("create database {database}")).await.unwrap();
        let ledger = case.set.ledger.unwrap_or_else(|| panic!("{layout} has no ledger"));
        let (client, connection) =
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(ledger.create).await.unwrap();
        let (last, before) = case.set.migrations().split_last().unwrap();
        for migration in before {
            client.batch_execute(&(ledger.record)(migration)).await.unwrap();
        }

        let live = LiveDatabase::open(&Address::read(&url, &[].into()).unwrap()).await.unwrap();
        let known = live.history_tables().await.unwrap();
        assert_eq!(known.len(), 1, "{layout}");
        assert!(
            known[0].tool.name.starts_with(layout),
            "{layout} is taken for {}",
            known[0].tool.name
        );
        let table = live.history((&known[0].name.0, &known[0].name.1)).await.unwrap();
        let recorded = recorded(recognised(&table).unwrap(), &table);
        let status = status(&case.set, &[].into(), case.order, Some(&recorded));
        for file in &status.files {
            let is_last = file.migration.id == last.id;
            let expected = if is_last { State::Pending } else { State::Applied };
            assert_eq!(file.state, expected, "{layout}: {}", file.migration.id);
        }
        assert_eq!(status.missing, [], "{layout}");
        let sums = ["flyway", "sqlx", "refinery", "prisma", "drizzle", "supabase", "atlas"]
            .contains(layout);
        assert_eq!(status.keeps_sums, sums, "{layout}");
    }
    server.stop().await;
}

#[tokio::test]
async fn nothing_can_be_written_to_a_database_that_is_looked_at() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    server.client().await.batch_execute("create table t (a int); create sequence s").await.unwrap();
    let address = Address::read(&server.url, &[].into()).unwrap();
    for sql in [
        "insert into public.t values (1)",
        "create table u ()",
        "select nextval('public.s')",
        "drop table public.t",
    ] {
        let live = LiveDatabase::open(&address).await.unwrap();
        let error = live.query(sql).await.unwrap_err().to_string();
        assert!(error.contains("read-only transaction"), "{sql}: {error}");
    }
    let live = LiveDatabase::open(&address).await.unwrap();
    let settings = "select current_setting('transaction_read_only'), current_setting('lock_timeout'), \
        current_setting('statement_timeout'), current_setting('application_name')";
    let told: Vec<_> =
        live.query(settings).await.unwrap().rows.remove(0).into_iter().flatten().collect();
    assert_eq!(told, ["on", "2s", "30s", "migration-replay"]);
    server.stop().await;
}

#[tokio::test]
async fn a_live_database_says_what_is_applied_pending_edited_late_and_missing() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::new(&FILES);
    project.write("migrations/000_old.sql.retired", "-- retired: it cannot run");
    let sum = "select encode(sha256('create table b ();'), 'hex')";
    let sql = format!(
        "create table done (file text, sha256 text, applied_at timestamptz default '2026-02-07 05:00Z');
        insert into done values ('002_b.sql', ({sum})), ('003_c.sql', ({sum})), ('000_old.sql', ({sum})),
            ('009_gone.sql', ({sum}))"
    );
    server.client().await.batch_execute(&sql).await.unwrap();
    let url = &server.url;
    let ran = project.run(&[
        "status",
        "migrations",
        "--database",
        url,
        "--table",
        "done",
        "--json",
        "out.json",
    ]);
    ran.assert(
        0,
        &[
            "migrations, read as numbered, against public.done (a table of your own)",
            "late      001_a.sql     pending before 003_c.sql, which is applied: it runs all the same",
            "applied   002_b.sql     2026-02-07 05:00:00+00",
            "edited    003_c.sql     2026-02-07 05:00:00+00: the file is not the one that was applied",
            "pending   004_d.sql\n",
            "missing   000_old.sql   recorded as applied 2026-02-07 05:00:00+00; its file is switched off: 000_old.sql.retired",
            "missing   009_gone.sql  recorded as applied",
            "4 files: 1 applied, 1 edited, 1 pending, 1 late, 2 missing",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert_eq!(json["files"][2]["state"], "edited");
    assert_eq!(json["missing"][0]["retired"], "000_old.sql.retired");
    assert_eq!(json["settled"], false);

    let all = ["status", "migrations", "--database", url, "--table", "done", "--exit-code"];
    project.run(&all).assert(1, &["4 files"]);
    // Without its name, a table of one's own is not found.
    project
        .run(&["status", "migrations", "--database", url])
        .assert(0, &["4 files: 4 pending", "name your own with --table"]);
    project
        .run(&["status", "migrations", "--database", url, "--table", "nope"])
        .assert(2, &["there is no table nope"]);
    server.stop().await;
}

#[tokio::test]
async fn several_history_tables_are_told_apart_by_the_folder_or_by_name() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let sql =
        "create table _sqlx_migrations (version bigint primary key, description text not null,
            installed_on timestamptz not null default now(), success boolean not null,
            checksum bytea not null, execution_time bigint not null);
        create schema other; create table other.schema_migrations (version varchar primary key);
        insert into other.schema_migrations values ('001')";
    server.client().await.batch_execute(sql).await.unwrap();
    let project = Project::new(&FILES);
    let told = "there are several history tables: other.schema_migrations (dbmate or Rails), public._sqlx_migrations (sqlx)";
    project.run(&["status", "migrations", "--database", &server.url]).assert(2, &[told, "--table"]);
    let sqlx = ["status", "migrations", "--layout", "sqlx", "--database", &server.url];
    project.run(&sqlx).assert(0, &["against public._sqlx_migrations (sqlx)", "4 files: 4 pending"]);
    let named = ["status", "migrations", "--database", &server.url, "--table", "schema_migrations"];
    project.run(&named).assert(0, &["4 files: 1 applied, 3 pending", "keeps no checksums"]);
    server.stop().await;
}

#[tokio::test]
async fn a_table_that_is_locked_is_not_waited_for_and_one_that_is_forbidden_is_told() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let client = server.client().await;
    client
        .batch_execute(
            "create table schema_migrations (version text primary key); create role reader login password 'r'",
        )
        .await
        .unwrap();
    client.batch_execute("begin; lock table schema_migrations").await.unwrap();
    let project = Project::new(&FILES);
    let ran = project.run(&["status", "migrations", "--database", &server.url]);
    ran.assert(3, &["lock timeout", "try again later"]);
    client.batch_execute("rollback").await.unwrap();
    let reader = server.url.replace(&format!("postgres:{}@", server.password()), "reader:r@");
    let ran = project.run(&["status", "migrations", "--database", &reader]);
    ran.assert(
        3,
        &["permission denied for table schema_migrations", "SELECT on the history table"],
    );
    assert!(!ran.text.contains(":r@"), "{}", ran.text);
    server.stop().await;
}

#[test]
fn an_export_is_enough_and_what_is_none_is_refused() {
    let project = Project::new(&FILES);
    project.write("h.csv", "version,dirty\n2,f\n");
    let ran = project.run(&["status", "migrations", "--history", "h.csv"]);
    ran.assert(0, &["against h.csv (golang-migrate)", "4 files: 2 applied, 2 pending"]);
    project.write("h.csv", "colour\nred\n");
    let ran = project.run(&["status", "migrations", "--history", "h.csv"]);
    ran.assert(
        2,
        &["no tool that is known keeps a table like h.csv (colour)", "tables that are known"],
    );
    project
        .run(&["status", "migrations", "--history", "no.csv"])
        .assert(2, &["cannot be read", "--> no.csv"]);
    project.run(&["status", "migrations"]).assert(2, &["--database", "--history"]);
    let wrong = ["status", "migrations", "--database", "postgres://me:secret@db/x?sslmode=maybe"];
    let ran = project.run(&wrong);
    ran.assert(2, &["sslmode is \"maybe\""]);
    assert!(!ran.text.contains("secret"), "{}", ran.text);
    let nobody = ["status", "migrations", "--database", "postgres://me:secret@127.0.0.1:1/x"];
    project.run(&nobody).assert(3, &["cannot connect to 127.0.0.1:1/x"]);
}

#[test]
fn what_a_scenario_leaves_out_is_not_pending() {
    let project = Project::new(&FILES);
    let scenario =
        "migrations = \"../migrations\"\n[[exclude]]\nmigration = \"003\"\nreason = \"no need\"\n";
    project.write("scenarios/case.toml", scenario);
    project.write("h.csv", "version\n1\n2\n4\n");
    assert!(prepare_files(&[project.path("scenarios")], &[].into()).is_ok());
    let ran = project.run(&["status", "scenarios/case.toml", "--history", "h.csv", "--exit-code"]);
    ran.assert(0, &["excluded  003_c.sql  no need", "4 files: 3 applied, 1 excluded"]);
}
