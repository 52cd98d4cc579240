//! `init --hooks` and `init --ci`: checks that run before a commit and before a merge.

use crate::support::{Project, git};

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
        "line 27: in place of OWNER/migration-replay and COMMIT",
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
    let migration = ("db/migrations/001_users.sql", "create table users (id int primary key);\n");
    let project = Project::new(&[migration]);
    project.run(&["init", "--hooks"]).assert(2, &["there is no git repository here"]);
    git(&project, &["init", "-q"]);
    let theirs = "#!/bin/sh\n# File generated by pre-commit\n";
    project.write(".git/hooks/pre-commit", theirs);
    let told =
        ["this hook is written by pre-commit", "migration-replay check --staged db/migrations"];
    project.run(&["init", "--hooks"]).assert(2, &told);
    assert_eq!(project.read(".git/hooks/pre-commit"), theirs);
}
