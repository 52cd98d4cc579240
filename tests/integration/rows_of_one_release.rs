//! Generated rows under migrations that are replayed: what is judged, and that they run one right after the other.

use migration_replay::outcome::{Phase, RunOutcome, Verdict};
use rstest::rstest;

use crate::support::{Project, assert_ended, local_or_say_why, on_shared};

const TABLE: &str = "create table t (id serial primary key, a text)";
const RULE: &str = "alter table t alter a set not null";

/// Whatever was taken out is there again at the end.
const FULL: &str = "[[expect.query]]\nsql = 'select count(*) > 0 from t'\nequals = true\n";

/// Files of one release run one right after the other: what the first makes is empty when the second makes a rule of it,
/// and what it filled is filled. With `strict` somebody writes rows in between.
#[rstest]
#[case::filled_in_one_file_and_required_in_the_next(
    &[TABLE, "alter table t add b text; update t set b = 'x'", "alter table t alter b set not null"]
)]
#[case::a_table_of_the_same_release(
    &[TABLE, "create table u (id serial primary key, a text)", "alter table u add unique (a)"]
)]
#[case::a_key_that_pushed_rows_aside(
    &[
        "create table t (id integer primary key, a text)",
        "alter table t add b text; update t set b = 'x'; insert into t values (1000000, 'a', 'x')",
        "alter table t alter b set not null",
    ]
)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_between_the_files_of_one_release(#[case] migrations: &[&str]) {
    if !local_or_say_why().await {
        return;
    }
    let names = ["001_a.sql", "002_b.sql", "003_c.sql"];
    let files: Vec<_> = names.into_iter().zip(migrations.iter().copied()).collect();
    for (limits, code) in [("", 0), ("limits.generated_rows = 'strict'\n", 1)] {
        let seed = "[[seed]]\nthrough = '001'\nrows = 50\n";
        let project = Project::with_scenario(&files, &format!("{limits}{seed}{FULL}"));
        let (run, _) = project.replay(on_shared(), |_| {}).await;
        assert_ended(&run, code);
        if code == 0 {
            let coverage = run.cases[0].coverage.clone().unwrap();
            assert_eq!((coverage.filled, coverage.tables), (coverage.tables, coverage.tables));
        }
    }
}

/// What is no failure of `apply` is none of the passes after it.
#[rstest]
#[case::a_key_that_a_generated_row_has(
    &["create table t (id integer primary key, a text)", "insert into t values (1000000, 'a')"],
    0
)]
#[case::values_that_it_cannot_compute_with(
    &["create table t (id serial primary key, n integer)", "update t set n = n * 2"],
    1
)]
#[tokio::test(flavor = "multi_thread")]
async fn later_passes_run_over_the_same_rows(#[case] migrations: &[&str], #[case] hazards: usize) {
    if !local_or_say_why().await {
        return;
    }
    let passes = "replay.passes = ['apply', 'interrupt']\n";
    let names = ["001_a.up.sql", "002_b.up.sql"];
    let mut files: Vec<_> = names.into_iter().zip(migrations.iter().copied()).collect();
    files.push(("001_a.down.sql", "drop table t"));
    let seed = "[[seed]]\nthrough = '1'\nrows = 10\n";
    let project = Project::with_scenario(&files, &format!("{passes}{seed}"));
    let (run, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&run, 0);
    assert_eq!(run.cases[0].hazards.len(), hazards, "{:?}", run.cases[0].hazards);
}

/// Only a key that a generated row has taken is our own doing: two rows with one key may be in any database that does not forbid
/// them.
#[rstest]
#[case::into_a_table_of_the_same_file(
    &[TABLE, "create table u (a text primary key); insert into u select a from t where a is not null"],
    1
)]
#[case::into_a_table_of_the_same_release(
    &[TABLE, "create table u (a text unique)", "insert into u select a from t"],
    1
)]
#[case::into_a_table_that_has_rows(
    &["create table t (id serial primary key, a text); create table u (a text primary key)", "insert into u select a from t where a is not null"],
    1
)]
#[case::one_of_each(
    &[TABLE, "create table u (a text primary key); insert into u select distinct a from t where a is not null"],
    0
)]
#[case::taken_in_a_partition(
    &[
        "create table t (id integer primary key, a text) partition by range (id);
            create table t_1 partition of t for values from (minvalue) to (maxvalue)",
        "insert into t values (1000000, 'a')",
    ],
    0
)]
#[tokio::test(flavor = "multi_thread")]
async fn rows_with_one_key_that_are_copied_are_a_failure(
    #[case] migrations: &[&str],
    #[case] code: u8,
) {
    if !local_or_say_why().await {
        return;
    }
    let names = ["001_a.sql", "002_b.sql", "003_c.sql"];
    let mut files: Vec<_> = names.into_iter().zip(migrations.iter().copied()).collect();
    files.push(("009_later.sql", "select 1"));
    let seed = "replay.passes = ['apply']\n[[seed]]\nthrough = '001'\nrows = 20\n";
    let (run, _) = Project::with_scenario(&files, seed).replay(on_shared(), |_| {}).await;
    assert_ended(&run, code);
    let later = run.cases[0].steps.iter().rfind(|it| it.phase == Phase::Apply).unwrap();
    assert_eq!(
        later.verdict == Verdict::Passed,
        code == 0,
        "as any other, it stops the replay: {later:?}"
    );
    assert!(run.cases[0].failures.iter().all(|it| it.found.only_generated), "{run:#?}");
}

