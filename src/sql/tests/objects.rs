use rstest::rstest;

use super::told::{acts, told};

#[rstest]
#[case::index(
    "create unique index concurrently if not exists i on app.t using gin (lower(a) app.gin_trgm_ops desc, b collate \"C\") include (c) where d > 0",
    "create index app.i unless there = unique using gin (lower(a) app.gin_trgm_ops desc, b collate \"C\") include (c) where d > 0; \
     use table app.t; use access method gin; use function lower; use column app.t.a; \
     use operator class app.gin_trgm_ops; use column app.t.b; use collation C; \
     use column app.t.c; use column app.t.d"
)]
#[case::index_without_name(
    "create index on app.t (a, lower(b), (c ->> 'x'), ((d)::int), lower(e))",
    "create index app.t_a_lower_expr_d_lower1_idx = (a, lower(b), (c ->> 'x'), ((d)::int), lower(e)); \
     use table app.t; use column app.t.a; use function lower; use column app.t.b; \
     use column app.t.c; use column app.t.d; use function lower; use column app.t.e"
)]
#[case::index_of_btree(
    "create index i on t using btree (a)",
    "create index i = (a); use table t; use access method btree; use column t.a"
)]
#[case::view(
    "create or replace view app.v as select u.id, count(*) as n from users u group by u.id",
    "create view app.v or replace = query aeb6ceb2e2a3cb86; .create column app.v.id; \
     .create column app.v.n; use column users.id; use function count; use table users; \
     use column users.id"
)]
#[case::view_of_all(
    "create view v (a) as select * from t",
    "create view v = query a7bc2620509be141 and more; .create column v.a; use table t"
)]
#[case::materialized_view(
    "create materialized view if not exists v as with r as (select a from t) select a from r",
    "create materialized view v unless there = query b9954d80b14c997e; .create column v.a; \
     use column t.a; use table t"
)]
#[case::recursive_view(
    "create recursive view v (n) as select 1 union all select n + 1 from v",
    "create view v = query a855fb4fc5ab4cc0; .create column v.n"
)]
#[case::sequence(
    "create sequence if not exists app.s as bigint start 5 owned by app.t.id",
    "create sequence app.s unless there = as bigint start 5 owned by app.t.id; \
     use column app.t.id"
)]
#[case::labels(
    "create type app.mood as enum ('sad', 'it''s')",
    "create type app.mood = enum ('sad', 'it''s'); .create enum value app.mood.sad; \
     .create enum value app.mood.it's"
)]
#[case::composite(
    "create type pair as (a int, b app.mood)",
    "create type pair = (a integer, b app.mood); .create column pair.a = integer; \
     .create column pair.b = app.mood; use type app.mood"
)]
#[case::range(
    "create type r as range (subtype = float8, subtype_diff = app.diff)",
    "create type r = range (subtype = float8, subtype_diff = app.diff); \
     use function app.diff"
)]
#[case::shell("create type app.later", "create type app.later")]
#[case::domain(
    "create domain app.name as varchar(9) not null default 'x' constraint short check (length(value) < 9) check (value <> '')",
    "create type app.name = character varying(9) not null default 'x' check (length(value) < 9) check (value <> ''); \
     .create constraint app.name.short = check (length(value) < 9); \
     .create constraint app.name.name_check = check (value <> ''); use function length"
)]
#[case::trigger(
    "create trigger tr before insert or update of a, b on app.t for each row when (new.a is distinct from old.b) execute procedure app.f('x')",
    "create trigger app.t.tr = before insert or update of a, b for each row when (new.a is distinct from old.b) execute function app.f('x'); \
     use column app.t.a; use column app.t.b; use table app.t; use column app.t.a; \
     use column app.t.b; use function app.f"
)]
#[case::constraint_trigger(
    "create constraint trigger tr after insert on t from u deferrable for each row execute function f()",
    "create trigger t.tr = constraint after insert from u deferrable for each row execute function f(); \
     use table t; use table u; use function f"
)]
#[case::policy(
    "create policy \"See own\" on app.t for select to bob, public using (owner = auth.uid()) with check (exists (select 1 from u where u.id = t.id and owner = 1))",
    "create policy app.t.See own = for select to bob, public using (owner = auth.uid()) with check (exists (select 1 from u where u.id = t.id and owner = 1)); \
     use table app.t; use role bob; use column app.t.owner; use function auth.uid; \
     use table u; use column u.id; use column app.t.id; use column .owner among u, app.t"
)]
#[case::rule(
    "create rule r as on insert to app.t where a > 1 do instead insert into u (x) values (new.a)",
    "create rule app.t.r = on insert to app.t where a > 1 do instead insert into u (x) values (new.a); \
     insert table u @routine; .insert column u.x @routine; use table app.t; \
     use column app.t.a; use column app.t.a @routine"
)]
#[case::event_trigger(
    "create event trigger e on ddl_command_end execute function f()",
    "create event trigger e = on ddl_command_end execute function f(); use function f"
)]
#[case::schema(
    "create schema if not exists app authorization bob",
    "create schema app unless there; use role bob"
)]
#[case::schema_of_role("create schema authorization bob", "create schema bob; use role bob")]
#[case::schema_with_objects(
    "create schema app create table t (a int) create view v as select a from app.t",
    "create schema app; create table app.t; .create column app.t.a = integer; \
     create view app.v = query 3d8e356444d8e537; .create column app.v.a; use column app.t.a; \
     use table app.t"
)]
#[case::extension(
    "create extension if not exists \"uuid-ossp\" with schema app version '1.1'",
    "create extension uuid-ossp unless there = with schema app version '1.1'; \
     use schema app"
)]
#[case::role(
    "create role bob with login password 'secret' in role alice",
    "create role bob; use role alice"
)]
#[case::user("create user bob", "create role bob")]
#[case::language(
    "create trusted language plperl",
    "create language plperl; fault expected command, found CREATE_KW at 0..6; \
     fault expected command, found TRUSTED_KW at 7..14; \
     fault expected command, found LANGUAGE_KW at 15..23; \
     fault expected command, found IDENT at 24..30"
)]
#[case::collation(
    "create collation app.c (provider = icu, locale = 'de')",
    "create collation app.c = (provider = icu, locale = 'de')"
)]
#[case::cast(
    "create cast (app.mood as int4) with function f(app.mood) as implicit",
    "create cast (app.mood as integer); use type app.mood; use function f(app.mood)"
)]
#[case::operator(
    "create operator app.=== (leftarg = int, rightarg = app.mood, function = same)",
    "create operator app.===(integer, app.mood); use type app.mood; use function same"
)]
#[case::operator_class(
    "create operator class app.c for type int using btree family f as operator 1 <, function 1 app.cmp(int, int)",
    "create operator class app.c = for type int using btree family f as operator 1 <, function 1 app.cmp(int, int); \
     use access method btree; use operator family f; use function app.cmp(integer, integer)"
)]
#[case::aggregate(
    "create or replace aggregate app.total(int, text) (sfunc = add, stype = app.state)",
    "create aggregate app.total(integer, text) or replace = (sfunc = add, stype = app.state); \
     use function add; use type app.state"
)]
#[case::statistics(
    "create statistics s on a, b from app.t",
    "create statistics s; use column app.t.a; use column app.t.b; use table app.t"
)]
#[case::publication(
    "create publication p for table t, app.u (a) where (b > 1), tables in schema s",
    "create publication p = for table t, app.u (a) where (b > 1), tables in schema s; \
     use table t; use table app.u; use column app.u.a; use column app.u.b; use schema s"
)]
#[case::subscription(
    "create subscription s connection 'host=x password=secret' publication p",
    "create subscription s; use publication p"
)]
#[case::text_search(
    "create text search configuration app.c (copy = pg_catalog.english)",
    "create text search configuration app.c = (copy = pg_catalog.english); \
     use text search configuration pg_catalog.english"
)]
#[case::wrapper(
    "create foreign data wrapper w handler app.h validator v",
    "create foreign data wrapper w = handler app.h validator v; use function app.h; \
     use function v"
)]
#[case::server(
    "create server s foreign data wrapper w options (password 'secret')",
    "create server s; use foreign data wrapper w"
)]
#[case::user_mapping(
    "create user mapping for bob server s options (password 'secret')",
    "create user mapping s.bob; use role bob; use server s"
)]
#[case::foreign_schema(
    "import foreign schema far limit to (a, b) from server s into app",
    "create foreign table app.a and more; create foreign table app.b and more; use server s; \
     use schema app"
)]
#[case::transform(
    "create transform for app.h language plpython3u (from sql with function f(internal))",
    "create transform for app.h language plpython3u; use type app.h; \
     use language plpython3u; use function f(internal)"
)]
#[case::access_method(
    "create access method m type index handler h",
    "create access method m = type index handler h; use function h"
)]
fn objects_are_made(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}

