//! Base and head: a change is blamed for what it brings, and for nothing else.

use serde_json::Value;

use crate::support::{Project, Ran, git, local_or_say_why, shared};

const FAILS: &str = "create table alerts (id integer);\nalter table missing add a integer;\n";

const SCENARIO: &str = "migrations = '../migrations'\n";

/// A repository whose branch `main` fails at 008; 009 needs what that makes, 010 does not.
pub(crate) fn repository(scenario: &str) -> Project {
    let project = Project::new(&[
        ("migrations/001_users.sql", "create table users (id integer primary key);\n"),
        ("migrations/002_plugins.sql", "create table plugins (id integer);\n"),
        ("migrations/008_alerts.sql", FAILS),
        ("migrations/009_notes.sql", "alter table alerts add note text;\n"),
        ("migrations/010_versions.sql", "alter table plugins add version text;\n"),
        ("scenarios/all.toml", scenario),
    ]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    git(&project, &["checkout", "--quiet", "-b", "feature"]);
    project
}

pub(crate) fn commit(project: &Project) {
    git(project, &["add", "migrations", "scenarios"]);
    git(project, &["commit", "--quiet", "--message=work"]);
}

pub(crate) fn compare(project: &Project, more: &[&str]) -> Ran {
    let words = ["run", "--backend", shared(), "--base", "main", "--json", "out.json"];
    project.run(&[&words[..], more].concat())
}

/// The failures of each case: migration or pass, and standing.
pub(crate) fn failures(project: &Project) -> Vec<(String, String)> {
    let report: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let cases = report["cases"].as_array().unwrap();
    let failures = cases.iter().flat_map(|case| case["failures"].as_array().unwrap());
    let told = failures.map(|it| {
        let at = it["migration"].as_str().or(it["pass"].as_str()).unwrap();
        (at.to_owned(), it["standing"].as_str().unwrap().to_owned())
    });
    told.collect()
}

pub(crate) fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(at, standing)| ((*at).to_owned(), (*standing).to_owned())).collect()
}

#[tokio::test]
async fn a_new_migration_is_seen_behind_one_that_failed_before() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("migrations/050_enabled.sql", "alter table plugins add enabled boolean;\n");
    let ran = compare(&project, &["--junit", "out.xml"]);
    ran.assert(
        0,
        &[
            "there before this change, at main (",
            "008_alerts.sql failed with 42P01",
            "left out: 009_notes.sql: it needs what 008_alerts.sql makes",
            "1 case: 1 passed",
            "no failure of this change",
        ],
    );
    assert_eq!(failures(&project), pairs(&[("008_alerts.sql", "before")]));
    let report: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let steps = report["cases"][0]["steps"].as_array().unwrap();
    let has_run =
        |id: &str| steps.iter().any(|it| it["migration"] == id && it["verdict"] == "passed");
    assert!(has_run("010_versions.sql") && has_run("050_enabled.sql"), "{steps:?}");
    let junit = project.read("out.xml");
    assert!(junit.contains("failed before this change already"), "{junit}");
    assert!(junit.contains("failures=\"0\"") && junit.contains("missing-from-set"), "{junit}");
}

#[tokio::test]
async fn a_new_migration_that_fails_is_the_changes_fault() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("migrations/050_again.sql", "alter table plugins add version integer;\n");
    compare(&project, &[])
        .assert(1, &["050_again.sql", "this change brought it", "1 failure of this change"]);
    let expected = pairs(&[("008_alerts.sql", "before"), ("050_again.sql", "introduced")]);
    assert_eq!(failures(&project), expected);
}

/// Of each failure: its migration, and how many of its ways out are proven and how many are not.
fn ways_out(project: &Project) -> Vec<(String, usize, usize)> {
    let report: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let failures = report["cases"][0]["failures"].as_array().unwrap();
    let told = failures.iter().map(|it| {
        let advice = it["advice"].as_array().unwrap();
        let proven = advice.iter().filter(|it| it["proven"] == true).count();
        (it["migration"].as_str().unwrap().to_owned(), proven, advice.len() - proven)
    });
    told.collect()
}

