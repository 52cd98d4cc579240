//! What `explain` says, held against a server: a migration that can run twice does, and one that cannot fails.

use std::path::PathBuf;

use migration_replay::explain::{Again, Repeat};
use migration_replay::harness::{FlagScenario, histories, prepare_flags};
use migration_replay::migration::{Migration, Pattern};
use tokio_postgres::Client;

use crate::support::{Project, UrlServer};

/// Folders of this repository, and what has to be there before.
const FOLDERS: &[(&str, &str)] = &[
    ("migrations/agents/mended", ""),
    ("migrations/datastorage-stubs", ""),
    ("migrations/plugins/mended", ""),
    ("migrations/strict/mended", ""),
    ("migrations/timestamps/mended", include_str!("../../scenarios/timestamps/supabase_shim.sql")),
];

#[tokio::test]
async fn a_migration_runs_twice_where_it_is_said_to() {
    let Some(server) = UrlServer::start().await else { return };
    server.client().await.batch_execute("create role slm_user").await.unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (position, (folder, setup)) in FOLDERS.iter().enumerate() {
        let database = format!("twice_{position}");
        server.client().await.batch_execute(&format!("create database {database}")).await.unwrap();
        let client = connect(&server.url_of(&database)).await;
        client.batch_execute(setup).await.unwrap();
        let migrations = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
        let flags = FlagScenario { migrations, ..FlagScenario::default() };
        let prepared = prepare_flags(&flags, &std::collections::BTreeMap::new()).unwrap();
        let told = histories(&prepared);
        for told in told[0].explain(&[Pattern::new("*").unwrap()]) {
            run(&client, &told.migration).await.unwrap();
            let ran = run(&client, &told.migration).await;
            client.batch_execute("rollback").await.unwrap();
            let fails = told.steps.iter().any(|step| match &step.repeat {
                Repeat::Once(why) => !why.contains("inserted again"),
                _ => false,
            });
            compared += 1;
            match (&told.again, ran) {
                (Again::Can, Err(why)) => wrong.push(format!("{}: {why}", told.migration.id)),
                (Again::Cannot(_), Ok(())) if fails => {
                    wrong.push(format!("{}: it runs twice", told.migration.id));
                }
                _ => {}
            }
        }
    }
    server.stop().await;
    assert!(compared > 50, "only {compared} migrations were compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Statement by statement, up to the first that fails.
async fn run(client: &Client, migration: &Migration) -> Result<(), String> {
    for statement in migration.up.statements() {
        let text = migration.up.text_of(statement);
        if let Err(error) = client.batch_execute(&text).await {
            return Err(error.as_db_error().map(ToString::to_string).unwrap_or_default());
        }
    }
    Ok(())
}

const MIGRATIONS: [(&str, &str); 2] = [
    ("migrations/001_users.sql", "create table users (id int primary key, email text);\n"),
    ("migrations/002_unique.sql", "alter table users add constraint users_email unique (email);\n"),
];

#[test]
fn a_migration_is_explained_by_version_name_or_path() {
    let project = Project::new(&MIGRATIONS.map(|(path, sql)| (path, sql.to_owned())));
    for words in [
        vec!["explain", "002", "--migrations", "migrations"],
        vec!["explain", "*unique*", "--migrations", "migrations"],
        vec!["explain", "migrations/002_unique.sql"],
    ] {
        project.run(&words).assert(
            0,
            &[
                "migrations/002_unique.sql\n",
                "adds constraint public.users.users_email",
                "Can it run twice? no: line 1",
                "table public.users: ACCESS EXCLUSIVE, blocks reads and writes",
                "Read from the files; nothing was replayed.",
            ],
        );
    }
}

#[test]
fn an_explanation_is_written_to_a_file() {
    let project = Project::new(&MIGRATIONS.map(|(path, sql)| (path, sql.to_owned())));
    let words =
        ["explain", "002", "--migrations", "migrations", "--format", "markdown", "-o", "out.md"];
    project.run(&words).assert(0, &[]);
    assert!(project.read("out.md").starts_with("## migrations/002_unique.sql\n"));
}

#[test]
fn a_migration_that_is_not_there_is_said() {
    let project = Project::new(&MIGRATIONS.map(|(path, sql)| (path, sql.to_owned())));
    let ran = project.run(&["explain", "003", "--migrations", "migrations"]);
    ran.assert(4, &["no migration is called 003"]);
}
