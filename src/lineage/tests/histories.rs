use rstest::rstest;

use super::told::{history, id, laid, lineage, there};
use crate::lineage::{Opening, double_definitions};
use crate::migration::Sessions;

const AGENTS: &str = "create table agents (id int primary key, metadata text)";

#[rstest]
#[case::made_and_dropped(&["create table t (a int)", "drop table t"], "table public.t", "1 made; 2 removed")]
#[case::column(&["create table t (a int)", "alter table t add b text, drop column a"], "column public.t.a", "1 made; 2 removed")]
#[case::with_its_table(&["create table t (a int)", "drop table t"], "column public.t.a", "1 made; 2 removed with table public.t")]
#[case::renamed(&["create table t (a int)", "alter table t rename column a to b"], "column public.t.b", "1 made; 2 renamed from public.t.a")]
#[case::before_it_was_renamed(
    &["create table t (a int)", "alter table t rename column a to b", "alter table t drop b"],
    "column public.t.a",
    "1 made; 2 renamed to public.t.b"
)]
#[case::with_a_renamed_table(
    &["create table t (a int)", "alter table t rename to s"],
    "column public.s.a",
    "1 made; 2 renamed from public.t.a"
)]
#[case::another_schema(
    &["create schema app; create table t (a int)", "alter table t set schema app"],
    "table app.t",
    "1 made; 2 renamed from public.t"
)]
#[case::guarded(&["create table t ()", "create table if not exists t ()"], "table public.t", "1 made; 2 kept")]
#[case::not_there(&["drop table if exists t"], "table public.t", "1 absent")]
#[case::twice(&["create table t ()", "create table t ()"], "table public.t", "1 made; 2 impossible")]
#[case::used_before_it_is_made(&["alter table t add b int", "create table t (a int)"], "table public.t", "2 made")]
#[case::never_made(&["drop table t"], "table public.t", "1 impossible")]
#[case::rows(&["create table t (a int)", "insert into t (a) values (1)"], "column public.t.a", "1 made; 2 insert")]
#[case::type_of_a_column(&["create table t (a int)", "alter table t alter a type text"], "column public.t.a", "1 made; 2 altered type")]
#[case::replaced(
    &["create function f() returns int language sql as 'select 1'", "create or replace function f() returns int language sql as 'select 2'"],
    "function public.f()",
    "1 made; 2 replaced"
)]
#[case::label(&["create type mood as enum ('sad')", "alter type mood add value 'ok'"], "enum value public.mood.ok", "2 made")]
fn what_comes_to_an_object_is_told_in_order(
    #[case] files: &[&str],
    #[case] object: &str,
    #[case] expected: &str,
) {
    assert_eq!(history(&lineage(files), object), expected);
}

#[rstest]
#[case::renamed_into_place(
    "create table agents_new (id int primary key); insert into agents_new select id from agents;
     drop table agents; alter table agents_new rename to agents",
    "1 made; 2 removed with table public.agents; 2 made again without"
)]
#[case::moved_away(
    "alter table agents rename to agents_old; create table agents (id int primary key)",
    "1 made; 2 renamed to public.agents_old.metadata; 2 made again without"
)]
#[case::made_anew(
    "drop table agents cascade; create table agents (id int)",
    "1 made; 2 removed with table public.agents; 2 made again without"
)]
fn a_column_that_a_rebuilt_table_lacks_is_told(#[case] rebuild: &str, #[case] expected: &str) {
    let lineage = lineage(&[AGENTS, rebuild]);
    assert_eq!(history(&lineage, "column public.agents.metadata"), expected);
    assert!(!lineage.exists(&id("column public.agents.metadata")));
    assert!(lineage.exists(&id("column public.agents.id")));
}

#[test]
fn a_column_that_is_added_again_has_one_history() {
    let lineage = lineage(&[
        AGENTS,
        "drop table agents; create table agents (id int)",
        "alter table agents add metadata text",
    ]);
    let expected = "1 made; 2 removed with table public.agents; 2 made again without; 3 made";
    assert_eq!(history(&lineage, "column public.agents.metadata"), expected);
    assert_eq!(lineage.maker(&id("column public.agents.metadata")).unwrap().author, 2);
}

#[test]
fn what_if_not_exists_swallows_names_who_made_the_table() {
    let lineage = lineage(&[
        "create table configs (id int)",
        "create table if not exists configs (id int, scope text, constraint one check (scope = 'a'))",
    ]);
    assert_eq!(history(&lineage, "column public.configs.id"), "1 made; 2 kept");
    assert_eq!(history(&lineage, "column public.configs.scope"), "2 swallowed by 1");
    assert_eq!(history(&lineage, "constraint public.configs.one"), "2 swallowed by 1");
    assert!(!lineage.exists(&id("column public.configs.scope")));
}

