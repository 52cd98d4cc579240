//! `new` and `renumber`: versions that nobody has. No server.

use std::path::Path;

use crate::support::{Project, git};

const PENDING: [&str; 3] = [
    "20260207080000_grw011_churn_scoring_function.sql",
    "20260207080000_ctx010_add_metadata_to_document_chunks.sql",
    "20260207080000_sec006_security_monitoring.sql",
];

/// The folder of four people and one timestamp, each file committed by itself.
fn timestamps() -> Project {
    let project = Project::new::<&str>(&[]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    let commit = |message: &str| {
        git(&project, &["add", "--all"]);
        git(&project, &["commit", "--quiet", "--message", message]);
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("migrations/timestamps/as-found");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let copy = |name: &str| {
        project.write(&format!("db/{name}"), std::fs::read(folder.join(name)).unwrap());
    };
    files.iter().filter(|name| !PENDING.contains(&name.as_str())).for_each(|name| copy(name));
    commit("deployed, and what waited on branches");
    for name in PENDING {
        copy(name);
        commit(name);
    }
    project
}

/// Where the tool refuses the folder, it is this command that mends it.
#[rstest::rstest]
#[case::goose(&["db/00001_a.sql", "db/00001_b.sql"], "-- +goose Up\nselect 1;\n", &["db/00002_b.sql"])]
#[case::golang_migrate(
    &["db/1_a.down.sql", "db/1_a.up.sql", "db/1_b.down.sql", "db/1_b.up.sql"],
    "select 1;\n",
    &["db/2_b.down.sql", "db/2_b.up.sql"],
)]
#[case::flyway(&["db/V1__a.sql", "db/V1__b.sql"], "select 1;\n", &["db/V2__b.sql"])]
fn versions_for_which_a_tool_refuses_its_folder_are_mended(
    #[case] files: &[&str],
    #[case] sql: &str,
    #[case] moved: &[&str],
) {
    let project = Project::new(&files.iter().map(|file| (*file, sql)).collect::<Vec<_>>());
    project.run(&["lock", "db"]).assert(2, &[]);
    project.run(&["renumber", "db"]).assert(0, &[]);
    for file in moved {
        assert!(project.path(file).exists(), "{file}");
    }
    project.run(&["lock", "db"]).assert(0, &["2 migrations"]);
}

#[test]
fn files_that_clash_with_a_deployed_one_move_behind_it_as_they_came() {
    let project = timestamps();
    let scenario =
        format!("migrations = '../db'\n[[exclude]]\nmigration = '{}'\nreason = 'x'\n", PENDING[1]);
    project.write("scenarios/a.toml", scenario);
    let flags = ["renumber", "db", "--applied", "20260207080000_fix_numeric_search.sql"];
    let names = [
        "20260207080100_grw011_churn_scoring_function.sql",
        "20260207080200_ctx010_add_metadata_to_document_chunks.sql",
        "20260207080300_sec006_security_monitoring.sql",
    ];
    let lines: Vec<_> =
        PENDING.iter().zip(names).map(|(from, to)| format!("db/{from} -> {to}\n")).collect();
    let lines = lines.concat() + "scenarios/a.toml: 1 name\n";
    project.run(&[&flags[..], &["--dry-run"]].concat()).assert(0, &[&lines]);
    assert!(project.path(&format!("db/{}", PENDING[0])).exists());
    project.run(&flags).assert(0, &[&lines]);
    let status = git(&project, &["status", "--porcelain"]);
    assert_eq!(status.lines().filter(|line| line.starts_with("R ")).count(), 3, "{status}");
    assert!(project.read("scenarios/a.toml").contains(names[1]));
    project.run(&["check", "db"]).assert(0, &["nothing found"]);
    project.run(&flags).assert(0, &["no two files clash"]);
}

#[test]
fn the_seed_of_a_scenario_says_what_is_deployed_and_headers_follow() {
    let project = Project::new(&[
        ("db/001_a.sql", "select 1;\n"),
        ("db/002_deployed.sql", "select 2;\n"),
        ("db/002_late.sql", "create table late (id integer);\n"),
        ("db/003_needs.sql", "-- DEPENDS: 002_late\nselect * from late;\n"),
        (
            "scenarios/live.toml",
            "migrations = '../db'\n[[seed]]\nthrough = '002'\nexclude = ['002_late']\n",
        ),
    ]);
    let texts = ["db/002_late.sql -> 003_late.sql", "db/003_needs.sql -> 004_needs.sql"];
    project.run(&["renumber", "scenarios/live.toml"]).assert(0, &texts);
    assert_eq!(project.read("db/004_needs.sql"), "-- DEPENDS: 003_late\nselect * from late;\n");
    assert_eq!(project.read("db/003_late.sql"), "create table late (id integer);\n");
    assert!(project.read("scenarios/live.toml").contains("['003_late']"));
    project.run(&["check", "db"]).assert(0, &["nothing found"]);
}

#[test]
fn applied_files_are_not_moved() {
    let project = Project::new(&[
        ("db/001_a.sql", "create table a (id integer);\n"),
        ("db/001_b.sql", "create table b (id integer);\n"),
        ("db/002_c.sql", "select * from b;\n"),
    ]);
    let ran = project.run(&["renumber", "db", "--applied", "001_a.sql,002"]);
    ran.assert(1, &["002_c.sql is applied, and needs 001_b.sql", "nothing is changed"]);
    let ran = project.run(&["renumber", "db", "--applied", "001"]);
    ran.assert(1, &["applied, with one version, and not to be changed: 001_a.sql, 001_b.sql"]);
    project.run(&["renumber", "db", "--applied", "7"]).assert(2, &["--applied \"7\" matches no"]);
    assert!(project.path("db/001_b.sql").exists());
}

#[test]
fn a_new_file_collides_with_nothing_here_there_or_at_this_moment() {
    let project = Project::new(&[
        ("db/001_a.sql", "select 1;\n"),
        ("db/002_b.sql.retired", "-- RETIRED: never ran\n"),
    ]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "--message", "first"]);
    git(&project, &["switch", "--quiet", "--create", "work"]);
    git(&project, &["switch", "--quiet", "main"]);
    project.write("db/003_main.sql", "select 3;\n");
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "--message", "main went on"]);
    git(&project, &["switch", "--quiet", "work"]);
    let ran = project.run(&["new", "Add user roles", "db", "--base", "main"]);
    ran.assert(0, &["db/004_add_user_roles.sql\n"]);
    let started: Vec<_> = (0..8)
        .map(|number| {
            let name = format!("at once {number}");
            project.command(&["new", name.as_str(), "db"]).spawn().unwrap()
        })
        .collect();
    for mut child in started {
        assert!(child.wait().unwrap().success());
    }
    project.run(&["check", "db"]).assert(0, &["10 migrations", "nothing found"]);
    project.run(&["new", "?", "db"]).assert(2, &["a name needs a letter or a digit"]);
}
