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

/// A commit in a project whose hooks find the program; whether it was made, and what was printed.
fn commit(project: &Project, folder: &str) -> (bool, String) {
    commit_of(project, folder, &[])
}

fn commit_of(project: &Project, folder: &str, words: &[&str]) -> (bool, String) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_migration-replay"));
    let paths = std::env::var("PATH").unwrap_or_default();
    let output = std::process::Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "-m", "x"])
        .args(words)
        .current_dir(project.path(folder))
        .env("PATH", format!("{}:{paths}", program.parent().unwrap().display()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &text)
}

#[test]
fn the_hook_checks_commits_that_touch_migrations_and_no_others() {
    let project = Project::new(&[
        ("db/migrations/001_a.sql", "create table a (id int);\n"),
        (".git-hooks/pre-commit", "#!/bin/sh\necho theirs ran\nexit 0\n"),
    ]);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "db"]);
    git(&project, &["commit", "-q", "-m", "first"]);
    project.run(&["init", "--hooks"]).assert(0, &[".git/hooks/pre-commit: written"]);
    project.run(&["init", "--hooks"]).assert(0, &["is there already"]);
    project.write("db/migrations/001_a.sql", "create table a (id bigint);\n");
    git(&project, &["add", "db"]);
    let (done, text) = commit(&project, "");
    assert!(!done && text.contains("001_a.sql was edited"), "{text}");
    git(&project, &["reset", "-q", "--hard"]);
    project.write("README.md", "hello");
    git(&project, &["add", "README.md"]);
    let (done, text) = commit(&project, "");
    assert!(done && !text.contains("checked"), "{text}");

    // A work tree of its own has the hooks of its repository.
    git(&project, &["worktree", "add", "-q", "tree"]);
    let output = project.command(&["init", "--hooks"]).current_dir(project.path("tree")).output();
    crate::support::Ran::from(&output.unwrap()).assert(0, &["is there already"]);
    project.write("tree/db/migrations/002_b.sql", "create tabel b;\n");
    let _ = std::process::Command::new("git")
        .args(["add", "db"])
        .current_dir(project.path("tree"))
        .status();
    let (done, text) = commit(&project, "tree");
    assert!(!done && text.contains("002_b.sql"), "{text}");
    project.run(&["init", "--hooks", "--remove"]).assert(0, &["our part is taken away"]);
    assert!(!project.path(".git/hooks/pre-commit").exists());

    // A hook that is there, in a folder of the project's own.
    git(&project, &["config", "core.hooksPath", ".git-hooks"]);
    std::process::Command::new("chmod")
        .args(["+x", ".git-hooks/pre-commit"])
        .current_dir(project.path(""))
        .status()
        .unwrap();
    project.run(&["init", "--hooks"]).assert(0, &[".git-hooks/pre-commit: written"]);
    project.write("db/migrations/001_a.sql", "create table a (id bigint);\n");
    git(&project, &["add", "db"]);
    let (done, text) = commit(&project, "");
    assert!(!done && !text.contains("theirs ran"), "{text}");
    project.run(&["init", "--hooks", "--remove"]).assert(0, &["our part is taken away"]);
    assert_eq!(project.read(".git-hooks/pre-commit"), "#!/bin/sh\necho theirs ran\nexit 0\n");
    let (done, text) = commit(&project, "");
    assert!(done && text.contains("theirs ran"), "{text}");
}

