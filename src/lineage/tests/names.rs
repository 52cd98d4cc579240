use rstest::rstest;

use super::told::{history, id, lineage};
use crate::lineage::{Lineage, Opening, Readings};
use crate::schema::{Catalog, Kind, Object, ObjectId};
use crate::sql::Named;

fn example() -> Lineage {
    lineage(&["create extension vector; create role app;
        create table agents (id int, metadata text); create table teams (id int);
        create policy seen on agents using (true); create view recent as select id from agents;
        create function assess(who uuid, at timestamptz) returns int language sql as 'select 1';
        create function assess(who uuid) returns int language sql as 'select 1';
        create table gone (id int); drop table gone"])
}

#[rstest]
#[case("agents", "table public.agents")]
#[case("public.agents", "table public.agents")]
#[case("table agents", "table public.agents")]
#[case("Agents", "table public.agents")]
#[case("agents.metadata", "column public.agents.metadata")]
#[case("column agents.metadata", "column public.agents.metadata")]
#[case("metadata", "column public.agents.metadata")]
#[case("recent", "view public.recent")]
#[case("table recent", "view public.recent")]
#[case(
    "assess",
    "function public.assess(uuid); function public.assess(uuid, timestamp with time zone)"
)]
#[case("assess(uuid, timestamptz)", "function public.assess(uuid, timestamp with time zone)")]
#[case("extension vector", "extension vector")]
#[case("role app", "role app")]
#[case("policy seen", "policy public.agents.seen")]
#[case("gone", "table public.gone")]
#[case("agnts", "")]
fn what_somebody_types_is_found(#[case] text: &str, #[case] expected: &str) {
    let found: Vec<_> = example().find(text).iter().map(ToString::to_string).collect();
    assert_eq!(found.join("; "), expected);
}

#[test]
fn names_alike_are_offered() {
    assert_eq!(example().near("agnts").first(), Some(&id("table public.agents")));
    assert_eq!(
        example().near("agents.metdata").first(),
        Some(&id("column public.agents.metadata"))
    );
    assert!(example().near("xyz").is_empty());
}

#[rstest]
#[case::by_path(Named::new(Kind::Table, None, "agents"), "table public.agents")]
#[case::a_view(Named::new(Kind::Table, None, "recent"), "view public.recent")]
#[case::missing(Named::new(Kind::Table, None, "nothing"), "table public.nothing")]
#[case::column(Named::new(Kind::Table, None, "agents").member(Kind::Column, "id"), "column public.agents.id")]
#[case::missing_column(Named::new(Kind::Table, None, "agents").member(Kind::Column, "order"), "column public.agents.\"order\"")]
#[case::functions(
    Named::new(Kind::Function, None, "assess"),
    "function public.assess(uuid, timestamp with time zone); function public.assess(uuid)"
)]
fn a_name_means_what_is_there_at_the_end(#[case] named: Named, #[case] expected: &str) {
    let found: Vec<_> = example().resolve(&named).iter().map(ToString::to_string).collect();
    assert_eq!(found.join("; "), expected);
}

#[test]
fn what_was_there_before_has_no_maker() {
    let mut catalog = Catalog::default();
    let table = id("table public.t");
    catalog.insert(table.clone(), Object::default());
    let column = Object { parents: vec![table.clone()], ..Object::default() };
    catalog.insert(ObjectId::new(Kind::Column, "public.t.a"), column);
    let opening = Opening { there: Some(&catalog), ..Opening::default() };
    let authors = super::told::authors(&["create table if not exists t (a int, b int)"]);
    let lineage = Lineage::of(&authors, &opening, &Readings::new());
    assert_eq!(history(&lineage, "column public.t.b"), "1 swallowed by nobody");
    assert_eq!(history(&lineage, "table public.t"), "1 kept");
    assert!(lineage.maker(&table).is_none() && lineage.exists(&table));
}

#[test]
fn a_lineage_can_stop_before_a_statement() {
    let authors =
        super::told::authors(&["create table t (a int)", "create table s (); drop table t"]);
    let readings = Readings::new();
    let lineage = Lineage::before(&authors, &Opening::default(), &readings, 1, 1);
    assert!(lineage.exists(&id("table public.t")) && lineage.exists(&id("table public.s")));
}
