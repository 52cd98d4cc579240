//! Does a statement touch what the whole server shares? Roles, databases, tablespaces, replication slots and server
//! settings outlive a database, so a case that touches them needs a server of its own.
//!
//! The answer is made to be on the safe side without parsing: it looks at the beginning of every statement, into the
//! bodies of routines and `DO` blocks, and into strings that code may execute. It cannot see a statement whose first
//! words are put together at run time.

use super::split::{Token, TokenKind, tokens};

/// What the first statement in `sql` that touches the server does, such as `CREATE ROLE`; none if there is none.
#[must_use]
pub fn touches_server(sql: &str) -> Option<&'static str> {
    in_code(sql, DEEPEST)
}

/// Strings within strings are followed this far; a stranger's script must not exhaust the stack.
const DEEPEST: usize = 8;

/// Verbs, what they do it to, and what to call it.
const STATEMENTS: &[(&str, &str, &str)] = &[
    ("CREATE", "ROLE", "CREATE ROLE"),
    ("CREATE", "USER", "CREATE USER"),
    ("CREATE", "GROUP", "CREATE GROUP"),
    ("CREATE", "DATABASE", "CREATE DATABASE"),
    ("CREATE", "TABLESPACE", "CREATE TABLESPACE"),
    ("CREATE", "SUBSCRIPTION", "CREATE SUBSCRIPTION"),
    ("ALTER", "ROLE", "ALTER ROLE"),
    ("ALTER", "USER", "ALTER USER"),
    ("ALTER", "GROUP", "ALTER GROUP"),
    ("ALTER", "DATABASE", "ALTER DATABASE"),
    ("ALTER", "TABLESPACE", "ALTER TABLESPACE"),
    ("ALTER", "SUBSCRIPTION", "ALTER SUBSCRIPTION"),
    ("ALTER", "SYSTEM", "ALTER SYSTEM"),
    ("DROP", "ROLE", "DROP ROLE"),
    ("DROP", "USER", "DROP USER"),
    ("DROP", "GROUP", "DROP GROUP"),
    ("DROP", "DATABASE", "DROP DATABASE"),
    ("DROP", "TABLESPACE", "DROP TABLESPACE"),
    ("DROP", "SUBSCRIPTION", "DROP SUBSCRIPTION"),
    ("DROP", "OWNED", "DROP OWNED"),
    ("REASSIGN", "OWNED", "REASSIGN OWNED"),
];

/// What a comment or a label can be put on, and what to call that.
const SHARED: &[(&str, &str, &str)] = &[
    ("ROLE", "COMMENT ON ROLE", "SECURITY LABEL ON ROLE"),
    ("DATABASE", "COMMENT ON DATABASE", "SECURITY LABEL ON DATABASE"),
    ("TABLESPACE", "COMMENT ON TABLESPACE", "SECURITY LABEL ON TABLESPACE"),
];

/// Functions that make or drop what outlives the database.
const FUNCTIONS: &[&str] = &[
    "pg_create_physical_replication_slot",
    "pg_create_logical_replication_slot",
    "pg_copy_physical_replication_slot",
    "pg_copy_logical_replication_slot",
    "pg_drop_replication_slot",
    "pg_replication_origin_create",
    "pg_replication_origin_drop",
];

/// Statements whose strings are values, not code.
const WITHOUT_CODE: &[&str] = &[
    "ALTER", "COMMENT", "COPY", "CREATE", "DELETE", "DROP", "GRANT", "INSERT", "MERGE", "NOTIFY",
    "RAISE", "RESET", "REVOKE", "SECURITY", "SET", "TRUNCATE", "UPDATE",
];

/// Statements that name functions without calling them.
const WITHOUT_CALLS: &[&str] = &["ALTER", "COMMENT", "DROP", "GRANT", "REVOKE", "SECURITY"];

/// Key words after which another statement begins in PL/pgSQL. Some stand in expressions too.
const BLOCK_WORDS: &[&str] = &["ATOMIC", "BEGIN", "ELSE", "LOOP", "THEN"];

fn in_code(sql: &str, depth: usize) -> Option<&'static str> {
    let mut statement = Statement::default();
    for token in tokens(sql) {
        let ends = token.is_symbol(';');
        if !ends && let Some(found) = statement.note(token, depth) {
            return Some(found);
        }
        if ends || is_one_of(&token, BLOCK_WORDS) {
            if let Some(found) = statement.finish(sql, depth) {
                return Some(found);
            }
            let verb = if ends { None } else { statement.verb };
            statement = Statement { verb, ..Statement::default() };
        }
    }
    statement.finish(sql, depth)
}

