//! Which statements Flyway takes for ones that cannot run in a transaction: by their first key words
//! outside parentheses. (`PostgreSQLParser`, `Parser`, `ParserSqlScript`)

use crate::migration::split::{TokenKind, tokens};
use crate::migration::{Script, Statement, StatementKind};

/// What a script holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'s> {
    /// Nothing that cannot run in a transaction.
    Transactional,
    /// Nothing else.
    NotTransactional,
    /// Both; the statement with which it becomes both.
    Mixed(&'s Statement),
}

pub(super) fn content(script: &Script) -> Content<'_> {
    let mut content = None;
    for statement in script.statements() {
        let is_sql = statement.kind == StatementKind::Sql;
        let here = if is_sql && refuses_transaction(&script.text_of(statement)) {
            Content::NotTransactional
        } else {
            Content::Transactional
        };
        match &content {
            Some(before) if *before != here => return Content::Mixed(statement),
            _ => content = Some(here),
        }
    }
    content.unwrap_or(Content::Transactional)
}

/// What such statements begin with.
const BEGINNINGS: &[&[&str]] = &[
    &["CREATE", "DATABASE"],
    &["CREATE", "TABLESPACE"],
    &["CREATE", "SUBSCRIPTION"],
    &["DROP", "DATABASE"],
    &["DROP", "TABLESPACE"],
    &["DROP", "SUBSCRIPTION"],
    &["ALTER", "SYSTEM"],
    &["CREATE", "INDEX", "CONCURRENTLY"],
    &["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"],
    &["DROP", "INDEX", "CONCURRENTLY"],
    &["REINDEX", "SCHEMA"],
    &["REINDEX", "DATABASE"],
    &["REINDEX", "SYSTEM"],
    &["REINDEX", "VERBOSE", "SCHEMA"],
    &["REINDEX", "VERBOSE", "DATABASE"],
    &["REINDEX", "VERBOSE", "SYSTEM"],
    &["VACUUM"],
    &["DISCARD", "ALL"],
];

fn refuses_transaction(sql: &str) -> bool {
    let words = key_words(sql);
    BEGINNINGS.iter().any(|beginning| {
        let begins = beginning.iter().zip(&words).all(|(left, right)| left == right);
        begins && beginning.len() <= words.len()
    })
}

/// As many as the longest beginning has: words of letters alone, not part of a name with dots.
fn key_words(sql: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    for token in tokens(sql) {
        match (token.kind, token.text) {
            (TokenKind::Symbol, "(") => depth += 1,
            (TokenKind::Symbol, ")") => depth = depth.saturating_sub(1),
            (TokenKind::Word, word) if depth == 0 => {
                let end = token.offset + word.len();
                let is_dotted = sql[end..].starts_with('.') || sql[..token.offset].ends_with('.');
                let is_plain = word.chars().all(|c| c.is_alphabetic() || c == '_');
                if is_plain && !is_dotted {
                    words.push(word.to_uppercase());
                }
            }
            _ => {}
        }
        if words.len() == 4 {
            break;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::place::SourceText;

    #[rstest]
    #[case::index("create index /* big */ concurrently a1 on t (b)", true)]
    #[case::unique("CREATE UNIQUE INDEX CONCURRENTLY a ON t (b)", true)]
    #[case::vacuum("vacuum (analyze) t", true)]
    #[case::reindex("reindex (verbose) database app", true)]
    #[case::system("alter system set work_mem = 1", true)]
    #[case::plain_index("create index concurrently_named on t (b)", false)]
    #[case::not_in_its_list("reindex index concurrently a", false)]
    #[case::dotted("vacuum.x", false)]
    #[case::enum_value("alter type colour add value 'red'", false)]
    fn the_first_words_tell(#[case] sql: &str, #[case] expected: bool) {
        assert_eq!(refuses_transaction(sql), expected);
    }

    #[test]
    fn the_statement_that_makes_a_mixture_is_found() {
        let script = |text: &str| Script::new(SourceText::new("V1__a.sql", text));
        assert_eq!(content(&script("vacuum t; vacuum u;")), Content::NotTransactional);
        assert_eq!(content(&script("")), Content::Transactional);
        let mixed = script("create table t ();\nvacuum t;");
        let Content::Mixed(statement) = content(&mixed) else { panic!() };
        assert_eq!(mixed.text_of(statement), "vacuum t");
    }
}
