//! The user's own runner instead of ours: a shell script over psql that keeps its own history table.

use crate::support::{Project, Ran, docker_or_say_why, local_or_say_why};

/// Applies what is above the version in `schema_migrations`, as golang-migrate does, and leaves out
/// the files that `SKIP` lists.
const RUNNER: &str = r#"set -eu
run() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set VERBOSITY=verbose "$@"; }
cd "$(dirname "$0")"
run --command 'create table if not exists schema_migrations (version bigint primary key, dirty boolean not null)' 2>/dev/null
at=$(run --tuples-only --no-align --command 'select coalesce(max(version), 0) from schema_migrations')
for file in migrations/*.up.sql; do
    name=$(basename "$file")
    version=$(echo "$name" | sed 's/_.*//;s/^0*//')
    case ",${SKIP:-}," in *",$name,"*) continue ;; esac
    [ "$version" -gt "$at" ] || continue
    echo "applying $name"
    run --single-transaction --file "$file"
    run --command "truncate schema_migrations" --command "insert into schema_migrations values ($version, false)"
done
"#;

const FILES: &[(&str, &str)] = &[
    ("migrate.sh", RUNNER),
    ("migrations/0001_users.up.sql", "create table users (id integer);\n"),
    ("migrations/0002_posts.up.sql", "create table posts (id integer);\n"),
    ("migrations/0003_tags.up.sql", "create table tags (id integer);\n"),
];

fn project(rest: &str) -> Project {
    let project = Project::new(FILES);
    let scenario = format!("migrations = '../migrations'\n{rest}");
    project.write("scenarios/own.toml", scenario);
    project
}

fn run(project: &Project) -> Ran {
    let words = ["run", "--backend", "local", "--allow-commands"];
    project.run(&[&words[..], &["--json", "out.json", "--junit", "out.xml"]].concat())
}

const CALLED: &str = "[replay]\nrunner = 'sh ../migrate.sh'\ntransaction = 'runner'\n";

