use rstest::rstest;

use super::told::{acts, told, uses};

#[rstest]
#[case::alias(
    "select u.email from app.users as u",
    "use column app.users.email; use table app.users"
)]
#[case::name(
    "select users.email from app.users",
    "use column app.users.email; use table app.users"
)]
#[case::qualified(
    "select app.users.email from app.users",
    "use column app.users.email; use table app.users"
)]
#[case::unqualified("select email from users", "use column users.email; use table users")]
#[case::several(
    "select email from users u, orders o join items i on o.id = i.order_id",
    "use column .email among users, orders, items; use table users; use table orders; \
     use table items; use column orders.id; use column items.order_id"
)]
#[case::using(
    "select 1 from a join b using (id, n)",
    "use table a; use table b; use column .id among a, b; use column .n among a, b"
)]
#[case::star("select *, u.* from users u", "use table users")]
#[case::row("select u, to_jsonb(u) from users u", "use function to_jsonb; use table users")]
#[case::composite(
    "select (u.address).street, (f(a)).b from users u",
    "use column users.address; use function f; use column users.a; use table users"
)]
#[case::inner_first(
    "select 1 from a where exists (select x, b.y, a.z from b)",
    "use table a; use column .x among b, a; use column b.y; use column a.z; use table b"
)]
#[case::lateral(
    "select 1 from a, lateral (select x from b where b.id = a.id) c",
    "use table a; use column .x among b, a; use table b; use column b.id; use column a.id"
)]
#[case::not_lateral(
    "select 1 from a, (select x from b) c",
    "use table a; use column b.x; use table b"
)]
#[case::passed_on(
    "select c.x from a left join lateral (select * from b where b.id = a.id limit 1) c on true",
    "use column b.x; use table a; use table b; use column b.id; use column a.id"
)]
#[case::passed_on_of_with(
    "with b as (select x from a) select c.x from (select * from b) c",
    "use column a.x; use table a"
)]
#[case::derived(
    "select c.x, y, d from (select x, y from a) c, e",
    "use column e.d; use column a.x; use column a.y; use table a; use table e"
)]
#[case::aliased_columns(
    "select k, v from (select x, y from a) c (k, v)",
    "use column a.x; use column a.y; use table a"
)]
#[case::values("select column1 from (values (1)) v", "")]
#[case::function(
    "select g, n.value from generate_series(1, 3) g, jsonb_each(j) as n (key, value)",
    "use function generate_series; use function jsonb_each"
)]
#[case::order(
    "select a + b as total from t group by total order by total, c",
    "use column t.a; use column t.b; use table t; use column t.c"
)]
#[case::distinct(
    "select distinct on (k, c) a + b as k from t",
    "use column t.c; use column t.a; use column t.b; use table t"
)]
#[case::union(
    "select a from t union select b from u order by a",
    "use column t.a; use table t; use column u.b; use table u"
)]
#[case::function_with_columns_of_its_own(
    "select value, other from t, jsonb_array_elements(t.list)",
    "use column .other among t; use table t; use function jsonb_array_elements; \
     use column t.list"
)]
#[case::case(
    "select case when a then b else c end, coalesce(d, e), array[f], g[h] from t",
    "use column t.a; use column t.b; use column t.c; use column t.d; use column t.e; \
     use column t.f; use column t.g; use column t.h; use table t"
)]
#[case::window(
    "select row_number() over (partition by a order by b) from t window w as (order by c)",
    "use function row_number; use column t.a; use column t.b; use table t; use column t.c"
)]
#[case::system("select ctid, tableoid from t", "use table t")]
#[case::words("select current_user, current_date from t", "use table t")]
#[case::sub(
    "select (select max(b) from u where u.a = t.a) from t",
    "use function max; use column .b among u, t; use table u; use column u.a; \
     use column t.a; use table t"
)]
#[case::in_list(
    "select 1 from t where a in (select b from u) and c between d and e and f like 'x'",
    "use table t; use column t.a; use column .b among u, t; use table u; use column t.c; \
     use column t.d; use column t.e; use column t.f"
)]
#[case::table_query("table app.t", "use table app.t")]
fn columns_are_found_through_aliases(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(uses(sql), expected);
}

#[rstest]
#[case::plain("with r as (select a from t) select r.a, b from r", "use column t.a; use table t")]
#[case::star(
    "with r as (select a, b from t) select a, b, c from r, u",
    "use column t.a; use column t.b; use table t; use column u.c; use table u"
)]
#[case::recursive(
    "with recursive r (n) as (select id from t union all select n + 1 from r) select n from r",
    "use column t.id; use table t"
)]
#[case::recursive_columns(
    "with recursive r as (select id, array[x] as trail from t union all select u.id, trail || y from r join u on true) select trail from r",
    "use column t.id; use column t.x; use table t; use column u.id; use column u.y; \
     use table u"
)]
#[case::shadow(
    "with t as (select a from app.t) select a from t",
    "use column app.t.a; use table app.t"
)]
#[case::nested(
    "with a as (select x from t), b as (select x from a) select x from b",
    "use column t.x; use table t"
)]
#[case::union(
    "with r as (select a from t) select a from r union select a from r",
    "use column t.a; use table t"
)]
#[case::schema_is_said("with r as (select 1) select * from app.r", "use table app.r")]
fn queries_of_with_are_no_relations(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(uses(sql), expected);
}

