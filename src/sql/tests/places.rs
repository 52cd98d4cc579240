use rstest::rstest;

use crate::sql::read;

/// What the acts and uses of a statement point at, in the order of their places.
fn pointed(sql: &str) -> String {
    let reading = read(sql);
    let mut spans: Vec<_> = reading.acts.iter().map(|act| act.span.clone()).collect();
    spans.extend(reading.uses.iter().map(|used| used.span.clone()));
    spans.sort_by_key(|span| (span.start, span.end));
    let texts: Vec<_> = spans.into_iter().map(|span| sql.get(span).unwrap_or("!")).collect();
    texts.join(" ")
}

#[rstest]
#[case::names("create table app.t (id uuid)", "app.t id")]
#[case::after_a_comment("/* é */ alter table t add column \"É\" int", "\"É\"")]
#[case::qualified_column("select u.email from app.users u", "u.email app.users")]
#[case::label("alter type mood add value 'glad'", "'glad'")]
#[case::unnamed_constraint("create table t (a int, unique (a))", "t a unique (a) unique (a) a")]
#[case::named_constraint("alter table t add constraint c check (a > 0)", "c a")]
#[case::body("do $x$ begin drop table app.t; end $x$", "app.t")]
#[case::body_with_doubled_quotes(
    "do 'begin execute ''drop table a''; drop table \"b\"; end'",
    "a \"b\""
)]
#[case::body_with_escapes("do E'begin\\n drop table t;\\tdrop table u; end'", "t u")]
#[case::string_in_two_parts("do 'begin drop table t; '\n'drop table u; end'", "t u")]
#[case::body_in_a_body("do $a$ begin do 'begin execute ''drop table t''; end'; end $a$", "t")]
#[case::into("do $$ declare a int; begin select x into a from t where y = 1; end $$", "x t y")]
#[case::executed("do $$ begin execute 'drop table ' || 'ta' || 'il cascade'; end $$", "ta' || 'il")]
#[case::format("do $$ begin execute format('drop table %I.x', 'app'); end $$", "format .x', 'app")]
fn acts_and_uses_point_at_names(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(pointed(sql), expected);
}
