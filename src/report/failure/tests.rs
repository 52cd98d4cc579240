use super::*;
use crate::migration::MigrationId;
use crate::outcome::Culprit;
use crate::outcome::{Advice, Blame, Phase};
use crate::place::SourceText;
use crate::report::samples::{found, place_of, unexpected};
use crate::scenario::Cause;

fn render(found: Found) -> String {
    render_failure(&unexpected(found), Style::Plain)
}

#[test]
fn shows_the_source_line_and_what_the_server_said() {
    let mut found = found();
    found.error.hint = Some("Perhaps you meant another column.".into());
    found.error.context = Some("PL/pgSQL function f() line 3\nSQL statement".into());
    insta::assert_snapshot!(render(found), @r#"
    error[42703]: column "scope" does not exist
     --> migrations/008_plugins.sql:5:11
      |
    5 |     WHERE scope = 'global';
      |           ^^^^^
      |
      = step: apply 008_plugins.sql
      = hint: Perhaps you meant another column.
      = context: PL/pgSQL function f() line 3
                 SQL statement
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'
    "#);
}

#[test]
fn names_the_culprit_with_its_line_and_the_cause_with_its_page() {
    let mut found = found();
    found.cause = Some(Cause::SwallowedByIfNotExists);
    found.certain = true;
    found.culprits = vec![
        Culprit {
            migration: Some(MigrationId::new("008_plugins.sql")),
            place: Some(place_of("CREATE TABLE IF NOT EXISTS plugin_configs")),
            object: Some("plugin_configs".into()),
            deed: "made plugin_configs before, in another shape".into(),
        },
        Culprit {
            migration: Some(MigrationId::new("001.sql")),
            place: None,
            object: None,
            deed: "made this before, in another shape".into(),
        },
    ];
    found.advice = vec![Advice { text: "exclude 008".into(), proven: true }];
    insta::assert_snapshot!(render(found), @r#"
    error[42703]: column "scope" does not exist
     --> migrations/008_plugins.sql:5:11
      |
    5 |     WHERE scope = 'global';
      |           ^^^^^
      |
     ::: migrations/008_plugins.sql:1:1
      |
    1 | CREATE TABLE IF NOT EXISTS plugin_configs (scope text);
      | ----------------------------------------- made plugin_configs before, in another shape
      |
      = step: apply 008_plugins.sql
      = cause: swallowed-by-if-not-exists (docs/causes/swallowed-by-if-not-exists.md)
      = culprit: 001.sql made this before, in another shape
      = help: exclude 008 (proven by a replay)
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'
    "#);
}

#[test]
fn shows_the_statement_inside_a_function() {
    let mut found = Found::new(Phase::Rerun, Blame::Migration, "relation \"x\" does not exist");
    found.statement = Some("SELECT f()\nFROM g".into());
    found.file = Some("migrations/003.sql".into());
    found.error.internal = Some(("SELECT 1 FROM x_y.z".into(), 15));
    found.details = vec!["one".into(), "two".into()];
    found.cause = Some(Cause::MissingFromSet);
    insta::assert_snapshot!(render(found), @r#"
    error: relation "x" does not exist
     --> migrations/003.sql
      |
     ::: statement inside a function:1:15
      |
    1 | SELECT 1 FROM x_y.z
      |               ^^^^^
      |
      = step: rerun 003.sql
      = statement: SELECT f() …
      = details: one
                 two
      = cause: perhaps missing-from-set
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'
    "#);
}

#[test]
fn a_long_statement_is_shown_by_its_first_lines() {
    let mut found = found();
    let sql = format!("SELECT 1;\nCREATE TABLE a (\n{});\n", "    b int,\n".repeat(500));
    let end = sql.len();
    found.place = Some(SourceText::new("a.sql", sql).place(10..end));
    insta::assert_snapshot!(render(found), @r#"
    error[42703]: column "scope" does not exist
     --> a.sql:2:1
      |
    2 | CREATE TABLE a (
      | ^^^^^^^^^^^^^^^^
    3 |     b int,
    4 |     b int,
      |
      = step: apply 008_plugins.sql
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'
    "#);
}

/// The source line and the caret line.
fn caret_lines(text: &str, wanted: &str) -> (String, String) {
    let mut found = found();
    let start = text.find(wanted).unwrap();
    found.place = Some(SourceText::new("a.sql", text).place(start..start + wanted.len()));
    let rendered = render(found);
    let lines: Vec<_> = rendered.lines().collect();
    let caret = lines.iter().position(|line| line.contains('^')).unwrap();
    let code = |line: &str| line.split_once("| ").unwrap().1.to_owned();
    (code(lines[caret - 1]), code(lines[caret]))
}

#[rstest::rstest]
#[case::tabs("\tselect\tbad from t;\n")]
#[case::windows_line_ends("select 1;\r\nselect bad\r\n")]
#[case::letters_of_many_bytes("select 'größe', bad")]
#[case::control_characters("select '\u{1b}\u{9b}\0', bad")]
#[case::byte_order_mark("\u{feff}select bad")]
#[case::very_long(&format!("select '{}', bad, '{}'", "x".repeat(10_000), "y".repeat(10_000)))]
#[case::very_long_with_tabs(&format!("{} bad {}", "x\t".repeat(5_000), "y\t".repeat(5_000)))]
fn the_caret_stands_under_the_word(#[case] text: &str) {
    let (code, caret) = caret_lines(text, "bad");
    let column = |line: &str, mark: &str| {
        line[..line.find(mark).unwrap()].replace('\u{feff}', "").chars().count()
    };
    assert_eq!(column(&code, "bad"), column(&caret, "^"), "{code}\n{caret}");
    assert_eq!(caret.matches('^').count(), 3);
    assert!(code.chars().count() < 200, "{code}");
}

#[test]
fn a_caret_longer_than_the_screen_is_cut() {
    let (code, caret) = caret_lines(&"x".repeat(10_000), &"x".repeat(9_000));
    assert!(code.chars().count() < 200 && caret.matches('^').count() <= 80, "{code}\n{caret}");
}

#[test]
fn no_text_of_the_server_steers_the_terminal() {
    let mut found = found();
    let evil = "\u{1b}[2J\u{9b}31m\0";
    found.error.message = evil.into();
    found.error.detail = Some(evil.into());
    found.details = vec![evil.into()];
    found.error.internal = Some((evil.into(), 1));
    found.place = Some(SourceText::new(evil, evil).place(0..3));
    let rendered = render(found);
    assert!(rendered.chars().all(|it| it == '\n' || !it.is_control()), "{rendered:?}");
}

proptest::proptest! {
    #[test]
    fn any_place_can_be_shown(text in "[\\PC\t\r\n\0]{0,40}", start in 0..60_usize, len in 0..60_usize) {
        let mut found = found();
        found.place = Some(SourceText::new("a.sql", text).place(start..start + len));
        proptest::prop_assert!(render(found).contains("a.sql"));
    }
}
