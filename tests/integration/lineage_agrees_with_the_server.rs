//! What a lineage says is there at the end, against the catalog after a replay of the same files.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use migration_replay::harness::{FlagScenario, Histories, histories, prepare_flags};
use migration_replay::lineage::Lineage;
use migration_replay::migration::{Migration, MigrationSet, Sends, Sessions, StatementKind, Wraps};
use migration_replay::postgres::catalog;
use migration_replay::schema::{Catalog, Kind, ObjectId};
use tokio_postgres::{Client, NoTls};

use crate::support::UrlServer;

/// Folders of this repository, what has to be there before, and what is left out where the server has no pgvector.
const FOLDERS: &[(&str, &[&str], &str)] = &[
    ("migrations/agents/mended", &[], ""),
    ("migrations/datastorage", &[], "005,007,008,009,010,011,015,016,017,018,019,020"),
    ("migrations/datastorage-clean-path/mended", &[], ""),
    ("migrations/datastorage-stubs", &[], ""),
    ("migrations/plugins/mended", &[], ""),
    ("migrations/strict/mended", &[], ""),
    (
        "migrations/timestamps/mended",
        &[include_str!("../../scenarios/timestamps/supabase_shim.sql")],
        "",
    ),
];

/// A folder to look at by hand; `LINEAGE_LAYOUT`, `LINEAGE_EXCLUDE`, `LINEAGE_IMAGE` and `LINEAGE_SETUP`, a SQL file, say more of it.
const BY_HAND: &str = "LINEAGE_FOLDER";

