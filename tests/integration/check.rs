//! `check`: what a pre-commit hook and a pull request get to see. No server.

use crate::support::{Project, git, shared};

const USERS: &str = "create table users (id integer primary key);\n";

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "first");
    project
}

fn commit(project: &Project, message: &str) {
    git(project, &["add", "--all"]);
    git(project, &["commit", "--quiet", "--message", message]);
}

/// Two files that are merged, and a branch that goes on.
fn branch() -> Project {
    let project = project(&[
        ("db/001_users.sql", USERS),
        ("db/002_broken.sql", "create tabel teams (id integer);\n"),
    ]);
    git(&project, &["switch", "--quiet", "--create", "work"]);
    project
}

#[test]
fn every_file_of_a_version_is_told_with_the_commit_that_brought_it() {
    let project = project(&[("db/001_users.sql", USERS)]);
    project.write("db/001_teams.sql", "create table teams (id integer);\n");
    commit(&project, "teams, by another hand");
    project.write("db/001_plans.sql", "create table plans (id integer);\n");
    let texts = [
        "error: 3 files have the version 001: 001_plans.sql, 001_teams.sql, 001_users.sql",
        "file: 001_plans.sql: not committed yet",
        "file: 001_teams.sql: added by Test in ",
        ": teams, by another hand",
        ": first",
        "3 migrations in 1 folder: 1 error, 0 warnings",
    ];
    project.run(&["check", "db"]).assert(1, &texts);
}

/// The real tool refuses such a folder, and so does a run; here it is a finding as others, which are looked for as well.
#[rstest::rstest]
#[case::goose(&["db/00001_a.sql", "db/00001_b.sql"], "-- +goose Up\nselect 1;\n")]
#[case::golang_migrate(&["db/1_a.up.sql", "db/1_b.up.sql"], "select 1;\n")]
#[case::golang_migrate_pairs(
    &["db/1_a.up.sql", "db/1_b.up.sql", "db/1_a.down.sql", "db/1_b.down.sql"],
    "select 1;\n",
)]
#[case::flyway(&["db/V1__a.sql", "db/V1__b.sql"], "select 1;\n")]
#[case::diesel(&["db/1-0_a/up.sql", "db/10_b/up.sql"], "select 1;\n")]
fn versions_given_twice_are_a_finding_also_where_the_tool_refuses_the_folder(
    #[case] files: &[&str],
    #[case] sql: &str,
) {
    let project = Project::new(&files.iter().map(|file| (*file, sql)).collect::<Vec<_>>());
    project.run(&["check", "db"]).assert(1, &["rule: duplicate-version"]);
    project.write(files[1], format!("{sql}create tabel b (id integer);\n"));
    let third = files[0].replace('1', "3");
    project.write(&third, format!("{sql}create tabel c (id integer);\n"));
    let texts =
        ["rule: duplicate-version", &format!("--> {}:", files[1]), &format!("--> {third}:")];
    let is_diesel = files[0].contains("up.sql") && files[0].contains("-0");
    let ran = project.run(&["check", "db"]);
    // Of Diesel's two only the one that it runs is looked at.
    ran.assert(1, if is_diesel { &texts[..1] } else { &texts });
    ran.assert(1, &texts[2..]);
    assert_eq!(ran.text.matches("rule: duplicate-version").count(), 1, "{}", ran.text);
    if !is_diesel {
        let run = project.run(&["run", "--migrations", "db", "--backend", shared()]);
        run.assert(2, &["two migrations have"]);
    }
}

#[test]
fn what_was_wrong_before_the_base_does_not_fail_and_is_counted() {
    let project = branch();
    project.run(&["check", "db"]).assert(1, &["syntax error"]);
    project.write("db/003_plans.sql", "create table plans (id integer);\n");
    let ran = project.run(&["check", "db", "--base", "main"]);
    ran.assert(0, &["nothing found; 1 there before this change (--all shows them)"]);
    let ran = project.run(&["check", "db", "--base", "main", "--all"]);
    ran.assert(0, &["standing: it was there before this change"]);
    project.write("db/004_bad.sql", "create tabel bad (id integer);\n");
    let ran = project.run(&["check", "db", "--base", "main"]);
    ran.assert(1, &["db/004_bad.sql:1:1", "standing: this change brought it", "1 there before"]);
}

