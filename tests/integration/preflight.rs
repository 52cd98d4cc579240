//! What the files need and the server lacks is told before the first statement, and fails nothing by itself.

use migration_replay::outcome::{Event, LackKind, RunOutcome};
use migration_replay::postgres::BackendChoice;
use migration_replay::report::{json, junit};

use crate::support::{Project, assert_ended, server_or_say_why};

const EMBEDDINGS: (&str, &str) = ("003_embeddings.sql", "create table embeddings (e vector(3));\n");

async fn replay(second: &str) -> (RunOutcome, Vec<Event>) {
    let users = ("001_users.sql", "create table users (id integer);\n");
    let project = Project::with_scenario(
        &[users, ("002_vector.sql", second), EMBEDDINGS],
        "image = 'postgres:15'\n",
    );
    project.replay(BackendChoice::Auto, |_| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_extension_is_known_before_the_first_statement() {
    if !server_or_say_why().await {
        return;
    }
    let (outcome, events) = replay("create table tags ();\ncreate extension vector;\n").await;
    assert_ended(&outcome, 1);
    let position = |is_it: &dyn Fn(&Event) -> bool| events.iter().position(is_it);
    let told = position(&|event| matches!(event, Event::Lacking { .. })).unwrap();
    let first_step = position(&|event| matches!(event, Event::StepFinished { .. })).unwrap();
    assert!(told < first_step);
    let [lack] = outcome.cases[0].lacks.as_slice() else { panic!("{:?}", outcome.cases[0].lacks) };
    assert_eq!((lack.kind, lack.place.line_column().line), (LackKind::Extension, 2));
    let falls: Vec<_> = lack.falls.iter().map(ToString::to_string).collect();
    assert_eq!(falls, ["003_embeddings.sql"]);
    let because = outcome.cases[0].failures[0].found.because.join("\n");
    assert!(because.contains("known before the first statement: this server lacks"), "{because}");
    let report: serde_json::Value = serde_json::from_str(&json(&outcome)).unwrap();
    let preflight = &report["cases"][0]["preflight"][0];
    assert_eq!(preflight["need"], "extension vector");
    assert_eq!(preflight["migration"], "002_vector.sql");
    assert_eq!(preflight["falls"], serde_json::json!(["003_embeddings.sql"]));
    assert!(
        junit(&outcome).contains("<system-out><![CDATA[this server lacks the extension vector")
    );
}

/// The server has the last word: the file goes on without it, and so does the case.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_do_without_it_fails_nothing() {
    if !server_or_say_why().await {
        return;
    }
    let guarded = "do $$ begin
            create extension vector;
        exception when others then
            create domain vector as text;
        end $$;\n";
    let project = Project::with_scenario(
        &[("002_vector.sql", guarded), ("003_notes.sql", "create table notes ();\n")],
        "image = 'postgres:15'\n",
    );
    let (outcome, _) = project.replay(BackendChoice::Auto, |_| {}).await;
    assert_ended(&outcome, 0);
    assert!(outcome.cases[0].lacks.is_empty(), "nobody needs it: {:?}", outcome.cases[0].lacks);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_wanted_or_all_is_there_nothing_is_told() {
    if !server_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(
        &[(
            "001_all.sql",
            "create extension pg_trgm;\ncreate role preflight_app;\ncreate table t ();\nalter table t owner to preflight_app;\n",
        )],
        "image = 'postgres:15'\n",
    );
    let (outcome, _) = project.replay(BackendChoice::Auto, |_| {}).await;
    assert_ended(&outcome, 0);
    assert!(outcome.cases[0].lacks.is_empty(), "{:?}", outcome.cases[0].lacks);
}
