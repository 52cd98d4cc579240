//! Generated rows as they stand in the tables: every kind of table has some, and they are awkward.

use std::collections::{BTreeMap, BTreeSet};

use migration_replay::postgres::{PgSession, Session};
use migration_replay::rows::{Facts, KEEPING, Style, Table, Wanted, make};
use migration_replay::scenario::Limits;
use tokio::time::Instant;

use crate::generated_rows::over_rows;
use crate::support::{UrlServer, assert_ended, local_or_say_why};

/// Tables of every kind, and a function that complains about rows that are not awkward.
const MANY: &str = r"
create extension citext;
create type status as enum ('open', 'closed', 'lost');
create type place as (x integer, name text);
create domain address as text check (value ~ '^[^@]+@[^@]+[.][a-z]+$');
create type flavour as enum ('sweet', 'sour');
create domain taste as flavour;
create type dish as (name text, taste taste);
create domain positive as integer not null check (value > 0);
create table all_types (
    id bigint generated always as identity primary key,
    i2 smallint, i4 integer, i8 bigint, n numeric, n52 numeric(5, 2), f4 real, f8 double precision, m money,
    t text, v varchar(7), c char(3), ci citext, b bytea, flag boolean, d date, tm time, tz timetz, ts timestamp,
    tstz timestamptz, iv interval, u uuid, j json, jb jsonb, x xml, bits bit(5), vb bit varying(9), ip inet, net cidr,
    mac macaddr, vec tsvector, q tsquery, p point, bx box, r int4range, dr daterange, mr int4multirange, s status,
    at place, ad address, ar text[], ai integer[], ars status[], dishes dish[], lsn pg_lsn, doubled integer generated always as (i4 / 2) stored);
create table ruled (
    code char(2) primary key check (code ~ '^[A-Z]{2}$'),
    amount positive,
    kind text not null check (kind in ('a', 'b', 'c')),
    percent integer not null check (percent between 0 and 100),
    name varchar(50) not null check (length(btrim(name)) > 3),
    starts timestamptz not null, ends timestamptz,
    check (ends is null or ends > starts),
    mail text, phone text, check (num_nonnulls(mail, phone) = 1),
    done boolean not null, done_at date, check (done = (done_at is not null)),
    tags text[] not null check (cardinality(tags) > 0),
    body jsonb not null check (jsonb_typeof(body) = 'object'));
create table tenants (id uuid primary key default gen_random_uuid(), name text unique);
create table users (
    tenant uuid not null references tenants, id integer not null, email citext not null,
    boss integer, favourite integer, primary key (tenant, id), unique (tenant, email),
    foreign key (tenant, boss) references users (tenant, id));
create unique index on users (lower(email)) where boss is null;
create table posts (
    id serial primary key, tenant uuid not null, author integer not null, during tstzrange not null,
    foreign key (tenant, author) references users (tenant, id), exclude using gist (during with &&));
create table likes (post integer references posts, tenant uuid, who integer, primary key (post, tenant, who),
    foreign key (tenant, who) references users (tenant, id));
create table egg (id serial primary key, hen integer);
create table hen (id serial primary key, egg integer not null references egg);
alter table egg add foreign key (hen) references hen;
create table events (at date not null, region text not null, note text, primary key (at, region)) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01') partition by list (region);
create table events_2024_eu partition of events_2024 for values in ('eu', 'uk');
create table hashed (id integer primary key, note text) partition by hash (id);
create table hashed_0 partition of hashed for values with (modulus 2, remainder 0);
create table hashed_1 partition of hashed for values with (modulus 2, remainder 1);
create table marked (id serial primary key, version text not null, sum integer);
create function count_parts() returns trigger language plpgsql as $$ begin
    new.sum := (select sum(part::integer) from regexp_split_to_table(new.version, '[.]') part);
    return new;
end $$;
create trigger marks before insert on marked for each row execute function count_parts();
create table banned (name text primary key);
create table named (id serial primary key, name text not null unique);
create table uses (named integer not null references named, note text);
create function refuse_banned() returns trigger language plpgsql as $$ begin
    if exists (select from named join banned using (name) where named.id = new.named) then
        raise exception 'this name is banned';
    end if;
    return new;