#[tokio::test]
async fn ways_out_are_tried_of_what_the_change_brings_and_of_nothing_else_unless_it_counts() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("migrations/008_alerts.sql", "alter table late add a integer;\n");
    project.write("migrations/009_notes.sql", "create table late (id integer);\n");
    git(&project, &["checkout", "--quiet", "main"]);
    commit(&project);
    git(&project, &["checkout", "--quiet", "feature"]);
    git(&project, &["reset", "--quiet", "--hard", "main"]);
    project.write("migrations/050_more.sql", "alter table later add b integer;\n");
    project.write("migrations/051_later.sql", "create table later (id integer);\n");
    compare(&project, &["--no-cache"]).assert(1, &["proven by a replay"]);
    let told = ways_out(&project);
    assert_eq!(told[0].0, "008_alerts.sql");
    assert!(told[0].1 == 0 && told[0].2 > 0, "of what was there before none is tried: {told:?}");
    assert_eq!(told[1].0, "050_more.sql");
    assert!(told[1].1 > 0, "{told:?}");
    compare(&project, &["--no-cache", "--strict"]).assert(1, &["proven by a replay"]);
    // It counts, so its ways out are tried; none leads past 050.
    assert_eq!(ways_out(&project)[0], ("008_alerts.sql".to_owned(), 0, 0));
}

#[tokio::test]
async fn a_new_migration_that_nobody_can_reach_is_never_green() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("migrations/050_notes.sql", "alter table alerts add more text;\n");
    compare(&project, &[])
        .assert(1, &["050_notes.sql is part of this change, and was not reached"]);
}

#[tokio::test]
async fn what_a_change_mends_is_told_and_what_lay_behind_is_not_its_fault() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    git(&project, &["checkout", "--quiet", "main"]);
    project.write("migrations/011_more.sql", "alter table absent add a integer;\n");
    commit(&project);
    git(&project, &["checkout", "--quiet", "-B", "feature"]);
    project.write("migrations/008_alerts.sql", "create table alerts (id integer);\n");
    compare(&project, &[]).assert(
        0,
        &[
            "fixed by this change: apply 008_alerts.sql: relation \"missing\" does not exist",
            "011_more.sql failed with 42P01",
        ],
    );
    assert_eq!(failures(&project), pairs(&[("011_more.sql", "before")]));
}

#[tokio::test]
async fn a_change_of_nothing_is_told_what_the_base_comes_to_without_a_server() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    compare(&project, &["--no-cache"]).assert(0, &["unchanged since main (", "run once for both"]);
    assert_eq!(failures(&project), pairs(&[("008_alerts.sql", "before")]));
    let full = project.run(&["run", "--backend", shared(), "--json", "base.json"]);
    full.assert(1, &["008_alerts.sql"]);
    // No server could be started.
    let none = ["run", "--backend", shared(), "--pg-bin", "nowhere", "--base", "main"];
    let with_report = [&none[..], &["--base-report", "base.json", "--no-cache"]].concat();
    let report: Value = serde_json::from_str(&project.read("base.json")).unwrap();
    assert_eq!(report["commit"], git(&project, &["rev-parse", "HEAD"]).trim());
    let commit = git(&project, &["rev-parse", "--short=10", "HEAD"]);
    project.run(&with_report).assert(
        0,
        &[
            "not run: known from the report base.json",
            &format!("there before this change, at main ({})", commit.trim()),
            "008_alerts.sql failed with 42P01",
        ],
    );
    project.run(&[&with_report[..], &["--strict"]].concat()).assert(1, &["008_alerts.sql"]);
    compare(&project, &[]).assert(0, &["run once for both"]);
    compare(&project, &[]).assert(0, &["not run: known from an earlier run here"]);
}

#[tokio::test]
async fn a_report_of_other_files_says_nothing() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("migrations/050_a.sql", "select 1;\n");
    project.run(&["run", "--backend", shared(), "--json", "base.json"]).assert(1, &[]);
    compare(&project, &["--no-cache", "--base-report", "base.json"])
        .assert(0, &["says nothing of the cases as they are at main", "there before this change"]);
    project.write("base.json", "{}");
    compare(&project, &["--base-report", "base.json"]).assert(2, &["this is no JSON report"]);
}

#[tokio::test]
async fn a_declaration_that_is_taken_back_does_not_hide_behind_the_base() {
    if !local_or_say_why().await {
        return;
    }
    let declared = format!(
        "{SCENARIO}[[expect.failure]]\npass = 'apply'\nmigration = '008'\ncause = 'missing-from-set'\n"
    );
    let project = repository(&declared);
    compare(&project, &[]).assert(0, &["as expected: 008_alerts.sql"]);
    project.write("scenarios/all.toml", SCENARIO);
    compare(&project, &[]).assert(1, &["008_alerts.sql", "this change brought it"]);
}

