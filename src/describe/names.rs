//! Names and lists as Postgres prints them: quoted where they have to be.

/// The position of the first of these characters outside of quotes.
fn find_outside(text: &str, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut inside_quotes = false;
    text.char_indices().find_map(|(at, character)| {
        inside_quotes ^= character == '"';
        (!inside_quotes && wanted(character)).then_some(at)
    })
}

/// `public.users` as `public` and `users`; a name without a schema has only the latter.
pub(super) fn split_schema(name: &str) -> (Option<&str>, &str) {
    match find_outside(name, |it| matches!(it, '.' | '(')) {
        Some(at) if name[at..].starts_with('.') => (Some(&name[..at]), &name[at + 1..]),
        _ => (None, name),
    }
}

/// The last part of a member's name: the column of `public.users.email`.
pub(super) fn member<'n>(name: &'n str, of: &str) -> &'n str {
    name.strip_prefix(of).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name)
}

/// A name without its quotes.
pub(super) fn plain(name: &str) -> String {
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}

/// The items of `(a, "b, c", lower(d)) rest`, and the rest.
pub(super) fn listed(text: &str) -> Option<(Vec<&str>, &str)> {
    let inside = text.strip_prefix('(')?;
    let (mut depth, mut inside_quotes, mut begin) = (0_usize, false, 0);
    let mut items = Vec::new();
    for (at, character) in inside.char_indices() {
        inside_quotes ^= character == '"';
        match character {
            _ if inside_quotes => {}
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ',' if depth == 0 => {
                items.push(inside[begin..at].trim());
                begin = at + 1;
            }
            ')' => {
                items.push(inside[begin..at].trim());
                return Some((items, &inside[at + 1..]));
            }
            _ => {}
        }
    }
    None
}

/// The name that a text begins with, and the rest.
pub(super) fn leading_name(text: &str) -> (&str, &str) {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '$' | '"');
    let end = find_outside(text, |it| !is_part(it)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("public.users", Some("public"), "users")]
    #[case("\"my.app\".\"a.b\"", Some("\"my.app\""), "\"a.b\"")]
    #[case("app.f(uuid, other.t)", Some("app"), "f(uuid, other.t)")]
    #[case("f(other.t)", None, "f(other.t)")]
    #[case("vector", None, "vector")]
    fn a_schema_ends_at_the_first_dot_outside_of_quotes(
        #[case] name: &str,
        #[case] schema: Option<&str>,
        #[case] rest: &str,
    ) {
        assert_eq!(split_schema(name), (schema, rest));
    }

    #[test]
    fn quotes_are_taken_off() {
        assert_eq!(plain("\"say \"\"hi\"\"\""), "say \"hi\"");
        assert_eq!(plain("email"), "email");
    }

    #[test]
    fn lists_end_at_their_own_parenthesis() {
        let text = "(a, \"b, (c\", lower((d)::text)) WHERE (e > 1)";
        let (items, rest) = listed(text).unwrap();
        assert_eq!(items, ["a", "\"b, (c\"", "lower((d)::text)"]);
        assert_eq!(rest, " WHERE (e > 1)");
        assert_eq!(listed("(a"), None);
    }

    #[test]
    fn a_name_ends_at_the_first_other_character_outside_of_quotes() {
        assert_eq!(leading_name("public.\"a b\"(id)"), ("public.\"a b\"", "(id)"));
        assert_eq!(leading_name("email COLLATE \"C\""), ("email", " COLLATE \"C\""));
    }
}
