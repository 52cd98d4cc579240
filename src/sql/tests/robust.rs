use std::ops::Range;

use proptest::prelude::*;
use rstest::rstest;

use crate::sql::{Reading, read, read_each, search_path, syntax};

/// Statements of many kinds, to be broken.
const STATEMENTS: &[&str] = &[
    "create table app.t (id serial primary key, a text not null default 'x', unique (a), check (id > 0))",
    "alter table t add column a int, drop column b cascade, add constraint c foreign key (a) references x (y)",
    "create index on t using gin (lower(a) gin_trgm_ops, (b->>'x')) where c is not null",
    "with r as (select a from t) insert into u (x) select a from r on conflict (x) do update set x = excluded.x",
    "select u.*, count(*) filter (where a) over (partition by b) from users u left join lateral (select 1) z on true",
    "create or replace function f(a int, variadic b text[]) returns setof t language plpgsql as $$ declare r record; \
     begin for r in select * from t loop execute format('drop table %I', r.a); end loop; \
     select x into r from u; exception when others then null; end $$",
    "do $a$ begin if true then execute 'create table ' || quote_ident('é') || ' (a int)'; end if; end $a$",
    "create policy p on t for select to bob using (exists (select 1 from u where u.id = t.id))",
    "grant select (a), insert on table t to bob; comment on column t.a is E'\\'x'; drop function f(int), g",
    "create type mood as enum ('a', 'b'); alter type mood add value 'c' before 'a'; alter type mood rename value 'a' to 'd'",
    "merge into t using u on t.a = u.a when matched then update set b = 1 when not matched then insert values (1)",
    "create trigger tr before update of a on t for each row when (new.a <> old.a) execute function f()",
];

/// Every place is one of the text, and parts come after what they are parts of.
fn is_sound(sql: &str, reading: &Reading) -> bool {
    let acts = reading.acts.iter().map(|act| &act.span);
    let uses = reading.uses.iter().map(|used| &used.span);
    let faults = reading.faults.iter().map(|fault| &fault.span);
    let is_within = acts.chain(uses).chain(faults).all(|span| sql.get(span.clone()).is_some());
    let has_parents = reading.acts.iter().enumerate();
    is_within && has_parents.into_iter().all(|(at, act)| act.part_of.is_none_or(|of| of < at))
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        prop_assert!(is_sound(&text, &read(&text)));
        prop_assert!(search_path(&text).is_none_or(|path| !path.contains(&String::new())));
    }

    #[test]
    fn statements_that_end_too_early_can_be_read(which in 0..STATEMENTS.len(), length in any::<prop::sample::Index>()) {
        let whole = STATEMENTS[which];
        let text = &whole[..whole.floor_char_boundary(length.index(whole.len()))];
        prop_assert!(is_sound(text, &read(text)));
    }

    #[test]
    fn statements_that_lack_a_part_can_be_read(which in 0..STATEMENTS.len(), from in any::<prop::sample::Index>(), length in 0..30_usize) {
        let whole = STATEMENTS[which];
        let from = whole.floor_char_boundary(from.index(whole.len()));
        let to = whole.floor_char_boundary((from + length).min(whole.len()));
        let text = format!("{}{}", &whole[..from], &whole[to..]);
        prop_assert!(is_sound(&text, &read(&text)));
    }

    #[test]
    fn words_in_any_order_can_be_read(words in prop::collection::vec(0..200_usize, 0..30)) {
        let known: Vec<_> = STATEMENTS.iter().flat_map(|text| text.split_inclusive([' ', '(', ')', ',', '\''])).collect();
        let text: String = words.into_iter().map(|word| known[word % known.len()]).collect();
        prop_assert!(is_sound(&text, &read(&text)));
    }
}

