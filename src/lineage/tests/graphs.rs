use rstest::rstest;

use super::told::lineage;
use crate::lineage::{Disagreement, Graph, Lineage, Requirement, disagreements};

/// `2 requires 1 (table public.t)`, for all, in order.
fn requires(lineage: &Lineage) -> String {
    let graph = Graph::of(lineage);
    let said = graph.nodes().iter().enumerate().flat_map(|(number, node)| {
        node.requires.iter().map(move |requirement| one(number, requirement))
    });
    said.collect::<Vec<_>>().join("; ")
}

fn one(number: usize, requirement: &Requirement) -> String {
    let through: Vec<_> = requirement.through.iter().map(|it| it.object.to_string()).collect();
    format!("{} requires {} ({})", number + 1, requirement.author + 1, through.join(", "))
}

#[rstest]
#[case::column(
    &["create table t (a int)", "create index on t (a)"],
    "2 requires 1 (table public.t, column public.t.a)"
)]
#[case::added_column(
    &["create table t (a int)", "alter table t add b int", "update t set b = 1"],
    "2 requires 1 (table public.t); 3 requires 1 (table public.t); 3 requires 2 (column public.t.b)"
)]
#[case::foreign_key(
    &["create table t (id int primary key)", "create table s (t int references t (id))"],
    "2 requires 1 (table public.t, column public.t.id)"
)]
#[case::renamed(
    &["create table t (a int)", "alter table t rename a to b", "select b from t"],
    "2 requires 1 (column public.t.a); 3 requires 2 (column public.t.b); 3 requires 1 (table public.t)"
)]
#[case::made_free(
    &["create table t (a int)", "drop table t", "create table t (b int)"],
    "2 requires 1 (table public.t); 3 requires 2 (table public.t)"
)]
#[case::guarded(&["create table t ()", "drop table if exists t"], "")]
#[case::in_a_routine(
    &["create table t ()", "create function f() returns void language plpgsql as $$ begin delete from t; end $$"],
    ""
)]
#[case::in_a_function_that_is_looked_into(
    &["create table t (a int)", "create function f() returns int language sql as $$ select a from t $$"],
    "2 requires 1 (column public.t.a, table public.t)"
)]
#[case::trigger(
    &["create table t ()", "create function f() returns trigger language plpgsql as 'begin return new; end'",
      "create trigger g before insert on t execute function f()"],
    "3 requires 1 (table public.t); 3 requires 2 (function public.f())"
)]
#[case::own(&["create table t (a int); create index on t (a)"], "")]
fn what_a_migration_requires_is_found(#[case] files: &[&str], #[case] expected: &str) {
    let sorted = |text: &str| {
        let mut parts: Vec<_> = text.split("; ").map(ToOwned::to_owned).collect();
        parts.sort();
        parts
    };
    assert_eq!(sorted(&requires(&lineage(files))), sorted(expected));
}

#[test]
fn an_image_has_to_bring_extensions_and_an_environment_roles() {
    let lineage = lineage(&[
        "create extension vector; create table t (v vector(3))",
        "alter table t add w vector(3); grant select on t to reader",
    ]);
    let graph = Graph::of(&lineage);
    let outside = |number: usize| {
        let outside = graph.nodes()[number].outside.iter().map(|it| it.object.to_string());
        outside.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(outside(0), "extension vector");
    assert_eq!(outside(1), "extension vector, role reader");
}

const CHAIN: &[&str] = &[
    "create table a (id int primary key)",
    "create table b (id int primary key references a)",
    "create table alone ()",
    "create table c (b int references b, a int references a)",
];

#[test]
fn the_longest_chain_and_the_independent_are_found() {
    let graph = Graph::of(&lineage(CHAIN));
    assert_eq!(graph.critical_path(), [0, 1, 3]);
    assert_eq!(graph.independent(), [2]);
    assert_eq!(graph.reduced(), [vec![], vec![0], vec![], vec![1]]);
    assert_eq!(graph.falls_with(&[0]), [1, 3]);
    assert_eq!(graph.required_by(3), [0, 1]);
}

#[rstest]
#[case::missing("-- DEPENDS: 9.sql", "missing 9.sql at 4.sql:1:13; not declared 1; not declared 2")]
#[case::later("-- depends: 2, 4", "later 4 at 4.sql:1:16")]
#[case::not_needed("-- DEPENDS: 2.sql 3.sql", "not needed 3.sql at 4.sql:1:19")]
#[case::not_declared("-- DEPENDS: 1", "not declared 2")]
#[case::reached_through_another("-- DEPENDS: 2", "")]
#[case::several_lines("-- made by hand\n-- DEPENDS: 1.sql\n--DEPENDS: 2.sql\n", "")]
#[case::without_a_header("-- depends on nothing", "")]
fn headers_are_held_against_the_statements(#[case] header: &str, #[case] expected: &str) {
    let last = format!("{header}\n{}", CHAIN[3]);
    let lineage = lineage(&[CHAIN[0], CHAIN[1], CHAIN[2], &last]);
    let found = disagreements(&lineage, &Graph::of(&lineage));
    let said = found.iter().map(|found| match found {
        Disagreement::Missing(it) => format!("missing {} at {}", it.name, it.place),
        Disagreement::Later(it) => format!("later {} at {}", it.name, it.place),
        Disagreement::NotNeeded(it) => format!("not needed {} at {}", it.name, it.place),
        Disagreement::NotDeclared { on, .. } => format!("not declared {}", on + 1),
    });
    assert_eq!(said.collect::<Vec<_>>().join("; "), expected);
}
