//! What Postgres prints in another way, and means the same.
//!
//! - `a IN ('x', 'y')` over a `varchar` is kept as a cast of the whole array, and printed so. Parsed again, as `pg_dump`'s output is, it
//!   becomes an array of casts.
//! - An index or a check over a column that becomes `text` and `varchar` again is parsed again both times; a literal in it
//!   keeps a cast of each: `(('x'::character varying)::text)::character varying`.
//! - `now()` and `transaction_timestamp()` are Postgres' own names for `CURRENT_TIMESTAMP` ("Date/Time Functions and Operators",
//!   Current Date/Time); where nobody gives a precision, both are of the same type.

use std::borrow::Cow;

/// Whether two values of a property are one, but for how they are printed.
pub(super) fn is_reprint(property: &str, left: Option<&str>, right: Option<&str>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    if property == "default" && this_moment(left) == this_moment(right) {
        return true;
    }
    let has = |what: &str| left.contains(what) && right.contains(what);
    (has(ARRAY) || has(VARYING)) && plain_texts(&settled(left)) == plain_texts(&settled(right))
}

const ARRAY: &str = "ARRAY[";
const VARYING: &str = "'::character varying";

/// An expression with one name for the time at which the transaction began; any other as it is.
fn this_moment(expression: &str) -> Cow<'_, str> {
    const NAME: &str = "CURRENT_TIMESTAMP";
    let others = ["now()", "transaction_timestamp()"];
    if !others.iter().any(|other| expression.contains(other)) {
        return Cow::Borrowed(expression);
    }
    let mut pieces = Vec::new();
    for (at, piece) in expression.split('\'').enumerate() {
        // Every second piece is a text.
        let is_code = at % 2 == 0;
        let renamed =
            others.iter().fold(piece.to_owned(), |piece, other| rename(&piece, other, NAME));
        pieces.push(if is_code { renamed } else { piece.to_owned() });
    }
    Cow::Owned(pieces.join("'"))
}

/// The text with another name for a function of `pg_catalog`; one of the same name in another schema is printed with that.
fn rename(text: &str, old: &str, new: &str) -> String {
    let mut renamed = String::new();
    for (at, piece) in text.split(old).enumerate() {
        let is_other = renamed.ends_with(|c: char| c.is_alphanumeric() || "_$.\"".contains(c));
        renamed.push_str(match at {
            0 => "",
            _ if is_other => old,
            _ => new,
        });
        renamed.push_str(piece);
    }
    renamed
}

/// The text with one cast, the outermost, where a literal is cast to and fro between `text` and `varchar` without a length.
fn plain_texts(text: &str) -> Cow<'_, str> {
    const CASTS: [(&str, &str); 2] =
        [("::character varying)", "::text"), ("::text)", "::character varying")];
    let mut plain = Cow::Borrowed(text);
    while let Some((literal, end, to)) =
        CASTS.iter().find_map(|(from, to)| cast_again(&plain, from, to))
    {
        let before = &plain[..literal.start - 1];
        plain = Cow::Owned(format!("{before}{}{to}{}", &plain[literal], &plain[end..]));
    }
    plain
}

/// A literal in parentheses that is cast to one of the types and then to the other: where it stands, where the second cast
/// ends, and that cast.
fn cast_again<'t>(
    text: &str,
    from: &str,
    to: &'t str,
) -> Option<(std::ops::Range<usize>, usize, &'t str)> {
    let whole = format!("'{from}{to}");
    text.match_indices(&whole).find_map(|(close, _)| {
        let end = close + whole.len();
        let goes_on = text[end..].starts_with(|c: char| c.is_alphanumeric() || "_([".contains(c));
        let open = text[..close].rfind("('")? + 1;
        let is_one = !text[open + 1..close].contains('\'');
        (is_one && !goes_on).then_some((open..close + 1, end, to))
    })
}

