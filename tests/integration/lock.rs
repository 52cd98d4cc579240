//! `lock`: what is applied is recorded, and held against.

use std::process::Command;

use crate::support::{Project, git};

const LOCK: &str = "db/migrations.lock";

fn project() -> Project {
    Project::new(&[
        ("db/migrations/001_users.sql", "create table users (id integer);\n"),
        ("db/migrations/002_teams.sql", "create table teams (id integer);\n"),
        ("db/migrations/000_try.sql.retired", "-- RETIRED: never ran\nselect 1;\n"),
    ])
}

fn locked() -> Project {
    let project = project();
    project.run(&["lock", "db/migrations"]).assert(0, &["2 migrations, 2 of them new; 1 retired"]);
    project
}

#[test]
fn a_lock_has_a_line_for_each_migration_and_for_what_is_retired() {
    let project = locked();
    let lock = project.read(LOCK);
    let lines: Vec<_> = lock.lines().filter(|line| !line.starts_with('#')).collect();
    let sums = Command::new("sha256sum")
        .args(["001_users.sql", "002_teams.sql", "000_try.sql.retired"])
        .current_dir(project.path("db/migrations"))
        .output()
        .unwrap();
    let sums = String::from_utf8(sums.stdout).unwrap();
    let sums: Vec<_> = sums.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let expected = [
        format!("001\t001_users.sql\t{}", sums[0]),
        format!("002\t002_teams.sql\t{}", sums[1]),
        format!("retired\t000_try.sql.retired\t{}\tnever ran", sums[2]),
    ];
    assert_eq!(lines, expected);
    project.run(&["lock", "db/migrations"]).assert(0, &["as recorded"]);
    assert_eq!(project.read(LOCK), lock);
}

#[test]
fn an_edited_file_is_told_and_not_recorded_again() {
    let project = locked();
    let before = project.read(LOCK);
    project.write("db/migrations/001_users.sql", "create table users (id bigint);\n");
    let texts = [
        "error: 001_users.sql was edited after it was recorded in db/migrations.lock",
        "--> db/migrations.lock:3:1",
        "help: take the change back, and write a new migration for it",
    ];
    project.run(&["lock", "db/migrations"]).assert(1, &[texts[0], "--accept"]);
    assert_eq!(project.read(LOCK), before);
    project.run(&["lock", "db/migrations", "--check"]).assert(1, &texts);
    project.run(&["check", "db/migrations"]).assert(1, &texts);
    project.run(&["lock", "db/migrations", "--accept"]).assert(0, &[]);
    project.run(&["lock", "db/migrations", "--check"]).assert(0, &["as recorded"]);
}

#[test]
fn what_is_missing_renamed_and_new_is_told() {
    let project = locked();
    let path = |name: &str| project.path(&format!("db/migrations/{name}"));
    std::fs::remove_file(path("001_users.sql")).unwrap();
    std::fs::rename(path("002_teams.sql"), path("0002_teams.sql")).unwrap();
    project.write("db/migrations/003_new.sql", "select 1;\n");
    let texts = [
        "001_users.sql was deleted after it was recorded",
        "002_teams.sql was renamed to 0002_teams.sql after it was recorded",
        "the file is not in db/migrations.lock",
        "--> db/migrations/003_new.sql",
    ];
    project.run(&["lock", "db/migrations", "--check"]).assert(1, &texts);
    project.run(&["check", "db/migrations"]).assert(1, &texts);
}

#[test]
fn a_new_file_is_a_warning_until_it_is_recorded() {
    let project = locked();
    project.write("db/migrations/003_new.sql", "select 1;\n");
    project.run(&["check", "db/migrations"]).assert(0, &["warning: the file is not in"]);
    project.run(&["lock", "db/migrations", "--check"]).assert(1, &["the file is not in"]);
    project.run(&["lock", "db/migrations"]).assert(0, &["3 migrations, 1 of them new"]);
    project.run(&["check", "db/migrations"]).assert(0, &["nothing found"]);
}

#[test]
fn a_folder_without_a_lock_is_told_where_one_is_asked_for() {
    let ran = project().run(&["lock", "db/migrations", "--check"]);
    ran.assert(1, &["there is no db/migrations.lock", "migration-replay lock db/migrations"]);
}

/// What `docs/lock.md` says of merges is so.
#[rstest::rstest]
#[case::the_same_number("003_ours.sql", "003_theirs.sql", true)]
#[case::one_after_the_other("003_ours.sql", "004_theirs.sql", true)]
#[case::far_apart("0015_ours.sql", "003_theirs.sql", false)]
fn two_branches_that_append_conflict_and_others_merge(
    #[case] ours: &str,
    #[case] theirs: &str,
    #[case] conflicts: bool,
) {
    let project = Project::new(&[
        ("db/migrations/001_a.sql", "select 1;\n"),
        ("db/migrations/0010_b.sql", "select 1;\n"),
        ("db/migrations/0020_c.sql", "select 1;\n"),
    ]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    let add = |file: &str| {
        project.write(&format!("db/migrations/{file}"), format!("select '{file}';\n"));
        project.run(&["lock", "db/migrations"]).assert(0, &[]);
        git(&project, &["add", "--all"]);
        git(&project, &["commit", "--quiet", "--message", file]);
    };
    add("002_d.sql");
    git(&project, &["switch", "--quiet", "--create", "theirs"]);
    add(&theirs.replace("003", "0030").replace("004", "0031"));
    git(&project, &["switch", "--quiet", "main"]);
    add(&ours.replace("003", "0030"));
    let merge = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@localhost"])
        .args(["merge", "--quiet", "theirs"])
        .current_dir(project.path(""))
        .output()
        .unwrap();
    assert_eq!(!merge.status.success(), conflicts);
    let ran = project.run(&["check", "db/migrations"]);
    if conflicts {
        ran.assert(2, &["this is no line of a lock", "resolve the merge"]);
        project.run(&["lock", "db/migrations"]).assert(0, &["6 migrations"]);
    }
    project.run(&["lock", "db/migrations", "--check"]).assert(0, &["6 migrations, as recorded"]);
}
