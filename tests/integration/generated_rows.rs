//! Generated rows: what a migration does to tables that hold some.

use migration_replay::outcome::RunOutcome;
use migration_replay::scenario::Cause;
use rstest::rstest;

use crate::support::{Project, assert_ended, local_or_say_why, on_shared};

/// Replays over generated rows, with every file but the last as the seed state.
pub(crate) async fn over_rows(migrations: &[&str], more: &str) -> RunOutcome {
    let names: Vec<_> = (1..).take(migrations.len()).map(|at| format!("{at:03}_m.sql")).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(migrations.iter().copied()).collect();
    let through = migrations.len() - 1;
    let scenario = format!("[[seed]]\nthrough = '{through:03}'\nrows = 20\n{more}");
    Project::with_scenario(&files, &scenario).replay(on_shared(), |_| {}).await.0
}

/// What a pending file does to rows that nobody wrote by hand, and the query that its failure comes with.
#[rstest]
#[case::not_null(
    &["create table t (id serial primary key, a text)", "alter table t alter a set not null"],
    "23502",
    "SELECT count(*) FROM public.t WHERE a IS NULL"
)]
#[case::unique(
    &["create table t (id serial primary key, a text)", "alter table t add unique (a)"],
    "23505",
    "SELECT a, count(*) FROM public.t GROUP BY a HAVING count(*) > 1"
)]
#[case::cast(
    &["create table t (id serial primary key, a text)", "alter table t alter a type integer using a::integer"],
    "22P02",
    "SELECT count(a::integer) FROM t"
)]
#[case::orphans(
    &[
        "create table p (id serial primary key); create table t (id serial primary key, p integer)",
        "alter table t add foreign key (p) references p (id)",
    ],
    "23503",
    "SELECT count(*) FROM public.t x WHERE x.p IS NOT NULL AND NOT EXISTS (SELECT FROM p y WHERE y.id = x.p)"
)]
#[case::check(
    &["create table t (id serial primary key, a integer)", "alter table t add check (a > 0)"],
    "23514",
    "SELECT count(*) FROM public.t WHERE NOT (a > 0)"
)]
#[case::forgotten_backfill(
    &[
        "create table t (id serial primary key, a text)",
        "alter table t add b text",
        "alter table t alter b set not null",
    ],
    "23502",
    "SELECT count(*) FROM public.t WHERE b IS NULL"
)]
#[case::null_that_was_allowed_later(
    &[
        "create table t (id serial primary key, a text not null)",
        "alter table t alter a drop not null",
        "alter table t alter a set not null",
    ],
    "23502",
    "SELECT count(*) FROM public.t WHERE a IS NULL"
)]
#[case::text_that_is_too_long_in_a_column_that_came_later(
    &[
        "create table t (id serial primary key, a text)",
        "alter table t add b text",
        "alter table t alter b type varchar(20)",
    ],
    "22001",
    "SELECT count(*) FROM t WHERE char_length(rtrim(b)) > 20"
)]
#[case::text_that_is_too_long_where_each_parent_has_one_row(
    &[
        "create table p (id serial primary key); create table t (p integer primary key references p)",
        "alter table t add b text",
        "alter table t alter b type varchar(20)",
    ],
    "22001",
    "SELECT count(*) FROM t WHERE char_length(rtrim(b)) > 20"
)]
#[case::number_that_is_too_large_in_a_column_that_came_later(
    &[
        "create table t (id serial primary key, a text)",
        "alter table t add b integer, add c integer",
        "alter table t alter c type smallint",
    ],
    "22003",
    "SELECT count(c::smallint) FROM t"
)]
#[case::label_that_no_enum_has(
    &[
        "create table t (id serial primary key, a text)",
        "create type e as enum ('x'); alter table t alter a type e using a::e",
    ],
    "22P02",
    "SELECT count(a::e) FROM t"
)]
#[case::unique_index_concurrently(
    &["create table t (id serial primary key, a text)", "create unique index concurrently u on t (a)"],
    "23505",
    "SELECT a, count(*) FROM public.t GROUP BY a HAVING count(*) > 1"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pending_file_that_rows_are_in_the_way_of_fails(
    #[case] migrations: &[&str],
    #[case] sqlstate: &str,
    #[case] query: &str,
) {
    if !local_or_say_why().await {
        return;
    }
    let run = over_rows(migrations, "").await;
    assert_ended(&run, 1);
    let found = &run.cases[0].failures[0].found;
    let state = found.error.sqlstate.as_ref().map(ToString::to_string);
    assert_eq!(state.as_deref(), Some(sqlstate));
    assert_eq!(found.cause.map(Cause::name), Some("existing-rows-violate"));
    assert!(found.only_generated && found.certain, "{found:?}");
    assert_eq!(found.query.as_deref(), Some(query));
    // Nobody can edit it any more: the same file, settled, is a hazard, and the replay goes on.
    let settled = [migrations, &["create table after_it (id integer)"]].concat();
    let run = over_rows(&settled, "").await;
    assert_ended(&run, 0);
    let hazards = &run.cases[0].hazards;
    assert_eq!(hazards.len(), 1, "{hazards:?}");
    assert_eq!(hazards[0].found.query.as_deref(), Some(query));
    let coverage = run.cases[0].coverage.as_ref().unwrap();
    assert_eq!(coverage.filled, coverage.tables, "{coverage:?}");
}

