//! Tests of splitting: cases as data.

use std::fmt::Write as _;
use std::io::BufReader;

use super::*;
use rstest::rstest;

/// What `split` gives, one short line per piece: `sql …`, `copy …|data`, `meta …`.
pub(super) fn shown(script: &str) -> Vec<String> {
    let show = |piece: &Piece| {
        let text = piece.text(script);
        match &piece.kind {
            PieceKind::Sql => format!("sql {text}"),
            PieceKind::CopyIn { data } => format!("copy {text}|{}", &script[data.clone()]),
            PieceKind::Meta => format!("meta {text}"),
        }
    };
    split(script).pieces.iter().map(show).collect()
}

/// The same from a stream that is read `chunk` bytes at a time, with its problems.
pub(super) fn streamed(script: &str, chunk: usize) -> (Vec<(String, usize)>, Vec<Problem>) {
    let mut stream = Stream::new(BufReader::with_capacity(chunk, script.as_bytes()));
    let mut shown: Vec<(String, usize)> = Vec::new();
    while let Some(event) = stream.next_event().expect("text in memory") {
        match event {
            Event::Sql(query) => shown.push((format!("sql {}", query.text), query.line)),
            Event::CopyIn(query) => shown.push((format!("copy {}|", query.text), query.line)),
            Event::Meta(query) => shown.push((format!("meta {}", query.text), query.line)),
            Event::CopyData(lines) => {
                let last = shown.last_mut().expect("data follow a statement");
                write!(last.0, "{}", String::from_utf8_lossy(lines)).expect("a String takes all");
            }
            Event::CopyEnd => {}
        }
    }
    (shown, stream.problems().to_vec())
}

#[rstest]
#[case::nothing("", &[])]
#[case::blanks(" \n\t\r\n", &[])]
#[case::only_comments("-- a;\n/* b; */", &[])]
#[case::two("select 1; select 2;", &["sql select 1", "sql select 2"])]
#[case::last_without_semicolon("select 1;\nselect 2\n", &["sql select 1", "sql select 2"])]
#[case::empty_statements(";;select 1;; ;", &["sql select 1"])]
#[case::carriage_returns("select 1;\r\nselect\r\n2;\r\n", &["sql select 1", "sql select\r\n2"])]
#[case::byte_order_mark("\u{feff}select 1;", &["sql select 1"])]
#[case::comments_around("-- a\nselect /* b; */ 1 -- c;\n; -- d", &["sql select /* b; */ 1"])]
#[case::comment_at_the_end("select 1 -- c", &["sql select 1"])]
#[case::comment_ended_by_return("-- a;\rselect 1;", &["sql select 1"])]
#[case::nested_comments("/* a /* b; */ c; */ select 1;", &["sql select 1"])]
#[case::comment_in_operator("select 1 +/* ; */ 2;", &["sql select 1 +/* ; */ 2"])]
#[case::slash_star_slash("select 1 /*/ ; */;", &["sql select 1"])]
#[case::strings("select ';', 'it''s;', '';", &["sql select ';', 'it''s;', ''"])]
#[case::backslash_in_plain_string(r"select '\'; select 2;", &[r"sql select '\'", "sql select 2"])]
#[case::escape_string(r"select E'\';', e'\\'; select 2;", &[r"sql select E'\';', e'\\'", "sql select 2"])]
#[case::not_a_prefix(r"select some'\'; select 2;", &[r"sql select some'\'", "sql select 2"])]
#[case::not_continued("select E'a'\n'\\'; select 2", &["sql select E'a'\n'\\'", "sql select 2"])]
#[case::unicode_strings("select U&'\\', U&\";\"; x;", &["sql select U&'\\', U&\";\"", "sql x"])]
#[case::quoted_names("select \"a;\"\"b;\";x", &["sql select \"a;\"\"b;\"", "sql x"])]
#[case::dollar_quotes("do $$a;b$$; do $t$ $$;$x$;$t$;", &["sql do $$a;b$$", "sql do $t$ $$;$x$;$t$"])]
#[case::dollar_tag_after_dollar("do $a$;$$a$;x", &["sql do $a$;$$a$", "sql x"])]
#[case::dollar_tag_not_ascii("do $é_1$;$é_1$;x", &["sql do $é_1$;$é_1$", "sql x"])]
#[case::parameters("select $1; select $2$;$3;", &["sql select $1", "sql select $2$", "sql $3"])]
#[case::dollar_in_name("select a$b$; select c$b$;", &["sql select a$b$", "sql select c$b$"])]
#[case::parentheses("create rule r as on x do (a; b); c;", &["sql create rule r as on x do (a; b)", "sql c"])]
#[case::too_many_closed("select 1); select 2;", &["sql select 1)", "sql select 2"])]
#[case::brackets_do_not_count("select a[1; 2]", &["sql select a[1", "sql 2]"])]
#[case::non_ascii("select 'é;' as é;ü;", &["sql select 'é;' as é", "sql ü"])]
fn splits_at_semicolons(#[case] script: &str, #[case] expected: &[&str]) {
    assert_eq!(shown(script), expected);
}

