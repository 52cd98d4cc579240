use super::syntax::{Is, Node, statement, string_text};
use super::words::{fold_identifier, identifier};
use crate::schema::parts;

/// The schemas that a statement puts in the search path: `SET`, `SET LOCAL` and `SET SESSION`, `SET SCHEMA`, and a query of
/// `set_config`.
///
/// Nothing for other statements, also for those that set it back (`SET search_path TO DEFAULT`, `RESET`); an empty list where
/// no schema is searched (`''`).
#[must_use]
pub fn search_path(sql: &str) -> Option<Vec<String>> {
    let folded = sql.to_ascii_lowercase();
    if !folded.contains("search_path") && !folded.contains("schema") {
        return None;
    }
    let parsed = statement(sql);
    let first = parsed.tree.root()?.children().find(|child| !child.is_token())?;
    match first.kind() {
        Is::SET => set(first),
        Is::SELECT => first.find(Is::CALL_EXPR).and_then(set_config),
        _ => None,
    }
}

fn set(statement: Node<'_>) -> Option<Vec<String>> {
    if let Some(schema) = statement.find(Is::SET_SCHEMA_VALUE) {
        return schema.find(Is::LITERAL).and_then(string_text).map(|name| vec![name]);
    }
    let config = statement.child(Is::SET_CONFIG)?;
    let parameter = config.child(Is::CONFIG_PARAMETER_REF).map(identifier)?;
    let values = config.child(Is::TO_CONFIG_VALUE)?;
    if parameter != "search_path" || values.has(Is::DEFAULT_KW) {
        return None;
    }
    let names = values.children().filter_map(|value| match value.kind() {
        Is::CONFIG_VALUE_NAME => Some(identifier(value)),
        Is::LITERAL => string_text(value),
        _ => None,
    });
    Some(names.filter(|name| !name.is_empty()).collect())
}

fn set_config(call: Node<'_>) -> Option<Vec<String>> {
    let name = call.first_node().map(|callee| callee.text().to_ascii_lowercase())?;
    let arguments: Vec<_> = call.child(Is::ARG_LIST)?.all(Is::ARG).collect();
    let text =
        |at: usize| arguments.get(at).and_then(|it| it.find(Is::LITERAL)).and_then(string_text);
    let is_path = text(0).is_some_and(|parameter| parameter.eq_ignore_ascii_case("search_path"));
    if !matches!(name.as_str(), "set_config" | "pg_catalog.set_config") || !is_path {
        return None;
    }
    let names = text(1)?.split(',').map(schema).filter(|name| !name.is_empty()).collect();
    Some(names)
}

/// One schema of a list in a string.
fn schema(written: &str) -> String {
    let part = parts(written.trim()).into_iter().next();
    part.map_or_else(
        String::new,
        |part| {
            if part.quoted { part.text } else { fold_identifier(&part.text) }
        },
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::set("set search_path to app, \"Odd\", public;", Some(vec!["app", "Odd", "public"]))]
    #[case::equals("SET search_path = App", Some(vec!["app"]))]
    #[case::local("set local search_path to 'app', $user", Some(vec!["app"]))]
    #[case::session("set session search_path to app", Some(vec!["app"]))]
    #[case::empty("set search_path = ''", Some(vec![]))]
    #[case::schema("set schema 'app'", Some(vec!["app"]))]
    #[case::function("select pg_catalog.set_config('search_path', '', false);", Some(vec![]))]
    #[case::list("select set_config('search_path', 'a, \"B\"', true)", Some(vec!["a", "B"]))]
    #[case::back("set search_path to default", None)]
    #[case::other("set statement_timeout = 0", None)]
    #[case::other_setting("select set_config('role', 'search_path', false)", None)]
    #[case::statement("create table search_path (a int)", None)]
    fn reads_what_a_statement_sets(#[case] sql: &str, #[case] expected: Option<Vec<&str>>) {
        let expected = expected.map(|names| names.into_iter().map(str::to_owned).collect());
        assert_eq!(search_path(sql), expected);
    }
}
