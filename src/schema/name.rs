//! Qualified names: what a user writes against what Postgres prints.

use super::keywords::KEYWORDS;

/// The parts of a qualified name without their quotes: `public."Odd.Name"` is `public` and `Odd.Name`.
pub(crate) fn parts(name: &str) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let mut characters = name.chars().peekable();
    let mut inside_quotes = false;
    while let Some(character) = characters.next() {
        let doubled = inside_quotes && character == '"' && characters.peek() == Some(&'"');
        match (character, parts.last_mut()) {
            ('.', _) if !inside_quotes => parts.push(Part::default()),
            ('"', Some(part)) if doubled => {
                characters.next();
                part.text.push('"');
            }
            ('"', Some(part)) => {
                inside_quotes = !inside_quotes;
                part.quoted = true;
            }
            (other, Some(part)) => part.text.push(other),
            (_, None) => {}
        }
    }
    parts
}

/// One identifier of a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// The identifier without quotes.
    pub(crate) text: String,
    /// Whether it was written in quotes, and so stands exactly as it is.
    pub(crate) quoted: bool,
}

impl Part {
    /// Whether the identifier, as a user wrote it, means the object called `actual`.
    ///
    /// Without quotes Postgres would fold it to lower case; somebody who copies a mixed-case name means that name.
    pub(crate) fn means(&self, actual: &str) -> bool {
        self.text == actual || (!self.quoted && self.text.to_lowercase() == actual)
    }
}

/// An identifier as Postgres prints it (`quote_ident`): in quotes where it is not plain, or a keyword that is reserved
/// in any way.
pub(crate) fn quoted(identifier: &str) -> String {
    let plain = identifier.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && identifier.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && KEYWORDS.binary_search(&identifier).is_err();
    if plain { identifier.to_owned() } else { format!("\"{}\"", identifier.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_dots_outside_of_quotes() {
        let texts = |name| parts(name).into_iter().map(|part| part.text).collect::<Vec<_>>();
        assert_eq!(texts("public.users.email"), ["public", "users", "email"]);
        assert_eq!(texts("public.\"Odd.\"\"Name\""), ["public", "Odd.\"Name"]);
    }

    #[test]
    fn folds_what_has_no_quotes() {
        let written = |name: &str| parts(name).remove(0);
        assert!(written("Users").means("users"));
        assert!(written("createdAt").means("createdAt"));
        assert!(!written("\"Users\"").means("users"));
    }

    #[test]
    fn quotes_only_what_needs_it() {
        assert_eq!(quoted("tenant_admin"), "tenant_admin");
        assert_eq!(quoted("Users see their own"), "\"Users see their own\"");
        assert_eq!(quoted("position"), "\"position\"");
        assert!(KEYWORDS.is_sorted());
    }
}