#[rstest]
#[case::columns("alter table t drop a", "column public.t.b; table public.t")]
#[case::table("drop table t", "")]
#[case::index(
    "drop index t_b_a_idx",
    "column public.t.a; column public.t.b; constraint public.t.t_pkey; index public.t_pkey; sequence public.t_a_seq; table public.t"
)]
fn what_belongs_to_an_object_goes_with_it(#[case] drop: &str, #[case] expected: &str) {
    let made = "create table t (a serial primary key, b text); create index on t (b, a)";
    assert_eq!(there(&lineage(&[made, drop])), expected);
}

#[rstest]
#[case::table("drop table t cascade", "column public.u.t; table public.u")]
#[case::kind(
    "drop type kind cascade",
    "column public.t.id; column public.u.t; column public.v.id; constraint public.t.t_pkey; constraint public.u.u_t_fkey; index public.t_pkey; table public.t; table public.u; view public.v"
)]
#[case::schema("drop schema public cascade", "")]
fn cascade_takes_what_leans_on_an_object(#[case] drop: &str, #[case] expected: &str) {
    let made = "create type kind as enum ('a'); create table t (id int primary key, of kind);
        create table u (t int references t); create view v as select t.id from t";
    let left = there(&lineage(&[made, drop]));
    let left: Vec<_> = left.split("; ").filter(|id| !id.contains("kind")).collect();
    assert_eq!(left.join("; "), expected);
}

#[rstest]
#[case::path(
    "set search_path to app; create table t ()",
    "create table s ()",
    "table app.s; table app.t"
)]
#[case::local(
    "set local search_path to app; create table t ()",
    "create table s ()",
    "table app.t; table public.s"
)]
#[case::reset("set search_path to app; reset search_path; create table t ()", "", "table public.t")]
#[case::empty(
    "select pg_catalog.set_config('search_path', '', false); create table app.t ()",
    "alter table app.t add a int",
    "column app.t.a; table app.t"
)]
fn the_search_path_says_where_objects_are(
    #[case] first: &str,
    #[case] second: &str,
    #[case] expected: &str,
) {
    assert_eq!(there(&lineage(&[first, second])), expected);
}

#[test]
fn a_session_of_its_own_begins_with_the_path_of_the_opening() {
    let opening = Opening {
        search_path: Some("app, public".to_owned()),
        sessions: Sessions::Own,
        ..Opening::default()
    };
    let files = ["set search_path to other; create table t ()", "create table s ()"];
    assert_eq!(there(&laid(&files, &opening)), "table app.s; table other.t");
}

#[test]
fn what_new_sessions_begin_with_counts_from_the_next_session_on() {
    let files = ["alter role app set search_path to app; create table t ()", "create table s ()"];
    let own = Opening { sessions: Sessions::Own, ..Opening::default() };
    assert_eq!(there(&laid(&files, &own)), "table app.s; table public.t");
    assert_eq!(there(&lineage(&files)), "table public.s; table public.t");
}

#[test]
fn types_of_an_extension_are_in_its_schema() {
    let lineage = lineage(&[
        "create extension vector with schema extensions",
        "create function near(v vector) returns int language sql as 'select 1'",
    ]);
    assert!(lineage.exists(&id("function public.near(extensions.vector)")), "{}", there(&lineage));
}

#[rstest]
#[case::looked_for(
    "do $$ begin if not exists (select from information_schema.columns where column_name = 'b') then
       alter table t add column b int; end if; end $$",
    "2 made"
)]
#[case::handler(
    "do $$ begin alter table t add b int; exception when others then null; end $$",
    "2 made"
)]
#[case::executed("do $$ begin execute 'alter table t add b int'; end $$", "2 made")]
#[case::in_a_routine(
    "create function f() returns void language plpgsql as $$ begin alter table t add b int; end $$",
    "2 unclear"
)]
#[case::executed_in_a_routine(
    "create function f() returns void language plpgsql as $$ begin execute 'alter table t add b int'; end $$",
    "2 unclear"
)]
#[case::called(
    "create function f() returns void language plpgsql as $$ begin alter table t add b int; end $$; select f()",
    "2 unclear; 2 made"
)]
#[case::function_of_a_trigger(
    "create function f() returns trigger language plpgsql as $$ begin alter table t add b int; end $$;
     create trigger g before insert on t execute function f()",
    "2 unclear"
)]
fn what_may_happen_is_taken_for_true_where_it_fits(#[case] sql: &str, #[case] expected: &str) {
    let lineage = lineage(&["create table t (a int)", sql]);
    assert_eq!(history(&lineage, "column public.t.b"), expected);
    assert_eq!(lineage.exists(&id("column public.t.b")), expected.ends_with("made"));
}