end $$;
create trigger refuses before insert on uses for each row execute function refuse_banned();
create table empty_by_design (a integer) partition by list (a);
create function complaints() returns setof text language plpgsql as $$
declare it record; nulls bigint; most bigint; rows bigint;
begin
    for it in
        select a.attrelid::regclass::text as tab, a.attname, a.attnotnull, a.atttypid::regtype::text as kind,
            exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey))
            or exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'x') as differs
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and a.attnum > 0 and not a.attisdropped and c.relname <> 'empty_by_design'
    loop
        execute format('select count(*), count(*) filter (where %I is null) from %s', it.attname, it.tab)
            into rows, nulls;
        if rows = 0 then return next it.tab || ' is empty'; end if;
        if not it.attnotnull and nulls = 0 and it.kind <> 'positive' and it.attname <> 'sum' then
            return next it.tab || '.' || it.attname || ' is never null';
        end if;
        if not it.differs then
            execute format('select max(n) from (select count(*) as n from %s where %I is not null group by %I::text) x',
                it.tab, it.attname, it.attname) into most;
            if most < 2 then return next it.tab || '.' || it.attname || ' has no duplicates'; end if;
        end if;
    end loop;
end $$;
";

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_table_is_filled_and_awkward() {
    if !local_or_say_why().await {
        return;
    }
    let query = "[[expect.query]]\nsql = 'select * from complaints()'\nequals = []\n";
    let run = over_rows(&[MANY, "select 1"], query).await;
    let coverage = run.cases[0].coverage.clone().unwrap();
    let unfilled: Vec<_> =
        coverage.unfilled.iter().map(|it| format!("{}: {}", it.table, it.reason)).collect();
    assert_eq!(unfilled, ["public.empty_by_design: it has no partition"]);
    assert_ended(&run, 0);
}

/// Only those that are to be filled are read after each file.
#[tokio::test]
async fn what_is_read_of_some_tables_makes_the_rows_that_all_of_it_makes() {
    let Some(server) = UrlServer::start().await else { return };
    let config = server.url.parse().unwrap();
    let mut session =
        PgSession::open(&config, None, Limits::default(), Instant::now()).await.unwrap();
    session.client().batch_execute(MANY).await.unwrap();
    session.execute(&format!("create schema migration_replay; {KEEPING}")).await.unwrap();
    let all = session.facts().await.unwrap();
    let unfilled = session.unfilled_tables().await.unwrap();
    assert_eq!(BTreeSet::from_iter(unfilled), all.tables.iter().map(|it| it.oid).collect());
    let types: BTreeSet<_> = all.types.values().map(|it| it.name.as_str()).collect();
    let used = [
        "_dish", "_status", "address", "citext", "dish", "flavour", "place", "positive", "status",
        "taste",
    ];
    assert_eq!(types, BTreeSet::from(used));
    for table in &all.tables {
        let some = session.facts_of(&[table.oid]).await.unwrap();
        let names: Vec<_> = some.tables.iter().map(Table::shown).collect();
        assert_eq!(BTreeSet::from_iter(names), with_referenced(&all, table), "{}", table.shown());
        assert!(some.tables.iter().all(|it| all.tables.contains(it)), "{some:?}");
        for style in Style::all() {
            let wanted = Wanted { rows: 20, offset: 0, style };
            let of = |facts: &Facts| make(facts, table, &BTreeMap::new(), wanted);
            assert_eq!(of(&some), of(&all), "{}", table.shown());
        }
    }
    server.stop().await;
}

/// The names of a table and of all that it refers to, directly or not.
fn with_referenced(facts: &Facts, table: &Table) -> BTreeSet<String> {
    let mut found = BTreeSet::from([table.oid]);
    loop {
        let known = facts.tables.iter().filter(|it| found.contains(&it.oid));
        let next: Vec<_> = known.flat_map(|it| &it.references).map(|key| key.to).collect();
        let before = found.len();
        found.extend(next);
        if found.len() == before {
            let all = facts.tables.iter().filter(|it| found.contains(&it.oid));
            return all.map(Table::shown).collect();
        }
    }
}
