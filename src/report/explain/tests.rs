use std::sync::Arc;

use super::*;
use crate::explain::{Explanation, Request};
use crate::lineage::{Author, Graph, Opening, Readings, Twofold};
use crate::migration::{BodyRule, Migration, MigrationId, Script, Version};
use crate::place::SourceText;
use crate::report::{ReadFrom, Style};

const FILES: [(&str, &str, Option<&str>); 3] = [
    ("1_users.sql", "create table users (id int primary key, email varchar(80));", None),
    (
        "2_orders.sql",
        "create extension if not exists citext;
create table orders (id int primary key, user_id int references users);
alter table users
    alter email type citext,
    add joined timestamptz default clock_timestamp();
do $$ begin
    if true then update users set email = lower(email); end if;
end $$;
comment on table orders is 'x';
",
        None,
    ),
    ("3_report.sql", "create view report as select user_id from orders;", Some("not now")),
];

fn second() -> Explanation {
    let author = |(name, sql, left_out): &(&str, &str, Option<&str>)| {
        let script = Script::new(SourceText::new(*name, *sql));
        let migration = Migration::new(MigrationId::new(*name), Version::new(*name), script);
        (Author::Migration(Arc::new(migration)), left_out.map(ToOwned::to_owned))
    };
    let authors: Vec<_> = FILES.iter().map(author).collect();
    let (opening, readings) = (Opening::default(), Readings::new());
    let told = Twofold::of(&authors, &opening, &readings);
    let rule = BodyRule::STATEMENTS_IN_TRANSACTION;
    let request = Request { told: &told, opening: &opening, readings: &readings, rule };
    Explanation::of(request, &Graph::of(&told.all), 1).unwrap()
}

#[test]
fn an_explanation_is_told_for_people() {
    insta::assert_snapshot!(explain_text(&second(), Style::Plain), @r#"
    2_orders.sql

    What it does:
      line 1  makes extension citext
      line 2  makes table public.orders (2 columns, 2 constraints, 1 index)
      line 4  changes type of column public.users.email: citext
      line 5  adds column public.users.joined
      line 7  perhaps updates rows of table public.users: email, under a condition
      line 9  comments on table public.orders

    Needs:
      line 1  extension citext, from the image
      1_users.sql
        table public.users (email): line 2, made at its line 1

    Needed by:
      3_report.sql (excluded: not now)
        table public.orders (user_id): line 2, needed at its line 1

    Can it run twice? no: line 2, table public.orders is there already
      line 2  once: table public.orders is there already
      line 3  once: column public.users.joined is there already
      guarded (IF NOT EXISTS): line 1
      guarded (under a condition): line 6
      the same again: line 9

    In a transaction? yes: it is run in one transaction

    Locks on tables that are there before it: reads and writes of table public.users wait until it commits (line 3)
      line 2  table public.users: SHARE ROW EXCLUSIVE, blocks writes
      line 3  table public.users: ACCESS EXCLUSIVE, blocks reads and writes; rewrites the table (each row gets a value of its own)
              gentler: the column without it, SET DEFAULT, then UPDATE in portions
      line 7  perhaps table public.users: ROW EXCLUSIVE, blocks neither reads nor writes; touches every row
              gentler: in portions, each with its own COMMIT
    "#);
}

#[test]
fn an_explanation_is_told_for_a_page() {
    insta::assert_snapshot!(explain_markdown(&second()), @r#"
    ## 2_orders.sql

    ### What it does

    - line 1: makes extension citext
    - line 2: makes table public.orders (2 columns, 2 constraints, 1 index)
    - line 4: changes type of column public.users.email: citext
    - line 5: adds column public.users.joined
    - line 7: perhaps updates rows of table public.users: email, under a condition
    - line 9: comments on table public.orders

    ### Needs

    - line 1: extension citext, from the image
    - 1_users.sql
      - table public.users (email): line 2, made at its line 1

    ### Needed by

    - 3_report.sql (excluded: not now)
      - table public.orders (user_id): line 2, needed at its line 1

    ### Can it run twice?

    No: line 2, table public.orders is there already.

    - line 2: once: table public.orders is there already
    - line 3: once: column public.users.joined is there already
    - guarded (IF NOT EXISTS): line 1
    - guarded (under a condition): line 6
    - the same again: line 9

    ### In a transaction?

    Yes: it is run in one transaction.

    ### Locks on tables that are there before it

    Reads and writes of table public.users wait until it commits (line 3).

    - line 2: table public.users: SHARE ROW EXCLUSIVE, blocks writes
    - line 3: table public.users: ACCESS EXCLUSIVE, blocks reads and writes; rewrites the table (each row gets a value of its own)
      - gentler: the column without it, SET DEFAULT, then UPDATE in portions
    - line 7: perhaps table public.users: ROW EXCLUSIVE, blocks neither reads nor writes; touches every row
      - gentler: in portions, each with its own COMMIT
    "#);
}

#[test]
fn an_explanation_is_told_to_programs() {
    let report: serde_json::Value =
        serde_json::from_str(&explain_json(&[(&[], &second())], ReadFrom::Files)).unwrap();
    let told = &report["explanations"][0];
    assert_eq!(told["runs_twice"]["answer"], "no");
    assert_eq!(told["transaction"]["standing"], "whole");
    assert_eq!(told["strongest_lock"], "ACCESS EXCLUSIVE");
    assert_eq!(told["needed_by"][0]["excluded"], "not now");
    assert_eq!(told["locks"][1]["cost"], "rewrite");
}
