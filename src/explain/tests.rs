//! Explanations of small files: the last of them is explained unless the test says otherwise.

use std::sync::Arc;

use rstest::rstest;

use super::*;
use crate::lineage::{Author, Graph, Opening, Readings, Twofold};
use crate::migration::{BodyRule, Migration, MigrationId, Script, Version};
use crate::place::SourceText;

fn author(name: &str, sql: &str) -> Author {
    let script = Script::new(SourceText::new(name, sql));
    let id = MigrationId::new(name);
    Author::Migration(Arc::new(Migration::new(id, Version::new(name), script)))
}

fn explained(files: &[&str], number: usize, rule: BodyRule) -> Explanation {
    let authors = files.iter().enumerate();
    let authors: Vec<_> =
        authors.map(|(at, sql)| (author(&format!("{}.sql", at + 1), sql), None)).collect();
    let (opening, readings) = (Opening::default(), Readings::new());
    let told = Twofold::of(&authors, &opening, &readings);
    let request = Request { told: &told, opening: &opening, readings: &readings, rule };
    Explanation::of(request, &Graph::of(&told.all), number).unwrap()
}

fn last(files: &[&str]) -> Explanation {
    explained(files, files.len() - 1, BodyRule::STATEMENTS)
}

/// Each statement: whether it can run again.
fn repeats(files: &[&str]) -> String {
    let told = last(files).steps.into_iter().map(|step| match step.repeat {
        Repeat::Harmless => "harmless".to_owned(),
        Repeat::Same => "same".to_owned(),
        Repeat::Guarded(guard) => guard.to_owned(),
        Repeat::Unsure(why) => format!("unsure: {why}"),
        Repeat::Once(why) => format!("once: {why}"),
    });
    told.collect::<Vec<_>>().join("; ")
}

const T: &str = "create table t (id int primary key, a int, b text)";

#[rstest]
#[case::made("create table u (a int)", "once: table public.u is there already")]
#[case::guarded("create table if not exists u (a int)", "IF NOT EXISTS")]
#[case::replaced("create or replace view v as select a from t", "OR REPLACE")]
#[case::dropped_first(
    "drop view if exists v; create view v as select a from t",
    "same; dropped before it is made"
)]
#[case::drop("drop table t", "once: table public.t is not there any more")]
#[case::drop_guarded("drop table if exists t", "IF EXISTS")]
#[case::renamed(
    "alter table t rename a to c",
    "once: column public.t.a is not there any more, or the new name is taken"
)]
#[case::filled_from_what_is_gone(
    "alter table t add if not exists c int; update t set c = a; alter table t drop if exists a",
    "IF NOT EXISTS; once: column public.t.a is not there any more; IF EXISTS"
)]
#[case::inserted("insert into t values (1)", "once: its rows would be inserted again")]
#[case::inserted_once("insert into t values (1) on conflict do nothing", "ON CONFLICT")]
#[case::inserted_if_missing(
    "insert into t select 1 where not exists (select from t)",
    "WHERE NOT EXISTS"
)]
#[case::into_a_new_table(
    "drop table if exists u; create table u (a int); insert into u values (1)",
    "same; dropped before it is made; same"
)]
#[case::constant("update t set a = 1", "same")]
#[case::counted(
    "update t set a = a + 1",
    "unsure: its values build on what is there, or are others each time"
)]
#[case::lowered("update t set b = lower(b)", "same")]
#[case::default("alter table t alter a set default 1", "same")]
#[case::rows_secured("alter table t enable row level security", "same")]
#[case::constrained(
    "alter table t add constraint c check (a > 0)",
    "once: constraint public.t.c is there already"
)]
#[case::looks_first(
    "do $$ begin if not exists (select) then create type m as enum ('x'); end if; end $$",
    "under a condition"
)]
#[case::setting("set lock_timeout = '2s'", "harmless")]
#[case::called(
    "create or replace function f() returns int language sql as 'select 1'; select f()",
    "OR REPLACE; unsure: it calls function public.f()"
)]
fn a_statement_can_run_twice_or_not(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(repeats(&[T, sql]), expected);
}

#[rstest]
#[case::no("create table if not exists t (a int); create index i on t (a)", Again::Cannot(1))]
#[case::yes("create index if not exists i on t (a)", Again::Can)]
#[case::unsure("update t set a = a + 1", Again::Unsure(0))]
fn the_first_statement_in_the_way_is_named(#[case] sql: &str, #[case] expected: Again) {
    assert_eq!(last(&[T, sql]).again, expected);
}

/// Each lock: line, table, mode.
fn locks(files: &[&str]) -> String {
    let told = last(files)
        .locks
        .into_iter()
        .map(|lock| format!("{} {} {}", lock.statement, lock.table.name, lock.mode.name()));
    told.collect::<Vec<_>>().join("; ")
}

