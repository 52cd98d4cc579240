use std::collections::BTreeMap;
use std::sync::Arc;

use rstest::rstest;

use super::*;
use crate::migration::MigrationId;
use crate::migration::layout::testing::set_of;
use crate::outcome::{Lack, LackKind};
use crate::place::SourceText;
use crate::plan::{CasePlan, Inputs, Origin, build};
use crate::scenario::{Defaults, parse};

fn case(files: &[(&str, &str)], scenario: &str) -> CasePlan {
    let text = format!("migrations = 'm'\n{scenario}");
    let (scenario, problems) = parse(&SourceText::new("s.toml", text), &Defaults::default());
    let scenario = scenario.unwrap_or_else(|| panic!("{problems}"));
    let inputs = Inputs {
        releases: BTreeMap::new(),
        set: Arc::new(set_of(files)),
        scripts: BTreeMap::new(),
        dumps: BTreeMap::new(),
        environment: BTreeMap::new(),
        origin: Origin::Flags(String::new()),
    };
    let (cases, _) = build(&Arc::new(scenario), &inputs).unwrap();
    cases.into_iter().next().unwrap()
}

/// A server of version 14 with few things.
fn offer() -> Offer {
    let rows = [
        ("extension", "pg_trgm", "1.6"),
        ("extension", "pg_cron", "1.6"),
        ("role", "postgres", ""),
        ("setting", "server_version_num", "140009"),
        ("setting", "shared_preload_libraries", "auto_explain"),
        ("setting", "wal_level", "replica"),
    ];
    Offer::of(rows.map(|(kind, name, value)| (kind.into(), name.into(), value.into())))
}

fn lacks_of(files: &[(&str, &str)], scenario: &str) -> Vec<Lack> {
    let case = case(files, scenario);
    lacks(&case, &Files::default().wants(&case), &offer())
}

fn needs(files: &[(&str, &str)]) -> Vec<String> {
    lacks_of(files, "").into_iter().map(|lack| lack.need).collect()
}

#[rstest]
#[case::extension("create extension if not exists vector", &["extension vector"])]
#[case::extension_there("create extension pg_trgm", &[])]
#[case::extension_version("create extension pg_trgm version '2.0'", &["extension pg_trgm 2.0"])]
#[case::version_there("create extension pg_trgm version '1.6'", &[])]
#[case::preloaded("create extension pg_cron", &["shared_preload_libraries with pg_cron"])]
#[case::in_a_block("do $$ begin create extension vector; end $$", &["extension vector"])]
#[case::guarded("do $$ begin create extension vector; exception when others then null; end $$", &[])]
#[case::in_a_function("create function f() returns void language plpgsql as $$ begin create extension vector; end $$", &[])]
#[case::in_a_string("select 'create extension vector'", &[])]
#[case::dropped("drop extension if exists vector", &[])]
#[case::role("create table t (); grant select on t to app", &["role app"])]
#[case::owner("create table t (); alter table t owner to app", &["role app"])]
#[case::role_there("create table t (); alter table t owner to postgres", &[])]
#[case::everybody("create table t (); grant select on t to public, current_user", &[])]
#[case::no_role("set role none", &[])]
#[case::role_made_before("create role app; set role app", &[])]
#[case::role_made_if_missing("do $$ begin if true then create role app; end if; end $$; set role app", &[])]
#[case::newer_syntax("create table t (a int unique nulls not distinct)", &["PostgreSQL 15"])]
#[case::newest_syntax("merge into t using json_table(s) on true when matched then delete", &["PostgreSQL 17"])]
#[case::old_syntax("create or replace trigger t before insert on t execute function f()", &[])]
#[case::syntax_in_a_string("select 'nulls not distinct'", &[])]
#[case::setting("select pg_create_logical_replication_slot('a', 'pgoutput')", &["wal_level = logical"])]
#[case::setting_of_nobody("grant execute on function pg_create_logical_replication_slot to postgres", &[])]
fn what_a_file_needs_and_the_server_has_not_is_told(#[case] sql: &str, #[case] expected: &[&str]) {
    assert_eq!(needs(&[("1_a.sql", sql)]), expected);
}

const VECTOR: &[(&str, &str)] = &[
    ("1_users.sql", "create table users (id integer);"),
    ("2_vector.sql", "select 1;\ncreate extension vector;\ncreate table notes ();"),
    ("3_embeddings.sql", "create table embeddings (e vector(3));"),
    ("4_more.sql", "alter table embeddings add column note text;"),
    ("5_orders.sql", "create table orders ();"),
    ("6_notes.sql", "alter table notes add column a text;"),
];

fn falls(lack: &Lack) -> Vec<&str> {
    lack.falls.iter().map(MigrationId::as_str).collect()
}

#[test]
fn what_falls_with_it_is_what_needs_it_and_whatever_needs_that() {
    let lacks = lacks_of(VECTOR, "");
    let [lack] = lacks.as_slice() else { panic!("{lacks:?}") };
    assert_eq!(lack.migration, Some(MigrationId::new("2_vector.sql")));
    assert_eq!((lack.kind, lack.statement), (LackKind::Extension, 1));
    assert_eq!(lack.place.line_column().line, 2);
    assert_eq!(falls(lack), ["3_embeddings.sql", "4_more.sql", "6_notes.sql"]);
}

/// The file itself goes on without it.
#[test]
fn of_a_file_with_a_guard_only_those_fall_that_need_the_thing_itself() {
    let mut files = VECTOR.to_vec();
    files[1].1 = "do $$ begin create extension vector; exception when others then null; end $$;
                  create table notes ();";
    let lacks = lacks_of(&files, "");
    assert_eq!(lacks.iter().map(falls).collect::<Vec<_>>(), [["3_embeddings.sql", "4_more.sql"]]);
}

#[rstest]
#[case::excluded("exclude = [{ migration = '2', reason = 'x' }]", 0)]
#[case::in_the_seed("[[seed]]\nthrough = '3'", 1)]
fn only_what_runs_needs_anything(#[case] scenario: &str, #[case] count: usize) {
    assert_eq!(lacks_of(VECTOR, scenario).len(), count);
}

#[test]
fn roles_of_the_setup_are_there() {
    let files = [("1_a.sql", "create table t (); grant select on t to app, other;")];
    let lacks = lacks_of(&files, "setup = { roles = ['app'] }");
    let needs: Vec<_> = lacks.iter().map(|lack| lack.need.as_str()).collect();
    assert_eq!(needs, ["role other"]);
}

#[test]
fn each_need_is_told_once_at_the_first_file_that_has_it() {
    let files = [
        ("1_a.sql", "create table t (); grant select on t to app;"),
        ("2_b.sql", "grant insert on t to app;"),
    ];
    let lacks = lacks_of(&files, "");
    let [lack] = lacks.as_slice() else { panic!("{lacks:?}") };
    assert_eq!((lack.file(), falls(lack)), ("1_a.sql".to_owned(), vec!["2_b.sql"]));
}
