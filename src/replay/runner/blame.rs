//! What a runner's output tells of a failure: which file, and which SQLSTATE.

use std::sync::Arc;

use crate::migration::Migration;
use crate::scenario::SqlState;

/// The migration that the output names last among those that are not applied; else the first of those:
/// runners stop at the first that fails.
pub(super) fn failing<'m>(
    output: &str,
    not_applied: &[&'m Arc<Migration>],
) -> Option<&'m Arc<Migration>> {
    let last_mention = |migration: &Arc<Migration>| {
        let file = migration.file_name();
        let stem = file.strip_suffix(".sql").unwrap_or(file);
        let names = [file, stem, migration.id.as_str()];
        let long_enough = names.into_iter().filter(|name| name.len() > 3);
        long_enough.filter_map(|name| output.rfind(name)).max()
    };
    let mentioned = not_applied.iter().filter_map(|it| Some((last_mention(it)?, *it)));
    let last = mentioned.max_by_key(|(at, _)| *at).map(|(_, migration)| migration);
    last.or_else(|| not_applied.first().copied())
}

/// The last SQLSTATE that the output gives: after the word `SQLSTATE`, or as a `code` as drivers print
/// the field (`code: '42703'`, `"code":"42703"`, `(42703)` after `ERROR`).
pub(super) fn sqlstate(output: &str) -> Option<SqlState> {
    let mut found = None;
    for line in output.lines() {
        let is_told = ["SQLSTATE", "code", "ERROR"].iter().any(|word| line.contains(word));
        if !is_told {
            continue;
        }
        let words = line.split(|c: char| !c.is_ascii_alphanumeric());
        let mut states = words.filter(|word| word.len() == 5 && looks_like_a_state(word));
        found = states.next_back().and_then(SqlState::parse).or(found);
    }
    found
}

/// The classes of SQLSTATEs that Postgres uses (its documentation, appendix "PostgreSQL Error Codes").
const CLASSES: &[&str] = &[
    "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "20", "21", "22", "23", "24",
    "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "44",
    "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX",
];

fn looks_like_a_state(word: &str) -> bool {
    let is_upper = word.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    is_upper && CLASSES.contains(&&word[..2])
}

/// The last line that says what went wrong.
pub(super) fn message(output: &str) -> Option<&str> {
    let is_telling = |line: &&str| {
        let lower = line.to_ascii_lowercase();
        lower.contains("error") || lower.contains("fatal") || lower.contains("does not exist")
    };
    let lines: Vec<_> = output.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.iter().find(|line| is_telling(line)).or(lines.last()).copied()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::migration::layout::testing::set_of;

    #[rstest]
    #[case::go("pq: column \"b\" does not exist (SQLSTATE 42703)", Some("42703"))]
    #[case::node("  code: '42P01',\n  position: '13',", Some("42P01"))]
    #[case::psql("psql:a.sql:3: ERROR:  42701: column exists", Some("42701"))]
    #[case::words("ERROR: TABLE USERS is gone at 12345", None)]
    #[case::silent("column \"b\" does not exist", None)]
    fn the_sqlstate_is_read_where_drivers_print_it(
        #[case] output: &str,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(sqlstate(output).as_ref().map(SqlState::as_str), expected);
    }

    #[test]
    fn the_file_named_last_is_to_blame_and_else_the_first_that_is_not_applied() {
        let set = set_of(&[("001_a.sql", ""), ("002_b.sql", ""), ("003_c.sql", "")]);
        let left: Vec<_> = set.migrations().iter().collect();
        let name = |output| failing(output, &left).map(|it| it.id.as_str().to_owned());
        assert_eq!(name("running 001_a\nrunning 002_b ... failed").as_deref(), Some("002_b.sql"));
        assert_eq!(name("it failed").as_deref(), Some("001_a.sql"));
    }
}
