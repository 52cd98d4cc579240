use rstest::rstest;

use super::told::{acts, told};

#[rstest]
#[case::add(
    "alter table app.t add column a int not null default 3",
    "create column app.t.a = integer not null default 3"
)]
#[case::add_short("alter table t add a int", "create column t.a = integer")]
#[case::add_guarded(
    "alter table if exists only t add column if not exists a int",
    "create column t.a unless there = integer"
)]
#[case::add_with_constraints(
    "alter table t add column id serial primary key, add column x int references y (z) check (x > 0)",
    "create column t.id = serial primary key; .create sequence t_id_seq; \
     .create constraint t.t_pkey = primary key (id); .create index t_pkey = unique (id); \
     create column t.x = integer check (x > 0) references y (z); \
     .create constraint t.t_x_fkey = foreign key (x) references y (z); \
     .create constraint t.t_x_check = check (x > 0)"
)]
#[case::drop(
    "alter table t drop column a, drop b cascade, drop column if exists c",
    "drop column t.a; drop column t.b cascade; drop column t.c if there"
)]
#[case::rename("alter table t rename column a to b", "rename column t.a to b")]
#[case::rename_short("alter table t rename a to \"B\"", "rename column t.a to B")]
#[case::change_type(
    "alter table t alter column a type varchar(3) using a::text, alter b set data type int4",
    "alter type of column t.a = character varying(3); alter type of column t.b = integer"
)]
#[case::change_default(
    "alter table t alter a set default now(), alter b drop default",
    "alter default of column t.a = default now(); alter default of column t.b"
)]
#[case::change_nullable(
    "alter table t alter a set not null, alter b drop not null",
    "alter not null of column t.a = not null; alter not null of column t.b"
)]
#[case::change_identity(
    "alter table app.t alter a add generated always as identity, alter b drop identity if exists",
    "alter identity of column app.t.a = add generated always as identity; \
     .create sequence app.t_a_seq; alter identity of column app.t.b"
)]
#[case::others(
    "alter table t alter a set statistics 9, alter a set storage plain, alter a set compression lz4",
    "alter statistics of column t.a = set statistics 9; \
     alter storage of column t.a = set storage plain; \
     alter compression of column t.a = set compression lz4"
)]
fn columns_are_altered(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}

#[rstest]
#[case::add(
    "alter table app.t add constraint c check (a > 0), add unique (a, b), add primary key (id)",
    "create constraint app.t.c = check (a > 0); \
     create constraint app.t.t_a_b_key = unique (a, b); \
     .create index app.t_a_b_key = unique (a, b); \
     create constraint app.t.t_pkey = primary key (id); \
     .create index app.t_pkey = unique (id)"
)]
#[case::foreign_key(
    "alter table t add foreign key (a) references app.x (id) not valid",
    "create constraint t.t_a_fkey = foreign key (a) references app.x (id) not valid"
)]
#[case::clash(
    "alter table t add check (a > 0), add check (a < 9)",
    "create constraint t.t_a_check = check (a > 0); \
     create constraint t.t_a_check1 = check (a < 9)"
)]
#[case::using_index(
    "alter table app.t add constraint c primary key using index i, add constraint j unique using index j",
    "create constraint app.t.c = primary key using index i; rename index app.i to c; \
     create constraint app.t.j = unique using index j"
)]
#[case::drop(
    "alter table t drop constraint c, drop constraint if exists d cascade",
    "drop constraint t.c; drop constraint t.d cascade if there"
)]
#[case::rename("alter table t rename constraint c to d", "rename constraint t.c to d")]
#[case::validate(
    "alter table t validate constraint c, alter constraint d deferrable",
    "alter validated of constraint t.c; alter options of constraint t.d"
)]
fn constraints_are_altered(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}

#[rstest]
#[case::rename("alter table app.t rename to u", "rename table app.t to u")]
#[case::to_a_schema(
    "alter table app.t set schema other",
    "move table app.t into other; use schema other"
)]
#[case::owner("alter table t owner to bob", "alter owner of table t; use role bob")]
#[case::owner_of_session("alter table t owner to current_user", "alter owner of table t")]
#[case::row_security(
    "alter table t enable row level security, force row level security",
    "alter row security of table t = enable row level security; \
     alter forced row security of table t = force row level security"
)]
#[case::triggers(
    "alter table t disable trigger x, enable trigger all, enable always rule y",
    "alter enabled of trigger t.x = disable trigger x; \
     alter triggers of table t = enable trigger all; \
     alter enabled of rule t.y = enable always rule y"
)]
#[case::partitions(
    "alter table t attach partition app.p for values in (1), detach partition q concurrently",
    "alter attach partition of table t = attach partition app.p for values in (1); \
     alter detach partition of table t = detach partition q concurrently; use table app.p; \
     use table q"
)]
#[case::inheritance(
    "alter table t inherit p, no inherit q",
    "alter inheritance of table t = inherit p; alter inheritance of table t = no inherit q; \
     use table p; use table q"
)]
#[case::others(
    "alter table t replica identity using index i, set (fillfactor = 70), set tablespace fast, cluster on i, set unlogged, set access method heap",
    "alter replica identity of table t = replica identity using index i; \
     alter options of table t = set (fillfactor = 70); \
     alter tablespace of table t = set tablespace fast; \
     alter clustering of table t = cluster on i; \
     alter persistence of table t = set unlogged; \
     alter access method of table t = set access method heap; use index i; use index i; \
     use access method heap"
)]
#[case::everywhere("alter table all in tablespace a set tablespace b", "")]
fn tables_are_altered(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}