#[rstest]
#[case::function("create function f() returns int begin atomic select 1; select 2; end; x")]
#[case::or_replace("CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; x")]
#[case::procedure("create procedure f() begin atomic select 1; end; x")]
#[case::case_within(
    "create function f() begin atomic select case when a then b end; select 2; end; x"
)]
#[case::nested("create function f() begin begin a; end; b; end; x")]
#[case::string_body("create function f() as 'begin;'; x")]
#[case::case_without_block(
    "create function f(a int default case when true then 1 end) return a; x"
)]
#[case::not_a_routine("create view v as select 1 as begin; x")]
#[case::not_create("begin; x")]
#[case::quoted("create function \"begin\"() as 'a'; x")]
fn a_body_with_semicolons_is_one_statement(#[case] script: &str) {
    let (first, last) = script.rsplit_once("; ").expect("cases have two statements");
    assert_eq!(shown(script), [format!("sql {first}"), format!("sql {last}")]);
}

#[rstest]
#[case("copy t from stdin;\n1;\n2\n\\.\nx;", &["copy copy t from stdin|1;\n2\n", "sql x"])]
#[case("COPY \"a;b\" (c, \"from\") FROM STDIN WITH (FORMAT csv);\n'\n\\.\nx", &["copy COPY \"a;b\" (c, \"from\") FROM STDIN WITH (FORMAT csv)|'\n", "sql x"])]
#[case::no_data("copy t from stdin;\n\\.\nx", &["copy copy t from stdin|", "sql x"])]
#[case::to_the_end("copy t from stdin;\n1\n2", &["copy copy t from stdin|1\n2"])]
#[case::missing_data("copy t from stdin;", &["copy copy t from stdin|"])]
#[case::carriage_returns("copy t from stdin;\r\n1\r\n\\.\r\nx;\r\n", &["copy copy t from stdin|1\r\n", "sql x"])]
#[case::mark_at_the_end("copy t from stdin;\n1\n\\.", &["copy copy t from stdin|1\n"])]
#[case::not_quite_the_mark("copy t from stdin;\n\\.x\n \\.\n\\N\n\\.\nx", &["copy copy t from stdin|\\.x\n \\.\n\\N\n", "sql x"])]
#[case::comment_after("copy t from stdin; -- c\n1\n\\.\n", &["copy copy t from stdin|1\n"])]
#[case::comment_within("copy t /* to */ from -- x\n stdin;\n1\n\\.\n", &["copy copy t /* to */ from -- x\n stdin|1\n"])]
#[case::sent_by_g("copy t from stdin \\g\n1\n\\.\nx", &["copy copy t from stdin|1\n", "sql x"])]
#[case::by_psql("\\copy t from stdin;\n1\n\\.\nx", &["copy copy t from stdin|1\n", "sql x"])]
#[case::combined("select 1\\; copy t from stdin;\n1\n\\.\nx", &["copy select 1 ; copy t from stdin|1\n", "sql x"])]
#[case::out("copy t to stdout;\nx;", &["sql copy t to stdout", "sql x"])]
#[case::from_file("copy t from 'stdin';\nx;", &["sql copy t from 'stdin'", "sql x"])]
#[case::query_out("copy (select * from stdin) to stdout;\nx;", &["sql copy (select * from stdin) to stdout", "sql x"])]
#[case::in_a_function("create function f() as $$ copy t from stdin; $$;\nx;", &["sql create function f() as $$ copy t from stdin; $$", "sql x"])]
#[case::not_copy("select a from stdin;\nx;", &["sql select a from stdin", "sql x"])]
#[case::psql_to("\\copy t to stdout\nx", &["meta \\copy t to stdout", "sql x"])]
fn takes_copy_data_out(#[case] script: &str, #[case] expected: &[&str]) {
    assert_eq!(shown(script), expected);
}

