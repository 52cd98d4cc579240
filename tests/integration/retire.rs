//! `retire`: files that must never run are switched off, with their reason.

use crate::support::{Project, UrlServer, git, local_or_say_why};

const FILES: [(&str, &str); 3] = [
    ("migrations/001_a.sql", "create table a (id int primary key);\n"),
    ("migrations/002_b.sql", "create table b (a int references a);\n"),
    ("migrations/003_c.sql", "create table c ();\n"),
];

fn retire(project: &Project, file: &str, flags: &[&str]) -> crate::support::Ran {
    project.run(&[&["retire", file, "--reason", "it is wrong"], flags].concat())
}

#[test]
fn a_file_is_renamed_with_its_reason_and_who_needs_it_is_told() {
    let project = Project::new(&FILES);
    let ran = retire(&project, "migrations/001_a.sql", &["--dry-run"]);
    ran.assert(0, &["001_a.sql would be renamed to migrations/001_a.sql.retired"]);
    assert!(project.path("migrations/001_a.sql").exists());
    let ran = retire(&project, "migrations/001_a.sql", &[]);
    ran.assert(
        0,
        &[
            "migrations/001_a.sql renamed to migrations/001_a.sql.retired",
            "002_b.sql fails without it: table public.a",
            "a fresh database will fail there",
            "whether it is applied anywhere was not looked at",
        ],
    );
    assert!(!project.path("migrations/001_a.sql").exists());
    let text = project.read("migrations/001_a.sql.retired");
    assert_eq!(text, format!("-- retired: it is wrong\n{}", FILES[0].1));
    retire(&project, "migrations/003_c.sql", &[]).assert(0, &["no later file needs it"]);
    project.write("migrations/001_a.sql", "create table a ();");
    retire(&project, "migrations/001_a.sql", &[]).assert(2, &["there is such a file already"]);
}

#[test]
fn what_else_names_the_file_is_told_and_a_scenario_that_still_does_says_why_it_is_refused() {
    let project = Project::new(&FILES);
    let scenario =
        "migrations = '../migrations'\n[[exclude]]\nmigration = \"003\"\nreason = \"003\"\n";
    project.write("scenarios/a.toml", scenario);
    project.write("scenarios/b.toml", "migrations = '../migrations'\n[[seed]]\nthrough = '002'\n");
    project.write("scenarios/c.toml", scenario.replace("../migrations", "../other"));
    project.run(&["lock", "migrations"]).assert(0, &[]);
    let told = [
        "scenarios name it, and are refused until these lines do not:",
        "  scenarios/a.toml:3: migration = \"003\"\n",
        "migrations.lock says that it is retired: migration-replay lock migrations",
    ];
    retire(&project, "migrations/003_c.sql", &["--dry-run"]).assert(0, &told);
    let ran = retire(&project, "migrations/003_c.sql", &[]);
    ran.assert(0, &told);
    assert!(!ran.text.contains("b.toml") && !ran.text.contains("c.toml"), "{}", ran.text);
    let why = "003_c.sql.retired never runs: nothing needs to name it any more";
    project.run(&["check", "scenarios/a.toml"]).assert(2, &["matches no migration", why]);
    project.run(&["lock", "migrations"]).assert(0, &["2 migrations", "1 retired"]);
}

#[test]
fn git_renames_what_it_knows() {
    let project = Project::new(&FILES[..2]);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "first"]);
    project.write(FILES[2].0, FILES[2].1);
    retire(&project, "migrations/002_b.sql", &[]).assert(0, &["renamed by git to"]);
    retire(&project, "migrations/003_c.sql", &[]).assert(0, &["renamed to"]);
    let status = git(&project, &["status", "--porcelain"]);
    assert!(
        status.contains("R  migrations/002_b.sql -> migrations/002_b.sql.retired")
            || status.contains("RM"),
        "{status}"
    );
    assert!(status.contains("?? migrations/003_c.sql.retired"), "{status}");
}

#[test]
fn both_files_of_a_pair_go_and_what_the_layout_would_refuse_is_refused() {
    let pairs = [
        ("migrations/1_a.up.sql", "create table a ();"),
        ("migrations/1_a.down.sql", "drop table a;"),
        ("migrations/2_b.up.sql", "create table b ();"),
        ("migrations/2_b.down.sql", "drop table b;"),
        ("Cargo.toml", "sqlx = \"0.8\""),
    ];
    let project = Project::new(&pairs);
    retire(&project, "migrations/1_a.down.sql", &["--layout", "sqlx"])
        .assert(0, &["1_a.up.sql renamed to", "1_a.down.sql renamed to"]);
    assert!(
        project.read("migrations/1_a.down.sql.retired").starts_with("-- retired: it is wrong\n")
    );

    let project = Project::new(&FILES);
    retire(&project, "migrations/009.sql", &[]).assert(2, &["cannot be read"]);
    project.write("migrations/notes.txt", "x");
    retire(&project, "migrations/notes.txt", &[]).assert(2, &["this file is no migration"]);
    let empty = project.run(&["retire", "migrations/001_a.sql", "--reason", "  "]);
    empty.assert(2, &["the reason is empty"]);
}

#[tokio::test]
async fn what_is_applied_is_not_retired() {
    let project = Project::new(&FILES);
    project.write("h.csv", "version\n1\n2\n");
    let ran = retire(&project, "migrations/002_b.sql", &["--history", "h.csv"]);
    ran.assert(1, &["002_b.sql is recorded in h.csv", "write a new migration"]);
    assert!(project.path("migrations/002_b.sql").exists());
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let sql = "create table schema_migrations (version varchar primary key); insert into schema_migrations values ('1')";
    server.client().await.batch_execute(sql).await.unwrap();
    retire(&project, "migrations/001_a.sql", &["--database", &server.url])
        .assert(1, &["is recorded in public.schema_migrations"]);
    retire(&project, "migrations/003_c.sql", &["--database", &server.url])
        .assert(0, &["no later file needs it"]);
    server.stop().await;
}