#[tokio::test]
async fn a_new_scenario_is_not_blamed_for_old_migrations_and_is_for_what_it_expects() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("scenarios/new.toml", SCENARIO);
    compare(&project, &["scenarios/new.toml"]).assert(0, &["there before this change"]);
    let asks = "migrations = '../migrations'\n[[exclude]]\nmigration = '00[89]_*'\nreason = 'broken'\n\
                [[expect.query]]\nsql = 'select 1'\nequals = 2\n";
    project.write("scenarios/new.toml", asks);
    compare(&project, &["scenarios/new.toml"]).assert(1, &["this change brought it"]);
}

#[tokio::test]
async fn an_edit_above_a_failure_moves_its_line_and_not_its_standing() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    project.write("migrations/008_alerts.sql", format!("-- a comment\n\n{FAILS}"));
    compare(&project, &[]).assert(0, &["there before this change"]);
    let report: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert!(report["commit"].as_str().unwrap().ends_with("-dirty"), "{}", report["commit"]);
    let other = FAILS.replace("missing", "absent");
    project.write("migrations/008_alerts.sql", other);
    compare(&project, &[]).assert(1, &["this change brought it"]);
}

#[tokio::test]
async fn old_databases_and_all_passes_are_compared_too() {
    if !local_or_say_why().await {
        return;
    }
    let passes = "[replay]\npasses = ['apply', 'rerun', 'reexecute', 'interrupt', 'round-trip', 'converge']\n";
    let seeds = "[[seed]]\nname = 'fresh'\n[[seed]]\nname = 'old'\nthrough = '002'\n";
    let project = repository(&format!("{SCENARIO}{seeds}{passes}"));
    let guarded = "alter table plugins add column if not exists b integer;\n\
                   insert into plugins (b) select 1 where not exists (select from users);\n";
    git(&project, &["checkout", "--quiet", "main"]);
    project.write("migrations/008_alerts.sql", guarded);
    project.write("migrations/009_notes.sql", "create table notes (id integer);\n");
    commit(&project);
    git(&project, &["checkout", "--quiet", "-B", "feature"]);
    compare(&project, &["--no-cache"]).assert(0, &["there before this change", "(2 cases)"]);
    project.write(
        "migrations/050_more.sql",
        guarded.replace("exists b", "exists c").replace("(b)", "(c)"),
    );
    compare(&project, &[]).assert(1, &["reexecute 050_more.sql", "this change brought it"]);
    let introduced =
        failures(&project).into_iter().filter(|(_, standing)| standing == "introduced");
    assert!(introduced.into_iter().all(|(at, _)| at == "050_more.sql"));
}

#[tokio::test]
async fn a_folder_is_compared_without_a_scenario_and_nothing_is_left_behind() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    std::fs::create_dir(project.path("tmp")).unwrap();
    let words = ["run", "--backend", shared(), "--migrations", "migrations", "--base", "main"];
    let output = project.command(&words).env("TMPDIR", project.path("tmp")).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("there before this change"), "{text}");
    assert_eq!(std::fs::read_dir(project.path("tmp")).unwrap().count(), 0);
    project.write("migrations/050_b.sql", "alter table plugins add version integer;\n");
    project.run(&words).assert(1, &["050_b.sql", "this change brought it"]);
}

#[tokio::test]
async fn what_fails_at_the_base_is_not_kept() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository(SCENARIO);
    git(&project, &["mv", "scenarios/all.toml", "scenarios/all-kept-at-base.toml"]);
    commit(&project);
    git(&project, &["branch", "--quiet", "--force", "main"]);
    let case = ["--keep", "--no-cache"];
    project.write("migrations/008_alerts.sql", "create table alerts (id integer);\n");
    let words = ["run", "--backend", shared(), "--base", "main"];
    project.run(&[&words[..], &case].concat()).assert(0, &["fixed by this change"]);
    let kept = project.run(&["clean", "--dry-run"]);
    assert!(!kept.text.contains("all-kept-at-base@any/fresh"), "{}", kept.text);
}

#[test]
fn a_base_that_is_not_there_is_refused_with_a_way_on() {
    let project = repository(SCENARIO);
    let ran = project.run(&["run", "--base", "origin/nowhere"]);
    ran.assert(2, &["\"origin/nowhere\" cannot be compared with", "git fetch --unshallow"]);
    project.run(&["run", "--strict"]).assert(2, &["--base"]);
    let outside =
        Project::new(&[("m/1_a.sql", "select 1;"), ("scenarios/a.toml", "migrations = '../m'")]);
    outside.run(&["run", "--base", "main"]).assert(2, &["in no git repository"]);
}
