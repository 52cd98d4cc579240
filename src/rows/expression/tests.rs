use rstest::rstest;

use super::*;

fn text(text: &str) -> Seen {
    Seen::Text(text.to_owned())
}

fn judge(check: &str, cells: &[(&str, Seen)]) -> Option<bool> {
    struct Given<'a>(&'a [(&'a str, Seen)]);
    impl Row for Given<'_> {
        fn value(&self, column: &str) -> Option<Seen> {
            self.0.iter().find(|(name, _)| *name == column).map(|(_, value)| value.clone())
        }
    }
    truth(&parse(check), &Given(cells))
}

/// Checks as `pg_get_expr` prints them, the value of `a`, and whether it satisfies them.
#[rstest]
#[case(
    "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
    text("y"),
    Some(true)
)]
#[case(
    "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
    text("z"),
    Some(false)
)]
#[case("(a = ANY (ARRAY['x'::text, 'y'::text]))", Seen::Null, Some(true))]
#[case("((a >= 1) AND (a <= 5))", Seen::Number(6.0), Some(false))]
#[case("((a >= '-1'::integer) AND (a < (10)::numeric))", Seen::Number(-1.0), Some(true))]
#[case("((length(btrim((a)::text)) > 0) AND (char_length(a) <= 3))", text("  "), Some(false))]
#[case("(a ~ '^[a-z]+$'::text)", text("ab1"), Some(false))]
#[case("((a)::text !~~ '%@%'::text)", text("a@b"), Some(false))]
#[case("(NOT (a IS DISTINCT FROM 'x'::text))", text("x"), Some(true))]
#[case("(a <@ ARRAY['r'::text, 'w'::text])", text("{r,w}"), Some(true))]
#[case("(a > '2020-01-01 00:00:00'::timestamp without time zone)", Seen::Days(0.0), Some(false))]
#[case("(a > (now() - '1 day'::interval))", Seen::Days(0.0), Some(false))]
#[case("(LEAST(a, 3) >= 0)", Seen::Number(-1.0), Some(false))]
#[case("odd_function(a)", text("x"), None)]
#[case("(odd_function(a) OR (a = 'x'::text))", text("x"), Some(true))]
#[case("CASE WHEN (a = 'x'::text) THEN false ELSE true END", text("x"), Some(false))]
fn a_check_of_one_column(#[case] check: &str, #[case] value: Seen, #[case] expected: Option<bool>) {
    assert_eq!(judge(check, &[("a", value)]), expected, "{:?}", parse(check));
}

#[test]
fn checks_of_several_columns() {
    let one = [("a", Seen::Null), ("b", text("x"))];
    assert_eq!(judge("((a IS NOT NULL) OR (b IS NOT NULL))", &one), Some(true));
    assert_eq!(judge("(num_nonnulls(a, b) = 1)", &one), Some(true));
    assert_eq!(judge("((a IS NULL) = (b IS NULL))", &one), Some(false));
}

#[test]
fn hints_are_the_constants_of_a_column() {
    let check = parse("((length(a) = 3) AND (a ~ '^x'::text) AND (b > 7) AND (a <> 'no'::text))");
    let mut of_a = Hints::default();
    hints(&check, "a", &mut of_a);
    let expected = Hints {
        texts: vec!["no".into()],
        numbers: Vec::new(),
        lengths: vec![3],
        patterns: vec!["^x".into()],
    };
    assert_eq!(of_a, expected);
    assert_eq!(columns_of(&check).into_iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn moments_are_days() {
    assert_eq!(instant("1970-01-02"), Some(1.0));
    assert_eq!(instant("1970-01-01 12:00:00+00"), Some(0.5));
    assert!(instant("0001-01-01").unwrap() < instant("9999-12-31").unwrap());
    assert_eq!(instant("nonsense"), None);
}
