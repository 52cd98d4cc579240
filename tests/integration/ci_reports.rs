//! What a CI server is told: annotations and the page of a step on GitHub, SARIF, and the Markdown file.

use std::process::Command;

use crate::support::{Project, Ran, git, local_or_say_why, shared};

const BROKEN: &str = "create table users (id integer);\ncreate tabel teams (id integer);\n";

/// A repository whose migrations and scenarios are not at its root.
fn below_the_root() -> Project {
    let project = Project::new(&[
        ("services/users/db/001 größe #1.sql", BROKEN),
        ("services/users/scenarios/fresh.toml", "migrations = '../db'\n"),
    ]);
    git(&project, &["init", "--quiet"]);
    project
}

/// The program in a folder of the project, as a job of GitHub's runs it.
fn on_github(project: &Project, folder: &str, arguments: &[&str]) -> Ran {
    Ran::from(&job(project, folder, arguments).output().unwrap())
}

fn job(project: &Project, folder: &str, arguments: &[&str]) -> Command {
    let mut command = project.command(arguments);
    command
        .current_dir(project.path(folder))
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", project.path("summary.md"));
    command
}

#[test]
fn findings_are_shown_on_files_by_their_path_from_the_root_of_the_repository() {
    let project = below_the_root();
    let annotation =
        "::error file=services/users/db/001 größe #1.sql,line=2,col=1,title=syntax::syntax error";
    let ran = on_github(&project, "services/users", &["check", "db", "--sarif", "check.sarif"]);
    ran.assert(1, &[annotation]);
    let sarif = project.read("services/users/check.sarif");
    let uri = "\"uri\": \"services/users/db/001%20gr%C3%B6%C3%9Fe%20%231.sql\"";
    assert!(sarif.contains(uri), "{sarif}");
    let summary = project.read("summary.md");
    assert!(summary.starts_with("## migration-replay: check failed\n"), "{summary}");
    assert!(summary.contains("1 migration in 1 folder: 1 error"), "{summary}");
    project.write("elsewhere/.git", "gitdir: ../.git/worktrees/elsewhere\n");
    project.write("elsewhere/db/001_a.sql", BROKEN);
    let ran = on_github(&project, "elsewhere/db", &["check", "."]);
    ran.assert(1, &["::error file=db/001_a.sql,line=2"]);
}

#[test]
fn without_git_paths_begin_at_the_folder_of_the_job() {
    let project = Project::new(&[("services/db/001_a.sql", BROKEN)]);
    let mut command = job(&project, "services", &["check", "db"]);
    command.env("GITHUB_WORKSPACE", project.path(""));
    Ran::from(&command.output().unwrap()).assert(1, &["::error file=services/db/001_a.sql,line=2"]);
    let ran = on_github(&project, "services", &["check", "db"]);
    ran.assert(1, &["::error file=db/001_a.sql,line=2"]);
}

#[test]
fn outside_of_github_nothing_is_told_to_it() {
    let project = below_the_root();
    let ran = project.run(&["check", "services/users/db"]);
    assert!(!ran.text.contains("::error"), "{}", ran.text);
    assert!(!project.path("summary.md").exists());
}

#[test]
fn a_run_that_is_refused_tells_each_problem_at_its_place_and_on_the_page() {
    let project = below_the_root();
    let scenario = "migrations = '../db'\nimag = 'postgres:17'\nseeds = []\n";
    project.write("services/users/scenarios/fresh.toml", scenario);
    let ran = on_github(&project, "services/users", &["run", "--junit", "replay.xml"]);
    let place = |line: usize| {
        format!("::error file=services/users/scenarios/fresh.toml,line={line},col=1,title=")
    };
    ran.assert(2, &[&place(2), &place(3)]);
    let summary = project.read("summary.md");
    assert!(summary.contains("nothing was run"), "{summary}");
    assert!(summary.contains("scenarios/fresh.toml:3:1"), "{summary}");
    assert!(project.read("services/users/replay.xml").contains("wrong-input"));
}

