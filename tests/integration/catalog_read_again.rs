//! A catalog that is read again by what has changed is the one that is read as a whole.

#![expect(clippy::expect_used, reason = "a failing test may say so")]

use std::collections::{BTreeMap, BTreeSet};

use migration_replay::migration::{LockedChanges, Script};
use migration_replay::place::SourceText;
use migration_replay::postgres::catalog::{
    Changed, Moment, Prepared, Reading, Relations, is_of_rest, read, read_again,
};
use migration_replay::schema::{Catalog, Sides, compare};
use tokio_postgres::{Client, NoTls};

use crate::support::UrlServer;

/// Objects that print each other's names.
const SETUP: &str = "
    create role reader_again;
    create schema app; create schema other;
    create type app.mood as enum ('sad');
    create table app.users (id serial primary key, name text, mood app.mood);
    create table app.posts (id bigint primary key, author integer constraint author references app.users,
        title text collate \"C\" default 'x', constraint titled check (title <> ''));
    create index posts_title on app.posts (lower(title));
    create view app.names as select id, name from app.users;
    create view app.short_names as select left(name, 3) as name from app.names;
    create materialized view app.counts as select author, count(*) from app.posts group by author;
    create table app.days (day date, note text) partition by range (day);
    create table app.days_1 partition of app.days for values from ('2026-01-01') to ('2027-01-01');
    create index days_note on app.days (note);
    create table app.base (a integer); create table app.child (b integer) inherits (app.base);
    create function app.first_user() returns app.users language sql as 'select * from app.users limit 1';
    create function app.touch() returns trigger language plpgsql as 'begin return new; end';
    create function app.is_good(text) returns boolean language sql immutable as 'select true';
    create aggregate app.total(integer) (sfunc = int4pl, stype = integer);
    create trigger touched before update on app.posts for each row execute function app.touch();
    create table app.checked (note text, constraint good check (app.is_good(note)), owner app.users);
    create policy own on app.posts using (author in (select id from app.users));
    create statistics app.both on id, author from app.posts;
    create publication feed for table app.posts;
    create sequence app.tickets; create table app.orders (ticket bigint default nextval('app.tickets'));
    grant select on app.users to reader_again;
    create type app.pair as (one integer, two text);
    create domain app.short as text constraint not_long check (length(value) < 9);";

/// Each goes on from the state that the one before has left.
const CHANGES: &[&str] = &[
    "alter table app.users rename to people",
    "alter table app.people rename column name to full_name",
    "alter table app.people rename constraint users_pkey to people_key",
    "alter table app.people rename column id to number",
    "alter table app.people add column id integer; alter table app.people add column more text",
    "alter table app.people disable trigger all",
    "alter table app.days rename to dates",
    "alter index app.days_note rename to dates_note",
    "alter table app.base rename column a to aa",
    "alter table app.base rename to root",
    "alter function app.touch() rename to touch_it",
    "alter function app.is_good(text) rename to is_fine",
    "create or replace function app.is_fine(text) returns boolean language sql immutable as 'select false'",
    "comment on function app.is_fine(text) is 'so'",
    "drop aggregate app.total(integer)",
    "alter type app.mood rename to temper",
    "alter type app.temper add value 'glad'",
    "alter type app.pair rename attribute one to first",
    "alter domain app.short add constraint not_empty check (value <> '')",
    "alter sequence app.tickets rename to numbers",
    "alter sequence app.numbers owned by app.orders.ticket",
    "alter table app.people alter full_name set storage external",
    "alter role reader_again rename to watcher_again",
    "alter schema app rename to main",
    "alter table main.people set schema other",
    "alter table other.people set (fillfactor = 50, toast.autovacuum_enabled = off)",
    "revoke select on other.people from watcher_again",
    "comment on index main.posts_title is 'found'",
    "comment on column other.people.full_name is 'all of it'",
    "comment on constraint author on main.posts is 'who'",
    "alter index main.posts_title alter column 1 set statistics 500",
    "alter table main.posts replica identity full",
    "alter table main.posts enable row level security",
    "alter policy own on main.posts using (true)",
    "alter table main.posts disable trigger touched",
    "drop trigger touched on main.posts",
    "alter table main.posts drop constraint author",
    "alter table main.dates detach partition main.days_1",
    "alter table main.child no inherit main.root",
    "refresh materialized view main.counts with no data",
    "create or replace view main.names as select number as id, full_name as name, 1 as more from other.people",
    "drop table main.posts cascade",
    "create table main.posts (id integer)",
    "create extension pg_trgm schema other",
    "grant execute on function other.show_trgm(text) to watcher_again",
    "create extension citext; create table main.free (a citext); alter extension citext add table main.free",
    "comment on table main.free is 'an extension has it'; alter extension citext drop table main.free",
    "grant select on pg_catalog.pg_class to watcher_again",
    "grant execute on function pg_catalog.pg_ls_waldir() to watcher_again",
    "update pg_catalog.pg_index set indisvalid = false where indexrelid = 'other.people_key'::regclass",
    "drop function main.first_user()",
    "drop type main.pair",
    "create type main.point as (x integer, y integer)",
    "create unlogged table main.log (a integer, b integer generated always as (a * 2) stored)",
    "create type main.colour as enum ('red'); create table main.paints (colour main.colour not null default 'red')",
    "create type main.size as range (subtype = numeric); create domain main.count as integer",
    "create function main.mixed(main.colour) returns main.size language sql as 'select null::main.size'",
    "drop type main.size cascade; create type main.size as enum ('s', 'm')",
    "create type main.shape as enum ('round'); alter type main.size rename to extent",
    "drop type main.colour cascade",
    "drop type main.shape; alter table main.paints add shape text",
    "drop schema main cascade",
    "create table other.last (a integer)",
    "drop schema other cascade",
];

async fn again(
    (client, prepared): (&Client, &Prepared),
    moment: Moment,
    earlier: Option<(&Reading, Changed<'_>)>,
) -> Reading {
    read_again(client, prepared, moment, earlier).await.expect("reads the catalog again")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_again_by_what_has_changed_is_what_is_read_as_a_whole() {
    let Some(server) = UrlServer::start().await else { return };
    let client = connect(&server).await;
    client.batch_execute(SETUP).await.expect("sets up");
    let prepared = Prepared::default();
    let first = again((&client, &prepared), Moment::Committed, None).await;
    let (mut last, mut by_locks) = (first.clone(), first.clone());
    let (mut spared, mut locked) = (0, 0);
    for change in CHANGES {
        client.batch_execute("begin").await.expect("begins");
        let before = written(&client).await;
        client.batch_execute(change).await.unwrap_or_else(|error| panic!("{change}: {error:?}"));
        let after = written(&client).await;
        let is_new = |(table, count): &(&String, &i64)| before.get(*table) != Some(*count);
        let new: Vec<_> = after.iter().filter(is_new).map(|(table, _)| table).collect();
        let rest = new.iter().any(|table| is_of_rest(table));
        spared += usize::from(!rest);
        let by_sums = Changed { rest, ..Changed::ANYTHING };
        let inside =
            again((&client, &prepared), Moment::InTransaction, Some((&last, by_sums))).await;
        let mut changed = Changed::ANYTHING;
        let (none, known);
        if let Some(LockedChanges { types, functions, .. }) = besides(change) {
            locked += 1;
            none = BTreeSet::new();
            changed = Changed { rest: types, functions, relations: Relations::Locked(&none) };
            let told =
                again((&client, &prepared), Moment::InTransaction, Some((&last, changed))).await;
            assert_same(&told, &inside.catalog, "by its locks", change);
            known = locks(&client).await;
            changed.relations = Relations::Locked(&known);
        }
        client.batch_execute("commit").await.expect("commits");
        let whole = read(&client).await.expect("reads the catalog");
        assert_same(&inside, &whole, "in its transaction", change);
        assert!(*inside.catalog != *last.catalog, "nothing shows of {change}");
        by_locks = again((&client, &prepared), Moment::Committed, Some((&by_locks, changed))).await;
        assert_same(&by_locks, &whole, "by the locks that it had", change);
        for (earlier, how) in [(&last, "before"), (&by_locks, "by locks"), (&first, "first")] {
            let earlier = Some((earlier, Changed::ANYTHING));
            let reading = again((&client, &prepared), Moment::Committed, earlier).await;
            assert_same(&reading, &whole, &format!("from the reading {how}"), change);
        }
        last =
            again((&client, &prepared), Moment::Committed, Some((&last, Changed::ANYTHING))).await;
    }
    assert!(spared > 20, "the sum of the rest was spared {spared} times only");
    assert!(locked > 40, "locks told what has changed {locked} times only");
    drop(client);
    server.stop().await;
}

/// What a change changes besides what it locks.
fn besides(change: &str) -> Option<LockedChanges> {
    Script::new(SourceText::new("change.sql", change)).locked_changes()
}

/// The relations that the open transaction has locked.
async fn locks(client: &Client) -> BTreeSet<u32> {
    let sql = "select relation from pg_locks where pid = pg_backend_pid() and locktype = 'relation'
               and mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')";
    client.query(sql, &[]).await.expect("asks").iter().map(|row| row.get(0)).collect()
}

/// How many rows of each table of the catalog were written, as `writes` of a session counts them.
async fn written(client: &Client) -> BTreeMap<String, i64> {
    let sql = "select format('pg_catalog.%s', relname), n_tup_ins + n_tup_upd + n_tup_del
               from pg_stat_xact_all_tables where schemaname = 'pg_catalog'";
    let rows = client.query(sql, &[]).await.expect("counts");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn assert_same(again: &Reading, whole: &Catalog, how: &str, change: &str) {
    let sides = Sides { left: "read again", right: "read as a whole" };
    let described = compare(&again.catalog, whole).describe(sides);
    assert!(*again.catalog == *whole, "{change}, {how}: {}", described.join("\n"));
}

async fn connect(server: &UrlServer) -> Client {
    let (client, connection) =
        tokio_postgres::connect(&server.url_of("postgres"), NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}
