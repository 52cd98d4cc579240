//! What `pg_dump --schema-only` shows of a change, comparing catalogs tells: kind by kind, and file by file of this repository.

#![expect(clippy::expect_used, reason = "a failing test may say so")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use migration_replay::postgres::catalog::{Changed, Moment, Prepared, Reading, read, read_again};
use migration_replay::schema::{Catalog, Sides, compare};
use tokio_postgres::{Client, NoTls};

use crate::support::UrlServer;

/// What there is before, a change of it, and the identities that then differ.
struct Case(&'static str, &'static str, &'static str, &'static [&'static str]);

/// Beside those of `catalog_notices`: rare ones, each of which a dump shows.
const TOLD: &[Case] = &[
    Case("the tablespace of a table", "create table t (a integer)", "alter table t set tablespace dump_space", &["table public.t"]),
    Case("the tablespace of an index", "create table t (a integer); create index i on t (a)", "alter index i set tablespace dump_space", &["index public.i"]),
    Case("the tablespace of a constraint's index", "create table t (a integer primary key)", "alter index t_pkey set tablespace dump_space", &["index public.t_pkey"]),
    Case("an option of what is stored apart", "create table t (a text)", "alter table t set (toast.autovacuum_enabled = off)", &["table public.t"]),
    Case("an inherited column that is declared, too", "create table p (a integer); create table c () inherits (p)",
        "alter table c no inherit p; alter table c inherit p", &["column public.c.a"]),
    Case("an inherited constraint that is declared, too", "create table p (a integer constraint one check (a > 0)); create table c (a integer) inherits (p)",
        "alter table c add constraint one check (a > 0)", &["constraint public.c.one"]),
    Case("the comment of an attribute", "create type pair as (one integer)", "comment on column pair.one is 'x'", &["type public.pair"]),
    Case("the comment of a domain's constraint", "create domain d as text constraint one check (value <> '')", "comment on constraint one on domain d is 'x'", &["type public.d"]),
    Case("the name of a multirange", "create type r as range (subtype = numeric)", "drop type r; create type r as range (subtype = numeric, multirange_type_name = many)", &["type public.r", "cast (public.r as public.many)", "cast (public.r as public.r_multirange)"]),
    Case("the default of a base type",
        "create type b; create function b_in(cstring) returns b language internal immutable strict as 'int4in';
        create function b_out(b) returns cstring language internal immutable strict as 'int4out';
        create type b (input = b_in, output = b_out, like = integer)",
        "drop type b cascade; create type b; create function b_in(cstring) returns b language internal immutable strict as 'int4in';
        create function b_out(b) returns cstring language internal immutable strict as 'int4out';
        create type b (input = b_in, output = b_out, like = integer, default = '7', delimiter = ';')", &["type public.b"]),
    Case("how the state of an aggregate travels",
        "create aggregate mean(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine)",
        "create or replace aggregate mean(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine,
        serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize)", &["aggregate public.mean(numeric)"]),
    Case("the space of a moving aggregate",
        "create aggregate total(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer)",
        "create or replace aggregate total(integer) (sfunc = int4pl, stype = integer, msfunc = int4pl, minvfunc = int4mi, mstype = integer, msspace = 8)",
        &["aggregate public.total(integer)"]),
    Case("a text search parser", "", "create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)",
        &["text search parser public.p"]),
    Case("a text search template", "", "create text search template t (lexize = dsimple_lexize, init = dsimple_init)", &["text search template public.t"]),
    Case("the comment of a conversion", "create conversion l for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8", "comment on conversion l is 'x'", &["conversion public.l"]),
    Case("the comment of a language", "create language l handler plpgsql_call_handler", "comment on language l is 'x'", &["language l"]),
    Case("the comment of an access method", "create access method m type table handler heap_tableam_handler", "comment on access method m is 'x'", &["access method m"]),
    Case("the comment of a transform", "create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal))",
        "comment on transform for integer language sql is 'x'", &["transform for integer language sql"]),
    Case("the comment of a subscription", FEED, "comment on subscription s is 'x'", &["subscription s"]),
    Case("the options of a subscription", FEED, "alter subscription s set (synchronous_commit = local, binary = true)", &["subscription s"]),
    Case("a grant on a function of the server", "", "grant execute on function pg_ls_dir(text) to dump_reader", &["grants on function pg_catalog.pg_ls_dir(text)"]),
    Case("a right on the server that PUBLIC lost", "", "revoke execute on function pg_sleep from public", &["grants on function pg_catalog.pg_sleep(double precision)"]),
    Case("a grant on a function of an extension", "create extension pg_trgm", "revoke execute on function show_trgm from public", &["grants on function public.show_trgm(text)"]),
    Case("a grant on the wrapper of an extension", "create extension postgres_fdw", "grant usage on foreign data wrapper postgres_fdw to dump_reader",
        &["grants on foreign data wrapper postgres_fdw"]),
];

const FEED: &str = "create subscription s connection 'host=nowhere' publication p with (connect = false, slot_name = none)";

/// What a dump shows and is not told, for a reason; what is told although no dump shows it.
const APART: &[Case] = &[
    Case(
        "the options of a user mapping may be a password",
        "create foreign data wrapper w; create server s foreign data wrapper w;
        create user mapping for dump_reader server s",
        "alter user mapping for dump_reader server s options (password 'x')",
        &[],
    ),
    Case(
        "a connection may hold a password",
        FEED,
        "alter subscription s connection 'host=elsewhere'",
        &[],
    ),
    Case(
        "another order of columns is only noted",
        "create table t (a integer, b integer)",
        "alter table t drop a; alter table t add a integer",
        &[],
    ),
    Case(
        "a foreign key that nobody checks",
        "create table p (a integer primary key); create table c (a integer constraint c_a references p)",
        "alter table c disable trigger all",
        &["constraint public.c.c_a"],
    ),
    Case(
        "an index that is broken",
        "create table t (a integer); create index i on t (a)",
        "update pg_index set indisvalid = false where indexrelid = 'i'::regclass",
        &["index public.i"],
    ),
];

/// Changes that neither shows.
const SILENT: &[Case] = &[
    Case(
        "rows, and where a sequence is",
        "create table t (a serial)",
        "insert into t default values",
        &[],
    ),
    Case(
        "a grant on an extension's function that was taken back",
        "create extension pg_trgm",
        "grant execute on function show_trgm to dump_reader; revoke execute on function show_trgm from dump_reader",
        &[],
    ),
    Case(
        "a setting of the database",
        "",
        "do $$ begin execute format('alter database %I set work_mem = ''5MB''', current_database()); end $$",
        &[],
    ),
];

const SIDES: Sides<'_> = Sides { left: "before", right: "after" };

/// A server with the programs of its version.
struct Judge {
    server: UrlServer,
    programs: PathBuf,
}

impl Judge {
    async fn start() -> Option<Self> {
        let server = UrlServer::start().await?;
        let programs = server.programs()?;
        Some(Self { server, programs })
    }

    async fn database(&self, name: &str) -> Client {
        let made = self.server.client().await;
        made.batch_execute(&format!("create database {name}")).await.expect("makes a database");
        let url = self.server.url_of(name);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("connects");
        tokio::spawn(connection);
        client
    }

    /// The schema of a database in `pg_dump`'s words, in any order, without what differs each time.
    fn dump(&self, name: &str) -> BTreeSet<String> {
        let output = Command::new(self.programs.join("pg_dump"))
            .args(["--schema-only", "--no-password", "--dbname", &self.server.url_of(name)])
            .output()
            .expect("pg_dump runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let says = |part: &&str| !part.trim().is_empty() && !part.starts_with('\\');
        text.split("\n\n").filter(says).map(str::to_owned).collect()
    }

    async fn look(&self, client: &Client, name: &str) -> (Catalog, BTreeSet<String>) {
        (read(client).await.expect("reads the catalog"), self.dump(name))
    }
}

async fn again(client: &Client, prepared: &Prepared, earlier: Option<&Reading>) -> Reading {
    let earlier = earlier.map(|it| (it, Changed::ANYTHING));
    let read = read_again(client, prepared, Moment::Committed, earlier).await;
    read.expect("reads the catalog again")
}

/// What differs by the catalog, and whether the dump differs.
async fn changed(judge: &Judge, name: &str, case: &Case) -> (BTreeSet<String>, bool, String) {
    let client = judge.database(name).await;
    let run = async |sql: &str| {
        let ran = client.batch_execute(sql).await;
        ran.unwrap_or_else(|error| panic!("{}: {error:?}", case.0));
    };
    run(case.1).await;
    let (before, dump_before) = judge.look(&client, name).await;
    let prepared = Prepared::default();
    let reading = again(&client, &prepared, None).await;
    run(case.2).await;
    let (after, dump_after) = judge.look(&client, name).await;
    let again = again(&client, &prepared, Some(&reading)).await;
    assert!(*again.catalog == after, "{}: read again it is another one", case.0);
    let comparison = compare(&before, &after);
    let found = comparison.identities().into_iter().map(ToString::to_string).collect();
    (found, dump_before != dump_after, comparison.describe(SIDES).join("\n"))
}

/// What is wrong with the cases, where a dump must differ, must not, or may.
async fn complaints(judge: &Judge, name: &str, cases: &[Case], dumps: Option<bool>) -> String {
    let mut wrong = Vec::new();
    for (position, case) in cases.iter().enumerate() {
        let (found, is_dumped, described) =
            changed(judge, &format!("{name}{position}"), case).await;
        let expected: BTreeSet<_> = case.3.iter().map(ToString::to_string).collect();
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found\n{described}", case.0));
        }
        if dumps.is_some_and(|dumps| dumps != is_dumped) {
            wrong.push(format!("{}: a dump shows it: {is_dumped}", case.0));
        }
    }
    wrong.join("\n\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_a_dump_shows_is_told() {
    let Some(judge) = Judge::start().await else { return };
    let admin = judge.server.client().await;
    for sql in [
        "create role dump_reader",
        "set allow_in_place_tablespaces = on",
        "create tablespace dump_space location ''",
    ] {
        admin.batch_execute(sql).await.expect("sets up the server");
    }
    let wrong = complaints(&judge, "told", TOLD, Some(true)).await
        + &complaints(&judge, "apart", APART, None).await
        + &complaints(&judge, "silent", SILENT, Some(false)).await;
    judge.server.stop().await;
    assert_eq!(wrong, "");
}

/// Folders of this repository whose files run one after the other; a file that fails is passed over.
const FOLDERS: &[&str] = &[
    "agents/mended",
    "datastorage-clean-path/mended",
    "datastorage-stubs",
    "plugins/mended",
    "strict/as-found",
    "strict/mended",
    "timestamps/mended",
];

fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("reads the folder")
        .map(|entry| entry.expect("reads the folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .filter(|path| !path.to_string_lossy().contains("down"))
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changes_the_catalog_exactly_where_it_changes_a_dump() {
    let Some(judge) = Judge::start().await else { return };
    let (mut wrong, mut compared, mut silent) = (Vec::new(), 0, 0);
    for (position, folder) in FOLDERS.iter().enumerate() {
        let name = format!("folder{position}");
        let client = judge.database(&name).await;
        let (mut before, mut dump_before) = judge.look(&client, &name).await;
        let prepared = Prepared::default();
        let mut reading = again(&client, &prepared, None).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        for file in sql_files(&path) {
            let sql = std::fs::read_to_string(&file).expect("reads the file");
            let ran = client.batch_execute(&sql).await;
            client.batch_execute("rollback; reset all").await.expect("goes on");
            let (after, dump_after) = judge.look(&client, &name).await;
            reading = again(&client, &prepared, Some(&reading)).await;
            assert!(*reading.catalog == after, "{}: read again it is another one", file.display());
            let comparison = compare(&before, &after);
            let is_dumped = dump_before != dump_after;
            if comparison.is_same() == is_dumped {
                let described = comparison.describe(SIDES).join("\n");
                wrong
                    .push(format!("{}: a dump shows it: {is_dumped}; {described}", file.display()));
            }
            compared += usize::from(ran.is_ok());
            silent += usize::from(ran.is_ok() && !is_dumped);
            (before, dump_before) = (after, dump_after);
        }
    }
    judge.server.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(compared > 60 && silent > 0, "only {compared} files ran, {silent} without a change");
}