/// Their SQLSTATEs.
fn hazards(run: &RunOutcome) -> Vec<&str> {
    let states = run.cases[0].hazards.iter().map(|it| it.found.error.sqlstate.as_ref());
    states.map(|state| state.unwrap().as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_one_key_that_a_settled_file_copies_are_a_hazard() {
    if !local_or_say_why().await {
        return;
    }
    let copies = "create table u (a text unique); insert into u select a from t";
    let files = [("001_a.sql", TABLE), ("002_b.sql", copies), ("009_later.sql", "select 1")];
    let seed = "replay.passes = ['apply']\n[[seed]]\nname = 'old'\nrows = 20\n";
    let (run, _) = Project::with_scenario(&files, seed).replay(on_shared(), |_| {}).await;
    assert_ended(&run, 0);
    assert_eq!(hazards(&run), ["23505"]);
}

/// golang-migrate sends it whole, and what comes before its first COMMIT stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_settled_file_that_commits_in_its_middle_goes_on_behind_that() {
    if !local_or_say_why().await {
        return;
    }
    let twice = "begin; alter table t add b integer; commit; begin; alter table t alter a set not null; commit";
    let files =
        [("1_a.up.sql", TABLE), ("2_b.up.sql", twice), ("3_later.up.sql", "select b from t")];
    let seed = "replay.passes = ['apply']\n[[seed]]\nthrough = '2'\nrows = 20\n";
    let (run, _) = Project::with_scenario(&files, seed).replay(on_shared(), |_| {}).await;
    assert_ended(&run, 0);
    assert_eq!(hazards(&run), ["23502"]);
}

/// What was forgotten is seen as before: the rows are older than the release.
#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_forgotten_in_another_file_of_the_same_release_is_a_failure() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("001_a.sql", TABLE),
        ("002_b.sql", "alter table t add b text"),
        ("003_c.sql", "alter table t alter b set not null"),
    ];
    let project = Project::with_scenario(&files, "[[seed]]\nthrough = '001'\nrows = 10\n");
    let (run, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&run, 1);
    assert!(run.cases[0].failures[0].found.only_generated);
}

/// A table for each row of another, made by a trigger, is filled like any other.
const PARTS: &str = "create table base (note text); create table t (id serial primary key, a text);
    create function part() returns trigger language plpgsql as $$ begin
        execute format('create table part_%s () inherits (base)', new.id); return new; end $$;
    create trigger parts after insert on t for each row execute function part()";

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_triggers_make_are_filled() {
    if !local_or_say_why().await {
        return;
    }
    let files = [("001_a.sql", PARTS), ("002_b.sql", "select 1")];
    let scenario = "replay.passes = ['apply']\n[[seed]]\nthrough = '001'\nrows = 20\n";
    let (run, _) = Project::with_scenario(&files, scenario).replay(on_shared(), |_| {}).await;
    assert_ended(&run, 0);
    let coverage = run.cases[0].coverage.clone().unwrap();
    assert_eq!((coverage.filled, coverage.tables), (22, 22), "{:?}", coverage.unfilled);
}

