//! Migrations read from a commit, whatever the work tree holds.

use crate::support::{Project, git, local_or_say_why, shared};

/// A repository whose tag `v1` has two migrations where the work tree has none, and other things.
fn repository() -> Project {
    let project = Project::new(&[
        ("db/migrations/001_users.sql", "create table users (id integer);\n"),
        ("db/migrations/002_posts.sql", "create table posts (id integer);\n"),
    ]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "--message=one"]);
    git(&project, &["tag", "v1"]);
    git(&project, &["rm", "--quiet", "-r", "db"]);
    project.write("other/003_broken.sql", "nonsense;\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "--message=two"]);
    project
}

fn scenario(reference: &str) -> String {
    format!(
        "migrations = {{ path = '../db/migrations', ref = '{reference}' }}\n\
         [expect.schema]\ntables.users.required = ['id']\ntables.posts.required = ['id']\n"
    )
}

/// Two releases, and work since: 001 was edited, 003 is new.
fn releases() -> Project {
    let project = Project::new(&[("db/001_users.sql", "create table users (id integer);\n")]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    let release = |tag: &str| {
        git(&project, &["add", "."]);
        git(&project, &["commit", "--quiet", "--message", tag]);
        git(&project, &["tag", tag]);
    };
    release("v1.9");
    project.write("db/002_posts.sql", "create table posts (id integer);\n");
    release("v1.10");
    project.write("db/003_tags.sql", "alter table posts add tags text;\n");
    project
}

#[tokio::test]
async fn each_release_is_a_seed_and_todays_files_go_onto_it() {
    if !local_or_say_why().await {
        return;
    }
    let project = releases();
    project.write("scenarios/old.toml", "migrations = '../db'\n[[seed]]\nreleases = 'v*'\n");
    let ran = project.run(&["run", "--backend", shared(), "--json", "out.json"]);
    ran.assert(0, &["2 cases: 2 passed"]);
    let report: serde_json::Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let applied = |case: usize| {
        let steps = report["cases"][case]["steps"].as_array().unwrap();
        let applied = steps.iter().filter(|step| step["pass"] == "apply");
        applied.map(|step| step["migration"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(report["cases"][0]["name"], "old@any/v1.10");
    assert_eq!(applied(0), ["003_tags.sql"]);
    assert_eq!(applied(1), ["002_posts.sql", "003_tags.sql"]);
    project.write(
        "scenarios/old.toml",
        "migrations = '../db'\n[[seed]]\nreleases = 'v*'\nnewest = 1\n",
    );
    project.run(&["run", "--backend", shared()]).assert(0, &["1 case: 1 passed"]);
}

#[tokio::test]
async fn what_is_not_there_any_more_is_told_and_what_was_renamed() {
    if !local_or_say_why().await {
        return;
    }
    let project = releases();
    git(&project, &["mv", "db/002_posts.sql", "db/0002_posts.sql"]);
    std::fs::remove_file(project.path("db/001_users.sql")).unwrap();
    project.write("scenarios/old.toml", "migrations = '../db'\n[[seed]]\nref = 'v1.10'\n");
    project.run(&["run", "--backend", shared()]).assert(
        1,
        &[
            "applied at v1.10, and not in",
            "any more: 001_users.sql, 002_posts.sql (now 0002_posts.sql)",
            "error[42P07]: relation \"posts\" already exists",
        ],
    );
}

/// Tags whose commits have no migrations make no case; failures can be expected of those that make one.
#[tokio::test]
async fn tags_without_migrations_are_told() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::new(&[("db/README.md", "nothing yet\n")]);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    let release = |tag: &str| {
        git(&project, &["add", "."]);
        git(&project, &["commit", "--quiet", "--message", tag]);
        git(&project, &["tag", tag]);
    };
    release("v0.1");
    project.write("db/001_users.sql", "create table users (id integer);\n");
    release("v0.2");
    project.write("db/002_names.sql", "alter table users add name text not null;\n");
    project.write("scenarios/rows.sql", "insert into users values (1);\n");
    let scenario = |releases: &str, seed: &str| {
        format!(
            "migrations = '../db'\n[[seed]]\nreleases = '{releases}'\nsql = ['rows.sql']\n\
             [[expect.failure]]\npass = 'apply'\nmigration = '002'\nseed = '{seed}'\n"
        )
    };
    project.write("scenarios/old.toml", scenario("v*", "v0.2"));
    let ran = project.run(&["run", "--backend", shared()]);
    ran.assert(0, &["no SQL in db, and so no case: v0.1", "1 case: 1 passed"]);
    project.write("scenarios/old.toml", scenario("v*", "v0.1"));
    let unknown = ["old.toml:8:", "no seed of this scenario is named \"v0.1\"", "has: v0.2"];
    project.run(&["run"]).assert(2, &unknown);
    project.write("scenarios/old.toml", scenario("v0.1", "v0.1"));
    project
        .run(&["run"])
        .assert(2, &["old.toml:3:", "none of the 1 tags like \"v0.1\" has SQL in db"]);
    project.write("scenarios/old.toml", scenario("w*", "w"));
    project.run(&["run"]).assert(2, &["old.toml:3:", "no tag of this repository is like \"w*\""]);
    project.write(
        "scenarios/old.toml",
        "migrations = '../db'\n[[seed]]\nname = 'v0.2'\n[[seed]]\nreleases = 'v0.2'\n",
    );
    project.run(&["run"]).assert(2, &["old.toml:5:", "two seeds are named \"v0.2\""]);
}

#[tokio::test]
async fn a_file_that_was_edited_since_its_release_is_told() {
    if !local_or_say_why().await {
        return;
    }
    let project = releases();
    project.write("db/001_users.sql", "create table users (id bigint);\n");
    project.write("scenarios/old.toml", "migrations = '../db'\n[[seed]]\nref = 'v1.10'\n");
    project.run(&["run", "--backend", shared()]).assert(
        1,
        &[
            "old@any/v1.10",
            "001_users.sql was edited after it was applied",
            "column public.users.id",
        ],
    );
}

#[tokio::test]
async fn a_tag_is_replayed_without_touching_the_work_tree() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository();
    project.write("scenarios/old.toml", scenario("v1"));
    let before = git(&project, &["status", "--porcelain=v2"]);
    let ran = project.run(&["run", "--backend", shared(), "--json", "out.json"]);
    ran.assert(0, &[]);
    let report = project.read("out.json");
    assert!(report.contains("v1:db/migrations/001_users.sql"), "{report}");
    assert!(report.contains("v1:db/migrations/002_posts.sql"), "{report}");
    std::fs::remove_file(project.path("out.json")).unwrap();
    assert_eq!(git(&project, &["status", "--porcelain=v2"]), before);
    assert!(!project.path("db").exists());
}

#[tokio::test]
async fn a_list_and_its_manifest_come_from_the_commit_and_stubs_from_the_work_tree() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository();
    project.write("db/migrations/order.txt", "002_posts.sql\n001_users.sql\n003_rows.ts\n");
    project.write("db/migrations/001_users.sql", "create table users as select id from posts;\n");
    project.write("db/migrations/002_posts.sql", "create table posts (id integer);\n");
    project.write("db/migrations/003_rows.ts", "fill();\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "--quiet", "--message=three"]);
    git(&project, &["rm", "--quiet", "-r", "db"]);
    project.write("stubs/rows.sql", "insert into posts values (7);\n");
    project.write(
        "scenarios/old.toml",
        "migrations = { path = '../db/migrations', ref = 'HEAD', files = 'order.txt', \
         provide = { '003_rows.ts' = '../stubs/rows.sql' } }\n\
         [[expect.query]]\nsql = 'select id from posts'\nequals = 7\n",
    );
    project.run(&["run", "--backend", shared()]).assert(0, &[]);
}

#[tokio::test]
async fn the_flags_name_a_commit_and_a_layout() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository();
    let flags = ["run", "--backend", shared(), "--migrations", "db/migrations", "--ref", "v1"];
    project.run(&flags).assert(0, &["passed: migrations@any"]);
    let wrong = project.run(&[&flags[..], &["--layout", "number"]].concat());
    wrong.assert(2, &["there is no layout \"number\"", "layouts of this version: "]);
    let alone = project.run(&["run", "--ref", "v1"]);
    alone.assert(2, &["--migrations <DIR>"]);
}

#[tokio::test]
async fn the_environment_of_a_hook_does_not_lead_to_another_repository() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository();
    project.write("scenarios/old.toml", scenario("v1"));
    let mut command = project.command(&["run", "--backend", shared()]);
    command.env("GIT_DIR", "/nowhere").env("GIT_INDEX_FILE", "/nowhere/index");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
}

#[test]
fn what_the_repository_does_not_have_is_told_with_its_place() {
    let project = repository();
    project.write("scenarios/old.toml", scenario("v9"));
    project.run(&["run"]).assert(2, &["old.toml:1:", "no commit, tag or branch \"v9\"", "fetch"]);
    project.write("scenarios/old.toml", scenario("main"));
    project.run(&["run"]).assert(2, &["old.toml:1:", "no folder db/migrations in main"]);
    project.write("scenarios/old.toml", scenario("--output=x"));
    project.run(&["run"]).assert(2, &["cannot begin with a hyphen"]);
    let outside = scenario("v1").replace("../db", "../../db");
    project.write("scenarios/old.toml", outside);
    project.run(&["run"]).assert(2, &["lies outside the repository"]);
}
