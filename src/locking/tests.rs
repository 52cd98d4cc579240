use rstest::rstest;

use super::*;
use crate::sql::read;

/// Every lock of a statement: mode, cost, and what it is on where that is another table.
fn told(sql: &str, column_type: Option<&str>) -> String {
    let works = read(sql).works;
    let holds = works.iter().flat_map(|work| holds(work, column_type));
    let said = holds.map(|hold| {
        let on = match &hold.on {
            Target::Itself => String::new(),
            Target::Other(table) => format!("{}: ", table.name),
            Target::PointedTo(name) => format!("key {}: ", name.as_deref().unwrap_or("*")),
        };
        let cost = match hold.cost {
            Cost::Brief => "",
            Cost::Rows => ", rows",
            Cost::EveryRow => ", every row",
            Cost::Scan(_) => ", scan",
            Cost::Index => ", index",
            Cost::PerhapsRewrite(_) => ", perhaps rewrite",
            Cost::Rewrite(_) => ", rewrite",
        };
        format!("{on}{}{cost}", hold.mode.name())
    });
    said.collect::<Vec<_>>().join("; ")
}

#[rstest]
#[case::plain("alter table t add a int", "ACCESS EXCLUSIVE")]
#[case::constant("alter table t add a int not null default 0", "ACCESS EXCLUSIVE")]
#[case::stable("alter table t add a timestamptz default now()", "ACCESS EXCLUSIVE")]
#[case::volatile("alter table t add a uuid default gen_random_uuid()", "ACCESS EXCLUSIVE, rewrite")]
#[case::own_function("alter table t add a int default f()", "ACCESS EXCLUSIVE, perhaps rewrite")]
#[case::serial("alter table t add a bigserial", "ACCESS EXCLUSIVE, rewrite")]
#[case::identity(
    "alter table t add a int generated always as identity",
    "ACCESS EXCLUSIVE, rewrite"
)]
#[case::stored(
    "alter table t add a int generated always as (b) stored",
    "ACCESS EXCLUSIVE, rewrite"
)]
#[case::unique("alter table t add a int unique", "ACCESS EXCLUSIVE, index")]
#[case::pointing(
    "alter table t add a int references u",
    "ACCESS EXCLUSIVE; u: SHARE ROW EXCLUSIVE"
)]
#[case::pointing_filled(
    "alter table t add a int default 1 references u",
    "ACCESS EXCLUSIVE, scan; u: SHARE ROW EXCLUSIVE"
)]
#[case::not_null("alter table t alter a set not null", "ACCESS EXCLUSIVE, scan")]
#[case::check("alter table t add check (a > 0)", "ACCESS EXCLUSIVE, scan")]
#[case::later("alter table t add check (a > 0) not valid", "ACCESS EXCLUSIVE")]
#[case::key(
    "alter table t add foreign key (a) references u",
    "SHARE ROW EXCLUSIVE, scan; u: SHARE ROW EXCLUSIVE"
)]
#[case::validate(
    "alter table t validate constraint c",
    "SHARE UPDATE EXCLUSIVE, scan; key c: ROW SHARE"
)]
#[case::attach(
    "alter table t attach partition u for values in (1)",
    "SHARE UPDATE EXCLUSIVE; u: ACCESS EXCLUSIVE, scan"
)]
#[case::index("create index on t (a)", "SHARE, index")]
#[case::index_calmly("create index concurrently i on t (a)", "SHARE UPDATE EXCLUSIVE, index")]
#[case::update("update t set a = 1", "ROW EXCLUSIVE, every row")]
#[case::nested("do $$ begin update t set a = 1 where b; end $$", "ROW EXCLUSIVE, rows")]
#[case::truncate("truncate t", "ACCESS EXCLUSIVE, rewrite")]
#[case::lock("lock table t in share mode", "SHARE")]
#[case::select("select 1 from t", "")]
fn a_statement_locks_tables(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql, None), expected);
}

#[rstest]
#[case::longer("varchar(10)", "varchar(20)", Retyped::Kept)]
#[case::shorter("varchar(20)", "varchar(10)", Retyped::Rewritten)]
#[case::unbounded("varchar(20)", "text", Retyped::Kept)]
#[case::bounded("text", "varchar(20)", Retyped::Rewritten)]
#[case::wider("int", "bigint", Retyped::Rewritten)]
#[case::more_digits("numeric(8, 2)", "numeric(10, 2)", Retyped::Kept)]
#[case::other_scale("numeric(8, 2)", "numeric(10, 4)", Retyped::Rewritten)]
#[case::padded("char(3)", "text", Retyped::Rewritten)]
#[case::zone("timestamp", "timestamptz", Retyped::Unknown)]
#[case::finer("timestamptz(3)", "timestamptz", Retyped::Kept)]
#[case::longer_vector("vector(384)", "vector(768)", Retyped::Rewritten)]
#[case::domain("text", "email", Retyped::Unknown)]
fn a_new_type_keeps_or_rewrites_values(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: Retyped,
) {
    let said = |text: &str| {
        let reading = read(&format!("alter table t alter a type {text}"));
        reading.acts[0].definition.clone().unwrap()
    };
    assert_eq!(retyped(&said(from), &said(to)), expected);
}

#[rstest]
#[case::same("alter table t alter a type text using a::text", "ACCESS EXCLUSIVE")]
#[case::other("alter table t alter a type text using lower(a)", "ACCESS EXCLUSIVE, rewrite")]
fn an_expression_rewrites_unless_it_is_the_cast(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql, Some("character varying(10)")), expected);
}

#[rstest]
#[case::index("create index concurrently i on t (a)", Some("CREATE INDEX CONCURRENTLY"))]
#[case::vacuum("vacuum", Some("VACUUM"))]
#[case::system("alter system set work_mem = '8MB'", Some("ALTER SYSTEM"))]
#[case::slot(
    "create subscription s connection 'c' publication p",
    Some("CREATE SUBSCRIPTION with a slot")
)]
#[case::no_slot(
    "create subscription s connection 'c' publication p with (create_slot = false)",
    None
)]
#[case::plain("create index i on t (a)", None)]
fn some_statements_refuse_a_transaction(#[case] sql: &str, #[case] expected: Option<&str>) {
    assert_eq!(read(sql).works.iter().find_map(refuses_transaction), expected);
}