/// Which of settled and pending files are judged: exit code, and the number of hazards.
#[rstest]
#[case::pending_as_a_note("limits.generated_rows = 'note'", &[TABLE, RULE], 0, 1)]
#[case::settled_and_strict("limits.generated_rows = 'strict'", &[TABLE, RULE, "select 1"], 1, 0)]
#[case::overflow(
    "",
    &["create table t (id serial primary key, n integer)", "update t set n = n * 2"],
    0,
    1
)]
#[case::text_that_is_no_number(
    "",
    &["create table t (id serial primary key, a text, n integer)", "update t set n = a::integer"],
    0,
    1
)]
#[case::json_that_is_no_list(
    "",
    &[
        "create table t (id serial primary key, j jsonb)",
        "create temp table x as select jsonb_array_elements(j) from t",
    ],
    0,
    1
)]
#[case::rows_that_the_file_looks_for_itself(
    "",
    &[
        "create table t (id serial primary key, a text)",
        "do $$ begin if exists (select from t where a is null) then raise 'no a'; end if; end $$",
    ],
    0,
    1
)]
#[case::statements_made_of_texts(
    "",
    &[
        "create table t (id serial primary key, a text)",
        "do $$ declare r record; begin for r in select a from t where a <> '' loop
            execute 'create schema if not exists ' || r.a; end loop; end $$",
    ],
    0,
    1
)]
#[case::more_rows_than_the_one_that_it_looks_for(
    "",
    &[
        "create table t (id serial primary key, a text); insert into t (a) values ('the one')",
        "do $$ declare b text; begin select a into strict b from t; end $$",
    ],
    0,
    1
)]
#[case::statements_that_are_wrong_without_rows(
    "",
    &[
        "create table t (id serial primary key, a text)",
        "do $$ begin execute 'create create'; end $$",
    ],
    1,
    0
)]
#[case::rows_that_a_trigger_refuses(
    "",
    &[
        "create table t (id serial primary key, a text, b integer);
         create function keep() returns trigger language plpgsql as $$ begin raise 'kept'; end $$;
         create trigger keep before update on t for each row execute function keep()",
        "update t set b = 1",
    ],
    1,
    0
)]
#[case::index_over_text_that_is_no_number(
    "",
    &["create table t (id serial primary key, a text)", "create index on t ((a::integer))"],
    1,
    0
)]
#[case::overflow_of_a_type(
    "",
    &["create table t (id serial primary key, n integer)", "alter table t alter n type smallint"],
    1,
    0
)]
#[case::expected(
    "expect.failure = [{ pass = 'apply', migration = '002', sqlstate = '23502', cause = 'existing-rows-violate' }]",
    &[TABLE, RULE],
    0,
    0
)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_judged_can_be_said(
    #[case] limits: &str,
    #[case] migrations: &[&str],
    #[case] code: u8,
    #[case] hazards: usize,
) {
    if !local_or_say_why().await {
        return;
    }
    let files: Vec<_> = ["001_a.sql", "002_b.sql", "003_c.sql"]
        .into_iter()
        .zip(migrations.iter().copied())
        .collect();
    let through = migrations.len() - 1;
    let scenario = format!("{limits}\n[[seed]]\nthrough = '{through:03}'\nrows = 10\n");
    let project = Project::with_scenario(&files, &scenario);
    let (run, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&run, code);
    assert_eq!(run.cases[0].hazards.len(), hazards);
}

/// A table, and a trigger that makes something for each row of it.
fn for_each_row(made: &str) -> String {
    format!(
        "{TABLE};\ncreate function make() returns trigger language plpgsql as $$ begin\n\
         execute format('{made}', new.id); return new; end $$;\n\
         create trigger make after insert on t for each row execute function make();"
    )
}

/// What triggers make for generated rows is not what `converge` compares; whatever else is not on the fresh replay, is.
#[rstest]
#[case::a_table("create table of_%s (id serial primary key, a text unique)", "", 0)]
#[case::a_schema(
    "create schema s_%1$s create table u (a int) create view v as select 1 one",
    "",
    0
)]
#[case::a_view("create view v_%s as select a from t", "", 0)]
#[case::by_hand("create table of_%s ()", "create table of_nobody ()", 1)]
#[case::for_a_given_row("create table of_%s ()", "insert into t values (777, 'x')", 1)]
#[case::a_column("create table of_%s ()", "alter table t add c int", 1)]
#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_replay_need_not_have_what_triggers_make_for_generated_rows(
    #[case] made: &str,
    #[case] seed: &str,
    #[case] code: u8,
) {
    if !local_or_say_why().await {
        return;
    }
    let first = for_each_row(made);
    let files = [("001_a.sql", &*first), ("002_b.sql", "alter table t add b text")];
    let scenario = "[[seed]]\nthrough = '001'\nrows = 5\nsql = ['seed.sql']\n";
    let project = Project::with_scenario(&files, scenario);
    project.write("scenarios/seed.sql", format!("select 1;\n{seed}"));
    let (run, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&run, code);
}
