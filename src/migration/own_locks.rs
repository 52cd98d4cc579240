//! Does a statement lock all that it changes of the schema, until its transaction ends?

use super::split::words;

/// Objects that are relations, or part of one, whose statements lock it (documentation, "Explicit Locking"), and types, which are
/// told apart otherwise.
const LOCKED: &[&str] = &[
    "DOMAIN",
    "INDEX",
    "POLICY",
    "RULE",
    "SEQUENCE",
    "STATISTICS",
    "TABLE",
    "TRIGGER",
    "TYPE",
    "VIEW",
];

/// Words between `CREATE` or `DROP` and the object.
const BETWEEN: &[&str] = &["MATERIALIZED", "OR", "RECURSIVE", "REPLACE", "UNIQUE", "UNLOGGED"];

/// What a comment is on where its row tells of a relation.
const COMMENTED: &[&str] = &["COLUMN", "INDEX", "MATERIALIZED", "SEQUENCE", "TABLE", "VIEW"];

/// What makes a new table of a query's rows, which may call functions.
const QUERIES: &[&str] = &["EXECUTE", "SELECT", "TABLE", "VALUES"];

/// Whether the statement locks all that it changes of the schema, but for types and for what tells of functions. It is not so for
/// GRANT and REVOKE, which lock no relation, nor for constraints of domains, and not known for what may run anything: DO, CALL,
/// functions in queries, triggers. Cautious.
pub(super) fn locks_what_it_changes(sql: &str) -> bool {
    let all: Vec<_> = words(sql).collect();
    let Some((first, rest)) = all.split_first() else { return true };
    let object = rest.iter().position(|word| !BETWEEN.contains(&&**word));
    let Some((object, rest)) = object.and_then(|at| rest[at..].split_first()) else {
        return false;
    };
    match &**first {
        "SET" | "RESET" | "LOCK" => true,
        "ALTER" => *object != "DOMAIN" && LOCKED.contains(&&**object),
        "DROP" => LOCKED.contains(&&**object) && !rest.iter().any(|word| *word == "CASCADE"),
        "CREATE" if *object == "TABLE" => !rest.iter().any(|word| QUERIES.contains(&&**word)),
        // The query of a materialized view is run.
        "CREATE" => LOCKED.contains(&&**object) && !all.iter().any(|word| *word == "MATERIALIZED"),
        "COMMENT" => rest.first().is_some_and(|on| COMMENTED.contains(&&**on)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::table("create unlogged table t (a integer generated always as identity)", true)]
    #[case::index("create unique index i on t (a)", true)]
    #[case::view("create or replace view v as select f(a) from t", true)]
    #[case::altered("-- why\nalter table t add column a integer default f()", true)]
    #[case::dropped("drop materialized view if exists v", true)]
    #[case::dropped_with_others("drop table t cascade", false)]
    #[case::domain("alter domain d add check (value > 1)", false)]
    #[case::commented("comment on column t.a is 'so'", true)]
    #[case::set("set local lock_timeout = '1s'", true)]
    #[case::nothing("-- nothing", true)]
    #[case::commented_constraint("comment on constraint c on t is 'so'", false)]
    #[case::table_of_a_query("create table t as select f()", false)]
    #[case::run_query("create materialized view v as select f()", false)]
    #[case::granted("grant select on t to r", false)]
    #[case::default_rights("alter default privileges grant select on tables to r", false)]
    #[case::body("do $$ begin grant select on t to r; end $$", false)]
    #[case::rows("insert into t values (1)", false)]
    #[case::function("create function f() returns int language sql return 1", false)]
    #[case::everything("drop owned by r", false)]
    fn only_statements_of_which_it_is_known_lock_what_they_change(
        #[case] sql: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(locks_what_it_changes(sql), expected);
    }
}