/// People go on writing rows.
#[tokio::test(flavor = "multi_thread")]
async fn what_settled_files_have_emptied_is_filled_again_before_the_pending_ones() {
    if !local_or_say_why().await {
        return;
    }
    let tables = "create table u (id serial primary key); create table t (id integer primary key references u on delete cascade, a text)";
    let rule = "alter table t add unique (a)";
    let run = over_rows(&[tables, "delete from u where id > 2", rule], "").await;
    assert_ended(&run, 1);
    let found = &run.cases[0].failures[0].found;
    assert_eq!(found.cause.map(Cause::name), Some("existing-rows-violate"));
    assert!(found.error.message.contains("\"t_a_key\""), "{found:?}");
}

/// A table may be filled while the one that it refers to takes no rows yet.
#[tokio::test(flavor = "multi_thread")]
async fn what_had_too_little_to_refer_to_is_topped_up_before_the_pending_files() {
    if !local_or_say_why().await {
        return;
    }
    let tables = "create table p (id serial primary key); insert into p default values;
        create table t (id integer primary key references p, a text); create table z (id serial primary key);
        create function wants_z() returns trigger language plpgsql as $$ begin
            if not exists (select from z) then raise 'z is empty'; end if; return new; end $$;
        create trigger wants_z before insert on p for each row execute function wants_z();";
    let full = "[[expect.query]]\nsql = 'select count(*) >= 10 from t'\nequals = true\n";
    assert_ended(&over_rows(&[tables, "select 1"], full).await, 0);
}

#[rstest]
#[case::by_sql_of_the_scenario("select 1", "sql = ['../empty.sql']", "")]
#[case::by_a_pending_file("delete from t", "", "[[expect.change]]\ntable = 't'\nreason = 'old'\n")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_meant_to_be_empty_stays_so(
    #[case] pending: &str,
    #[case] seed: &str,
    #[case] declared: &str,
) {
    if !local_or_say_why().await {
        return;
    }
    let query = "[[expect.query]]\nsql = 'select count(*) from t'\nequals = 0\n";
    let scenario = format!("[[seed]]\nthrough = '001'\nrows = 20\n{seed}\n{declared}{query}");
    let project =
        Project::with_scenario(&[("001_t.sql", TABLE), ("002_more.sql", pending)], &scenario);
    project.write("empty.sql", "delete from t;");
    assert_ended(&project.replay(on_shared(), |_| {}).await.0, 0);
}

const TABLE: &str = "create table t (id serial primary key, a text)";
const RULE: &str = "alter table t alter a set not null";

/// Whatever was taken out is there again at the end.
const FULL: &str = "[[expect.query]]\nsql = 'select count(*) > 0 from t'\nequals = true\n";

