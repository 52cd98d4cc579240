//! What may be sent together with the question for its locks.

use super::super::tour::{is_one_transaction, refuses_transactions};
use crate::migration::Script;
use crate::outcome::SqlError;
use crate::place::SourceText;
use crate::sql;

/// Whether a statement may take a lock that others wait for, and may be sent together with another one.
pub(super) fn may_lock(text: &str) -> bool {
    const FIRST: [&str; 9] =
        ["alter", "create", "drop", "truncate", "lock", "cluster", "reindex", "refresh", "do"];
    let lower = text.to_ascii_lowercase();
    let first = first_word(&lower);
    if !FIRST.contains(&first) || lower.contains("add value") {
        return false;
    }
    if first == "do" {
        return !may_commit_inside(text);
    }
    bears_company(text)
}

/// Whether a statement may end transactions from within, which it may only where it is alone.
pub(super) fn may_commit_inside(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has_any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match first_word(&lower) {
        "call" => true,
        "do" => has_any(&["commit", "rollback", "call"]),
        _ => false,
    }
}

/// Whether it may be sent together with another statement, which makes one transaction of both.
pub(super) fn bears_company(text: &str) -> bool {
    let works = sql::read(text).works;
    !works.is_empty() && !works.iter().any(|work| refuses_transactions(&work.deed))
}

/// Whether a statement ends a transaction block.
pub(in crate::replay) fn ends_block(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let to_savepoint = lower.split_whitespace().take(3).any(|word| word == "to");
    !to_savepoint && ["commit", "end", "rollback", "abort"].contains(&first_word(&lower))
}

/// The last byte of what is sent at once where its locks can be asked for, and the number of statements before.
pub(super) fn last_place(text: &str) -> Option<(usize, usize)> {
    let script = Script::new(SourceText::new("", text));
    let statements = script.statements();
    if is_one_transaction(&script) {
        return Some((statements.last()?.span.start, statements.len() - 1));
    }
    // Of what is about no table, such as a view, it may be known as well.
    let bears = bears_company(text) || changes_no_types(&script);
    bears.then_some((text.len(), statements.len()))
}

fn changes_no_types(script: &Script) -> bool {
    let refuses =
        |text: &str| sql::read(text).works.iter().any(|work| refuses_transactions(&work.deed));
    script.locked_changes().is_some_and(|changes| !changes.types)
        && !script.statements().iter().any(|it| refuses(&script.text_of(it)))
}

/// Whether a statement was refused because another was sent with it: `active_sql_transaction`, `invalid_transaction_termination`
/// (documentation, appendix A).
pub(super) fn is_for_its_company(error: &SqlError) -> bool {
    error.sqlstate.as_ref().is_some_and(|state| ["25001", "2D000"].contains(&state.as_str()))
}

/// Whether one of the statements of a text ends a transaction block.
pub(super) fn has_end_of_block(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    // Few texts have such a word at all, and fewer need to be split.
    ["commit", "end", "rollback", "abort"].iter().any(|word| lower.contains(word)) && {
        let script = Script::new(SourceText::new("", text));
        script.statements().iter().any(|statement| ends_block(&script.text_of(statement)))
    }
}

/// Comments before it are no words.
fn first_word(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, rest)| rest)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            behind_comment(comment)
        } else {
            break;
        };
        rest = rest.trim_start();
    }
    rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

/// What is behind a comment that has begun; one may have others in it (documentation, "Lexical Structure").
fn behind_comment(text: &str) -> &str {
    let (mut rest, mut depth) = (text, 1);
    while depth > 0 {
        let Some(at) = rest.find(['*', '/']) else { return "" };
        let (is_end, is_begin) = (rest[at..].starts_with("*/"), rest[at..].starts_with("/*"));
        depth += i32::from(is_begin) - i32::from(is_end);
        rest = &rest[at + if is_end || is_begin { 2 } else { 1 }..];
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_ended_by_a_statement_and_not_by_a_word() {
        for text in ["select 1; commit", "/* so /* far */ */ END;", "-- so\nrollback", "abort"] {
            assert!(has_end_of_block(text), "{text}");
        }
        for text in [
            "alter table dependencies add appended int",
            "select case when a then 'commit' end from t",
            "create function f() returns int language plpgsql as $$ begin return 1; end $$",
            "rollback to savepoint s",
            "-- commit",
        ] {
            assert!(!has_end_of_block(text), "{text}");
        }
    }

    #[test]
    fn only_what_may_lock_and_bears_company_is_asked_about() {
        let asked = [
            "alter table t add column a int",
            "-- why\ncreate index i on t (a)",
            "do $$ begin execute 'drop table t'; end $$",
        ];
        assert!(asked.iter().all(|text| may_lock(text)));
        let not = [
            "create index concurrently i on t (a)",
            "alter type mood add value 'meh'",
            "do $$ begin commit; end $$",
            "insert into t values (1)",
            "set transaction isolation level serializable",
            "begin",
            "vacuum t",
            "create database d",
        ];
        assert!(!not.iter().any(|text| may_lock(text)));
    }
}
