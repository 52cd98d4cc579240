//! A lineage over what may matter tells of it what one over everything tells.

use proptest::prelude::*;
use proptest::sample::select;
use rstest::rstest;

use super::told::authors;
use crate::lineage::{Effect, Lineage, Opening, Readings, double_definitions};
use crate::sql::RowWrite;

/// What rules ask for: who takes something away or writes rows off, and what is made twice with other shapes.
fn told(lineage: &Lineage) -> Vec<String> {
    let all = lineage.happenings();
    let takes = |effect: &Effect| {
        matches!(effect, Effect::Removed | Effect::Written(RowWrite::Delete | RowWrite::Truncate))
    };
    let made_by = |object: &crate::schema::ObjectId, before: usize| {
        let mut makers =
            all[..before].iter().filter(|it| it.effect.brings() && it.object == *object);
        makers.next_back().map(|it| it.author)
    };
    let lost = all.iter().enumerate().filter(|(_, it)| takes(&it.effect)).map(|(number, it)| {
        let maker = made_by(&it.object, number);
        format!("{} {} {:?} {} of {maker:?}", it.author, it.statement, it.effect, it.object)
    });
    let doubles = double_definitions(lineage).into_iter().map(|double| {
        let by = |number: usize| all.get(number).map(|it| (it.author, it.statement));
        format!(
            "{} {:?} {:?} {:?}",
            double.object,
            by(double.first),
            by(double.second),
            double.differences
        )
    });
    lost.chain(doubles).collect()
}

fn both(files: &[&str]) -> (Vec<String>, Vec<String>) {
    let authors = authors(files);
    let readings = Readings::lean();
    let whole = Lineage::of(&authors, &Opening::default(), &readings);
    let narrowed = Lineage::of(&authors, &Opening::default(), &readings.narrowed(&authors));
    (told(&whole), told(&narrowed))
}

const STATEMENTS: &[&str] = &[
    "create table @ (a int, b text)",
    "create table if not exists @ (a int, c text)",
    "create table @ (like % including all)",
    "alter table @ add column if not exists d int",
    "alter table @ add column d text",
    "alter table @ drop column b",
    "alter table @ rename to %",
    "alter table @ rename column a to z",
    "alter table @ alter column a type bigint",
    "alter table @ set schema other",
    "drop table @",
    "drop table if exists @ cascade",
    "truncate @",
    "delete from % where a = 1",
    "insert into @ (a) values (1)",
    "create index on @ (a)",
    "create view v_@ as select a from %",
    "drop view v_@",
    "create function f_@() returns void language plpgsql as $$ begin drop table %; end $$",
    "select f_@()",
    "do $$ begin if true then create table % (q int); end if; end $$",
    "create type @_kind as enum ('x')",
    "alter type @_kind add value 'y'",
    "alter type @_kind rename to %_kind",
    "create schema other",
    "set search_path = other, public",
    "alter table @ add constraint c_@ foreign key (a) references % (a)",
];

proptest! {
    #[test]
    fn nothing_is_lost_by_leaving_out_what_cannot_matter(
        files in prop::collection::vec(
            (select(STATEMENTS), select(&["t", "u", "v", "w"][..]), select(&["t", "u", "v", "x"][..])),
            1..14,
        )
    ) {
        let files: Vec<_> = files
            .iter()
            .map(|(text, one, other)| text.replace('@', one).replace('%', other))
            .collect();
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let (whole, narrowed) = both(&files);
        prop_assert_eq!(whole, narrowed, "{:#?}", files);
    }
}

#[test]
fn what_nobody_makes_twice_or_takes_away_is_not_followed() {
    let authors = authors(&["create table a (x int)", "create table b (x int)", "drop table b"]);
    let readings = Readings::lean();
    let narrowed = Lineage::of(&authors, &Opening::default(), &readings.narrowed(&authors));
    assert!(narrowed.happenings().iter().all(|it| it.object.name.starts_with("public.b")));
    assert!(!narrowed.happenings().is_empty());
}

#[rstest]
#[case::whole_schemas_are_dropped(
    &["create schema s", "create table s.a (x int)", "drop schema s cascade"]
)]
#[case::one_gets_the_name_of_another(
    &["create table w (a int)", "alter table w rename to t", "create table t (q int)"]
)]
fn what_is_seen_by_following_everything_is_seen(#[case] files: &[&str]) {
    let (whole, narrowed) = both(files);
    assert_eq!(whole, narrowed);
    assert!(!whole.is_empty());
}