/// Folders with nothing wrong, over rows: a seed of nothing but rows, so that every file runs over them.
#[rstest]
#[case::backfilled(&[TABLE, "update t set a = 'x' where a is null", RULE], 0)]
#[case::keys_of_its_own(
    &[
        "create table t (id integer primary key, a text not null unique)",
        "insert into t values (1000000, 'generated-0'), (1000001, 'generated-1-t')",
        "insert into t select 1000002, 'generated-2'",
    ],
    0
)]
#[case::keys_of_its_own_in_a_block(
    &[
        "create table t (id integer primary key)",
        "do $$ begin insert into t values (1000003); end $$",
    ],
    0
)]
#[case::made_from_rows(
    &[
        "create table t (id serial primary key, a text); create table u (a text)",
        "insert into u select a from t",
        "alter table u alter a set not null",
    ],
    1
)]
#[case::written_by_triggers(
    &[
        "create table log (what text); create table t (id serial primary key, a text);
         create function note() returns trigger language plpgsql as $$ begin insert into log values (new.a); return new; end $$;
         create trigger notes after insert on t for each row execute function note()",
        "alter table log alter what set not null",
        "alter table t add b text",
    ],
    1
)]
#[case::foreign_key_later(
    &[
        "create table p (id serial primary key); create table t (id serial primary key, p integer)",
        "alter table t add foreign key (p) references p (id)",
        "alter table t alter p set not null",
    ],
    2
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_clean_folder_is_no_failure(#[case] migrations: &[&str], #[case] hazards: usize) {
    if !local_or_say_why().await {
        return;
    }
    let names: Vec<_> = (1..).take(migrations.len()).map(|at| format!("{at:03}_m.sql")).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(migrations.iter().copied()).collect();
    let through = migrations.len();
    for seed in ["rows = 10".to_owned(), format!("through = '{through:03}'\nrows = 10")] {
        let project = Project::with_scenario(&files, &format!("[[seed]]\n{seed}\n{FULL}"));
        let (run, _) = project.replay(on_shared(), |_| {}).await;
        assert_ended(&run, 0);
        assert_eq!(run.cases[0].hazards.len(), hazards, "{seed}: {:?}", run.cases[0].hazards);
    }
}

#[rstest]
#[case::none(
    "seed = [{ rows = 0 }]",
    "`rows` cannot be the number 0",
    "from 1 to 10000: rows = 50"
)]
#[case::in_words("seed = [{ rows = 'many' }]", "`rows` cannot be the text \"many\"", "rows = 50")]
#[case::judgement(
    "limits = { generated_rows = 'nwe' }",
    "cannot be \"nwe\"",
    "did you mean \"new\"?"
)]
fn rows_that_cannot_be_are_refused(#[case] line: &str, #[case] what: &str, #[case] help: &str) {
    let project = Project::with_scenario(&[("001_a.sql", TABLE)], line);
    project.run(&["run"]).assert(2, &["scenarios/case.toml:2:", what, help]);
}

/// Rows that are given stay as they are, and those that meet a generated one push it aside.
#[tokio::test(flavor = "multi_thread")]
async fn given_rows_stand_beside_generated_ones() {
    if !local_or_say_why().await {
        return;
    }
    let scenario = "[[seed]]\nthrough = '002'\nrows = 10\nsql = ['given.sql', { after = '001', file = 'given_then.sql' }]\n\
        [[expect.query]]\nsql = 'select string_agg(a, chr(44) order by id) from t where a ~ $$^given$$'\n\
        equals = 'given then,given'\n\
        [[expect.query]]\nsql = 'select count(*) > 10 from t'\nequals = true\n";
    let migrations = [
        ("001_a.sql", "create table t (id integer primary key, a text)"),
        ("002_b.sql", "alter table t add b text"),
        ("003_c.sql", "alter table t add c text"),
    ];
    let project = Project::with_scenario(&migrations, scenario);
    project.write("scenarios/given_then.sql", "insert into t values (1000000, 'given then');\n");
    project.write("scenarios/given.sql", "select 1;\ninsert into t values (1000001, 'given');\n");
    let (run, _) = project.replay(on_shared(), |_| {}).await;
    assert_ended(&run, 0);
    assert!(run.cases[0].hazards.is_empty(), "{:?}", run.cases[0].hazards);
}

#[tokio::test]
async fn an_upgrade_over_generated_rows_needs_no_scenario_file() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::new(&[
        ("m/001_t.sql", "create table t (id serial primary key, name text);"),
        ("m/002_name.sql", "alter table t alter name set not null;"),
    ]);
    let ran = project.run(&[
        "run",
        "--migrations",
        "m",
        "--seed-through",
        "001",
        "--rows",
        "10",
        "--backend",
        "local",
    ]);
    ran.assert(
        1,
        &[
            "failed: m@any/through-001",
            "error[23502]",
            "migration-replay run --migrations m --seed-through 001 --rows 10",
        ],
    );
}
