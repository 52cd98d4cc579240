//! `verify`: a live database against its contract, and against what its migrations make.

use std::path::Path;

use migration_replay::harness::{Depth, Harness, VerifyRequest};
use migration_replay::verify::PendingIs;

use crate::support::{Project, Ran, UrlServer, local_or_say_why, on_shared};

const FILES: [(&str, &str); 3] = [
    (
        "001_users.sql",
        "create table users (id bigserial primary key, email text not null);
        create index users_email on users (email); grant select on users to reader;",
    ),
    (
        "002_greet.sql",
        "create function greet() returns int return 1; alter table users add plan text default 'a';",
    ),
    (
        "003_posts.sql",
        "create table posts (id bigserial primary key, author bigint references users);",
    ),
];

const CONTRACT: &str = "[setup]\nroles = ['reader', 'app']
    [expect.schema]\nfunctions = ['greet()']
    [expect.schema.tables.users]\nrequired = ['id', 'email']\noptional = ['nickname']\n";

/// A database as an application has it: migrated by another role up to `count` files, recorded as dbmate does.
async fn live(server: &UrlServer, database: &str, count: usize, more: &str) -> String {
    let client = server.client().await;
    let _there =
        client.batch_execute("create role reader; create role app login password 'a'").await;
    client.batch_execute(&format!("create database {database} owner app")).await.unwrap();
    let url = server.url_of(database);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut sql = "grant all on schema public to app; set role app;
        create table schema_migrations (version varchar primary key);"
        .to_owned();
    for (name, text) in &FILES[..count] {
        let record = ["insert into schema_migrations values ('", &name[..3], "');"];
        sql.extend([*text].into_iter().chain(record));
    }
    client.batch_execute(&sql).await.unwrap();
    client.batch_execute(more).await.unwrap();
    url
}

fn verify(project: &Project, url: &str, flags: &[&str]) -> Ran {
    let words = ["verify", "scenarios/case.toml", "--database", url, "--backend", "local"];
    project.run(&[&words[..], flags].concat())
}

#[tokio::test]
async fn a_database_that_is_as_its_migrations_make_it_is_right_whoever_owns_it() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::with_scenario(&FILES, CONTRACT);
    let url =
        live(&server, "as_made", 3, "reset role; create schema cron; create table cron.jobs ()")
            .await;
    let ran = verify(&project, &url, &["--no-pending", "--json", "out.json"]);
    ran.assert(
        0,
        &[
            "history public.schema_migrations: 3 of 3 files applied",
            "contract kept\n    warning: optional column public.users.nickname is missing",
            "schema as its migrations make it: 3 migrations replayed on Postgres 15",
            "note: schema cron with 1 object is not compared; no migration makes it",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert_eq!((&json["right"], &json["schema"]["compared"]), (&true.into(), &true.into()));
    assert_eq!(
        server.query("select datname from pg_database where datname like '%replay%'").await,
        [""; 0]
    );
    server.stop().await;
}

#[tokio::test]
async fn drift_is_named_object_by_object_and_so_is_what_a_contract_lacks() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::with_scenario(&FILES, CONTRACT);
    let more = "drop index users_email; alter table users alter plan set default 'b';
        create table by_hand (id int primary key); drop function greet(); revoke select on users from reader";
    let url = live(&server, "drifted", 2, more).await;
    let ran = verify(&project, &url, &["--json", "out.json"]);
    ran.assert(
        1,
        &[
            "2 of 3 files applied",
            "pending: 003_posts.sql",
            "contract not kept\n    missing function public.greet()",
            "schema drifted: 5 differences, 2 migrations replayed on Postgres 15",
            "table public.by_hand: only in the database",
            "index public.users_email: only after the replay",
            "column public.users.plan: default 'b'::text in the database, 'a'::text after the replay",
            "function public.greet(): only after the replay",
            "table public.users: grants to reader none in the database, SELECT after the replay",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert_eq!(json["schema"]["differences"].as_array().unwrap().len(), 5);
    assert_eq!(json["contract"]["missing"][0], "function public.greet()");
    server.stop().await;
}

#[tokio::test]
async fn a_gate_needs_no_other_server() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::with_scenario(&FILES, CONTRACT);
    let url = live(&server, "gate", 2, "drop index users_email").await;
    let gate = |flags: &[&str]| {
        let words = [
            "verify",
            "scenarios/case.toml",
            "--database",
            &url,
            "--contract-only",
            "--pg-bin",
            "nowhere",
        ];
        project.run(&[&words[..], flags].concat())
    };
    gate(&[]).assert(0, &["contract kept", "pending: 003_posts.sql"]);
    gate(&["--no-pending"]).assert(1, &["pending: 003_posts.sql"]);

    let request = VerifyRequest { url: url.clone(), table: None, depth: Depth::Contract };
    let file = project.path("scenarios/case.toml");
    let verified = Harness::new().verify_file(Path::new(&file), &request).await.unwrap();
    assert!(verified.is_right(PendingIs::Told));
    assert!(!verified.is_right(PendingIs::Wrong));

    let mut harness = Harness::new();
    harness.backend = on_shared();
    let request = VerifyRequest { depth: Depth::Replay, ..request };
    let verified = harness.verify_file(Path::new(&file), &request).await.unwrap();
    assert!(!verified.is_right(PendingIs::Told), "{verified:?}");
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_told_is_not_right() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::with_scenario(&FILES, "");
    let url = &server.url;
    verify(&project, url, &[])
        .assert(2, &["there is no history table that is known", "--contract-only needs none"]);
    verify(&project, url, &["--contract-only"]).assert(2, &["case has no contract"]);
    let empty = live(&server, "empty", 0, "").await;
    verify(&project, &empty, &[]).assert(4, &["schema not compared: nothing is applied"]);
    let broken = [("001_users.sql", "create table users (id nothing);"), FILES[1]];
    let project = Project::with_scenario(&broken, "");
    let url = live(&server, "broken", 1, "").await;
    verify(&project, &url, &[]).assert(
        1,
        &[
            "schema not compared: the replay did not reach its end",
            "type \"nothing\" does not exist",
        ],
    );
    server.stop().await;
}