/// The text with casts of arrays as arrays of casts.
fn settled(text: &str) -> Cow<'_, str> {
    let mut settled = String::new();
    let mut rest = text;
    while let Some(at) = find_array(rest) {
        let (before, array) = rest.split_at(at);
        let Some(cast) = cast(array, before.ends_with('(')) else {
            settled.push_str(before);
            settled.push_str(ARRAY);
            rest = &array[ARRAY.len()..];
            continue;
        };
        settled.push_str(if cast.is_wrapped { &before[..before.len() - 1] } else { before });
        settled.push_str(&cast.text);
        rest = &array[cast.end..];
    }
    if settled.is_empty() {
        return Cow::Borrowed(text);
    }
    settled.push_str(rest);
    Cow::Owned(settled)
}

/// An array that is cast as a whole, written otherwise.
struct Cast {
    text: String,
    /// Where it ends in the text that begins with the array.
    end: usize,
    /// Whether it is in parentheses, as what is not printed prettily is.
    is_wrapped: bool,
}

fn cast(array: &str, is_opened: bool) -> Option<Cast> {
    let elements = elements(&array[ARRAY.len()..])?;
    let closing = ARRAY.len() + elements.iter().map(|element| element.len() + 1).sum::<usize>();
    let after = &array[closing..];
    let (is_wrapped, name) = match after.strip_prefix(")::").filter(|_| is_opened) {
        Some(name) => (true, name),
        None => (false, after.strip_prefix("::")?),
    };
    let end = name.find("[]")?;
    let is_of_type = |c: char| c.is_alphanumeric() || " _\".(),".contains(c);
    let to = name[..end].chars().all(is_of_type).then(|| &name[..end])?;
    let (open, close) = if is_wrapped { ("(", ")") } else { ("", "") };
    let cast = |element: &&str| format!("{open}{}{close}::{to}", element.trim());
    let all: Vec<_> = elements.iter().map(cast).collect();
    Some(Cast {
        text: format!("{ARRAY}{}]", all.join(", ")),
        end: array.len() - name.len() + end + 2,
        is_wrapped,
    })
}

