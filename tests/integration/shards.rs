//! A run that is divided over several machines: listed, divided, and put together again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::junit_is_strict::check_junit;
use crate::support::{Project, local_or_say_why, shared};

const TABLE: &str = "create table t (id integer);\n";

/// Four cases of two scenarios; `long` has more to do than the others.
fn project() -> Project {
    let project = Project::with_scenario(
        &[("001_t.sql", TABLE), ("002_u.sql", "create table u (id integer);\n")],
        "[[seed]]\nname = 'fresh'\n[[seed]]\nname = 'old'\nthrough = '001'\n",
    );
    project.write("scenarios/long.toml", "migrations = '../long'\n");
    for version in 1..=9 {
        let sql = format!("create table t{version} (id integer);\n");
        project.write(&format!("long/00{version}_t.sql"), sql);
    }
    project.write("scenarios/broken.toml", "migrations = '../broken'\n");
    project.write("broken/001_a.sql", "create tabel a (id integer);\n");
    project
}

/// What the program prints to standard output, which is all that a script gets.
fn printed(project: &Project, arguments: &[&str]) -> String {
    let output = project.command(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn names(project: &Project, arguments: &[&str]) -> Vec<String> {
    let all = [&["run", "--list", "--format", "json"], arguments].concat();
    let list: Value = serde_json::from_str(&printed(project, &all)).unwrap();
    let cases = list["cases"].as_array().unwrap();
    cases.iter().map(|case| case["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn cases_are_listed_without_a_server() {
    let project = project();
    let text = printed(&project, &["run", "--list", "--backend", "postgres://nobody@nowhere/x"]);
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.contains("case@any/old         1 migration  apply,rerun,converge\n"), "{text}");
    let all = names(&project, &["--filter", "case@"]);
    assert_eq!(all, ["case@any/fresh", "case@any/old"]);
    project.run(&["run", "--list", "--filter", "nothing"]).assert(4, &["nothing selected"]);
}

#[test]
fn a_matrix_has_a_job_for_each_case_or_for_each_shard() {
    let project = project();
    let matrix = |arguments: &[&str]| -> Value {
        let all = [&["run", "--list", "--format", "github-matrix"], arguments].concat();
        let text = printed(&project, &all);
        assert_eq!(text.lines().count(), 1, "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let each = matrix(&[]);
    assert_eq!(each["include"].as_array().unwrap().len(), 4);
    let first = json!({ "shard": "1/4", "name": "long@any/fresh", "cases": 1 });
    assert_eq!(each["include"][0], first);
    let two = matrix(&["--shards", "2"]);
    let expected = json!({ "include": [
        { "shard": "1/2", "name": "long@any/fresh", "cases": 1 },
        { "shard": "2/2", "name": "2/2: 3 cases", "cases": 3 },
    ] });
    assert_eq!(two, expected);
    assert_eq!(matrix(&["--shards", "99"]), each, "no job has nothing to do");
}

#[test]
fn every_case_is_in_one_shard_whatever_order_files_are_named_in() {
    let project = project();
    let files = ["scenarios/case.toml", "scenarios/broken.toml", "scenarios/long.toml"];
    let mut seen = BTreeSet::new();
    for number in 1..=3 {
        let shard = format!("{number}/3");
        let here = names(&project, &["--shard", &shard, files[0], files[1], files[2]]);
        let turned = names(&project, &["--shard", &shard, files[2], files[0], files[1]]);
        let sorted = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(sorted(&here), sorted(&turned));
        for name in here {
            assert!(seen.insert(name.clone()), "{name} is in two shards");
        }
    }
    assert_eq!(seen.len(), 4);
}

#[test]
fn earlier_durations_decide_where_there_are_any() {
    let project = project();
    let report = json!({ "version": 1, "cases": [
        { "name": "case@any/old", "verdict": "passed", "duration_ms": 90_000 },
        { "name": "long@any/fresh", "verdict": "passed", "duration_ms": 5 },
    ] });
    project.write("last.json", report.to_string());
    let first = |arguments: &[&str]| names(&project, &[&["--shard", "1/4"], arguments].concat());
    assert_eq!(first(&[]), ["long@any/fresh"]);
    assert_eq!(first(&["--durations", "last.json"]), ["case@any/old"]);
    let ran = project.run(&["run", "--list", "--durations", "none.json"]);
    ran.assert(0, &["there is no such report", "long@any/fresh"]);
    project.write("check.json", "{\"version\": 1, \"findings\": []}");
    let ran = project.run(&["run", "--list", "--durations", "check.json"]);
    ran.assert(2, &["it is no JSON report of `migration-replay run`", "--> check.json"]);
}

#[rstest::rstest]
#[case("0/4")]
#[case("5/4")]
#[case("four")]
fn a_shard_that_is_none_is_wrong_usage(#[case] shard: &str) {
    project().run(&["run", "--shard", shard]).assert(2, &["'--shard <I/N>'", "/4"]);
}

#[tokio::test]
async fn a_shard_runs_its_cases_and_says_which_one_it_is() {
    if !local_or_say_why().await {
        return;
    }
    let project = project();
    let shard = |shard: &str| {
        let run = ["run", "--backend", shared(), "--filter", "case@", "--shard", shard];
        project.run(&[&run[..], &["--junit", "replay.xml", "--json", "replay.json"]].concat())
    };
    shard("2/2").assert(0, &["shard 2/2: 1 of 2 cases", "1 case: 1 passed"]);
    let report: Value = serde_json::from_str(&project.read("replay.json")).unwrap();
    assert_eq!(report["cases"][0]["name"], "case@any/old");
    assert_eq!((&report["shard"]["number"], &report["shard"]["of"]), (&json!(2), &json!(2)));
    assert!(project.read("replay.xml").contains("<property name=\"shard\" value=\"2/2\"/>"));
    shard("3/3").assert(0, &["shard 3/3: 0 of 2 cases", "nothing to run here"]);
    let report: Value = serde_json::from_str(&project.read("replay.json")).unwrap();
    assert_eq!(report["cases"], json!([]));
    assert!(project.read("replay.xml").contains("<skipped type=\"empty-shard\""));
}

/// The end of a story: three machines, of which one does not come back.
#[tokio::test]
async fn reports_of_shards_are_put_together_and_a_missing_one_is_not_green() {
    if !local_or_say_why().await {
        return;
    }
    let project = project();
    for number in 1..=3 {
        let shard = format!("{number}/3");
        let (junit, json) =
            (format!("shards/{number}/replay.xml"), format!("shards/{number}/replay.json"));
        let run = ["run", "--backend", shared(), "--shard", &shard, "--junit", &junit];
        project.run(&[&run[..], &["--json", &json]].concat());
    }
    let merge = ["report", "merge", "shards", "--junit", "all.xml", "--json", "all.json"];
    let ran = project.run(&[&merge[..], &["--markdown", "all.md", "--expect", "3"]].concat());
    ran.assert(1, &["failed: broken@any/fresh\n4 cases: 3 passed, 1 failed\n"]);
    assert!(!ran.text.contains("warning"), "{}", ran.text);
    let all: Value = serde_json::from_str(&project.read("all.json")).unwrap();
    assert_eq!(all["cases"].as_array().unwrap().len(), 4);
    assert!(project.read("all.md").contains("error[42601]: syntax error"));
    assert_eq!(project.read("all.xml").matches("<testsuite ").count(), 4);
    check_junit(&project.path("all.xml"));
    std::fs::remove_dir_all(project.path("shards/2")).unwrap();
    project.run(&merge).assert(1, &["incomplete: shard 2/3 never reported\n3 cases: "]);
    check_junit(&project.path("all.xml"));
    let ran = project.run(&["report", "merge", "shards/1/replay.json", "--junit", "all.xml"]);
    ran.assert(2, &["--junit cannot be written: there is no JUnit file among the files"]);
    project.run(&["report", "merge", "scenarios"]).assert(2, &["there are no reports"]);
}

/// Both runs are of the same files; only what the service calls them tells them apart.
#[tokio::test]
async fn a_report_that_an_earlier_run_left_does_not_stand_for_a_shard_of_this_one() {
    if !local_or_say_why().await {
        return;
    }
    let project = project();
    let run = |pipeline: &str, number: u8| {
        let (shard, json) = (format!("{number}/2"), format!("shards/{number}.json"));
        let run =
            ["run", "--backend", shared(), "--filter", "case@", "--shard", &shard, "--json", &json];
        let output = project.command(&run).env("CI_PIPELINE_ID", pipeline).output();
        assert!(output.unwrap().status.success());
    };
    run("11", 1);
    run("11", 2);
    run("12", 1);
    let told =
        "shards/2.json does not count: it is of another run than shards/1.json, which began later";
    project.run(&["report", "merge", "shards"]).assert(3, &["shard 2/2 never reported", told]);
    run("12", 2);
    project.run(&["report", "merge", "shards"]).assert(0, &["2 cases: 2 passed"]);
}

#[test]
fn a_missing_shard_is_the_fault_of_the_environment() {
    let project = Project::new(&[(
        "1.json",
        json!({
            "version": 1, "started_at": "2026-01-01T00:00:00Z", "duration_ms": 5,
            "shard": { "number": 1, "of": 2, "all_cases": 2, "division": "0a" },
            "cases": [{ "name": "a@x/fresh", "verdict": "passed", "duration_ms": 5 }],
        })
        .to_string(),
    )]);
    let ran = project.run(&["report", "merge", "1.json"]);
    ran.assert(3, &["incomplete: shard 2/2 never reported\n1 case: 1 passed\n"]);
    project.write(
        "2.json",
        project.read("1.json").replace("\"number\":1", "\"number\":2").replace("a@", "b@"),
    );
    project.run(&["report", "merge", "2.json", "1.json"]).assert(0, &["2 cases: 2 passed"]);
}
