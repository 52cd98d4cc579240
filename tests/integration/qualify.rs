//! `qualify`: every release on every image, and one report of it.

use crate::support::{Project, git, local_or_say_why, shared};

const SCENARIO: &str = "description = 'to 2.0'\nmigrations = '../migrations'\nimage = 'postgres:15'
    [[exclude]]\nmigration = '004'\nreason = 'not yet'
    [replay]\ntransaction = 'file'\n[[seed]]\nname = 'fresh'\n[[seed]]\nreleases = 'v*'\nrows = 10\n";

/// A repository with two releases, and what comes after them.
fn shop(next: &str) -> Project {
    let project = Project::new(&[
        ("migrations/001_users.sql", "create table users (id int primary key, nick text);\n"),
        ("scenarios/upgrade.toml", SCENARIO),
    ]);
    git(&project, &["init", "-q"]);
    let release = |name: &str| {
        git(&project, &["add", "."]);
        git(&project, &["commit", "-q", "-m", name]);
        git(&project, &["tag", name]);
    };
    release("v1.0");
    project.write("migrations/002_orders.sql", "create table orders (id int primary key);\n");
    release("v1.1");
    project.write("migrations/003_next.sql", next);
    project.write("migrations/004_later.sql", "create table later (id int);\n");
    git(&project, &["add", "."]);
    project
}

const REPORTS: [&str; 6] =
    ["--html", "out/q.html", "--markdown", "out/q.md", "--json", "out/q.json"];

fn qualify(project: &Project, more: &[&str]) -> crate::support::Ran {
    let words = ["qualify", "scenarios/upgrade.toml", "--backend", shared(), "--no-progress"];
    project.run(&[&words[..], &REPORTS, more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_from_every_release_is_told_on_one_page() {
    if !local_or_say_why().await {
        return;
    }
    let project = shop("alter table users add column email text not null default '';\n");
    let told = [
        "without the pass round-trip: 3 of 3 migrations that are pending on fresh have no way down",
        "3 cases: 3 passed",
    ];
    qualify(&project, &[]).assert(0, &told);
    let page = project.read("out/q.md");
    for text in [
        "✓ qualified: all 3 cases passed",
        "- scenario: scenarios/upgrade.toml: to 2.0",
        "- commit: v1.1-dirty",
        "- passes: apply, rerun, reexecute, interrupt, orders, converge",
        "| v1.1 | ✓ passed ",
        "| added | column public.users.email | text |",
        "| added | table public.orders | with 1 column",
        "| 004\\_later.sql | excluded: not yet |",
        "| converge | not run |  | a fresh database has nothing to be compared with |",
        "| the pass round-trip | 3 of 3",
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    assert!(project.read("out/q.html").contains("qualified: all 3 cases passed"));
    let json: serde_json::Value = serde_json::from_str(&project.read("out/q.json")).unwrap();
    assert_eq!(json["cases"][1]["seed"], "v1.1");
    assert_eq!(json["cases"][1]["changes"][0]["object"], "column public.users.email");
    assert!(json["cases"][0].get("changes").is_none(), "a fresh database had no schema before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_cannot_be_upgraded_is_not_qualified() {
    if !local_or_say_why().await {
        return;
    }
    let project = shop("alter table users add column email text not null;\n");
    let ran = qualify(&project, &["--passes", "apply,rerun", "--filter", "/v1"]);
    let again =
        "qualify scenarios/upgrade.toml --filter 'upgrade@postgres:15/v1.1' --passes apply,rerun";
    ran.assert(1, &["2 failed", again]);
    let page = project.read("out/q.md");
    for text in [
        "✗ not qualified: 2 of 2 cases failed",
        "- passes: apply, rerun\n",
        "error[23502]: column \"email\" of relation \"users\" contains null values",
        "The upgrade did not come to its end.",
        "The same as in upgrade@postgres:15/v1.1.",
        "| rerun | not run |  | not reached |",
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_run_by_statement_are_interrupted_only_where_somebody_asks() {
    if !local_or_say_why().await {
        return;
    }
    let project = shop("alter table users add column email text;\n");
    project.write("scenarios/upgrade.toml", SCENARIO.replace("transaction = 'file'", ""));
    qualify(&project, &[]).assert(0, &["without the pass interrupt: files are run statement by"]);
    qualify(&project, &["--passes", "apply,interrupt"]).assert(1, &["interrupt 003_next.sql"]);
}

#[test]
fn what_is_wrong_is_told_before_anything_starts() {
    let project = shop("select 1;\n");
    project.run(&["qualify", "scenarios/nothing.toml"]).assert(2, &["no such scenario file"]);
    qualify(&project, &["--filter", "v9"]).assert(4, &["nothing selected"]);
    let page = project.read("out/q.html");
    assert!(page.contains("There are no cases."), "{page}");
    project.write("file", "");
    let words = ["qualify", "scenarios/upgrade.toml", "--html", "file/q.html"];
    project.run(&words).assert(2, &["the file of --html cannot be written"]);
}