/// The elements up to the bracket that closes the array; each is followed by one byte, a comma or that bracket.
fn elements(text: &str) -> Option<Vec<&str>> {
    let (mut elements, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b',') if depth == 0 => {
                elements.push(&text[start..at]);
                start = at + 1;
            }
            (None, b']') if depth == 0 => {
                elements.push(&text[start..at]);
                return Some(elements);
            }
            (None, b')' | b']') => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// The next array outside of quotes.
fn find_array(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'A') if text.as_bytes()[at..].starts_with(ARRAY.as_bytes()) => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Printed by Postgres 15 and 17, before and after a dump.
    #[rstest]
    #[case::check(
        "CHECK (((a)::text = ANY ((ARRAY['x'::character varying, 'y, ]'::character varying])::text[])))",
        "CHECK (((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y, ]'::character varying)::text])))",
        true
    )]
    #[case::pretty(
        "SELECT b FROM t WHERE a::text = ANY (ARRAY['x'::character varying, 'y'::character varying]::text[])",
        "SELECT b FROM t WHERE a::text = ANY (ARRAY['x'::character varying::text, 'y'::character varying::text])",
        true
    )]
    #[case::two_of_them(
        "((a = ANY ((ARRAY['x'::b])::text[])) AND (c = ANY ((ARRAY['y'::b])::text[])))",
        "((a = ANY (ARRAY[('x'::b)::text])) AND (c = ANY (ARRAY[('y'::b)::text])))",
        true
    )]
    #[case::another_value(
        "(a = ANY ((ARRAY['x'::b, 'y'::b])::text[]))",
        "(a = ANY (ARRAY[('x'::b)::text, ('z'::b)::text]))",
        false
    )]
    #[case::another_order(
        "(a = ANY ((ARRAY['x'::b, 'y'::b])::text[]))",
        "(a = ANY (ARRAY[('y'::b)::text, ('x'::b)::text]))",
        false
    )]
    #[case::another_type(
        "(a = ANY ((ARRAY['x'::b])::text[]))",
        "(a = ANY (ARRAY[('x'::b)::name]))",
        false
    )]
    #[case::in_a_text("(a = '(ARRAY[1])::text[]')", "(a = 'ARRAY[(1)::text]')", false)]
    #[case::no_array("(a = 1)", "(a = 2)", false)]
    fn casts_of_arrays_are_arrays_of_casts(
        #[case] fresh: &str,
        #[case] restored: &str,
        #[case] is_same: bool,
    ) {
        assert_eq!(is_reprint("definition", Some(fresh), Some(restored)), is_same);
        assert_eq!(is_reprint("definition", Some(restored), Some(fresh)), is_same);
    }

    /// Printed by Postgres 15, before and after the column `a` became `text` and `varchar` again.
    #[rstest]
    #[case::index(
        "CREATE INDEX i ON public.t USING btree (COALESCE(a, ''::character varying))",
        "CREATE INDEX i ON public.t USING btree (COALESCE(a, ((''::character varying)::text)::character varying))",
        true
    )]
    #[case::check(
        "CHECK (((COALESCE(a, 'x y'::character varying))::text <> 'z'::text))",
        "CHECK (((COALESCE(a, (('x y'::character varying)::text)::character varying))::text <> 'z'::text))",
        true
    )]
    #[case::another_text(
        "(COALESCE(a, 'x'::character varying))",
        "(COALESCE(a, (('y'::character varying)::text)::character varying))",
        false
    )]
    #[case::a_length_cuts(
        "(COALESCE(a, 'x'::character varying))",
        "(COALESCE(a, ('x'::character varying(1))::character varying))",
        false
    )]
    #[case::another_length(
        "('x'::character varying)",
        "(('x'::text)::character varying(1))",
        false
    )]
    #[case::of_a_column(
        "(COALESCE(a, 'x'::character varying))",
        "(COALESCE((a)::text, 'x'::character varying))",
        false
    )]
    #[case::into_an_array(
        "(a = 'x'::character varying)",
        "(a = (('x'::text)::character varying[]))",
        false
    )]
    fn a_literal_that_is_cast_to_and_fro_is_one_that_is_cast_once(
        #[case] before: &str,
        #[case] after: &str,
        #[case] is_same: bool,
    ) {
        assert_eq!(is_reprint("definition", Some(before), Some(after)), is_same);
        assert_eq!(is_reprint("definition", Some(after), Some(before)), is_same);
    }

    #[rstest]
    #[case("now()", "CURRENT_TIMESTAMP", true)]
    #[case("transaction_timestamp()", "now()", true)]
    #[case("(now() + '1 day'::interval)", "(CURRENT_TIMESTAMP + '1 day'::interval)", true)]
    #[case::another_time("(now() + '1 day'::interval)", "CURRENT_TIMESTAMP", false)]
    #[case::no_zone("now()", "LOCALTIMESTAMP", false)]
    #[case::cut("now()", "CURRENT_TIMESTAMP(3)", false)]
    #[case::clock("now()", "clock_timestamp()", false)]
    #[case::of_the_users("public.now()", "CURRENT_TIMESTAMP", false)]
    #[case::longer("not_now()", "not_CURRENT_TIMESTAMP", false)]
    #[case::in_a_text("'now()'::text", "'CURRENT_TIMESTAMP'::text", false)]
    fn now_is_the_current_timestamp_in_a_default(
        #[case] one: &str,
        #[case] other: &str,
        #[case] is_same: bool,
    ) {
        assert_eq!(is_reprint("default", Some(one), Some(other)), is_same);
        assert_eq!(is_reprint("default", Some(other), Some(one)), is_same);
    }

    #[test]
    fn a_text_of_the_user_s_is_not_read() {
        assert!(!is_reprint("definition", Some("SELECT now()"), Some("SELECT CURRENT_TIMESTAMP")));
    }
}