#[test]
fn a_filter_that_selects_nothing_is_told_on_github() {
    let project = below_the_root();
    let ran = on_github(&project, "services/users", &["run", "--filter", "nothing"]);
    let text = "::error title=migration-replay cannot run::nothing selected: none of 1 cases";
    ran.assert(4, &[text]);
    assert!(project.read("summary.md").contains("nothing selected"));
}

#[test]
fn a_check_that_is_refused_says_so_on_github() {
    let project = below_the_root();
    on_github(&project, "", &["check", "nowhere"])
        .assert(2, &["::error file=nowhere,title=migration-replay cannot run::"]);
    assert!(project.read("summary.md").contains("nothing was run"));
}

#[tokio::test]
async fn what_should_be_looked_at_and_a_qualification_are_told_on_github() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::new(&[
        ("db/001_a.sql", "create table a (id integer);\n"),
        ("db/001_b.sql", "create table b (id integer);\n"),
        ("scenarios/a.toml", "migrations = '../db'\n"),
    ]);
    let warning = "2 files have the version 001: 001_a.sql, 001_b.sql";
    let run = ["run", "--backend", shared(), "--no-progress", "--json", "replay.json"];
    let ran = on_github(&project, "", &run);
    ran.assert(0, &[&format!("::warning file=db,title=migration-replay::{warning}")]);
    assert!(project.read("summary.md").contains("- warning: db: 2 files have the version 001"));
    assert!(project.read("replay.json").contains(warning));
    std::fs::remove_file(project.path("summary.md")).unwrap();
    let qualify = ["qualify", "scenarios/a.toml", "--backend", shared(), "--no-progress"];
    on_github(&project, "", &qualify).assert(0, &[]);
    let summary = project.read("summary.md");
    assert!(summary.starts_with("# Upgrade qualification: a\n\n**✓ qualified"), "{summary}");
    assert!(summary.contains("- warning: "), "{summary}");
}

/// A report that is known to be impossible before anything is done is wrong usage; one that fails at the end is the
/// environment's fault.
#[test]
fn reports_that_cannot_be_written_end_alike_in_all_commands() {
    let project = below_the_root();
    let folder = "services/users/scenarios";
    for arguments in [
        ["check", "services/users/db", "--json"],
        ["check", "services/users/db", "--sarif"],
        ["run", folder, "--junit"],
        ["run", folder, "--markdown"],
    ] {
        let file = "services/users/db/001 größe #1.sql/report";
        let ran = project.run(&[&arguments[..], &[file]].concat());
        ran.assert(2, &[&format!("the file of {} cannot be written", arguments[2])]);
    }
    project.write("services/users/good/001_a.sql", "create table a (id integer);\n");
    let mut command = job(&project, "services/users", &["check", "good"]);
    command.env("GITHUB_STEP_SUMMARY", project.path("nowhere/summary.md"));
    let text = "the file of GITHUB_STEP_SUMMARY cannot be written";
    Ran::from(&command.output().unwrap()).assert(3, &[text]);
}

#[tokio::test]
async fn a_failure_of_a_run_is_shown_on_its_file_and_on_the_page() {
    if !local_or_say_why().await {
        return;
    }
    let project = below_the_root();
    let run = ["run", "--backend", shared(), "--no-progress"];
    let ran = on_github(&project, "services/users", &run);
    let file = "::error file=services/users/db/001 größe #1.sql,line=2,col=8,";
    let told = "title=syntax%3A 001 größe #1.sql::syntax error at or near \"tabel\"";
    ran.assert(1, &[&format!("{file}{told}")]);
    let summary = project.read("summary.md");
    assert!(summary.contains("| <code>fresh@any/fresh</code> | ❌ failed |"), "{summary}");
    assert!(summary.contains("error[42601]: syntax error"), "{summary}");
    let named = [&run[..], &["--markdown", "summary-of-ours.md"]].concat();
    on_github(&project, "services/users", &named).assert(1, &[]);
    assert_eq!(project.read("summary.md"), summary, "the page is left alone");
    let ours = project.read("services/users/summary-of-ours.md");
    assert!(ours.contains("error[42601]: syntax error"), "{ours}");
}