#[test]
fn files_that_were_edited_renamed_or_deleted_since_the_base_are_told() {
    let files: Vec<_> = (1..=4).map(|it| (format!("db/00{it}_t{it}.sql"), USERS)).collect();
    let files: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(number, (path, sql))| (path.as_str(), sql.replace("users", &format!("t{number}"))))
        .collect();
    let files: Vec<_> = files.iter().map(|(path, sql)| (*path, sql.as_str())).collect();
    let project = project(&files);
    git(&project, &["switch", "--quiet", "--create", "work"]);
    project.write("db/001_t1.sql", "create table t0 (id integer primary key);\nselect 1;\n");
    git(&project, &["mv", "db/002_t2.sql", "db/0020_t2.sql"]);
    git(&project, &["rm", "--quiet", "db/003_t3.sql"]);
    project.write("db/004_t4.sql.retired", "-- RETIRED: nobody needs it\n");
    git(&project, &["rm", "--quiet", "db/004_t4.sql"]);
    let texts = [
        "error: 001_t1.sql was edited after it was merged into main",
        "--> db/001_t1.sql:2:1",
        "error: 002_t2.sql was renamed to 0020_t2.sql after it was merged into main",
        "error: 003_t3.sql was deleted after it was merged into main",
        "help: take the change back, and write a new migration for it",
        ": 3 errors, 0 warnings",
    ];
    project.run(&["check", "db", "--base", "main"]).assert(1, &texts);
}

#[test]
fn a_version_that_the_base_or_another_branch_took_meanwhile_is_told() {
    let project = project(&[("db/001_users.sql", USERS)]);
    git(&project, &["switch", "--quiet", "--create", "theirs"]);
    project.write("db/003_theirs.sql", "create table theirs (id integer);\n");
    commit(&project, "theirs");
    git(&project, &["switch", "--quiet", "main"]);
    git(&project, &["switch", "--quiet", "--create", "work"]);
    git(&project, &["switch", "--quiet", "main"]);
    project.write("db/002_main.sql", "create table on_main (id integer);\n");
    commit(&project, "main went on");
    git(&project, &["switch", "--quiet", "work"]);
    project.write("db/002_ours.sql", "create table ours (id integer);\n");
    project.write("db/003_ours.sql", "create table ours_too (id integer);\n");
    let ran = project.run(&["check", "db", "--base", "main", "--branch", "theirs"]);
    let texts = [
        "error: the version 002 is taken on main by 002_main.sql",
        "error: the version 003 is taken on theirs by 003_theirs.sql",
        ": 2 errors, 0 warnings",
    ];
    ran.assert(1, &texts);
    project.run(&["check", "db"]).assert(0, &[]);
}

#[test]
fn a_base_that_is_not_there_is_wrong_usage() {
    let project = branch();
    let ran = project.run(&["check", "db", "--base", "origin/main"]);
    ran.assert(2, &["\"origin/main\" cannot be compared with", "fetch-depth: 0"]);
    let bare = Project::new(&[("db/001_users.sql", USERS)]);
    bare.run(&["check", "db", "--base", "main"]).assert(2, &["db is in no git repository"]);
    bare.run(&["check", "nowhere"]).assert(2, &["there is no such scenario file or folder"]);
}

/// A strict tool refuses what is pending below the highest applied version: the seed says what is applied.
#[test]
fn what_is_pending_below_the_deployed_version_is_told_where_the_order_is_strict() {
    let scenario = |order: &str| {
        format!(
            "migrations = '../db'\n[[seed]]\nname = 'live'\nthrough = '003'\nexclude = ['002']\n\
             [replay]\norder = '{order}'\n"
        )
    };
    let project = Project::new(&[
        ("db/001_users.sql", USERS),
        ("db/002_late.sql", "create table late (id integer);\n"),
        ("db/003_live.sql", "create table live (id integer);\n"),
        ("scenarios/live.toml", &scenario("strict")),
    ]);
    let text = "002 does not come after 003_live.sql, which is in the seed live";
    project.run(&["check"]).assert(1, &[text, "refuses to go on"]);
    project.write("scenarios/live.toml", scenario("high-water-mark"));
    project.run(&["check"]).assert(1, &[text, "never runs it"]);
    project.write("scenarios/live.toml", scenario("applied-set"));
    project.run(&["check"]).assert(0, &["nothing found"]);
}

#[test]
fn headers_that_are_missing_retired_or_in_a_circle_are_told_apart() {
    let project = Project::new(&[
        ("db/001_a.sql", "-- DEPENDS: 002_b\nselect 1;\n"),
        ("db/002_b.sql", "-- DEPENDS: 001_a, 009_gone, 003_old\nselect 1;\n"),
        ("db/003_old.sql.retired", "-- RETIRED: done by hand\n"),
        ("db/004_d.sql", "-- DEPENDS: 004_d.sql\nselect 1;\n"),
    ]);
    let texts = [
        "this file and 002_b.sql depend on each other",
        "no migration of the folder is called 009_gone",
        "003_old never runs: its name ends in .retired",
        "this file depends on itself",
        ": 4 errors",
    ];
    project.run(&["check", "db"]).assert(1, &texts);
}

#[test]
fn known_findings_are_quiet_and_a_scenario_without_them_is_told() {
    let project = Project::new(&[
        ("db/001_users.sql", USERS),
        ("db/001_teams.sql", "create table teams (id integer);\n"),
        ("scenarios/known.toml", "migrations = '../db'\n[expect]\ncheck = ['duplicate-version']\n"),
    ]);
    project.run(&["check"]).assert(0, &["nothing found; 1 known to their scenarios"]);
    project.write("scenarios/other.toml", "migrations = '../db'\n");
    project.run(&["check"]).assert(1, &["in: other\n", "of 2 scenarios: 1 error"]);
}

