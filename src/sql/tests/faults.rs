use rstest::rstest;

use super::told::{acts, told};

#[rstest]
#[case::create("create trusted language plperl", "create language plperl")]
#[case::guard("create nonsense table if not exists app.t", "")]
#[case::unknown_clause("create unlogged sequence app.s with nonsense", "create sequence app.s")]
#[case::member(
    "create temporary trigger tr after insert on app.t for each row execute function f()",
    "create trigger app.t.tr"
)]
#[case::half(
    "alter table t add column a int nonsense, drop column b",
    "create column t.a = integer"
)]
#[case::nothing("nonsense", "")]
#[case::no_name("create table", "")]
#[case::open("create table t (a int,", "create table t; .create column t.a = integer")]
fn what_the_grammar_does_not_know_is_read_by_its_words(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}

#[test]
fn a_fault_does_not_hide_other_statements() {
    let expected = "drop table a; drop table b; fault expected command, found IDENT at 14..22";
    assert_eq!(told("drop table a; nonsense; drop table b"), expected);
}