#[tokio::test]
async fn what_a_lineage_says_is_there_is_there() {
    let Some(server) = UrlServer::start().await else { return };
    server.client().await.batch_execute("create role slm_user").await.unwrap();
    let mut wrong = Vec::new();
    for (position, (folder, setup, exclude)) in FOLDERS.iter().enumerate() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
        let database = format!("lineage_{position}");
        let told = told(folder, None, exclude);
        let (before, after) = replayed(&server, &database, setup, &told).await;
        let differences = differences(told.lineage(), &before, &after);
        let name = FOLDERS[position].0;
        wrong.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
    }
    server.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_a_lineage_says_of_a_folder_given_by_hand() {
    let Ok(folder) = std::env::var(BY_HAND) else { return };
    let server = match std::env::var("LINEAGE_IMAGE") {
        Ok(image) => UrlServer::start_container(&image).await,
        Err(_) => UrlServer::start().await,
    };
    let Some(server) = server else { return };
    let layout = std::env::var("LINEAGE_LAYOUT").ok();
    let exclude = std::env::var("LINEAGE_EXCLUDE").unwrap_or_default();
    let setup = std::env::var("LINEAGE_SETUP").map(|file| std::fs::read_to_string(file).unwrap());
    let setup = setup.unwrap_or_default();
    let before = std::time::Instant::now();
    let told = told(folder.into(), layout, &exclude);
    let took = before.elapsed();
    let (before, after) = replayed(&server, "lineage_by_hand", &[&setup], &told).await;
    server.stop().await;
    let wrong = differences(told.lineage(), &before, &after);
    let objects = after.objects.len();
    eprintln!(
        "{} of {objects} objects differ, laid in {took:?}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A folder, and what its files say.
struct Told {
    set: Arc<MigrationSet>,
    histories: Vec<Histories>,
}

impl Told {
    fn lineage(&self) -> &Lineage {
        &self.histories[0].told.run
    }
}

fn told(folder: PathBuf, layout: Option<String>, exclude: &str) -> Told {
    let exclude = exclude.split(',').filter(|it| !it.is_empty()).map(ToOwned::to_owned);
    let flags = FlagScenario {
        migrations: folder,
        layout,
        exclude: exclude.collect(),
        ..FlagScenario::default()
    };
    let prepared = prepare_flags(&flags, &std::collections::BTreeMap::new());
    let prepared = prepared.unwrap_or_else(|problems| panic!("{problems}"));
    Told { set: prepared.cases[0].set.clone(), histories: histories(&prepared) }
}

/// The catalogs before and after the migrations that run.
async fn replayed(
    server: &UrlServer,
    database: &str,
    setup: &[&str],
    told: &Told,
) -> (Catalog, Catalog) {
    server.client().await.batch_execute(&format!("create database {database}")).await.unwrap();
    let url = server.url_of(database);
    let mut client = connect(&url).await;
    for sql in setup {
        client.batch_execute(sql).await.unwrap();
    }
    let before = catalog::read(&client).await.unwrap();
    for author in told.lineage().authors() {
        if told.set.sessions == Sessions::Own {
            client = connect(&url).await;
        }
        run(&client, &told.set, author.migration().unwrap()).await;
        if let Sessions::Restored(sql) = told.set.sessions {
            client.batch_execute(sql).await.unwrap();
        }
    }
    (before, catalog::read(&connect(&url).await).await.unwrap())
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, set: &MigrationSet, migration: &Migration) {
    let rule = migration.rule.unwrap_or(set.rule);
    let complain = |error: tokio_postgres::Error| panic!("{}: {error:?}", migration.id);
    if rule.wraps != Wraps::Nothing {
        client.batch_execute("begin").await.unwrap();
    }
    if rule.sends == Sends::Whole {
        let body = &migration.up.text()[migration.up.body()];
        client.batch_execute(body).await.unwrap_or_else(complain);
    } else {
        for statement in migration.up.statements() {
            assert!(!matches!(statement.kind, StatementKind::CopyIn { .. }), "{}", migration.id);
            if statement.kind == StatementKind::Sql {
                let text = migration.up.text_of(statement);
                client.batch_execute(&text).await.unwrap_or_else(complain);
            }
        }
    }
    if rule.wraps != Wraps::Nothing {
        client.batch_execute("commit").await.unwrap();
    }
}

/// Objects that only one of the two has.
fn differences(lineage: &Lineage, before: &Catalog, after: &Catalog) -> Vec<String> {
    let is_compared = |id: &&ObjectId| {
        !before.objects.contains_key(*id)
            && is_compared(id, lineage, after)
            && !is_shadow(id, after)
    };
    let told: BTreeSet<&ObjectId> = lineage.there().filter(is_compared).collect();
    let real: BTreeSet<&ObjectId> = after.objects.keys().filter(is_compared).collect();
    let only_told = told.difference(&real).map(|id| format!("only told: {id}"));
    let only_real = real.difference(&told).map(|id| format!("only real: {id}"));
    only_told.chain(only_real).collect()
}

/// Whether it is one of the constraints that a foreign key has for each partition of the table that it points to. Which there
/// are, and how they are called, differs between versions of Postgres.
fn is_shadow(id: &ObjectId, catalog: &Catalog) -> bool {
    let parents = catalog.objects.get(id).map(|object| object.parents.as_slice());
    let [table, original] = parents.unwrap_or_default() else { return false };
    id.kind == Kind::Constraint
        && original.kind == Kind::Constraint
        && original.name.starts_with(&format!("{}.", table.name))
}

/// Whether both can know of it.
fn is_compared(id: &ObjectId, lineage: &Lineage, catalog: &Catalog) -> bool {
    let relation = |kind, name: &str| ObjectId::new(kind, name);
    let whole = id.name.rsplit_once('.').map_or("", |(whole, _)| whole);
    match id.kind {
        Kind::Role | Kind::Language | Kind::EnumValue | Kind::DefaultPrivileges => false,
        Kind::Column => {
            let kinds = [Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable];
            let known = kinds.map(|kind| relation(kind, whole));
            known.iter().any(|it| catalog.objects.contains_key(it))
                && !known.iter().any(|it| lineage.has_unknown_columns(it))
        }
        _ if id.name.starts_with("pg_temp.") => false,
        Kind::Constraint => !catalog.objects.contains_key(&relation(Kind::Type, whole)),
        _ => id.name != "plpgsql",
    }
}