/// A replay holds a scenario to what it declares, too.
#[tokio::test]
async fn a_replay_fails_where_a_known_finding_is_gone() {
    if !crate::support::local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(
        &[("001_a.sql", "create table a (id integer);"), ("002_a.sql", "drop table a;")],
        "[expect]\ncheck = ['destructive', 'double-definition']\n",
    );
    let ran = project.run(&["run", "--backend", shared()]);
    ran.assert(1, &["double-definition is declared as known, but the files have none"]);
    assert!(!ran.text.contains("destructive is declared"), "{}", ran.text);
}

#[test]
fn folders_above_are_searched_and_one_that_cannot_be_read_does_not_hide_the_others() {
    let project = Project::new(&[
        ("services/a/migrations/001_users.sql", USERS),
        ("services/b/db/00001_x.sql", "-- +goose Up\n-- +goose Nonsense\nselect 1;\n"),
        ("services/b/node_modules/x/001_y.sql", "nonsense;\n"),
        ("services/c/broken/001_a.sql", "select 'open;\n"),
    ]);
    let ran = project.run(&["check", "services"]);
    ran.assert(1, &["services/b/db/00001_x.sql", "services/c/broken/001_a.sql", "in 3 folders"]);
    assert!(!ran.text.contains("node_modules"), "{}", ran.text);
    project.write("services/d/001_latin.sql", b"select '\xe9';");
    let ran = project.run(&["check", "services"]);
    ran.assert(2, &["line 1 is not UTF-8", "services/c/broken", "1 folder that cannot be read"]);
}

#[test]
fn a_folder_of_another_database_is_told_once() {
    let files: Vec<_> = (1..=5).map(|it| format!("db/00{it}_x.sql")).collect();
    let sql = "create table `t` (`id` int(11) auto_increment) engine = InnoDB;\n";
    let project = Project::new(&files.iter().map(|it| (it.as_str(), sql)).collect::<Vec<_>>());
    let text = "5 of 5 files are no SQL that Postgres understands";
    project.run(&["check", "db"]).assert(1, &[text, "another database?", ": 1 error"]);
}

#[test]
fn levels_are_shared_by_a_repository_and_changed_by_a_scenario() {
    let project = Project::new(&[
        ("db/001_a.sql", "create table a (id integer);\n"),
        ("db/002_b.sql", "drop table a;\n"),
        ("migration-replay.toml", "[check]\nrules = { destructive = 'error' }\n"),
        ("scenarios/a.toml", "migrations = '../db'\n"),
    ]);
    project.run(&["check", "db"]).assert(1, &["error: DROP takes away the rows of table public.a"]);
    project.run(&["check"]).assert(1, &["destructive"]);
    project.write("scenarios/a.toml", "migrations = '../db'\n[check]\nrules.destructive = 'off'\n");
    project.run(&["check"]).assert(0, &["rules that are off", "destructive"]);
}

#[test]
fn the_json_report_has_everything_with_places() {
    let project = Project::new(&[
        ("db/001_a.sql", "create table a (id integer);\n"),
        ("db/002_b.sql", "create table if not exists a (id bigint);\n"),
    ]);
    project.run(&["check", "db", "--json", "out/check.json"]).assert(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&project.read("out/check.json")).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["verdict"], "passed");
    assert_eq!(report["migrations"], 2);
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "double-definition");
    assert_eq!((&finding["line"], &finding["column"]), (&1.into(), &28.into()));
    assert_eq!(finding["file"], "db/002_b.sql");
    assert_eq!(finding["related"][0]["file"], "db/001_a.sql");
    assert!(!report["not_checked"].as_array().unwrap().is_empty());
}

/// An enum label is not used where another type gets the same one, or a function that is not run speaks of it.
#[test]
fn new_labels_of_enums_are_used_only_where_they_are() {
    let added =
        "-- +goose Up\nalter type mood add value 'calm';\nalter type tone add value 'calm';\n";
    let project = Project::new(&[
        (
            "db/00001_types.sql",
            "-- +goose Up\ncreate type mood as enum ('a');\ncreate type tone as enum ('a');\n",
        ),
        ("db/00002_labels.sql", added),
    ]);
    project.run(&["check", "db"]).assert(0, &["nothing found"]);
    project.write(
        "db/00002_labels.sql",
        format!("{added}create table moods (it mood default 'calm');\n"),
    );
    project
        .run(&["check", "db"])
        .assert(1, &["the new enum value 'calm' is used before it is committed", ":4:1"]);
}

#[test]
fn nothing_to_check_is_not_green() {
    let project = Project::new(&[("scenarios/notes.txt", "")]);
    project.run(&["check"]).assert(2, &["there are no .sql files in scenarios"]);
    project.run(&["check", "db"]).assert(2, &["there is no such scenario file or folder"]);
}