#[rstest]
#[case("\\set a 'b;c'\nselect 1;", &["meta \\set a 'b;c'", "sql select 1"])]
#[case("select 1; \\i file.sql\r\nselect 2;", &["sql select 1", "meta \\i file.sql", "sql select 2"])]
#[case("\\restrict aB3\n\\connect db\n\\if true\n\\! ls ; rm\n\\unrestrict aB3", &["meta \\restrict aB3", "meta \\connect db", "meta \\if true", "meta \\! ls ; rm", "meta \\unrestrict aB3"])]
#[case::separator("\\set a 1 \\\\ select 2;", &["meta \\set a 1", "sql select 2"])]
#[case::another("\\pset x on \\pset y off", &["meta \\pset x on", "meta \\pset y off"])]
#[case::backslash_in_quotes("\\set a 'b\\'c\\\\'\nx", &["meta \\set a 'b\\'c\\\\'", "sql x"])]
#[case::whole_line("\\! echo a \\b\nx", &["meta \\! echo a \\b", "sql x"])]
#[case::sends("select 1 \\g\nselect 2 \\gset a_\nx", &["sql select 1", "meta \\g", "sql select 2", "meta \\gset a_", "sql x"])]
#[case::sends_to_a_pipe("select 1 \\g | cat \\a\nx", &["sql select 1", "meta \\g | cat \\a", "sql x"])]
#[case::sends_from_parentheses("select (1 \\g\nx;", &["sql select (1", "meta \\g", "sql x"])]
#[case::discards("select (1 \\r\nselect 2;", &["meta \\r", "sql select 2"])]
#[case::in_the_middle("select 1\n\\echo é\n+ 2;", &["meta \\echo é", "sql select 1\n       \n+ 2"])]
#[case::at_the_end("select 1\n\\echo a", &["meta \\echo a", "sql select 1"])]
#[case::combined("select 1\\; select ';'\\;select 3;x", &["sql select 1 ; select ';' ;select 3", "sql x"])]
#[case::combined_with_nothing("\\;select 1\\;;x", &["sql select 1", "sql x"])]
#[case::colon("select 1\\:int;", &["sql select 1 :int"])]
#[case::end_mark("\\.\nx", &["meta \\.", "sql x"])]
#[case::only_a_backslash("\\", &["meta \\"])]
#[case::unknown("\\' a; \\g\nx", &["meta \\' a; \\g", "sql x"])]
fn takes_backslash_commands_out(#[case] script: &str, #[case] expected: &[&str]) {
    assert_eq!(shown(script), expected);
}

#[rstest]
#[case("SET standard_conforming_strings = off; select '\\';'; x", &["sql select '\\';'", "sql x"])]
#[case("set session standard_conforming_strings to 'off'; select '\\';'; x", &["sql select '\\';'", "sql x"])]
#[case("set standard_conforming_strings=0; set standard_conforming_strings=on; select '\\'; x", &["sql set standard_conforming_strings=on", "sql select '\\'", "sql x"])]
#[case("set standard_conforming_strings=0; reset all; select '\\'; x", &["sql reset all", "sql select '\\'", "sql x"])]
#[case("set standard_conforming_strings=0; select U&'\\', b'\\'; x", &["sql select U&'\\', b'\\'", "sql x"])]
fn follows_the_setting_of_strings(#[case] script: &str, #[case] expected: &[&str]) {
    assert_eq!(shown(script)[1..], *expected);
}