#[test]
fn the_hook_judges_what_is_committed_and_not_what_is_on_disk() {
    let project = Project::new(&[
        ("backend/db/001_a.sql", "create table a (id int);\n"),
        ("backend/scenarios/a.toml", "migrations = '../db'\n[setup]\nsql = ['roles.sql']\n"),
        ("backend/scenarios/roles.sql", "create role r;\n"),
    ]);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    let program =
        project.command(&["init", "--hooks"]).current_dir(project.path("backend")).output();
    crate::support::Ran::from(&program.unwrap()).assert(0, &["pre-commit: written"]);

    // Mended on disk, and not staged: it fails.
    project.write("backend/db/002_b.sql", "create tabel b;\n");
    git(&project, &["add", "backend/db"]);
    project.write("backend/db/002_b.sql", "create table b (id int);\n");
    let (done, text) = commit(&project, "backend");
    assert!(!done && text.contains("--> backend/db/002_b.sql:1"), "{text}");

    // Broken on disk, and not staged: it is let through. So is a file that git does not know.
    git(&project, &["add", "backend/db"]);
    project.write("backend/db/002_b.sql", "create tabel b;\n");
    project.write("backend/db/002_c.sql", "create tabel c;\n");
    let (done, text) = commit(&project, "");
    assert!(done && text.contains("2 migrations in 1 folder"), "{text}");

    // What a scenario names has to be committed with it, unless git is told to pass over it.
    project
        .write("backend/scenarios/a.toml", "migrations = '../db'\n[setup]\nsql = ['more.sql']\n");
    project.write("backend/scenarios/more.sql", "create role s;\n");
    git(&project, &["add", "backend/scenarios/a.toml"]);
    let (done, text) = commit(&project, "");
    assert!(!done && text.contains("more.sql does not exist"), "{text}");
    project.write(".git/info/exclude", "more.sql\n");
    let (done, text) = commit(&project, "");
    assert!(done, "{text}");

    // `commit -a` and `commit FILE` have an index of their own.
    let (done, text) = commit_of(&project, "", &["-a"]);
    assert!(!done && text.contains("backend/db/002_b.sql"), "{text}");
    let (done, text) = commit_of(&project, "", &["backend/db/002_b.sql"]);
    assert!(!done && text.contains("backend/db/002_b.sql"), "{text}");

    // Where nothing of it is staged, nothing is checked, and nothing blocked.
    git(&project, &["reset", "-q", "--hard"]);
    git(&project, &["rm", "-q", "-r", "backend/scenarios"]);
    let (done, text) = commit(&project, "");
    assert!(done && text.contains("nothing of it is staged or committed"), "{text}");
    let alone = project.run(&["check", "--staged", "backend/db", "backend/scenarios"]);
    alone.assert(0, &["nothing of it is staged", "2 migrations in 1 folder: nothing found"]);
}

#[test]
fn a_workflow_is_written_for_the_scenarios_that_are_there_and_nothing_is_overwritten() {
    let project = Project::new(&[
        ("backend/db/001_a.sql", "create table a (id int);\n"),
        (
            "backend/scenarios/a.toml",
            "migrations = '../db'\nimage = ['postgres:15', 'postgres:17-alpine']\n",
        ),
    ]);
    git(&project, &["init", "-q", "-b", "master"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    project.run(&["init", "--ci", "github"]).assert(2, &["there are no scenarios to run"]);
    let dry = ["init", "backend", "--ci", "github", "--dry-run"];
    project.run(&dry).assert(0, &["would be written", "check: backend/scenarios"]);
    assert!(!project.path(".github").exists());
    let told = [
        ".github/workflows/migration-replay.yml: written",
        "checks and replays backend/scenarios/ (1 scenario; images: postgres:15, postgres:17-alpine)",
        "for pull requests, and pushes to master",
        "line 26: in place of OWNER/migration-replay and COMMIT",
        "migration-replay check backend/scenarios && migration-replay run backend/scenarios",
    ];
    project.run(&["init", "backend", "--ci", "github"]).assert(0, &told);
    let text = project.read(".github/workflows/migration-replay.yml");
    assert!(text.contains("branches: [master]"), "{text}");
    assert!(text.contains("fetch-depth: 0"), "{text}");
    assert!(
        text.contains("check: backend/scenarios\n          arguments: backend/scenarios"),
        "{text}"
    );
    project.write(".github/workflows/migration-replay.yml", "mine");
    let told = ["there is such a file already", "see with --dry-run"];
    project.run(&["init", "backend", "--ci", "github"]).assert(2, &told);
    assert_eq!(project.read(".github/workflows/migration-replay.yml"), "mine");

    // From within the part of the repository.
    let mut command = project.command(&["init", "--ci", "gitlab"]);
    let output = command.current_dir(project.path("backend")).output();
    let told = [
        ".gitlab/migration-replay.yml: written",
        "cases of postgres:15 are skipped",
        "- local: .gitlab/migration-replay.yml",
        "lines 7 and 12: in place of URL and COMMIT",
    ];
    crate::support::Ran::from(&output.unwrap()).assert(0, &told);
    let text = project.read(".gitlab/migration-replay.yml");
    assert!(
        text.contains("image: postgres:17\n") && text.contains("run backend/scenarios\n"),
        "{text}"
    );
}

#[test]
fn a_hook_that_another_program_writes_is_left_alone() {
    let project = Project::new(&SHOP[..1]);
    project.run(&["init", "--hooks"]).assert(2, &["there is no git repository here"]);
    git(&project, &["init", "-q"]);
    let theirs = "#!/bin/sh\n# File generated by pre-commit\n";
    project.write(".git/hooks/pre-commit", theirs);
    let told =
        ["this hook is written by pre-commit", "migration-replay check --staged db/migrations"];
    project.run(&["init", "--hooks"]).assert(2, &told);
    assert_eq!(project.read(".git/hooks/pre-commit"), theirs);
}
