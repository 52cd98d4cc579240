use super::*;
use crate::place::LineColumn;

fn place(text: &str, message: &str) -> LineColumn {
    let script = Script::new(SourceText::new("a.sql", text));
    let statement = script.statements()[0].clone();
    script.place_of_quoted(&statement, message).line_column()
}

#[test]
fn a_name_in_the_message_is_found_in_the_statement() {
    let text = "\nalter table audit_old\n  rename column old to old_audit;";
    let message = "column \"old\" does not exist";
    assert_eq!(place(text, message), LineColumn { line: 3, column: 17 });
}

#[test]
fn a_statement_without_the_name_is_shown_by_its_first_line() {
    let message = "column \"zap\" does not exist";
    assert_eq!(place("select 1", message), LineColumn { line: 1, column: 1 });
}

#[test]
fn a_word_is_blanked_out_only_where_it_is_one_and_everything_else_stays_where_it_is() {
    let text = "-- concurrently\ncreate index Concurrently a on b (c);\nselect 'concurrently'; drop index concurrently d;";
    let script = Script::new(SourceText::new("a.sql", text));
    let [first, second, _] = script.statements() else { panic!("three statements") };
    let without = script.without_word("concurrently", &[first, second]);
    let blanks = " ".repeat("concurrently".len());
    assert_eq!(without.text(), text.replace("Concurrently", &blanks));
    assert_eq!(without.statements(), script.statements());
    assert_eq!(without.shown(first), script.text_of(first));
    assert_eq!(without.checksum(), script.checksum());
    let at = text.find("b (c)").unwrap();
    assert_eq!(without.place(at..at + 1), script.place(at..at + 1));
}

#[test]
fn a_statement_that_is_sent_with_what_stands_before_it_is_shown_by_its_first_word() {
    let text = "select 1;-->\n-- two\nselect 2";
    let cut = Cut::At(vec![0..8, 9..text.len()]);
    let script = Script::new(SourceText::new("a.sql", text)).cut(cut);
    let found = script.place_of(&script.statements()[1]);
    assert_eq!(&script.source().text()[found.span()], "select 2");
}

#[test]
fn positions_count_characters_of_what_was_sent() {
    let script = Script::new(SourceText::new("a.sql", "select 'ä';\nselect 'ü', zap"));
    let start = script.statements()[1].span.start;
    let found = script.place_of_error(start, 13);
    assert_eq!(found.line_column(), LineColumn { line: 2, column: 13 });
    assert_eq!(&script.source().text()[found.span()], "zap");
}
