use std::collections::BTreeMap;

use rstest::rstest;

use super::read;
use crate::migration::{Script, Variables};
use crate::place::SourceText;

fn script(text: &str) -> Script {
    let given = [("s", "app"), ("n", "3"), ("q", "it's"), ("b", "a\\b"), ("deep", ":s.x")];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
    read(SourceText::new("a.sql", text), &Variables(BTreeMap::from(given)))
}

#[rstest]
#[case::plain("select :n, :s.t", "select 3, app.t")]
#[case::literal("select :'q', :'b', :'n'", "select 'it''s',  E'a\\\\b', '3'")]
#[case::name("table :\"s\".:\"q\"", "table \"app\".\"it's\"")]
#[case::is_set("select :{?n}, :{?none}", "select TRUE, FALSE")]
#[case::unset(
    "select :none, :'none', :\"none\", a[1:none]",
    "select :none, :'none', :\"none\", a[1:none]"
)]
#[case::slice("select a[1:n]", "select a[13]")]
#[case::cast("select 1::n, a:=:n, 1:::n", "select 1::n, a:=3, 1::3")]
#[case::quotes(
    "select ':n', \":n\", $$:n$$, E'\\':n' -- :n\n/* :n */",
    "select ':n', \":n\", $$:n$$, E'\\':n' -- :n\n/* :n */"
)]
#[case::escaped_colon("select '{}' \\:n", "select '{}' \\:n")]
#[case::escaped_colon_before_another("select \\::n", "select \\:3")]
#[case::two_commands_in_a_line("a; \\set b 2\\set c 3\\\\select :b, :c;", "a;   select 2, 3;")]
#[case::values_are_read_again("select :deep", "select app.x")]
#[case::a_value_is_not_within_itself("\\set a ':a'\nselect :a", " \nselect :a")]
#[case::data("copy t from stdin;\n:n\n\\.\nselect :n", "copy t from stdin;\n:n\n\\.\nselect 3")]
#[case::set("\\set a x y 'z z'\nselect :'a';", " \nselect 'xyz z';")]
#[case::set_nothing("\\set a\nselect :'a', :{?a}", " \nselect '', TRUE")]
#[case::set_by_another("\\set a 1 :n :'q'\nselect :a;", " \nselect 13'it''s';")]
#[case::set_escapes("\\set a 'x\\ty\\x41\\101'\nselect :'a'", " \nselect 'x\tyAA'")]
#[case::double_quotes_stay("\\set a \"b c\"\nselect :'a'", " \nselect '\"b c\"'")]
#[case::unset_again("\\unset n\nselect :n, :{?n}", " \nselect :n, FALSE")]
#[case::same_line("\\set a 1 \\\\ select :a;", "  select 1;")]
#[case::if_true("\\if yes\na;\n\\else\nb;\n\\endif\nc;", " \na;\n  \nc;")]
#[case::if_false("\\if :{?none}\na;\n\\else\nb;\n\\endif\nc;", "  \nb;\n \nc;")]
#[case::elif("\\if 0\na;\n\\elif ON\nb;\n\\elif 1\nc;\n\\else\nd;\n\\endif", "  \nb;\n   ")]
#[case::nested("\\if false\n\\if true\na;\n\\else\nb;\n\\endif\n\\endif\nc;", "     \nc;")]
#[case::nothing_is_asked_where_it_does_not_run(
    "\\if f\n\\if :x\n\\endif\n\\i b.sql\n\\set n 9\n\\endif\n:n",
    "    \n3"
)]
#[case::in_a_statement("select 1\n\\if t\n, 2\n\\endif\n;", "select 1\n \n, 2\n \n;")]
#[case::quit("a;\n\\if 1\n\\q\n\\endif\nb;", "a;\n \n")]
#[case::only_display(
    "\\echo :n\n\\dt+ *\n\\pset pager off\nselect 1 \\g",
    "\\echo :n\n\\dt+ *\n\\pset pager off\nselect 1 \\g"
)]
fn variables_and_conditions_are_obeyed_as_psql_does(#[case] text: &str, #[case] sent: &str) {
    let script = script(text);
    let refused = script.refusals().to_string();
    assert_eq!((script.text(), refused.as_str()), (sent, ""));
}

#[rstest]
#[case::include("\\i b.sql", "the psql command \\i runs another file")]
#[case::include_relative("\\ir b.sql", "files = [")]
#[case::connect("\\c other", "each case has one database")]
#[case::program("\\! ls", "\\! runs a program")]
#[case::output("\\o out.txt", "writes a file")]
#[case::backticks("\\set a `date`", "the output of a program")]
#[case::backticks_to_print("\\echo `date`", "the output of a program")]
#[case::copy("\\copy t from 'rows.csv' csv", "\\copy … from stdin")]
#[case::gset("select 1 as a \\gset", "[setup]: variables")]
#[case::gexec("select 'select 1' \\gexec", "DO block")]
#[case::send_to_a_program("select 1 \\g |cat", "with a file writes to it")]
#[case::send_again("select 1; \\g", "once more")]
#[case::unknown("\\frobnicate", "\\frobnicate is not supported")]
#[case::only_psql_knows("select :'DBNAME'", "DBNAME is known to psql alone")]
#[case::no_truth("\\if :none\n\\endif", "\":none\" is no truth value")]
#[case::open_if("select 1;\n\\if 1\n", "a.sql:2:1: this \\if is never closed")]
#[case::stray_else("\\else", "no \\if that this \\else could belong to")]
#[case::two_elses("\\if 1\n\\else\n\\else\n\\endif", "no \\if that this \\else could belong to")]
#[case::autocommit("\\set AUTOCOMMIT off", "write BEGIN and COMMIT")]
#[case::savepoints("\\set ON_ERROR_ROLLBACK on", "SAVEPOINT")]
#[case::no_name("\\set a-b 1", "psql has no variable \"a-b\"")]
#[case::open_quote("\\set a 'b", "never closed")]
fn what_cannot_be_known_or_done_is_refused(#[case] text: &str, #[case] why: &str) {
    let refused = script(text).refusals().to_string();
    assert!(refused.contains(why), "{refused}");
}

#[test]
fn places_lead_into_the_file() {
    let script = script("\\if 1\nselect :q, oops;\n\\endif");
    let at = script.text().find("oops").unwrap();
    assert_eq!(script.place(at..at + 4).line_column().line, 2);
}