/// A statement, as far as it was read.
#[derive(Debug, Default)]
struct Statement<'sql> {
    /// Its first tokens, comments left out.
    head: Vec<Token<'sql>>,
    /// Its first word; inherited where a `THEN` may belong to an expression, and replaced when a word follows.
    verb: Option<Token<'sql>>,
    is_routine: bool,
    role_grant: RoleGrant,
    /// Its strings, one after the other: pieces of a statement that code puts together.
    strings: Vec<&'sql str>,
}

/// A `GRANT` or `REVOKE` as far as it was read. Those about roles have no `ON`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum RoleGrant {
    #[default]
    Undecided,
    OnObject,
    OfRole,
}

impl<'sql> Statement<'sql> {
    const HEAD: usize = 6;

    fn note(&mut self, token: Token<'sql>, depth: usize) -> Option<&'static str> {
        if self.head.is_empty() && token.kind == TokenKind::Word {
            self.verb = Some(token);
        }
        if self.head.len() < Self::HEAD {
            self.head.push(token);
            self.is_routine |= token.is_word("FUNCTION") || token.is_word("PROCEDURE");
        }
        if self.role_grant == RoleGrant::Undecided {
            self.role_grant = role_grant(&token);
        }
        if token.is_string() && depth > 0 && self.may_hold_code() {
            self.strings.push(token.text);
            return in_code(token.text, depth - 1);
        }
        let may_call = token.kind == TokenKind::Word && !self.begins_with(WITHOUT_CALLS);
        FUNCTIONS.iter().find(|name| may_call && token.is_word(name)).copied()
    }

    fn begins_with(&self, verbs: &[&str]) -> bool {
        self.verb.is_some_and(|verb| is_one_of(&verb, verbs))
    }

    /// A routine's body is a string, whatever its language.
    fn may_hold_code(&self) -> bool {
        let is_routine = self.is_routine && self.begins_with(&["CREATE"]);
        is_routine || !self.begins_with(WITHOUT_CODE)
    }

    fn finish(&self, sql: &str, depth: usize) -> Option<&'static str> {
        let is_cut_off = sql.ends_with(|last: char| last.is_ascii_whitespace());
        if self.head.len() > 2 || is_cut_off {
            let found = by_first_words(&self.head).or_else(|| self.of_role());
            if found.is_some() {
                return found;
            }
        }
        if self.strings.len() > 1 && depth > 0 {
            return in_code(&self.strings.join(" "), 0);
        }
        None
    }

    fn of_role(&self) -> Option<&'static str> {
        let first = self.head.first()?;
        match self.role_grant {
            RoleGrant::OfRole if first.is_word("GRANT") => Some("GRANT role"),
            RoleGrant::OfRole if first.is_word("REVOKE") => Some("REVOKE role"),
            _ => None,
        }
    }
}

fn role_grant(token: &Token<'_>) -> RoleGrant {
    match () {
        () if token.is_word("ON") => RoleGrant::OnObject,
        () if token.is_word("TO") || token.is_word("FROM") => RoleGrant::OfRole,
        () => RoleGrant::Undecided,
    }
}