#[rstest]
#[case::there("alter table t add c int", "0 public.t ACCESS EXCLUSIVE")]
#[case::its_own("create table u (a int); alter table u add c int", "")]
#[case::renamed_here(
    "alter table t rename to u; update u set a = 1",
    "0 public.t ACCESS EXCLUSIVE; 1 public.u ROW EXCLUSIVE"
)]
#[case::strongest(
    "alter table t alter a set statistics 9, add c int",
    "0 public.t ACCESS EXCLUSIVE"
)]
#[case::by_its_index("drop index t_b", "0 public.t ACCESS EXCLUSIVE")]
#[case::by_a_new_key("create table u (a int references t)", "0 public.t SHARE ROW EXCLUSIVE")]
#[case::other_side_of_a_key(
    "drop table pointing",
    "0 public.pointing ACCESS EXCLUSIVE; 0 public.t ACCESS EXCLUSIVE"
)]
#[case::in_a_block("do $$ begin alter table t add c int; end $$", "0 public.t ACCESS EXCLUSIVE")]
#[case::in_a_routine(
    "create function f() returns void language plpgsql as 'begin alter table t add c int; end'",
    ""
)]
#[case::absent("drop table if exists nobody", "")]
fn only_tables_that_are_there_before_are_locked(#[case] sql: &str, #[case] expected: &str) {
    let before = "create index t_b on t (b); create table pointing (id int references t)";
    assert_eq!(locks(&[T, before, sql]), expected);
}

#[rstest]
#[case::longer("alter table t alter b type varchar(20)", "varchar(10)", false)]
#[case::shorter("alter table t alter b type varchar(5)", "varchar(10)", true)]
#[case::altered_before(
    "alter table t alter b type varchar(30); alter table t alter b type varchar(20)",
    "varchar(10)",
    true
)]
fn a_rewrite_depends_on_the_type_before(
    #[case] sql: &str,
    #[case] column_type: &str,
    #[case] rewrites: bool,
) {
    let table = format!("create table t (b {column_type} not null default 'x')");
    let cost = last(&[&table, sql]).locks.last().unwrap().cost;
    assert_eq!(matches!(cost, crate::locking::Cost::Rewrite(_)), rewrites, "{cost:?}");
}

const OWN: &str = "begin; create table u (a int); commit";
const CONCURRENTLY: &str = "create index concurrently i on t (a)";
const LABEL: &str = "alter type m add value 'y'; insert into t (b) values ('y')";

#[rstest]
#[case::wrapped(T, BodyRule::STATEMENTS_IN_TRANSACTION, Standing::Whole)]
#[case::alone(T, BodyRule::STATEMENTS, Standing::Could)]
#[case::own(OWN, BodyRule::STATEMENTS, Standing::Own)]
#[case::own_in_theirs(OWN, BodyRule::STATEMENTS_IN_TRANSACTION, Standing::EndsTheirs)]
#[case::refused(CONCURRENTLY, BodyRule::WHOLE_IN_TRANSACTION, Standing::Refused)]
#[case::outside(CONCURRENTLY, BodyRule::STATEMENTS, Standing::Outside)]
#[case::only_statement(CONCURRENTLY, BodyRule::WHOLE, Standing::Outside)]
#[case::not_the_only_one("vacuum; vacuum", BodyRule::WHOLE, Standing::Refused)]
#[case::between("commit; vacuum; begin", BodyRule::STATEMENTS_IN_TRANSACTION, Standing::EndsTheirs)]
#[case::label_used(LABEL, BodyRule::STATEMENTS_IN_TRANSACTION, Standing::Refused)]
#[case::label_used_later(LABEL, BodyRule::STATEMENTS, Standing::Outside)]
fn a_migration_stands_to_transactions_as_its_tool_has_it(
    #[case] sql: &str,
    #[case] rule: BodyRule,
    #[case] expected: Standing,
) {
    let before = "create table t (a int, b text); create type m as enum ('x')";
    let number = usize::from(sql != T);
    assert_eq!(
        explained(&[if number == 0 { T } else { before }, sql], number, rule).transaction.standing,
        expected
    );
}

#[test]
fn neighbours_are_told_with_what_is_between_them() {
    let files = [T, "create view v as select a from t", "create view w as select a from v"];
    let told = explained(&files, 1, BodyRule::STATEMENTS).neighbours;
    let names = |all: &[Neighbour]| all.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&told.needs), ["1.sql"]);
    assert_eq!(names(&told.needed_by), ["3.sql"]);
    let through: Vec<_> =
        told.needed_by[0].through.iter().map(|link| link.object.to_string()).collect();
    assert_eq!(through, ["column public.v.a", "view public.v"]);
}
