use std::collections::BTreeMap;
use std::path::Path;

use rstest::rstest;

use super::*;
use crate::migration::StatementKind;
use crate::migration::layout::testing::read_as;
use crate::schema::{Catalog, Kind, Object, ObjectId};

const DUMP: &str = r"
--
-- PostgreSQL database dump
--

\restrict abc

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: app; Type: SCHEMA; Schema: -; Owner: joe
--

CREATE SCHEMA app;


ALTER SCHEMA app OWNER TO joe;

SET default_tablespace = '';

SET default_table_access_method = columnar;

--
-- Name: users; Type: TABLE; Schema: app; Owner: ann
--

CREATE TABLE app.users (
    id integer NOT NULL,
    -- Name: x; Type: TABLE; Schema: y; Owner: z
    note text DEFAULT ';'
);


ALTER TABLE app.users OWNER TO ann;

--
-- Data for Name: users; Type: TABLE DATA; Schema: app; Owner: ann
--

INSERT INTO app.users (id) VALUES (1);


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: app; Owner: joe
--

ALTER DEFAULT PRIVILEGES FOR ROLE joe IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;


\unrestrict abc
";

fn catalog(ids: &[(Kind, &str)]) -> Catalog {
    let mut catalog = Catalog::default();
    for (kind, name) in ids {
        catalog.insert(ObjectId::new(*kind, *name), Object::default());
    }
    catalog
}

fn baseline(rows: Rows) -> Baseline {
    let after = catalog(&[(Kind::Table, "app.users"), (Kind::Column, "app.users.\"Odd.One\"")]);
    Baseline {
        dump: Dump::read(DUMP),
        guard: Guard::of(&after, &Catalog::default()),
        rows,
        about: About {
            layout: "numbered",
            through: "002_b.sql".into(),
            migrations: 2,
            server: "17.2".into(),
            owner: "joe".into(),
            roles: vec![(Some("it's".into()), "CREATE ROLE \"it's\";".into())],
            inserted: BTreeMap::from([("app.users".into(), 1)]),
        },
    }
}

#[test]
fn a_dump_is_read_object_by_object_without_what_only_psql_knows() {
    let entries = Dump::read(DUMP).entries;
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["SCHEMA", "TABLE", "TABLE DATA", "DEFAULT ACL"]);
    assert_eq!((entries[1].schema.as_str(), entries[1].name.as_str()), ("app", "users"));
    assert_eq!(entries[1].statements.len(), 2);
    assert!(entries[1].statements[0].ends_with("note text DEFAULT ';'\n);"));
    assert_eq!(entries[1].settings.len(), 2);
}

#[test]
fn what_was_there_before_is_left_out() {
    let before = Dump { entries: Dump::read(DUMP).entries.into_iter().take(2).collect() };
    let kinds: Vec<_> =
        Dump::read(DUMP).without(&before).entries.into_iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, ["TABLE DATA", "DEFAULT ACL"]);
}

#[test]
fn nothing_in_it_depends_on_who_replayed_or_stays_in_the_session() {
    let text = baseline(Rows::LeftOut).text();
    assert!(text.contains("CREATE SCHEMA IF NOT EXISTS app;"), "{text}");
    assert!(!text.contains("joe") && text.contains("OWNER TO ann;"), "{text}");
    assert!(text.contains("ALTER DEFAULT PRIVILEGES IN SCHEMA app"), "{text}");
    assert!(text.contains("SET LOCAL default_table_access_method = columnar;"), "{text}");
    assert!(!text.contains("default_tablespace") && !text.contains("restrict"), "{text}");
    assert!(text.contains("set_config('default_table_access_method', old_"), "{text}");
    assert!(
        text.contains("IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'it''s')")
    );
    assert!(text.contains("('column', 'app.users', 'Odd.One')"), "{text}");
}

#[test]
fn rows_are_kept_where_somebody_asks_and_named_where_not() {
    let without = baseline(Rows::LeftOut).text();
    assert!(without.contains("-- Without the rows that the migrations inserted into app.users."));
    assert!(!without.contains("INSERT INTO"));
    let with = baseline(Rows::Kept).text();
    assert!(with.contains("INSERT INTO app.users (id) VALUES (1);") && !with.contains("Without"));
}

#[test]
fn a_dollar_quote_of_the_schema_does_not_end_it() {
    let mut odd = baseline(Rows::LeftOut);
    let statement = "CREATE FUNCTION f() AS $schema$ select '$baseline$' $schema$;";
    odd.dump.entries[0].statements.push(statement.into());
    let text = odd.text();
    assert!(text.contains("DO $baseline2$\n") && text.contains("EXECUTE $schema2$\n"), "{text}");
}

#[rstest]
#[case("numbered", "001_a.sql", "select 1;")]
#[case("goose", "001_a.sql", "-- +goose Up\nselect 1;\n")]
#[case("sql-migrate", "001_a.sql", "-- +migrate Up\nselect 1;\n")]
#[case("dbmate", "001_a.sql", "-- migrate:up\nselect 1;\n-- migrate:down\n")]
#[case("golang-migrate", "1_a.up.sql", "select 1;")]
#[case("flyway", "V1__a.sql", "select 1;")]
fn the_layout_reads_it_as_one_statement(
    #[case] layout: &str,
    #[case] file: &str,
    #[case] other: &str,
) {
    let set = read_as(layout, &[(file, other)]).unwrap();
    let baseline = baseline(Rows::Kept);
    let about = About { layout: set.layout, ..baseline.about };
    let text = Baseline { about, ..baseline }.text();
    let path = Path::new("db/baseline.sql");
    let migration = stand_in(&set, &set.migrations()[0], path, &text);
    assert_eq!(migration.refused, None);
    let statements = migration.up.statements();
    let sql = statements.iter().filter(|it| it.kind == StatementKind::Sql);
    assert_eq!(sql.count(), 1, "{text}");
    assert_eq!(migration.up.source().path(), path);
}

#[test]
fn a_role_is_told_by_the_statement_that_makes_it() {
    assert_eq!(role_of("CREATE ROLE app LOGIN;").as_deref(), Some("app"));
    assert_eq!(role_of("CREATE ROLE \"My app\" LOGIN;").as_deref(), Some("My app"));
    assert_eq!(role_of("GRANT a TO b;"), None);
}