#[rstest]
#[case::index("alter index if exists app.i rename to j", "rename index app.i to j if there")]
#[case::index_partition(
    "alter index i attach partition j",
    "alter attach partition of index i = attach partition j; use index j"
)]
#[case::view("alter view app.v rename to w", "rename view app.v to w")]
#[case::view_column(
    "alter view v alter column a set default 1",
    "alter default of column v.a = default 1"
)]
#[case::materialized_view(
    "alter materialized view v set schema other",
    "move materialized view v into other; use schema other"
)]
#[case::sequence(
    "alter sequence s owned by app.t.id",
    "alter options of sequence s = owned by app.t.id; use column app.t.id"
)]
#[case::sequence_rename("alter sequence s rename to r", "rename sequence s to r")]
#[case::enum_value(
    "alter type app.mood add value if not exists 'glad' before 'sad'",
    "create enum value app.mood.glad unless there; use enum value app.mood.sad"
)]
#[case::enum_value_rename(
    "alter type mood rename value 'sad' to 'blue'",
    "rename enum value mood.sad to blue"
)]
#[case::attributes(
    "alter type t add attribute a int cascade, drop attribute if exists b, alter attribute c type text",
    "create column t.a = integer; drop column t.b if there; alter type of column t.c = text"
)]
#[case::attribute_rename("alter type t rename attribute a to b", "rename column t.a to b")]
#[case::type_rename("alter type app.t rename to u", "rename type app.t to u")]
#[case::type_owner("alter type t owner to bob", "alter owner of type t; use role bob")]
#[case::domain(
    "alter domain d add constraint c check (value > 0)",
    "create constraint d.c = check (value > 0)"
)]
#[case::domain_constraint(
    "alter domain d drop constraint if exists c",
    "drop constraint d.c if there"
)]
#[case::domain_default(
    "alter domain d set default f()",
    "alter default of type d = set default f(); use function f"
)]
#[case::function(
    "alter function app.f(int, in text) rename to g",
    "rename function app.f(integer, text) to g"
)]
#[case::function_owner("alter function f owner to bob", "alter owner of function f; use role bob")]
#[case::function_option(
    "alter function f() set search_path = app",
    "alter options of function f() = set search_path = app"
)]
#[case::procedure(
    "alter procedure p(int) set schema app",
    "move procedure p(integer) into app; use schema app"
)]
#[case::routine(
    "alter routine f(int) security definer",
    "alter options of function f(integer) = security definer"
)]
#[case::aggregate(
    "alter aggregate a(int) owner to bob",
    "alter owner of aggregate a(integer); use role bob"
)]
#[case::trigger(
    "alter trigger a on app.t rename to b",
    "rename trigger app.t.a to b; use table app.t"
)]
#[case::rule("alter rule a on t rename to b", "rename rule t.a to b; use table t")]
#[case::policy(
    "alter policy a on app.t to bob using (owner = current_user)",
    "alter definition of policy app.t.a = to bob using (owner = current_user); \
     use table app.t; use role bob; use column app.t.owner"
)]
#[case::policy_rename("alter policy a on t rename to b", "rename policy t.a to b; use table t")]
#[case::schema("alter schema a rename to b", "rename schema a to b")]
#[case::extension(
    "alter extension postgis update to '3.5'",
    "alter version of extension postgis = update to '3.5'"
)]
#[case::extension_move(
    "alter extension postgis set schema app",
    "move extension postgis into app; use schema app"
)]
#[case::extension_member(
    "alter extension e add table app.t",
    "alter members of extension e = add table app.t; use table app.t"
)]
#[case::role("alter role bob rename to rob", "rename role bob to rob")]
#[case::role_option("alter user bob with password 'secret'", "alter options of role bob")]
#[case::group("alter group g add user a, b", "alter options of role g; use role a; use role b")]
#[case::default_privileges(
    "alter default privileges for role a in schema s, r grant select on tables to b",
    "alter grants of default privileges s.tables; \
     alter grants of default privileges r.tables; use role a; use schema s; use schema r; \
     use role b"
)]
#[case::publication(
    "alter publication p add table app.t",
    "alter tables of publication p = add table app.t; use table app.t"
)]
#[case::server("alter server s options (set host 'x')", "alter options of server s")]
#[case::text_search(
    "alter text search configuration c alter mapping for word with app.d",
    "alter mapping of text search configuration c = alter mapping for word with app.d; \
     use text search dictionary app.d"
)]
#[case::collation("alter collation c rename to d", "rename collation c to d")]
#[case::operator(
    "alter operator app.=== (int, text) owner to bob",
    "alter owner of operator app.===(integer, text); use role bob"
)]
#[case::statistics(
    "alter statistics s set statistics 9",
    "alter statistics of statistics s = set statistics 9"
)]
#[case::event_trigger(
    "alter event trigger e disable",
    "alter enabled of event trigger e = disable"
)]
fn other_objects_are_altered(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(told(sql), expected);
}