#[tokio::test]
async fn what_the_runner_applied_is_read_from_its_history_table() {
    if !local_or_say_why().await {
        return;
    }
    let seeds = "[[seed]]\n[[seed]]\nname = 'old'\nthrough = '0002'\n";
    let project =
        project(&format!("{CALLED}{seeds}[expect.schema]\ntables.tags.required = ['id']\n"));
    run(&project).assert(0, &["2 passed"]);
    let report: serde_json::Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let applied = |case: usize| {
        let steps = report["cases"][case]["steps"].as_array().unwrap().clone();
        let steps = steps.into_iter().filter(|step| step["pass"] == "apply");
        steps.filter_map(|step| step["migration"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(applied(0), ["0001", "0002", "0003"]);
    assert_eq!(applied(1), ["0003"]);
    assert!(project.read("out.xml").contains("applying 0003_tags.up.sql"));
}

#[tokio::test]
async fn the_failing_file_and_its_sqlstate_are_read_from_the_output() {
    if !local_or_say_why().await {
        return;
    }
    let project = project(CALLED);
    project.write("migrations/0002_posts.up.sql", "create table posts (id integr);\n");
    run(&project).assert(1, &["0002_posts.up.sql", "42704", "type \"integr\" does not exist"]);
    let expected = "[[expect.failure]]\npass = 'apply'\nmigration = '0002'\nsqlstate = '42704'\n";
    project
        .write("scenarios/own.toml", format!("migrations = '../migrations'\n{CALLED}{expected}"));
    run(&project).assert(0, &["1 passed"]);
}

#[tokio::test]
async fn the_exclusion_list_reaches_the_runner() {
    if !local_or_say_why().await {
        return;
    }
    let exclude = "[[exclude]]\nmigration = '0003'\nreason = 'not yet'\n";
    let passed_on = "[replay.runner]\ncommand = 'sh ../migrate.sh'\n\
                     env = { SKIP = '{{ exclude }}' }\n";
    let project = project(&format!("{exclude}{passed_on}"));
    run(&project).assert(0, &["1 passed"]);
    let forgotten = format!("migrations = '../migrations'\n{exclude}{CALLED}");
    project.write("scenarios/own.toml", forgotten);
    run(&project).assert(2, &["the runner ran 0003, which is excluded", "{{ exclude }}"]);
}

#[tokio::test]
async fn a_late_lower_number_that_the_runner_skips_is_a_failure() {
    if !local_or_say_why().await {
        return;
    }
    let seed = "[[seed]]\nname = 'old'\nthrough = '0003'\nexclude = ['0002']\n";
    let project = project(&format!("{CALLED}{seed}"));
    run(&project).assert(1, &["left 0002 pending, below one that it applied", "out-of-order"]);
}

#[tokio::test]
async fn a_second_run_that_changes_rows_or_schema_is_a_failure() {
    if !local_or_say_why().await {
        return;
    }
    let project = project(CALLED);
    let script = format!("{RUNNER}run --command 'insert into users values (1)'\n");
    project.write("migrate.sh", script);
    run(&project).assert(1, &["a second run of the runner changes rows of users"]);
    let script = format!("{RUNNER}run --command \"create table t$(date +%N) ()\"\n");
    project.write("migrate.sh", script);
    run(&project).assert(1, &["a second run of the runner changes the schema"]);
}

#[tokio::test]
async fn a_runner_runs_only_with_leave_and_not_for_ever() {
    if !local_or_say_why().await {
        return;
    }
    let project = project(&format!("{CALLED}[limits]\ncase = '2s'\n"));
    project.write("migrate.sh", "echo working on it; sleep 600 & echo $! > child; wait\n");
    project.run(&["run", "--backend", "local"]).assert(3, &["only with --allow-commands"]);
    let begun = std::time::Instant::now();
    run(&project).assert(1, &["did not end in 2s", "working on it"]);
    assert!(begun.elapsed().as_secs() < 60, "it waited for the runner's children");
    let child = project.read("scenarios/child");
    assert!(!is_alive(child.trim()), "the child of the runner goes on: {child}");
}

/// A process that has ended may still be waiting for its parent to notice.
fn is_alive(process: &str) -> bool {
    assert!(!process.is_empty(), "the runner has not said which child it has");
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.contains("State:") && !status.contains("State:\tZ")
}

#[tokio::test]
async fn a_history_table_of_ones_own_is_read_by_a_query() {
    if !local_or_say_why().await {
        return;
    }
    let runner = "[replay.runner]\ncommand = 'sh ../own.sh'\nhistory = 'select file from done'\n";
    let project = project(runner);
    let script = "cd .. && psql -qc 'create table if not exists done (file text)' 2>/dev/null\n\
                  psql -qf migrations/0001_users.up.sql && psql -qc \"insert into done values ('0001_users')\"\n";
    project.write("own.sh", script);
    run(&project).assert(1, &["left 0002 pending", "left 0003 pending"]);
}

#[tokio::test]
async fn a_runner_runs_in_a_container_image_too() {
    if !docker_or_say_why().await || !local_or_say_why().await {
        return;
    }
    let runner = "[replay.runner]\ncommand = 'sh ../migrate.sh'\nimage = 'postgres:15'\n";
    let project = project(&format!("image = 'postgres:15'\n{runner}"));
    project.write(
        "scenarios/own.toml",
        format!("image = 'postgres:15'\nmigrations = '../migrations'\n{runner}"),
    );
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    for backend in ["container", "local"] {
        let words = ["run", "--backend", backend, "--allow-commands", "--junit", "out.xml"];
        project.run(&words).assert(0, &["1 passed"]);
        assert!(project.read("out.xml").contains("applying 0003_tags.up.sql"));
    }
}

#[tokio::test]
async fn a_runner_in_a_container_has_its_time_too() {
    if !docker_or_say_why().await || !local_or_say_why().await {
        return;
    }
    let runner = "[replay.runner]\ncommand = 'echo started; sleep 600'\nimage = 'postgres:15'\n";
    let project = project(&format!("{runner}[limits]\ncase = '8s'\n"));
    run(&project).assert(1, &["did not end in 8s", "started"]);
}
