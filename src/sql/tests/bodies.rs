use rstest::rstest;

use super::told::told;

#[rstest]
#[case::block(
    "do $$ begin create table t (a int); end $$",
    "create table t @block; .create column t.a = integer @block"
)]
#[case::quoted(
    "do 'begin alter table t add column a text default ''x''; end'",
    "create column t.a = text default 'x' @block"
)]
#[case::branch(
    "do $$ begin if not exists (select 1 from pg_type where typname = 'mood') then create type mood as enum ('sad'); else drop table a; end if; drop table b; end $$",
    "create type mood = enum ('sad') @branch; .create enum value mood.sad @branch; \
     drop table a @branch; drop table b @block; use table pg_type @block; \
     use column pg_type.typname @block"
)]
#[case::handler(
    "do $$ begin create type a as (x int); exception when duplicate_object then null; end $$",
    "create type a = (x integer) @branch; .create column a.x = integer @branch"
)]
#[case::inner_handler(
    "do $$ begin begin drop table a; exception when others then drop table b; end; drop table c; end $$",
    "drop table a @branch; drop table b @branch; drop table c @block"
)]
#[case::loops(
    "do $$ begin for i in 1..3 loop drop table a; end loop; while f(1) loop drop table b; end loop; case x when 1 then drop table c; end case; end $$",
    "drop table a @branch; drop table b @branch; drop table c @branch; \
     use function f @block"
)]
#[case::early_end(
    "do $$ begin drop table a; if found then return; end if; drop table b; end $$",
    "drop table a @block; drop table b @branch"
)]
#[case::nested("do $a$ begin do $b$ begin drop table t; end $b$; end $a$", "drop table t @block")]
#[case::variables(
    "do $$ declare a int := (select max(x) from t); r app.u%rowtype; c app.u.id%type; begin select b, d into strict a, c from app.u where id = a; end $$",
    "use function max @block; use column t.x @block; use table t @block; \
     use table app.u @block; use column app.u.id @block; use column app.u.b @block; \
     use column app.u.d @block; use table app.u @block; use column app.u.id @block"
)]
#[case::into_first(
    "do $$ declare r record; begin select into r * from t where x > 1; insert into u (k) values (1) returning id into r.id; end $$",
    "insert table u @block; .insert column u.k @block; use table t @block; \
     use column t.x @block; use column u.id @block"
)]
#[case::declare_again(
    "do $$ declare a int; declare b app.mood; begin update t set x = b; end $$",
    "update table t @block; .update column t.x @block; use type app.mood @block"
)]
#[case::call(
    "do $$ begin perform app.f(x) from t; call p(); end $$",
    "use function app.f @block; use column t.x @block; use table t @block; \
     use procedure p @block"
)]
#[case::language("do language plpython3u $$ drop table t $$", "use language plpython3u")]
#[case::function_within(
    "do $a$ begin create function f() returns int language sql as $b$ select a from t $b$; end $a$",
    "create function f() = () returns integer language sql body 8c5a49679e3c9f56 @block; \
     use column t.a @routine; use table t @routine"
)]
#[case::fault(
    "do $$ begin drop table a; nonsense here; drop table b; end $$",
    "drop table a @block; drop table b @block; \
     fault expected command, found IDENT at 26..34; \
     fault expected SEMICOLON, got IDENT at 35..39"
)]
fn blocks_are_read(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}

#[rstest]
#[case::trigger(
    "create function f() returns trigger language plpgsql as $$ begin new.seen := now(); if old.a <> new.b then insert into log (what) values (tg_op); end if; return new; end $$",
    "create function f() = () returns trigger language plpgsql body b3d7701b8150d190; \
     insert table log @routine; .insert column log.what @routine; use column .seen @routine; \
     use function now @routine; use column .a @routine; use column .b @routine"
)]
#[case::parameters(
    "create function f(p_id int) returns table (id int, name text) language plpgsql as $$ begin return query select u.id, u.name from users u where u.id = p_id and name = p_id and active; end $$",
    "create function f(integer) = (p_id integer) returns table (id integer, name text) language plpgsql body 6bca3930b323d82b; \
     use column users.id @routine; use column users.name @routine; use table users @routine; \
     use column users.id @routine; use column users.active @routine"
)]
#[case::sql(
    "create function f(p int) returns int language sql as 'select max(a) from t where b = p and c = $1'",
    "create function f(integer) = (p integer) returns integer language sql body 36561f5b4d1c1637; \
     use function max @routine; use column t.a @routine; use table t @routine; \
     use column t.b @routine; use column t.c @routine"
)]
#[case::atomic(
    "create function f(x int) returns int begin atomic insert into t values (x); select a from t; end",
    "create function f(integer) = (x integer) returns integer language sql body 7f8afaf78bb67c87; \
     insert table t @routine; use column t.a @routine; use table t @routine"
)]
#[case::returned(
    "create function f(x int) returns int return (select max(a) from t where b = x)",
    "create function f(integer) = (x integer) returns integer language sql body 8f521ac8deb8f794; \
     use function max @routine; use column t.a @routine; use table t @routine; \
     use column t.b @routine"
)]
#[case::other_language(
    "create function f() returns int language c as 'module', 'symbol'",
    "create function f() = () returns integer language c body 43e6a23362b6dadd"
)]
#[case::cursor(
    "create function f() returns void language plpgsql as $$ declare c cursor (k int) for select a from t where b = k; begin for r in c (1) loop delete from u where id = r.a; end loop; end $$",
    "create function f() = () returns void language plpgsql body 3dd620314800b3c7; \
     delete table u @routine; use column t.a @routine; use table t @routine; \
     use column t.b @routine; use column u.id @routine"
)]
#[case::executed(
    "create function f() returns void language plpgsql as $$ begin execute 'drop table t'; end $$",
    "create function f() = () returns void language plpgsql body 30c5a1ac75f678f6; \
     drop table t @routine"
)]
fn routines_are_read(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}

