/// A migration's version as its file writes it: `045`, `042a`, `20260207050000`.
///
/// Versions of one set are ordered by the layout that read them; on its own a version only knows
/// whether it means the same number as another text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(String);

impl Version {
    /// Takes the version as written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The version as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text means this version: the same text, or the same but for leading zeros.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0 == text || (!text.is_empty() && numeric_key(&self.0) == numeric_key(text))
    }

    /// The order of numbered files: by number, then by what follows the number (`42 < 42a < 43`).
    #[must_use]
    pub fn number_order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |version: &Self| {
            let (number, rest) = numeric_key(&version.0);
            (number.len(), number.to_owned(), rest.to_owned())
        };
        key(self).cmp(&key(other))
    }
}

/// The leading digits without leading zeros, and the rest. Digits are compared as text, after their
/// length, so that no number is too long.
fn numeric_key(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let significant = digits.trim_start_matches('0');
    let zero_only = significant.is_empty() && !digits.is_empty();
    (if zero_only { "0" } else { significant }, rest)
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn numbers_sort_as_numbers_and_letters_follow_their_number() {
        let order = ["2", "10", "042", "42a", "43", "20260207050000", "99999999999999999999999999"];
        for pair in order.windows(2) {
            let (left, right) = (Version::new(pair[0]), Version::new(pair[1]));
            assert_eq!(left.number_order(&right), Ordering::Less, "{left} < {right}");
        }
    }

    #[test]
    fn leading_zeros_do_not_make_another_version() {
        assert!(Version::new("045").is("45"));
        assert!(Version::new("000").is("0"));
        assert!(Version::new("042a").is("42a"));
        assert!(!Version::new("042a").is("42"));
        assert!(!Version::new("045").is(""));
    }
}
