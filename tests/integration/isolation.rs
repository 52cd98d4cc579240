//! What belongs to the whole server: cases that make roles never see each other; all others share.

use migration_replay::outcome::{Event, RunOutcome};
use migration_replay::postgres::BackendChoice;

use crate::support::{Project, UrlServer, assert_ended, local_or_say_why, server_or_say_why};

const USERS: (&str, &str) = ("001_users.sql", "create table users (id integer primary key);\n");
const ROLE: (&str, &str) =
    ("002_role.sql", "create role isolation_app;\ngrant select on users to isolation_app;\n");
/// No parser sees this role.
const HIDDEN_ROLE: (&str, &str) = (
    "002_role.sql",
    "do $$ begin execute 'cre' || 'ate ' || 'ro' || 'le isolation_hidden'; end $$;\n",
);
const TWO_SEEDS: &str = "seed = [{ name = 'fresh' }, { name = 'at-001', through = '001' }]";

/// How many servers became ready.
fn servers(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::ServerReady { .. })).count()
}

fn restarts(events: &[Event]) -> Vec<&str> {
    let mut reasons = Vec::new();
    for event in events {
        if let Event::CaseRestarted { reason, .. } = event {
            reasons.push(reason.as_str());
        }
    }
    reasons
}

async fn replay(migrations: &[(&str, &str)], scenario: &str) -> (RunOutcome, Vec<Event>) {
    let project = Project::with_scenario(migrations, scenario);
    let (outcome, events) = project.replay(BackendChoice::Auto, |_| {}).await;
    assert_ended(&outcome, 0);
    (outcome, events)
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_touch_no_role_share_one_server() {
    if !server_or_say_why().await {
        return;
    }
    let more = "seed = [{ name = 'fresh' }, { name = 'a', through = '001' }, { name = 'b', through = '002' }]";
    let posts = ("002_posts.sql", "create table posts (id integer);\n");
    let (outcome, events) = replay(&[USERS, posts], more).await;
    assert_eq!((outcome.cases.len(), servers(&events)), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_create_the_same_role_do_not_see_each_other() {
    if !server_or_say_why().await {
        return;
    }
    let (outcome, events) = replay(&[USERS, ROLE], TWO_SEEDS).await;
    assert_eq!(outcome.cases.len(), 2);
    assert!(servers(&events) >= 2, "{} servers", servers(&events));
    assert_eq!(restarts(&events), Vec::<&str>::new(), "known before, by parsing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_made_behind_the_parsers_back_is_noticed_and_the_case_runs_again_alone() {
    if !server_or_say_why().await {
        return;
    }
    let (outcome, events) = replay(&[USERS, HIDDEN_ROLE], TWO_SEEDS).await;
    let restarts = restarts(&events);
    assert!(!restarts.is_empty() && restarts[0].contains("isolation_hidden"), "{restarts:?}");
    for case in &outcome.cases {
        let applied = case.steps.iter().filter(|step| step.migration.is_some()).count();
        let expected = if case.head.seed == "fresh" { 2 } else { 1 };
        assert_eq!(applied, expected, "steps of {} are counted once", case.head.name);
    }
}

/// A case beside it that makes no role at all passes too, whichever comes first.
#[tokio::test(flavor = "multi_thread")]
async fn a_stray_role_does_not_fail_the_cases_beside_it() {
    if !server_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(&[USERS, HIDDEN_ROLE], TWO_SEEDS);
    project.write("plain/001_users.sql", USERS.1);
    let query = "[[expect.query]]\nsql = \"select count(*) from pg_roles where rolname = 'isolation_hidden'\"\nequals = 0";
    for name in ["a", "b", "c"] {
        let scenario = format!("migrations = '../plain'\n{query}\n");
        project.write(&format!("scenarios/{name}.toml"), scenario);
    }
    let (outcome, _) = project.replay(BackendChoice::Auto, |_| {}).await;
    assert_ended(&outcome, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setup_with_roles_is_made_once_per_server_and_seen_only_by_its_cases() {
    if !local_or_say_why().await {
        return;
    }
    let roles = "setup = { roles = ['isolation_reader'] }";
    let expects = "[[expect.query]]\nsql = \"select count(*) from pg_roles where rolname = 'isolation_reader'\"\nequals = 1";
    let scenario = format!("{roles}\n{TWO_SEEDS}\n{expects}");
    let project = Project::with_scenario(&[USERS], &scenario);
    let without =
        format!("migrations = '../migrations'\n{}", expects.replace("equals = 1", "equals = 0"));
    project.write("scenarios/without.toml", without);
    let (outcome, events) = project.replay(BackendChoice::Local, |_| {}).await;
    assert_ended(&outcome, 0);
    assert_eq!((outcome.cases.len(), servers(&events)), (3, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_server_given_by_url_roles_need_leave_and_are_taken_back() {
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::with_scenario(&[USERS, ROLE], TWO_SEEDS);
    let url = || BackendChoice::Url(server.url.clone());
    let (refused, _) = project.replay(url(), |_| {}).await;
    assert_ended(&refused, 4);
    let reason = refused.cases[0].reason.clone().unwrap_or_default();
    assert!(
        reason.contains("CREATE ROLE") && reason.contains("--allow-server-objects"),
        "{reason}"
    );
    let (allowed, _) =
        project.replay(url(), |harness| harness.settings.allow_server_objects = true).await;
    assert_ended(&allowed, 0);
    assert_eq!(server.strangers().await, Vec::<String>::new(), "left on the server");
    server.stop().await;
}

/// It stands here for one that somebody else makes while the files are replayed, which nothing tells apart from it.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_server_given_by_url_a_role_that_the_files_do_not_make_stays() {
    let Some(server) = UrlServer::start().await else { return };
    let project = Project::with_scenario(&[USERS, HIDDEN_ROLE], "");
    let page = ["describe", "--backend", &server.url, "-o", "schema.md"];
    project.run(&page).assert(0, &[]);
    assert_eq!(server.strangers().await, ["role isolation_hidden"]);
    server.stop().await;
}
