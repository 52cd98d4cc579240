//! `init`: first scenarios for a repository that has none.

use migration_replay::postgres::BackendChoice;

use crate::support::{Project, assert_ended, git, local_or_say_why};

const SHOP: &[(&str, &str)] = &[
    ("db/migrations/001_users.sql", "create table users (id int primary key, email text);\n"),
    ("db/migrations/002_grants.sql", "grant select on users to reporting;\n"),
    ("db/migrations/003_broken.sql", "create table broken (nonsense);\n"),
    ("db/migrations/004_names.sql", "alter table users add name text not null default '';\n"),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  test:\n    strategy: { matrix: { pg: [15] } }\n    services:\n      db:\n        image: postgres:${{ matrix.pg }}\n    env:\n      MIGRATION_EXCLUDE: 003_broken.sql,009_gone.sql\n",
    ),
    ("compose.yml", "services:\n  db:\n    image: postgres:15-alpine\n"),
    ("db/seeds/demo.sql", "insert into users values (1, 'ann', 'Ann');\n"),
    ("backups/prod.sql.gz", ""),
    ("node_modules/x/migrations/001_a.sql", "select 1;"),
    ("tests/migrations/001_a.sql", "select 1;"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_for_a_repository_runs() {
    let project = Project::new(SHOP);
    let told = [
        "scenarios/migrations.toml: written",
        "for db/migrations",
        "4 migrations, read as numbered",
        ".github/workflows/ci.yml:6 says postgres:15",
        "compose.yml:3 says postgres:15-alpine, which is of a version that is here already",
        "003_broken.sql is left out by MIGRATION_EXCLUDE (.github/workflows/ci.yml:8)",
        "warning: 009_gone.sql matches no migration of db/migrations",
        "db/migrations/002_grants.sql:1 needs the role reporting",
        "db/seeds/demo.sql may fill a seed",
        "backups/prod.sql.gz may fill a seed",
        "passed over, as of tests or of other databases: 1: tests/migrations",
        "next: migration-replay run (2 new cases)",
    ];
    project.run(&["init"]).assert(0, &told);
    let text = project.read("scenarios/migrations.toml");
    assert!(text.contains("\nimage = \"postgres:15\"\n"), "{text}");
    assert!(text.contains("\nthrough = \"001\"\nrows    = 20\n"), "{text}");
    assert!(!project.path("scenarios").join("x.toml").exists());
    if !local_or_say_why().await {
        return;
    }
    let (outcome, _) = project.replay(BackendChoice::Local, |_| {}).await;
    assert_ended(&outcome, 0);
    assert_eq!(outcome.cases.len(), 2);
}

#[test]
fn what_is_there_stays_as_it_is() {
    let project = Project::new(SHOP);
    project.run(&["init", "--dry-run"]).assert(0, &["would be written", "    [[seed]]"]);
    assert!(!project.path("scenarios").exists());
    project.write("scenarios/mine.toml", "migrations = '../db/migrations'\n");
    let told =
        ["scenarios/mine.toml: is there, and stays as it is", "next: migration-replay run\n"];
    project.run(&["init"]).assert(0, &told);
    assert_eq!(project.read("scenarios/mine.toml"), "migrations = '../db/migrations'\n");
    assert!(!project.path("scenarios/migrations.toml").exists());
}

#[test]
fn several_folders_are_several_scenarios_with_the_images_next_to_them() {
    let project = Project::new(&[
        ("billing/migrations/1_a.up.sql", "create table a (id int);"),
        ("billing/migrations/1_a.down.sql", "drop table a;"),
        ("billing/migrations/2_b.up.sql", "create extension vector;"),
        ("billing/Dockerfile", "FROM postgres:16\n"),
        ("orders/db/migrations/V1__a.sql", "create table a (id int);"),
        ("compose.yml", "image: postgres:14\n"),
    ]);
    let told = [
        "scenarios/billing.toml: written",
        "scenarios/orders.toml: written",
        "billing/Dockerfile:1 says postgres:16, which lacks the extension vector that billing/migrations/2_b.up.sql:1 creates; pgvector/pgvector:pg16 has it",
        "there are ways down",
        "compose.yml:1 says postgres:14",
    ];
    project.run(&["init", "."]).assert(0, &told);
    assert!(project.read("scenarios/billing.toml").contains("image = \"pgvector/pgvector:pg16\""));
    let orders = project.read("scenarios/orders.toml");
    assert!(orders.contains("image = \"postgres:14\""), "{orders}");
    assert!(!orders.contains("name    = \"older\""), "one migration has no middle: {orders}");
}

#[test]
fn a_folder_of_migrations_belongs_to_what_is_around_it() {
    let project = Project::new(SHOP);
    git(&project, &["init", "-q"]);
    project.run(&["init", "tests/migrations"]).assert(0, &["scenarios/tests.toml: written"]);
    let text = project.read("scenarios/tests.toml");
    assert!(text.contains("migrations = \"../tests/migrations\""), "{text}");
    assert!(text.contains("image = \"postgres:15\""), "{text}");
}

#[test]
fn releases_are_seeds_where_they_have_the_migrations() {
    let project = Project::new(&SHOP[..2]);
    git(&project, &["init", "-q"]);
    git(&project, &["commit", "-q", "--allow-empty", "-m", "nothing"]);
    git(&project, &["tag", "v0.9"]);
    let ran = project.run(&["init"]);
    ran.assert(0, &["tags like v* are no seeds yet: none of the 1 tags"]);
    assert!(project.read("scenarios/migrations.toml").contains("# releases = \"v*\"\n"));
    git(&project, &["add", "db"]);
    git(&project, &["commit", "-q", "-m", "migrations"]);
    git(&project, &["tag", "v1.0"]);
    std::fs::remove_dir_all(project.path("scenarios")).unwrap();
    project.run(&["init"]).assert(0, &["tags like v* are releases to upgrade from", "3 new cases"]);
    assert!(project.read("scenarios/migrations.toml").contains("\nreleases = \"v*\"\n"));
}

#[test]
fn where_nothing_is_found_it_says_what_was_looked_for() {
    let project = Project::new(&[("tests/migrations/001_a.sql", "select 1;"), ("a.sql", "")]);
    let told =
        ["no folder of migrations was found", "name one: migration-replay init tests/migrations"];
    project.run(&["init"]).assert(2, &told);
    project.run(&["init", "nowhere"]).assert(2, &["there is no such folder"]);
    assert!(!project.path("scenarios").exists());
}