#[rstest]
#[case::function(
    "select app.f(a => 1, 2), lower(b) from t",
    "use function app.f; use function lower; use column t.b; use table t"
)]
#[case::types(
    "select a::app.mood, cast(b as citext), '1'::int from t",
    "use column t.a; use type app.mood; use column t.b; use type citext; use table t"
)]
#[case::registered(
    "select 's'::regclass, to_regclass('app.\"T\"'), 'app.f(int)'::regprocedure, 'bob'::regrole, 'mood'::regtype",
    "use table s; use function to_regclass; use table app.T; use function app.f; \
     use role bob; use type mood"
)]
#[case::sequences(
    "select nextval('app.s'), currval('s'::regclass), setval('s', 1)",
    "use function nextval; use sequence app.s; use function currval; use sequence s; \
     use function setval; use sequence s"
)]
#[case::serial(
    "select pg_get_serial_sequence('app.t', 'id')",
    "use function pg_get_serial_sequence; use column app.t.id"
)]
#[case::collation(
    "select a collate \"de\" from t",
    "use column t.a; use collation de; use table t"
)]
#[case::operator_class(
    "create index on t (a text_pattern_ops)",
    "use table t; use column t.a; use operator class text_pattern_ops"
)]
#[case::defaults(
    "create table t (id int default nextval('s'), b app.mood default app.first_mood())",
    "use function nextval; use sequence s; use type app.mood; use function app.first_mood"
)]
#[case::references(
    "create table t (a int references app.x (id), foreign key (a, b) references y (c, d) on delete set null (b))",
    "use table app.x; use column app.x.id; use column t.a; use column t.b; use table y; \
     use column y.c; use column y.d; use column t.b"
)]
#[case::generated(
    "create table t (a int, b int generated always as (twice(a)) stored)",
    "use function twice; use column t.a"
)]
#[case::index_method(
    "create index on t using hash (a)",
    "use table t; use access method hash; use column t.a"
)]
#[case::lock("lock table a, app.b", "use table a; use table app.b")]
#[case::vacuum("analyze t (a, b)", "use table t; use column t.a; use column t.b")]
#[case::cluster("cluster t using i", "use table t; use index i")]
#[case::call("call app.p(1, f(2))", "use procedure app.p; use function f")]
#[case::explain("explain analyze select a from t", "use column t.a; use table t")]
#[case::prepare(
    "prepare p (int) as select a from t where b = $1",
    "use column t.a; use table t; use column t.b"
)]
#[case::language(
    "create function f() returns int language plpython3u as 'return 1'",
    "use language plpython3u"
)]
#[case::rows(
    "create function f(a app.t) returns setof app.u language sql as ''",
    "use type app.t; use type app.u"
)]
#[case::set_role("set role bob", "use role bob")]
fn other_things_are_spoken_of(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(uses(sql), expected);
}

#[rstest]
#[case::insert(
    "insert into app.t (a, b) values (1, f(2))",
    "insert table app.t; .insert column app.t.a; .insert column app.t.b; use function f"
)]
#[case::insert_query(
    "insert into t select u.a from u where b > 1",
    "insert table t; use column u.a; use table u; use column u.b"
)]
#[case::insert_default("insert into t default values", "insert table t")]
#[case::conflict(
    "insert into t as x (a) values (1) on conflict (b, lower(c)) where d do update set a = excluded.a, (e, f) = (x.g, 1) where x.h",
    "insert or skip table t; .insert or skip column t.a; .insert or skip column t.a; \
     .insert or skip column t.e; .insert or skip column t.f; use column t.b; \
     use function lower; use column t.c; use column t.d; use column t.a; use column t.g; \
     use column t.h"
)]
#[case::conflict_constraint(
    "insert into t values (1) on conflict on constraint t_key do nothing",
    "insert or skip table t; use constraint t.t_key"
)]
#[case::returning(
    "insert into t (a) values (1) returning id, a + b",
    "insert table t; .insert column t.a; use column t.id; use column t.a; use column t.b"
)]
#[case::update(
    "update only app.t x set a = 1, b.c = y.d from y where x.e = y.f and g",
    "update table app.t; .update column app.t.a; .update column app.t.b; use column y.d; \
     use table y; use column app.t.e; use column y.f; use column .g among app.t, y"
)]
#[case::delete(
    "delete from app.t x using y where x.a = y.b",
    "delete table app.t; use table y; use column app.t.a; use column y.b"
)]
#[case::truncate(
    "truncate table a, only app.b restart identity cascade",
    "truncate table a; truncate table app.b"
)]
#[case::merge(
    "merge into app.t x using y on x.a = y.b when matched and x.c then update set a = y.d when not matched then insert (a) values (y.b)",
    "update table app.t; .update column app.t.a; .update column app.t.a; use table y; \
     use column app.t.a; use column y.b; use column app.t.c; use column y.d; use column y.b"
)]
#[case::copy(
    "copy app.t (a, b) from stdin with csv",
    "insert table app.t; .insert column app.t.a; .insert column app.t.b"
)]
#[case::copy_out("copy t (a) to stdout", "use table t; use column t.a")]
#[case::copy_query("copy (select a from t) to stdout", "use column t.a; use table t")]
#[case::with(
    "with gone as (delete from a returning id, n) insert into b (id) select id from gone",
    "delete table a; insert table b; .insert column b.id; use column a.id; use column a.n"
)]
fn rows_are_written(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}

#[rstest]
#[case::refresh(
    "refresh materialized view concurrently app.v",
    "alter rows of materialized view app.v"
)]
#[case::reindex("reindex index concurrently app.i", "alter rebuilt of index app.i")]
#[case::reindex_table("reindex table t", "alter rebuilt of table t")]
fn maintenance_is_an_act_or_a_use(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}
