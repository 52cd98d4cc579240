//! What to ask production: a query that tells whether it has rows which would make a statement fail.

use crate::sql::{Deed, read};

/// A statement that failed over rows, and what the server says of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Violation<'a> {
    /// The statement.
    pub statement: &'a str,
    /// The SQLSTATE.
    pub sqlstate: &'a str,
    /// The schema and the table whose rows are wrong, where the server names them.
    pub table: Option<(&'a str, &'a str)>,
    /// The column, where the server names one.
    pub column: Option<&'a str>,
    /// The server's detail.
    pub detail: &'a str,
}

/// The query, to be run before the migration; `None` where nobody knows one.
#[must_use]
pub fn query_for(violation: &Violation<'_>) -> Option<String> {
    let table = || {
        let (schema, name) = violation.table?;
        Some(format!("{}.{}", plain(schema), plain(name)))
    };
    match violation.sqlstate {
        "23502" if !writes(violation) => Some(format!(
            "SELECT count(*) FROM {} WHERE {} IS NULL",
            table()?,
            plain(violation.column?)
        )),
        "23505" if !writes(violation) => {
            let columns = key_columns(violation.detail)?;
            Some(format!(
                "SELECT {columns}, count(*) FROM {}{} GROUP BY {columns} HAVING count(*) > 1",
                table()?,
                filter(violation.statement),
            ))
        }
        "23514" if !writes(violation) => {
            let check = behind(violation.statement, "CHECK")?;
            Some(format!("SELECT count(*) FROM {} WHERE NOT ({check})", table()?))
        }
        "23503" if !writes(violation) => {
            let columns = key_columns(violation.detail)?;
            let (to, theirs) = referenced(violation.statement)?;
            let mine: Vec<_> = columns.split(", ").collect();
            let theirs = if theirs.is_empty() { mine.clone() } else { theirs };
            let set: Vec<_> = mine.iter().map(|column| format!("x.{column} IS NOT NULL")).collect();
            let same: Vec<_> =
                mine.iter().zip(&theirs).map(|(a, b)| format!("y.{b} = x.{a}")).collect();
            Some(format!(
                "SELECT count(*) FROM {} x WHERE {} AND NOT EXISTS (SELECT FROM {to} y WHERE {})",
                table()?,
                set.join(" AND "),
                same.join(" AND "),
            ))
        }
        "22001" => too_long(violation.statement).or_else(|| cast(violation.statement)),
        _ => cast(violation.statement),
    }
}

/// Whether the statement brings rows and not a rule.
fn writes(violation: &Violation<'_>) -> bool {
    read(violation.statement).works.iter().any(|work| matches!(work.deed, Deed::Write { .. }))
}

/// A change of type fails on the rows that the cast fails on.
fn cast(statement: &str) -> Option<String> {
    let (table, column, to) = changed_type(statement)?;
    let value = behind_word(statement, "USING").unwrap_or_else(|| format!("{column}::{to}"));
    Some(format!("SELECT count({value}) FROM {table}"))
}

/// A cast that is written out cuts what is too long, without an error; blanks at the end are cut in any case (documentation,
/// "Character Types").
fn too_long(statement: &str) -> Option<String> {
    if behind_word(statement, "USING").is_some() {
        return None;
    }
    let (table, column, to) = changed_type(statement)?;
    let (_, length) = to.strip_suffix(')')?.split_once('(')?;
    Some(format!("SELECT count(*) FROM {table} WHERE char_length(rtrim({column})) > {length}"))
}

/// The table whose column gets another type, the column, and the type.
fn changed_type(statement: &str) -> Option<(String, String, String)> {
    read(statement).works.into_iter().find_map(|work| {
        let Deed::AlterType { column, to, .. } = work.deed else { return None };
        let on = work.on?;
        let schema = on.schema.map(|schema| format!("{}.", plain(&schema))).unwrap_or_default();
        Some((format!("{schema}{}", plain(&on.name)), plain(&column), to.clone()))
    })
}