#[rstest]
#[case::parentheses("select ", "(", "a", ")")]
#[case::calls("select ", "f(", "a", ")")]
#[case::queries("select * from ", "(select * from ", "t", ") x")]
#[case::selected("select ", "(select ", "a", ")")]
#[case::joins("select * from ", "(a join ", "b", " on c)")]
#[case::casts("select ", "", "a", "::int")]
#[case::negations("select ", "not ", "a", "")]
#[case::signs("select ", "- ", "a", "")]
#[case::conditions("select ", "case when a then b else ", "c", " end")]
#[case::disjunctions("select 1 from t where a", "", "", " or a")]
#[case::concatenations("select a", "", "", " || a")]
#[case::unions("select 1", "", "", " union all select a from t")]
#[case::join_chain("select 1 from a", "", "", " join b on c")]
#[case::join_chain_without_conditions("select 1 from a", "", "", " join b")]
#[case::arrays("select ", "array[", "a", "]")]
#[case::blocks("do $$ ", "begin if a then ", "drop table t;", " end if; end;")]
#[case::with("", "with a as (", "select 1", ") select 1")]
#[case::definitions("create view v as select ", "(", "a", ")")]
#[case::index("create index on t (", "(", "a", ")")]
#[case::alternatives("do $$ begin execute 'a'", "", "", " || 'b'")]
fn what_is_nested_deeply_can_be_read(
    #[case] start: &str,
    #[case] open: &str,
    #[case] middle: &str,
    #[case] close: &str,
    #[values(30, 300, 6_000)] depth: usize,
) {
    let text = format!("{start}{}{middle}{}", open.repeat(depth), close.repeat(depth));
    let reading = read(&text);
    assert!(is_sound(&text, &reading));
}

/// Statements that are read from one text are what each of them is by itself.
fn is_alike(text: &str, spans: &[Range<usize>]) -> bool {
    let texts = || spans.iter().map(|span| &text[span.clone()]);
    let outlines = syntax::statements(text, spans).is_none_or(|all| {
        let alone = texts().map(|text| syntax::statement(text).tree.outline());
        all.iter().map(|parsed| parsed.tree.outline()).eq(alone)
    });
    outlines && read_each(text, spans) == texts().map(read).collect::<Vec<_>>()
}

proptest! {
    #[test]
    fn statements_read_at_once_are_what_each_is_by_itself(
        statements in prop::collection::vec(
            (prop::sample::select(STATEMENTS), prop::sample::select(&["; ", ";\n-- c\n", " ;", "/* ; */;;\n", " "][..])),
            0..40,
        ),
        lost in any::<prop::sample::Index>(),
        loses in any::<bool>(),
    ) {
        let (mut text, mut spans) = (String::new(), Vec::new());
        for (sql, end) in statements {
            spans.push(text.len()..text.len() + sql.len());
            text += sql;
            text += end;
        }
        let at = lost.index(text.len().max(1));
        let letter = text.get(at..).and_then(|rest| rest.chars().next());
        if let Some(letter) = letter.filter(|_| loses) {
            text.remove(at);
            let moved = |byte: usize| if byte > at { byte - letter.len_utf8() } else { byte };
            spans = spans.into_iter().map(|span| moved(span.start)..moved(span.end)).collect();
        }
        prop_assert!(is_alike(&text, &spans), "{text}");
    }
}

#[test]
fn a_text_without_faults_is_parsed_at_once() {
    let text = "create table t (a int); -- one\nselect 1 ; drop table t;";
    let spans = [0..22, 31..39, 42..54];
    assert_eq!(syntax::statements(text, &spans).map(|all| all.len()), Some(3));
    assert!(is_alike(text, &spans));
}

#[test]
fn where_the_grammar_sees_other_statements_each_is_read_by_itself() {
    let (text, spans) = ("select a from t union select b from u;", [0..15, 16..37]);
    assert!(syntax::statements(text, &spans).is_none());
    assert!(is_alike(text, &spans));
}

#[test]
fn a_statement_within_a_comment_is_read_by_itself() {
    let (text, spans) =
        ("select 1; -- create table t (a int);\ndrop table t;", [0..8, 13..35, 37..49]);
    assert!(syntax::statements(text, &spans).is_none());
    assert!(is_alike(text, &spans));
}
