//! What JavaScript itself decides for tools that are written in it: which characters are white space
//! (ECMA-262, "White Space" and "Line Terminators"), and how `localeCompare` orders names when it
//! takes numbers as numbers and ignores punctuation (ECMA-402, "Collator", and the root collation of
//! the Unicode CLDR).

/// Whether `\s` and `trim` take a character for white space.
pub(super) fn is_space(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}

/// A stretch of a text without the white space around it.
pub(super) fn trimmed(text: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let part = &text[span.clone()];
    let start = span.start + part.len() - part.trim_start_matches(is_space).len();
    start..(start + part.trim_matches(is_space).len())
}

/// The order of two names: symbols, numbers by their value, then letters whatever their case; and
/// small letters first where nothing else tells them apart.
pub(super) fn compare_names(left: &str, right: &str) -> std::cmp::Ordering {
    let capitals = |name: &str| -> Vec<bool> {
        name.chars().filter(|c| c.is_alphabetic()).map(char::is_uppercase).collect()
    };
    elements(left).cmp(&elements(right)).then_with(|| capitals(left).cmp(&capitals(right)))
}

/// What counts in a name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    Symbol(char),
    /// Significant digits, after how many they are.
    Number(usize, String),
    Letter(char),
}

/// ASCII characters that are no punctuation, although they are neither digits nor letters.
const SYMBOLS: &[char] = &['`', '^', '+', '<', '=', '>', '|', '~', '$'];

fn elements(name: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 {
            let significant = rest[..digits].trim_start_matches('0');
            elements.push(Element::Number(significant.len(), significant.to_owned()));
            rest = &rest[digits..];
            continue;
        }
        if first.is_alphabetic() {
            elements.extend(first.to_lowercase().map(Element::Letter));
        } else if SYMBOLS.contains(&first) {
            elements.push(Element::Symbol(first));
        }
        rest = &rest[first.len_utf8()..];
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::numbers_by_their_value("1_step9.sql", "1_step10.sql")]
    #[case::punctuation_does_not_count("1_order_lines.sql", "1_order.sql")]
    #[case::letters_whatever_their_case("1_apple.sql", "1_Banana.sql")]
    #[case::small_letters_first("1_apple.sql", "1_Apple.sql")]
    #[case::symbols_before_letters("1_a+b.sql", "1_ab.sql")]
    fn names_are_in_order(#[case] first: &str, #[case] second: &str) {
        assert!(compare_names(first, second).is_lt());
        assert!(compare_names(second, first).is_gt());
    }

    #[test]
    fn a_byte_order_mark_is_white_space() {
        let text = "\u{feff} \u{a0}a\u{85}\n";
        assert_eq!(&text[trimmed(text, 0..text.len())], "a\u{85}");
        assert_eq!(trimmed("  ", 0..2), 2..2);
    }
}