#[rstest]
#[case::literal(
    "do $$ begin execute 'create table t (a int)'; end $$",
    "create table t @dynamic; .create column t.a = integer @dynamic"
)]
#[case::joined(
    "do $$ begin execute 'drop table ' || quote_ident('A b') || ' cascade'; end $$",
    "drop table A b cascade @dynamic; use function quote_ident @block"
)]
#[case::format(
    "do $$ begin execute format('alter table %I.%I add column %s int default %L', 'app', 'T', 'a', 'it''s'); end $$",
    "create column app.T.a = integer default 'it''s' @dynamic; use function format @block"
)]
#[case::format_by_number(
    "do $$ begin execute format('comment on table %2$I is %1$L', 'x', 't'); end $$",
    "alter comment of table t @dynamic; use function format @block"
)]
#[case::unknown_name(
    "do $$ declare t text; begin for t in select tablename from pg_tables loop execute format('drop table %I', t); execute 'drop table a_' || t; end loop; end $$",
    "use column pg_tables.tablename @block; use table pg_tables @block; \
     use function format @branch"
)]
#[case::unknown_elsewhere(
    "do $$ begin execute format('alter table t add column %I int, add column b text', current_user); end $$",
    "create column t.b = text @dynamic; use function format @block"
)]
#[case::constant(
    "do $$ declare n constant text := 't'; q text; begin q := 'drop table ' || n; execute q; q := format('drop view %I', n); execute q; end $$",
    "drop table t @dynamic; drop view t @dynamic; use function format @block"
)]
#[case::set_by_a_query(
    "do $$ declare q text := 'drop table a'; begin select x into q from t; execute q; end $$",
    "use column t.x @block; use table t @block"
)]
#[case::either(
    "do $$ declare q text; begin if f(1) then q := 'drop table a'; else q := 'drop table b'; end if; execute q; end $$",
    "drop table a @dynamic; drop table b @dynamic; use function f @block"
)]
#[case::each(
    "do $$ declare t text; begin foreach t in array array['a', 'b'] loop execute format('alter table %I enable row level security', t); end loop; end $$",
    "alter row security of table a = enable row level security @dynamic; \
     alter row security of table b = enable row level security @dynamic; \
     use function format @branch"
)]
#[case::each_of_variable(
    "do $$ declare t text; l text[] := '{a, b}'; begin foreach t in array array['x']::text[] loop execute 'drop table ' || t; end loop; for t in select unnest('{c,d}'::text[]) loop execute 'drop table ' || t; end loop; end $$",
    "drop table x @dynamic; drop table c @dynamic; drop table d @dynamic; \
     use function unnest @block"
)]
#[case::each_row(
    "do $$ declare r record; begin for r in select * from (values ('a', 'x'), ('b', 'y')) v (tab, col) loop execute format('alter table %I drop column %I', r.tab, r.col); end loop; end $$",
    "drop column a.x @dynamic; drop column b.y @dynamic; use function format @branch"
)]
#[case::block_within(
    "do $a$ begin execute 'do $b$ begin drop table t; end $b$'; end $a$",
    "drop table t @dynamic"
)]
#[case::with_variables(
    "do $$ begin execute 'insert into t (a) values ($1)' using (select max(b) from u); end $$",
    "insert table t @dynamic; .insert column t.a @dynamic; use function max @block; \
     use column u.b @block; use table u @block"
)]
fn executed_strings_are_read_as_far_as_they_are_constant(
    #[case] sql: &str,
    #[case] expected: &str,
) {
    assert_eq!(told(sql), expected);
}