#[rstest]
#[case("a;\n 'b;", ProblemKind::OpenString, 4, 2, "sql 'b;")]
#[case("a \"b;\n", ProblemKind::OpenIdentifier, 2, 1, "sql a \"b;")]
#[case("\n\ndo $x$;$y$", ProblemKind::OpenDollarQuote, 5, 3, "sql do $x$;$y$")]
#[case("/* a */\n/* b /* c */", ProblemKind::OpenComment, 8, 2, "sql /* b /* c */")]
#[case("a\n((b);\nc;", ProblemKind::OpenParenthesis, 2, 2, "sql a\n((b);\nc;")]
#[case(
    "create function f()\nbegin atomic a;",
    ProblemKind::OpenBlock,
    20,
    2,
    "sql create function f()\nbegin atomic a;"
)]
#[case("a ('", ProblemKind::OpenString, 3, 1, "sql a ('")]
#[case("a E'\\", ProblemKind::OpenString, 3, 1, "sql a E'\\")]
#[case("copy t from stdin; b;\n", ProblemKind::TextAfterCopy, 18, 1, "copy copy t from stdin|")]
fn tells_what_is_left_open(
    #[case] script: &str,
    #[case] kind: ProblemKind,
    #[case] offset: usize,
    #[case] line: usize,
    #[case] last: &str,
) {
    assert_eq!(split(script).problems, [Problem { kind, offset, line }]);
    assert_eq!(shown(script).last().map(String::as_str), Some(last));
}

#[test]
fn tells_lines_and_places() {
    let script = "-- a\n\nselect\n1;\r\n\\echo\n  copy t from stdin;\n1\n2\n\\.\nx";
    let lines: Vec<_> =
        split(script).pieces.iter().map(|piece| (piece.line, piece.span.start)).collect();
    assert_eq!(lines, [(3, 6), (5, 17), (6, 25), (10, 51)]);
}

#[test]
fn data_of_a_stream_come_in_whole_lines() {
    let mut script = "copy t from stdin;\n".to_owned();
    script.extend((0..50_000).map(|row| format!("{row}\tsome text\n")));
    script.push_str("\\.\n");
    let mut stream = Stream::new(script.as_bytes());
    let mut chunks = 0;
    while let Some(event) = stream.next_event().expect("text in memory") {
        if let Event::CopyData(lines) = event {
            assert!(lines.ends_with(b"\n") && lines.len() < 200_000);
            chunks += 1;
        }
    }
    assert!(chunks > 5);
}

#[test]
fn a_stream_refuses_statements_that_are_not_utf8() {
    let mut stream = Stream::new(&b"copy t from stdin;\n\xff\n\\.\n\nselect '\xff';"[..]);
    while let Ok(event) = stream.next_event() {
        assert!(event.is_some(), "the last statement should be refused");
    }
    let error = stream.next_event();
    assert_eq!(error.expect("nothing is left"), None);
}

#[test]
fn words_come_in_upper_case_without_comments() {
    let sql = "create /* a */ Table x -- b\n (c text default 'd e', \"f\" int, g$1 int)";
    let words: Vec<_> = words(sql).collect();
    assert_eq!(words, ["CREATE", "TABLE", "X", "C", "TEXT", "DEFAULT", "INT", "G$1", "INT"]);
}

#[test]
fn tokens_give_the_inside_of_quotes() {
    let sql = r#"E'a\'b' "c""d" $x$ e; $x$ U&'f' 'g''h' 12"#;
    let shown: Vec<_> = tokens(sql).map(|token| (token.kind, token.text)).collect();
    let expected = [
        (TokenKind::Text, r"a\'b"),
        (TokenKind::Identifier, r#"c""d"#),
        (TokenKind::DollarQuote, " e; "),
        (TokenKind::Text, "f"),
        (TokenKind::Text, "g''h"),
        (TokenKind::Symbol, "12"),
    ];
    assert_eq!(shown, expected);
}
