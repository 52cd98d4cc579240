//! What Postgres prints in another way after it was dumped and restored, and means the same.
//!
//! `a IN ('x', 'y')` over a `varchar` is kept as a cast of the whole array, and printed so. Parsed again, as `pg_dump`'s output is, it
//! becomes an array of casts.

use std::borrow::Cow;

/// Whether two definitions are one, but for how they are printed.
pub(super) fn is_reprint(left: Option<&str>, right: Option<&str>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    left.contains(ARRAY) && right.contains(ARRAY) && settled(left) == settled(right)
}

const ARRAY: &str = "ARRAY[";

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
        assert_eq!(is_reprint(Some(fresh), Some(restored)), is_same);
        assert_eq!(is_reprint(Some(restored), Some(fresh)), is_same);
    }
}
