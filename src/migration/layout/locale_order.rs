//! The order in which tools of the JavaScript world sort names: `localeCompare`, which is the root
//! collation of Unicode (CLDR, root collation: blanks and punctuation, then digits, then letters; small
//! before capital letters only where all else is equal). Names of migrations are ASCII in practice;
//! other characters follow letters here, in the order of their code points.

use std::cmp::Ordering;

/// Punctuation in the order of the root collation.
const PUNCTUATION: &str = "\t _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// Compares two names as `localeCompare` does.
pub(super) fn locale_order(left: &str, right: &str) -> Ordering {
    let primary = |text: &str| text.chars().map(weight).collect::<Vec<_>>();
    let capitals = |text: &str| text.chars().map(char::is_uppercase).collect::<Vec<_>>();
    primary(left)
        .cmp(&primary(right))
        .then_with(|| capitals(left).cmp(&capitals(right)))
        .then_with(|| left.cmp(right))
}

fn weight(c: char) -> (u8, u32) {
    let plain = c.to_lowercase().next().unwrap_or(c);
    match PUNCTUATION.find(plain) {
        Some(place) => (0, u32::try_from(place).unwrap_or(u32::MAX)),
        None if plain.is_ascii_digit() => (1, plain.into()),
        None => (2, plain.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_underscore_is_before_digits_and_capitals_follow_their_small_letter() {
        let order = ["1_a", "1-a", "10_a", "2_a", "a", "A", "a_b", "ab", "B"];
        for pair in order.windows(2) {
            assert_eq!(locale_order(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
    }
}
