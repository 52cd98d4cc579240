//! What a server showed against what the files say.

use rstest::rstest;

use super::told::{authors, history, id, there};
use crate::lineage::{Lineage, Opening, Readings, Sighting, Sightings};
use crate::schema::{Object, ObjectId};

/// `+table public.a` came, `-table public.a` went, `~column public.a.b: type` changed; what belongs to a table says so by its name.
fn sighting(told: &str) -> Sighting {
    let mut sighting = Sighting::default();
    for line in told.split("; ").filter(|line| !line.is_empty()) {
        let (sign, rest) = line.split_at(1);
        match sign {
            "+" => {
                let parents = table_of(&id(rest)).into_iter().collect();
                sighting.appeared.insert(id(rest), Object { parents, ..Object::default() });
            }
            "-" => sighting.vanished.push(id(rest)),
            _ => {
                let (object, property) = rest.split_once(": ").unwrap();
                sighting.changed.entry(id(object)).or_default().push(property.to_owned());
            }
        }
    }
    sighting
}

fn table_of(object: &ObjectId) -> Option<ObjectId> {
    let (table, _) = object.name.rsplit_once('.')?;
    table.contains('.').then(|| id(&format!("table {table}")))
}

fn seen(files: &[&str], shown: &[&str]) -> Lineage {
    let authors_shown = shown.iter().map(|told| Some(sighting(told))).collect();
    let sightings = Sightings { authors: authors_shown, ..Sightings::default() };
    Lineage::seen(&authors(files), &Opening::default(), &Readings::new(), &sightings)
}

#[rstest]
#[case::no_statement_says_it(
    &["select make()"], &["+table public.a; +column public.a.id"],
    "table public.a", "1 made", "column public.a.id; table public.a"
)]
#[case::a_statement_says_it(
    &["create table a ()"], &["+table public.a"],
    "table public.a", "1 made", "table public.a"
)]
#[case::a_branch_that_ran(
    &["do $$ begin if x() then create table a (); end if; end $$"], &["+table public.a"],
    "table public.a", "1 made", "table public.a"
)]
#[case::a_branch_that_did_not_run(
    &["do $$ begin if x() then create table a (); end if; end $$"], &[""],
    "table public.a", "1 notdone", ""
)]
#[case::a_drop_in_a_branch_that_did_not_run(
    &["create table a (id int)", "do $$ begin if x() then drop table a; end if; end $$"],
    &["+table public.a; +column public.a.id", ""],
    "column public.a.id", "1 made; 2 notdone", "column public.a.id; table public.a"
)]
#[case::a_rename_in_a_branch_that_did_not_run(
    &["create table a ()", "do $$ begin if x() then alter table a rename to b; end if; end $$"],
    &["+table public.a", ""],
    "table public.a", "1 made; 2 notdone", "table public.a"
)]
#[case::a_drop_that_no_statement_says(
    &["create table a ()", "select clean()"], &["+table public.a", "-table public.a"],
    "table public.a", "1 made; 2 removed", ""
)]
#[case::a_change_that_no_statement_says(
    &["create table a (id int)", "select widen()"],
    &["+table public.a; +column public.a.id", "~column public.a.id: type"],
    "column public.a.id", "1 made; 2 reshaped([\"type\"])", "column public.a.id; table public.a"
)]
#[case::a_change_that_a_statement_says(
    &["create table a (id int)", "alter table a alter id type bigint"],
    &["+table public.a; +column public.a.id", "~column public.a.id: type"],
    "column public.a.id", "1 made; 2 altered type", "column public.a.id; table public.a"
)]
fn the_server_is_right(
    #[case] files: &[&str],
    #[case] shown: &[&str],
    #[case] object: &str,
    #[case] expected: &str,
    #[case] at_the_end: &str,
) {
    let lineage = seen(files, shown);
    assert_eq!(history(&lineage, object), expected);
    assert_eq!(there(&lineage), at_the_end);
}

#[test]
fn what_only_the_server_showed_is_needed_by_later_files() {
    let lineage = seen(
        &["select make()", "alter table a add column b int"],
        &["+table public.a", "+column public.a.b"],
    );
    let needed = lineage.needs().iter().find(|need| need.object == id("table public.a")).unwrap();
    let maker = &lineage.happenings()[needed.maker.unwrap()];
    assert_eq!((needed.author, maker.author), (1, 0));
}

#[test]
fn what_nobody_looked_at_is_as_the_files_say() {
    let authors = authors(&["do $$ begin if x() then create table a (); end if; end $$"]);
    let sightings = Sightings { authors: vec![None], ..Sightings::default() };
    let lineage = Lineage::seen(&authors, &Opening::default(), &Readings::new(), &sightings);
    assert_eq!(there(&lineage), "table public.a");
}