#[test]
fn a_branch_that_does_not_fit_changes_nothing() {
    let sql = "do $$ begin if true then alter table t add column a int; end if; end $$";
    let lineage = lineage(&["create table t (a int)", sql]);
    assert_eq!(history(&lineage, "column public.t.a"), "1 made; 2 unclear");
}

#[rstest]
#[case::like(
    "create table s (like t including all)",
    "column public.s.a; constraint public.s.s_pkey; constraint public.s.t_a_check; index public.s_pkey; table public.s"
)]
#[case::like_plain("create table s (like t)", "column public.s.a; table public.s")]
#[case::inherits(
    "create table s (b int) inherits (t)",
    "column public.s.a; column public.s.b; constraint public.s.t_a_check; table public.s"
)]
fn columns_are_taken_over(#[case] sql: &str, #[case] expected: &str) {
    let lineage = lineage(&["create table t (a int primary key check (a > 0))", sql]);
    let there = there(&lineage);
    let there: Vec<_> = there.split("; ").filter(|id| id.contains("public.s")).collect();
    assert_eq!(there.join("; "), expected);
}

#[test]
fn partitions_have_what_their_table_has() {
    let lineage = lineage(&[
        "create table t (a int, b int, primary key (a)) partition by range (a);
         create table t1 partition of t for values from (1) to (2)",
        "create index by_b on t (b); alter table t add c int; alter table t rename b to d",
        "create table t2 (a int not null, d int, c int); alter table t attach partition t2 for values from (2) to (3)",
        "alter table t detach partition t1; alter table t drop c",
    ]);
    let expected = "column public.t.a; column public.t.d; column public.t1.a; column public.t1.c; column public.t1.d; \
        column public.t2.a; column public.t2.d; constraint public.t.t_pkey; constraint public.t1.t1_pkey; \
        constraint public.t2.t2_pkey; index public.by_b; index public.t1_b_idx; index public.t1_pkey; \
        index public.t2_d_idx; index public.t2_pkey; index public.t_pkey; table public.t; table public.t1; table public.t2";
    assert_eq!(there(&lineage), expected);
}

#[test]
fn names_that_postgres_chooses_are_free() {
    let lineage = lineage(&[
        "create table t (a serial primary key)",
        "alter table t rename to old; create table t (a serial primary key)",
    ]);
    for object in
        ["constraint public.t.t_pkey1", "index public.t_pkey1", "sequence public.t_a_seq1"]
    {
        assert!(lineage.exists(&id(object)), "{object} in {}", there(&lineage));
    }
}

#[rstest]
#[case::columns(
    &["create table t (a int, b int)", "create table if not exists t (a text, c int)"],
    "column public.t.a: integer in the first, text in the second; column public.t.c: only in the second; column public.t.b: only in the first"
)]
#[case::unguarded(&["create table t (a int)", "create table t (a int, b int)"], "column public.t.b: only in the second")]
#[case::caught_up(&["create table t (a int)", "alter table t add b int", "create table if not exists t (a int, b int)"], "")]
#[case::dropped_between(&["create table t (a int)", "drop table t", "create table t (b int)"], "")]
#[case::same(&["create table t (a int)", "create table if not exists t (a int)"], "")]
#[case::labels(
    &["create type m as enum ('a', 'b')", "do $$ begin create type m as enum ('a'); exception when duplicate_object then null; end $$"],
    "type public.m: enum ('a', 'b') in the first, enum ('a') in the second; enum value public.m.b: only in the first"
)]
#[case::index(
    &["create table t (a int, b int); create index i on t (a)", "create index if not exists i on t (b)"],
    "index public.i: (a) in the first, (b) in the second"
)]
#[case::function(
    &["create function f() returns int language sql as 'select 1'", "create or replace function f() returns int language sql as 'select 2'"],
    ""
)]
fn two_definitions_of_one_object_are_compared(#[case] files: &[&str], #[case] expected: &str) {
    let doubles = double_definitions(&lineage(files));
    let differences = doubles.iter().flat_map(|double| &double.differences);
    let differences: Vec<_> = differences.map(ToString::to_string).collect();
    assert_eq!(differences.join("; "), expected);
}