#[rstest]
#[case::tables(
    "drop table if exists a, app.b cascade",
    "drop table a cascade if there; drop table app.b cascade if there"
)]
#[case::index("drop index concurrently if exists app.i", "drop index app.i if there")]
#[case::view("drop view v restrict", "drop view v")]
#[case::materialized_view("drop materialized view app.v", "drop materialized view app.v")]
#[case::functions(
    "drop function if exists app.f(int4, in text, out bool), g cascade",
    "drop function app.f(integer, text) cascade if there; drop function g cascade if there"
)]
#[case::procedure("drop procedure p(int)", "drop procedure p(integer)")]
#[case::routine(
    "drop routine f(varchar(3), timestamptz[])",
    "drop function f(character varying, timestamp with time zone[])"
)]
#[case::aggregate("drop aggregate a(int), b(*)", "drop aggregate a(integer); drop aggregate b()")]
#[case::trigger(
    "drop trigger if exists tr on app.t cascade",
    "drop trigger app.t.tr cascade if there"
)]
#[case::policy("drop policy p on app.t", "drop policy app.t.p")]
#[case::rule("drop rule r on t", "drop rule t.r")]
#[case::types("drop type a, app.b", "drop type a; drop type app.b")]
#[case::domain("drop domain d", "drop type d")]
#[case::sequence("drop sequence s", "drop sequence s")]
#[case::schema("drop schema a, b cascade", "drop schema a cascade; drop schema b cascade")]
#[case::extension("drop extension if exists pgcrypto", "drop extension pgcrypto if there")]
#[case::roles("drop role if exists a, b", "drop role a if there; drop role b if there")]
#[case::owned("drop owned by a", "")]
#[case::operator(
    "drop operator app.=== (int, text), - (none, int)",
    "drop operator app.===(integer, text); drop operator -(none, integer)"
)]
#[case::cast("drop cast (text as int)", "drop cast (text as integer)")]
#[case::operator_class("drop operator class app.c using gin", "drop operator class app.c")]
#[case::foreign_table("drop foreign table t", "drop foreign table t")]
#[case::user_mapping(
    "drop user mapping if exists for bob server s",
    "drop user mapping s.bob if there"
)]
#[case::text_search("drop text search dictionary d", "drop text search dictionary d")]
#[case::event_trigger("drop event trigger e", "drop event trigger e")]
fn objects_are_dropped(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}

