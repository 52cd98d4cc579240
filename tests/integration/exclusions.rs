//! `exclusions --compare`: lists in workflows, code and files against each other and the folder. No server.

use crate::support::Project;

const WORKFLOW: &str = "\
env:
  MIGRATION_EXCLUDE: 002_b.sql,003_c.sql
jobs:
  docs:
    env: { MIGRATION_EXCLUDE: '002_b.sql' }
";

fn project() -> Project {
    Project::new(&[
        ("db/001_a.sql", "select 1;"),
        ("db/002_b.sql", "select 1;"),
        ("db/003_c.sql", "select 1;"),
        (".github/workflows/ci.yml", WORKFLOW),
        (".github/workflows/lint.yaml", "jobs: {}\n"),
        ("src/migrate.ts", "const SKIP = ['002_b.sql', '003_c.sql'];\n"),
        (
            "scenarios/fresh.toml",
            "migrations = '../db'\n[[exclude]]\nmigration = '002'\nreason = 'x'\n",
        ),
        ("left-out.txt", "002\n003\n"),
    ])
}

const FOLDER: [&str; 3] = ["exclusions", "--migrations", "db"];

#[test]
fn copies_that_differ_are_found_in_the_workflows_of_a_folder() {
    let ran = project().run(&[&FOLDER[..], &["--compare", ".github"]].concat());
    let texts = [
        "A  .github/workflows/ci.yml:2 (MIGRATION_EXCLUDE): 2 migrations",
        "B  .github/workflows/ci.yml:5 (MIGRATION_EXCLUDE): 1 migration",
        "the lists differ about: 003_c.sql",
    ];
    ran.assert(1, &texts);
}

#[test]
fn lists_of_every_kind_that_agree_are_as_expected() {
    let lists = ["--compare", "left-out.txt", r"src/migrate.ts#'(\d+_\w+\.sql)'"];
    let ran = project().run(&[&FOLDER[..], &lists[..]].concat());
    ran.assert(0, &["2 lists leave out the same 2 migrations"]);
}

#[test]
fn what_production_runs_and_a_scenario_leaves_out_is_told() {
    let words = ["exclusions", "scenarios/fresh.toml", "--compare", ".github:NO_SUCH"];
    let text = "no YAML file there sets NO_SUCH";
    project().run(&words).assert(2, &[text]);
    let words = ["exclusions", "scenarios/fresh.toml", "--production", "none", "--compare"];
    let ran = project().run(&[&words[..], &["scenarios/fresh.toml"]].concat());
    ran.assert(1, &["production runs what a list leaves out: 002_b.sql"]);
}

#[test]
fn reports_are_written_and_what_cannot_be_read_is_told_at_once() {
    let project = project();
    let words = ["--compare", "left-out.txt", "--format", "json", "-o", "out/lists.json"];
    project.run(&[&FOLDER[..], &words[..]].concat()).assert(0, &[]);
    assert!(project.read("out/lists.json").contains("\"agree\": true"));
    let words = ["--compare", "gone.yml", "src/migrate.ts#(", "--production", "left-out.txt:SKIP"];
    let ran = project.run(&[&FOLDER[..], &words[..]].concat());
    ran.assert(2, &["gone.yml", "unclosed group", "the variable SKIP is not set there"]);
    project.write("scenarios/other.toml", "migrations = '../src'\n");
    project.write("src/001_x.sql", "select 1;");
    project.run(&["exclusions", "--compare", "left-out.txt"]).assert(2, &["--migrations DIR"]);
}
