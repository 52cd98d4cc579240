//! Does a statement leave something in its session? What `DISCARD ALL` would take away (its
//! documentation lists it), and what only new sessions see (`ALTER ROLE … SET`).

use super::split::words;

/// First words of statements that change the session, or what new sessions begin with.
const HEADS: &[&str] = &[
    "CALL", "DECLARE", "DISCARD", "EXECUTE", "LISTEN", "LOAD", "PREPARE", "RESET", "SET",
    "UNLISTEN",
];

/// Second words after `ALTER` for which sessions begin otherwise.
const ALTERED: &[&str] = &["DATABASE", "ROLE", "SYSTEM", "USER"];

/// Words that tell of temporary objects and settings wherever they stand.
const ANYWHERE: &[&str] = &["SET_CONFIG", "TEMP", "TEMPORARY"];

/// The same in the body of a `DO`, which is a string to its statement.
const IN_BODIES: &[&str] = &["set", "temp", "lock", "execute"];

/// Settings that tell how long something may take or what may be spent on it, and how much is said of it: no statement does
/// anything else for them.
const LIMITS: &[&str] = &[
    "CLIENT_MIN_MESSAGES",
    "DEADLOCK_TIMEOUT",
    "IDLE_IN_TRANSACTION_SESSION_TIMEOUT",
    "IDLE_SESSION_TIMEOUT",
    "LOCK_TIMEOUT",
    "MAINTENANCE_WORK_MEM",
    "MAX_PARALLEL_MAINTENANCE_WORKERS",
    "STATEMENT_TIMEOUT",
    "SYNCHRONOUS_COMMIT",
    "TRANSACTION_TIMEOUT",
    "WORK_MEM",
];

/// What comes after `SET` where nothing of it outlives a transaction.
const OF_TRANSACTIONS: &[&str] = &["CONSTRAINTS", "LOCAL", "TRANSACTION"];

/// Whether the statement may leave something in its session for which later statements do something else. Cautious as
/// [`marks_session`].
pub(super) fn bends_session(sql: &str) -> bool {
    marks_session(sql) && !sets_a_limit(sql)
}

fn sets_a_limit(sql: &str) -> bool {
    let mut words = words(sql);
    if !words.next().is_some_and(|first| matches!(&*first, "SET" | "RESET")) {
        return false;
    }
    let second = words.next().unwrap_or_default();
    if OF_TRANSACTIONS.contains(&&*second) {
        return true;
    }
    let name = if second == "SESSION" { words.next().unwrap_or_default() } else { second };
    LIMITS.contains(&&*name)
}

/// Whether the statement may leave something in its session. Cautious: `DO` may do anything.
pub(super) fn marks_session(sql: &str) -> bool {
    let mut words = words(sql);
    let Some(first) = words.next() else { return false };
    if HEADS.contains(&&*first) {
        return true;
    }
    if first == "DO" {
        let body = sql.to_ascii_lowercase();
        return IN_BODIES.iter().any(|word| body.contains(word));
    }
    let second = words.next();
    if first == "ALTER" && second.as_deref().is_some_and(|it| ALTERED.contains(&it)) {
        return true;
    }
    second
        .into_iter()
        .chain(words)
        .any(|word| ANYWHERE.contains(&&*word) || word.starts_with("PG_ADVISORY"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::setting("set role app", true)]
    #[case::function("select pg_catalog.set_config('search_path', '', false)", true)]
    #[case::temporary("create temp table t ()", true)]
    #[case::lock("select pg_advisory_lock(1)", true)]
    #[case::database("alter database app set timezone to 'UTC'", true)]
    #[case::body("do $$ begin set role app; end $$", true)]
    #[case::harmless_body("do $$ begin create type t as enum (); end $$", false)]
    #[case::update("update t set a = 1", false)]
    #[case::table("alter table t add column a integer", false)]
    fn only_what_stays_in_the_session_marks_it(#[case] sql: &str, #[case] expected: bool) {
        assert_eq!(marks_session(sql), expected);
    }

    #[rstest]
    #[case::time("set statement_timeout = '3h'", false)]
    #[case::of_the_session("SET SESSION lock_timeout TO 0", false)]
    #[case::back("reset maintenance_work_mem", false)]
    #[case::of_a_transaction("set local search_path = app", false)]
    #[case::deferred("set constraints all deferred", false)]
    #[case::meaning("set search_path = app", true)]
    #[case::rights("set session authorization app", true)]
    #[case::all("reset all", true)]
    #[case::another("set check_function_bodies = false", true)]
    #[case::table("alter table t add column a integer", false)]
    fn a_limit_of_time_changes_nothing_that_later_statements_do(
        #[case] sql: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(bends_session(sql), expected);
    }
}
