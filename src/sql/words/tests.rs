use rstest::rstest;

use super::chosen::object_name;
use super::*;
use crate::schema::Kind;
use crate::sql::syntax::statement;

#[rstest]
#[case::folded("Users", "users")]
#[case::only_ascii("ÄPFEL", "Äpfel")]
#[case::quoted("\"Users\"", "Users")]
#[case::doubled("\"a\"\"b\"", "a\"b")]
#[case::unicode("U&\"d\\0061ta\"", "U&\"d\\0061ta\"")]
fn identifiers_are_folded_as_postgres_does(#[case] written: &str, #[case] expected: &str) {
    assert_eq!(fold_identifier(written), expected);
}

#[test]
fn a_long_identifier_is_cut_between_letters() {
    assert_eq!(fold_identifier(&"a".repeat(70)).len(), 63);
    assert_eq!(fold_identifier(&"é".repeat(40)).len(), 62);
}

#[rstest]
#[case::short("t", "a", "key", "t_a_key")]
#[case::without_addition("t", "", "pkey", "t_pkey")]
#[case::longer_table_is_cut(
    "the_name_of_this_table_is_rather_long_and_then_some_more_of_it",
    "email",
    "key",
    "the_name_of_this_table_is_rather_long_and_then_some_m_email_key"
)]
#[case::longer_addition_is_cut(
    "users",
    "the_name_of_this_column_is_rather_long_and_then_some_more_of_it",
    "fkey",
    "users_the_name_of_this_column_is_rather_long_and_then_some_fkey"
)]
fn the_longer_part_of_a_chosen_name_is_cut(
    #[case] table: &str,
    #[case] addition: &str,
    #[case] label: &str,
    #[case] expected: &str,
) {
    let name = object_name(table, addition, label);
    assert_eq!(name, expected);
    assert!(name.len() <= 63);
}

#[test]
fn a_name_that_is_given_already_gets_a_number() {
    let mut given = Given::default();
    given.give("t_a_key");
    assert_eq!(given.choose("t", "a", "key"), "t_a_key1");
    assert_eq!(given.choose("t", "a", "key"), "t_a_key2");
}

#[rstest]
#[case::plain(&["a", "b"], "a_b")]
#[case::again(&["lower", "lower", "expr"], "lower_lower1_expr")]
fn columns_of_an_index_are_joined(#[case] columns: &[&str], #[case] expected: &str) {
    let columns: Vec<_> = columns.iter().map(|column| (*column).to_owned()).collect();
    assert_eq!(index_columns(&columns), expected);
}

#[rstest]
#[case::schema("app.users", Some("app"), "users")]
#[case::quoted("App.\"Odd.Name\"", Some("app"), "Odd.Name")]
#[case::alone(" users ", None, "users")]
fn names_in_strings_are_taken_apart(
    #[case] text: &str,
    #[case] schema: Option<&str>,
    #[case] name: &str,
) {
    let named = qualified(Kind::Table, text);
    assert_eq!((named.schema.as_deref(), named.name.as_str()), (schema, name));
}

#[rstest]
#[case::blanks("select  a ,b\n from t", "select a, b from t")]
#[case::comments("select a -- why\n /* because */ from t", "select a from t")]
#[case::case("SELECT \"A\", 'B' FROM T", "select \"A\", 'B' from t")]
#[case::calls("select f ( a ), count(*)", "select f(a), count(*)")]
#[case::signs("select a->>'b'::text,a<=b", "select a ->> 'b'::text, a <= b")]
#[case::lists("select 1 where a in(1,2)", "select 1 where a in (1, 2)")]
#[case::arrays("select a [ 1 ]", "select a[1]")]
fn layout_and_case_are_folded(#[case] sql: &str, #[case] expected: &str) {
    let parsed = statement(sql);
    assert_eq!(parsed.tree.root().map(fold).as_deref(), Some(expected));
}

#[test]
fn built_in_types_are_known_where_they_are_not_of_a_schema() {
    assert!(is_built_in(None, "uuid"));
    assert!(is_built_in(Some("pg_catalog"), "anything"));
    assert!(!is_built_in(None, "citext"));
    assert!(!is_built_in(Some("app"), "uuid"));
}
