//! What does a statement change of the schema, besides relations that it keeps locked until its transaction ends?

use std::ops::BitOr;

use super::split::words;

/// What a script changes of the schema besides relations that it locks until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockedChanges {
    /// Types, and domains.
    pub types: bool,
    /// Functions, procedures and aggregates.
    pub functions: bool,
    /// What functions of the schema change, such as those of triggers: it writes rows.
    pub calls: bool,
}

impl BitOr for LockedChanges {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            types: self.types || other.types,
            functions: self.functions || other.functions,
            calls: self.calls || other.calls,
        }
    }
}

impl LockedChanges {
    /// Nothing but relations.
    pub const NONE: Self = Self { types: false, functions: false, calls: false };
    /// Anything.
    pub const ALL: Self = Self { types: true, functions: true, calls: true };
}

const TYPES: LockedChanges = LockedChanges { types: true, ..LockedChanges::NONE };
const FUNCTIONS: LockedChanges = LockedChanges { functions: true, ..LockedChanges::NONE };
const CALLS: LockedChanges = LockedChanges { calls: true, ..LockedChanges::NONE };

/// Words between `CREATE` or `DROP` and the object.
const BETWEEN: &[&str] = &["MATERIALIZED", "OR", "RECURSIVE", "REPLACE", "UNIQUE", "UNLOGGED"];

/// What makes a new table of a query's rows, which may call functions.
const QUERIES: &[&str] = &["EXECUTE", "SELECT", "TABLE", "VALUES"];

/// What a statement changes besides relations that it locks (documentation, "Explicit Locking"). `None` for GRANT and REVOKE, which
/// lock no relation, for constraints of domains, and for what may run anything: DO, CALL, functions in queries. Cautious.
pub(super) fn locked_changes(sql: &str) -> Option<LockedChanges> {
    let all: Vec<_> = words(sql).collect();
    let Some((first, rest)) = all.split_first() else { return Some(LockedChanges::NONE) };
    let has = |word: &str| all.iter().any(|other| *other == word);
    let object = rest.iter().position(|word| !BETWEEN.contains(&&**word));
    let (object, rest) = rest[object?..].split_first()?;
    match (&**first, &**object) {
        ("SET" | "RESET" | "LOCK", _) => Some(LockedChanges::NONE),
        // The catalog can be written to as any table.
        ("INSERT" | "UPDATE" | "DELETE" | "TRUNCATE", _) => {
            (!sql.to_ascii_lowercase().contains("pg_")).then_some(CALLS)
        }
        ("ALTER", "DOMAIN") => None,
        ("DROP", _) if has("CASCADE") => None,
        // The query of a materialized view is run.
        ("CREATE", "VIEW") if has("MATERIALIZED") => None,
        ("CREATE", "TABLE") if rest.iter().any(|word| QUERIES.contains(&&**word)) => None,
        ("ALTER" | "CREATE" | "DROP", object) => of_object(object),
        ("COMMENT", _) => of_comment(rest.first()?),
        _ => None,
    }
}

fn of_object(object: &str) -> Option<LockedChanges> {
    match object {
        "COLUMN" | "INDEX" | "MATERIALIZED" | "SEQUENCE" | "TABLE" | "VIEW" | "POLICY" | "RULE"
        | "STATISTICS" | "TRIGGER" => Some(LockedChanges::NONE),
        "DOMAIN" | "TYPE" => Some(TYPES),
        "AGGREGATE" | "FUNCTION" | "PROCEDURE" => Some(FUNCTIONS),
        _ => None,
    }
}

/// What a comment is on whose row tells of a relation that it locks, or of a function.
fn of_comment(object: &str) -> Option<LockedChanges> {
    match object {
        "COLUMN" | "INDEX" | "MATERIALIZED" | "SEQUENCE" | "TABLE" | "VIEW" | "AGGREGATE"
        | "FUNCTION" | "PROCEDURE" => of_object(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const RELATIONS: Option<LockedChanges> = Some(LockedChanges::NONE);

    #[rstest]
    #[case::table("create unlogged table t (a integer generated always as identity)", RELATIONS)]
    #[case::index("create unique index i on t (a)", RELATIONS)]
    #[case::view("create or replace view v as select f(a) from t", RELATIONS)]
    #[case::altered("-- why\nalter table t add column a integer default f()", RELATIONS)]
    #[case::dropped("drop materialized view if exists v", RELATIONS)]
    #[case::dropped_with_others("drop table t cascade", None)]
    #[case::domain("alter domain d add check (value > 1)", None)]
    #[case::commented("comment on column t.a is 'so'", RELATIONS)]
    #[case::set("set local lock_timeout = '1s'", RELATIONS)]
    #[case::nothing("-- nothing", RELATIONS)]
    #[case::commented_constraint("comment on constraint c on t is 'so'", None)]
    #[case::table_of_a_query("create table t as select f()", None)]
    #[case::run_query("create materialized view v as select f()", None)]
    #[case::granted("grant select on t to r", None)]
    #[case::default_rights("alter default privileges grant select on tables to r", None)]
    #[case::body("do $$ begin grant select on t to r; end $$", None)]
    #[case::rows("insert into t values (1)", Some(CALLS))]
    #[case::catalog("update \"pg_index\" set indisvalid = false", None)]
    #[case::query("select f()", None)]
    #[case::function("create function f() returns int language sql return 1", Some(FUNCTIONS))]
    #[case::dropped_function("drop aggregate a (int)", Some(FUNCTIONS))]
    #[case::type_("alter type t add value 'x'", Some(TYPES))]
    #[case::commented_type("comment on type t is 'so'", None)]
    #[case::role("create role r", None)]
    #[case::everything("drop owned by r", None)]
    fn it_is_known_of_some_statements_what_they_change_besides_what_they_lock(
        #[case] sql: &str,
        #[case] expected: Option<LockedChanges>,
    ) {
        assert_eq!(locked_changes(sql), expected);
    }
}