/// The columns of `Key (a, b)=(1, x) is duplicated.`
fn key_columns(detail: &str) -> Option<String> {
    let (columns, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    Some(columns.to_owned())
}

/// The condition of a partial index.
fn filter(statement: &str) -> String {
    behind_word(statement, "WHERE").map(|filter| format!(" WHERE {filter}")).unwrap_or_default()
}

/// The table that a foreign key points to, and its columns where they are said.
fn referenced(statement: &str) -> Option<(String, Vec<&str>)> {
    let rest =
        statement.get(position(statement, "REFERENCES")? + "REFERENCES".len()..)?.trim_start();
    let end = rest.find(|c: char| c.is_whitespace() || "(;,".contains(c)).unwrap_or(rest.len());
    let (to, rest) = rest.split_at(end);
    let columns = rest.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let columns =
        columns.map_or_else(Vec::new, |(columns, _)| columns.split(',').map(str::trim).collect());
    Some((to.to_owned(), columns))
}

/// What is in the parentheses behind a key word.
fn behind<'s>(statement: &'s str, word: &str) -> Option<&'s str> {
    let rest = statement.get(position(statement, word)? + word.len()..)?.trim_start();
    let inner = rest.strip_prefix('(')?;
    let mut depth = 1;
    for (at, character) in inner.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(inner[..at].trim());
        }
    }
    None
}

/// What is behind a key word, up to a comma or the end.
fn behind_word(statement: &str, word: &str) -> Option<String> {
    let rest = statement.get(position(statement, word)? + word.len()..)?;
    let mut depth = 0;
    let end = rest.char_indices().find(|(_, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth < 0 || (depth == 0 && matches!(character, ',' | ';'))
    });
    let end = end.map_or(rest.len(), |(at, _)| at);
    let words: Vec<_> = rest[..end].split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Where a key word stands, as a word of its own.
fn position(statement: &str, word: &str) -> Option<usize> {
    let upper = statement.to_ascii_uppercase();
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    upper.match_indices(word).map(|(at, _)| at).find(|at| {
        !is_part(upper[..*at].chars().last()) && !is_part(upper[at + word.len()..].chars().next())
    })
}

/// A name, quoted only where it must be.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.chars().all(is_plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::not_null(
        "23502",
        "ALTER TABLE t ALTER c SET NOT NULL",
        Some("c"),
        "",
        Some("SELECT count(*) FROM public.t WHERE c IS NULL")
    )]
    #[case::duplicates(
        "23505",
        "create unique index on t (a, lower(b)) where (c > 1)",
        None,
        "Key (a, lower(b))=(1, x) is duplicated.",
        Some(
            "SELECT a, lower(b), count(*) FROM public.t WHERE (c > 1) GROUP BY a, lower(b) HAVING count(*) > 1"
        )
    )]
    #[case::check(
        "23514",
        "alter table t add constraint k check (length(a) > (2))",
        None,
        "",
        Some("SELECT count(*) FROM public.t WHERE NOT (length(a) > (2))")
    )]
    #[case::orphans(
        "23503",
        "alter table t add foreign key (a) references app.p (id)",
        None,
        "Key (a)=(1) is not present in table \"p\".",
        Some(
            "SELECT count(*) FROM public.t x WHERE x.a IS NOT NULL AND NOT EXISTS (SELECT FROM app.p y WHERE y.id = x.a)"
        )
    )]
    #[case::too_long(
        "22001",
        "alter table app.t alter column a type character varying(20)",
        None,
        "",
        Some("SELECT count(*) FROM app.t WHERE char_length(rtrim(a)) > 20")
    )]
    #[case::cast(
        "22P02",
        "alter table t alter column a type integer using a::integer",
        None,
        "",
        Some("SELECT count(a::integer) FROM t")
    )]
    #[case::rows_of_its_own("23502", "insert into t select null", Some("c"), "", None)]
    fn a_query_for_production(
        #[case] sqlstate: &str,
        #[case] statement: &str,
        #[case] column: Option<&str>,
        #[case] detail: &str,
        #[case] expected: Option<&str>,
    ) {
        let table = Some(("public", "t"));
        let violation = Violation { statement, sqlstate, table, column, detail };
        assert_eq!(query_for(&violation).as_deref(), expected);
    }
}