#[rstest]
#[case::column("comment on column app.t.a is 'x'", "alter comment of column app.t.a")]
#[case::function("comment on function f(int) is 'x'", "alter comment of function f(integer)")]
#[case::constraint(
    "comment on constraint c on app.t is 'x'",
    "alter comment of constraint app.t.c; use table app.t"
)]
#[case::domain_constraint(
    "comment on constraint c on domain app.d is 'x'",
    "alter comment of constraint app.d.c; use type app.d"
)]
#[case::materialized_view(
    "comment on materialized view v is null",
    "alter comment of materialized view v"
)]
#[case::role("comment on role bob is 'x'", "alter comment of role bob")]
#[case::cast("comment on cast (text as int) is 'x'", "alter comment of cast (text as integer)")]
#[case::table_privileges(
    "grant select, insert on app.t, u to bob, public with grant option",
    "alter grants of table app.t; alter grants of table u; use role bob"
)]
#[case::column_privileges(
    "grant select (a, b) on table t to bob",
    "alter grants of table t; use column t.a; use column t.b; use role bob"
)]
#[case::function_privileges(
    "revoke execute on function f(int), g() from public",
    "alter grants of function f(integer); alter grants of function g()"
)]
#[case::schema_privileges(
    "grant usage on schema app to bob",
    "alter grants of schema app; use role bob"
)]
#[case::everything("grant all on all tables in schema app to bob", "use schema app; use role bob")]
#[case::type_privileges(
    "grant usage on type app.mood to bob",
    "alter grants of type app.mood; use role bob"
)]
#[case::membership(
    "grant a, b to c",
    "alter members of role a; alter members of role b; use role c"
)]
#[case::of_owned("reassign owned by a to b", "use role a; use role b")]
fn objects_are_commented_on_and_granted(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}

#[rstest]
#[case::function(
    "create or replace function app.f(in a int, b varchar(20) default 'x', out c text, inout d bool, variadic e int[]) returns setof app.t language sql stable as 'select 1'",
    "create function app.f(integer, character varying, boolean, integer[]) or replace = (a integer, b character varying default 'x', out c text, inout d boolean, variadic e integer[]) returns setof app.t language sql stable body 02fb785a1a5a96f2"
)]
#[case::no_arguments(
    "create function f() returns trigger as 'begin return new; end' language plpgsql",
    "create function f() = () returns trigger language plpgsql body c9e65a55b461bf0e"
)]
#[case::table(
    "create function f(int) returns table (a int, b text) language sql as 'select 1, 2'",
    "create function f(integer) = (integer) returns table (a integer, b text) language sql body 8fb7d46f16288694"
)]
#[case::layout_of_the_body_is_nothing(
    "create function f() returns int language sql as '  select
   1  '",
    "create function f() = () returns integer language sql body 02fb785a1a5a96f2"
)]
#[case::same_body(
    "create function f() returns int as $$ select 1 $$ language SQL",
    "create function f() = () returns integer language sql body 02fb785a1a5a96f2"
)]
#[case::order_of_options(
    "create function f() returns int security definer language sql stable as 'select 1'",
    "create function f() = () returns integer language sql security definer stable body 02fb785a1a5a96f2"
)]
#[case::procedure(
    "create procedure p(a int) language sql as 'delete from t'",
    "create procedure p(integer) = (a integer) language sql body 925b2faad5518c6e; \
     delete table t @routine"
)]
#[case::atomic(
    "create function f(a int) returns int return a + 1",
    "create function f(integer) = (a integer) returns integer language sql body 1441737d9a182f8a"
)]
fn functions_have_arguments_and_a_definition(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}