fn by_first_words(head: &[Token<'_>]) -> Option<&'static str> {
    let [first, second, rest @ ..] = head else { return None };
    let is_user_mapping =
        second.is_word("USER") && rest.first().is_some_and(|third| third.is_word("MAPPING"));
    if is_user_mapping {
        return None;
    }
    let by_verb =
        STATEMENTS.iter().find(|(verb, what, _)| first.is_word(verb) && second.is_word(what));
    if let Some((_, _, name)) = by_verb {
        return Some(name);
    }
    let is_comment = first.is_word("COMMENT");
    let is_label = first.is_word("SECURITY") && second.is_word("LABEL");
    let what = head.iter().skip_while(|token| !token.is_word("ON")).nth(1)?;
    let (_, comment, label) = SHARED.iter().find(|(word, ..)| what.is_word(word))?;
    match () {
        () if is_comment => Some(comment),
        () if is_label => Some(label),
        () => None,
    }
}

fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    token.kind == TokenKind::Word && words.iter().any(|word| token.is_word(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("CREATE ROLE app", "CREATE ROLE")]
    #[case("create /* a */ user -- b\n app", "CREATE USER")]
    #[case("ALTER ROLE app SET search_path = x", "ALTER ROLE")]
    #[case("DROP GROUP IF EXISTS g", "DROP GROUP")]
    #[case("ALTER DATABASE app SET timezone = 'UTC'", "ALTER DATABASE")]
    #[case("CREATE TABLESPACE t LOCATION '/x'", "CREATE TABLESPACE")]
    #[case("ALTER SYSTEM SET wal_level = logical", "ALTER SYSTEM")]
    #[case("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", "CREATE SUBSCRIPTION")]
    #[case("REASSIGN OWNED BY a TO b", "REASSIGN OWNED")]
    #[case("DROP OWNED BY a", "DROP OWNED")]
    #[case("GRANT a TO b", "GRANT role")]
    #[case("GRANT a, \"on\" TO b WITH ADMIN OPTION", "GRANT role")]
    #[case("REVOKE ADMIN OPTION FOR a FROM b", "REVOKE role")]
    #[case("COMMENT ON ROLE a IS 'x'", "COMMENT ON ROLE")]
    #[case("COMMENT ON DATABASE a IS 'x'", "COMMENT ON DATABASE")]
    #[case("SECURITY LABEL FOR s ON ROLE a IS 'x'", "SECURITY LABEL ON ROLE")]
    #[case("SELECT 1 \\; CREATE ROLE a", "CREATE ROLE")]
    #[case(
        "SELECT pg_create_logical_replication_slot('a', 'pgoutput')",
        "pg_create_logical_replication_slot"
    )]
    #[case(
        "SELECT pg_catalog.pg_create_physical_replication_slot('a')",
        "pg_create_physical_replication_slot"
    )]
    #[case("DO $$ BEGIN CREATE ROLE a; END $$", "CREATE ROLE")]
    #[case("DO 'BEGIN CREATE ROLE a; END'", "CREATE ROLE")]
    #[case(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN CREATE ROLE a; END IF; END $$",
        "CREATE ROLE"
    )]
    #[case("DO $$ BEGIN PERFORM 1; EXECUTE 'CREATE ROLE ' || x; END $$", "CREATE ROLE")]
    #[case("DO $$ BEGIN EXECUTE format('ALTER ROLE %I NOLOGIN', x); END $$", "ALTER ROLE")]
    #[case("DO $$ BEGIN EXECUTE 'GRANT ' || a || ' TO ' || b; END $$", "GRANT role")]
    #[case("DO $a$ DECLARE s text := $b$DROP ROLE x$b$; BEGIN EXECUTE s; END $a$", "DROP ROLE")]
    #[case(
        "CREATE FUNCTION f() RETURNS void AS $$ BEGIN CREATE USER x; END $$ LANGUAGE plpgsql",
        "CREATE USER"
    )]
    #[case("CREATE PROCEDURE f() LANGUAGE sql AS 'CREATE USER x'", "CREATE USER")]
    #[case("SELECT 'CREATE DATABASE x' WHERE NOT EXISTS (SELECT 1)", "CREATE DATABASE")]
    fn finds_what_touches_the_server(#[case] sql: &str, #[case] expected: &str) {
        assert_eq!(touches_server(sql), Some(expected));
    }

    #[rstest]
    #[case("GRANT SELECT ON t TO r")]
    #[case("GRANT EXECUTE ON FUNCTION pg_create_logical_replication_slot TO r")]
    #[case("REVOKE ALL ON SCHEMA public FROM PUBLIC")]
    #[case("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r")]
    #[case("COMMENT ON COLUMN t.c IS 'the user role is created by CREATE ROLE'")]
    #[case("COMMENT ON COLUMN t.c IS 'create role first'")]
    #[case("INSERT INTO permissions VALUES ('create user accounts'), ('drop database x')")]
    #[case("SELECT add_permission('create user')")]
    #[case("CREATE USER MAPPING FOR a SERVER s")]
    #[case("CREATE TABLE role (\"user\" text)")]
    #[case("ALTER TABLE t DROP role")]
    #[case("ALTER TABLE t ALTER role SET DEFAULT 'create role x'")]
    #[case("-- CREATE ROLE a\nSELECT 1 /* CREATE ROLE b */")]
    #[case("CREATE TYPE t AS ENUM ('create role a')")]
    #[case("DO $$ BEGIN -- CREATE ROLE x;\n RAISE NOTICE 'CREATE ROLE x failed'; END $$")]
    #[case(
        "DO $$ BEGIN INSERT INTO log SELECT CASE WHEN a THEN 'create role x' ELSE 'b' END; END $$"
    )]
    #[case("DO $$ BEGIN EXECUTE 'GRANT SELECT ON ' || t || ' TO ' || r; END $$")]
    #[case("SET ROLE app")]
    #[case("")]
    fn leaves_what_stays_in_the_database(#[case] sql: &str) {
        assert_eq!(touches_server(sql), None);
    }

    #[test]
    fn survives_deep_nesting() {
        let tags: Vec<_> = (0..5000).map(|level| format!("DO $a{level}$ ")).collect();
        assert_eq!(touches_server(&tags.concat()), None);
    }
}
