//! What Mermaid cannot take, as what it can.

use std::fmt::Write as _;

/// A text for between quotes. Mermaid reads `#34;` as the character of that number
/// (its documentation, "Entity codes to escape characters").
pub(super) fn quoted(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 2);
    safe.push('"');
    for (at, character) in text.char_indices() {
        match character {
            // What ends a quoted text, what would begin a code, HTML or Markdown, and what the grammar
            // of ER diagrams refuses or takes for something else.
            '"' | '#' | '&' | '<' | '>' | '%' | '\\' | '~' | '*' | '`' | '{' | '}' | ';' => {
                let _ = write!(safe, "#{};", u32::from(character));
            }
            // `direction LR` is a line of its own to the grammar, also in the middle of quotes.
            _ if character.is_whitespace() && is_after(DIRECTION, text, at) => {
                safe.push_str("#32;");
            }
            // Markdown, but not in the middle of a word.
            '_' if !is_inside_word(text, at) => safe.push_str("#95;"),
            _ if character.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe.push('"');
    safe
}

const DIRECTION: &str = "direction";

/// Whether a position comes right after a word, in any case.
fn is_after(word: &str, text: &str, at: usize) -> bool {
    let before = at.checked_sub(word.len()).and_then(|begin| text.get(begin..at));
    before.is_some_and(|before| before.eq_ignore_ascii_case(word))
}

fn is_inside_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at + 1..).and_then(|after| after.chars().next());
    [before, after].into_iter().all(|it| it.is_some_and(char::is_alphanumeric))
}

/// Words that are keys where an attribute's type or name should stand, in any case.
const KEYS: [&str; 3] = ["pk", "fk", "uk"];

/// A word of an attribute: a letter or `_`, then letters, digits, and a few marks. What else there is
/// becomes `_`.
pub(super) fn word(text: &str) -> String {
    let is_letter = |it: char| it.is_ascii_alphabetic() || it == '_' || ('\u{c0}'..).contains(&it);
    let is_mark = |it: char| it.is_ascii_digit() || matches!(it, '-' | '[' | ']' | '(' | ')');
    let mut word = String::with_capacity(text.len());
    for character in text.chars() {
        let fits = is_letter(character) || (is_mark(character) && !word.is_empty());
        match character {
            _ if fits && !character.is_whitespace() => word.push(character),
            digit if digit.is_ascii_digit() => word.extend(['_', digit]),
            _ => word.push('_'),
        }
    }
    let first = word.split(|it: char| !it.is_alphanumeric() && it != '_').next();
    if first.is_none_or(|first| first.is_empty() || KEYS.contains(&first.to_lowercase().as_str())) {
        word.insert(0, '_');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("users", "\"users\"")]
    #[case("order-lines", "\"order-lines\"")]
    #[case("Größe 大きさ", "\"Größe 大きさ\"")]
    #[case("say \"hi\"", "\"say #34;hi#34;\"")]
    #[case("100%\\#1\n", "\"100#37;#92;#35;1 \"")]
    #[case("end", "\"end\"")]
    #[case("_old_users", "\"#95;old_users\"")]
    #[case("new Direction LR", "\"new Direction#32;LR\"")]
    fn quoted_names_say_the_same(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(quoted(name), expected);
    }

    #[rstest::rstest]
    #[case("email", "email")]
    #[case("varchar(20)", "varchar(20)")]
    #[case("text[]", "text[]")]
    #[case("numeric(10,2)", "numeric(10_2)")]
    #[case("2fa_secret", "_2fa_secret")]
    #[case("größe", "größe")]
    #[case("first name", "first_name")]
    #[case("pk", "_pk")]
    #[case("FK-old", "_FK-old")]
    #[case("pk_id", "pk_id")]
    #[case("-", "_")]
    fn words_are_what_the_grammar_takes(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(word(text), expected);
    }

    proptest::proptest! {
        #[test]
        fn any_name_becomes_a_word_and_a_quoted_text(name in "\\PC*") {
            let word = word(&name);
            let is_first = |it: char| it.is_ascii_alphabetic() || it == '_' || it >= '\u{c0}';
            proptest::prop_assert!(word.starts_with(is_first), "{}", word);
            let is_refused = |it: char| it.is_whitespace() || "\"{}~#;%,.".contains(it);
            proptest::prop_assert!(!word.contains(is_refused), "{}", word);
            let quoted = quoted(&name);
            let inside = &quoted[1..quoted.len() - 1];
            let is_refused = |it: char| "\"%\\\n\r~{}".contains(it);
            proptest::prop_assert!(!inside.contains(is_refused), "{}", inside);
        }
    }
}
