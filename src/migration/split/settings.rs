//! `standard_conforming_strings`, as far as the script itself sets it.

use super::body::Escapes;
use super::tokens::{Token, TokenKind, tokens};

/// How strings escape after the statements in `text`, one of which is a `SET` or `RESET`.
pub(super) fn strings_after(text: &[u8], before: Escapes) -> Escapes {
    let text = String::from_utf8_lossy(text);
    let mut strings = before;
    let mut sets = false;
    let mut resets = false;
    let mut is_ours = false;
    for token in tokens(&text) {
        let is_name = token.text.eq_ignore_ascii_case("standard_conforming_strings");
        match () {
            () if token.is_symbol(';') => (sets, resets, is_ours) = (false, false, false),
            () if token.is_word("SET") => sets = true,
            () if token.is_word("RESET") => resets = true,
            () if resets && (is_name || token.is_word("ALL")) => strings = Escapes::Doubled,
            () if sets && is_name => is_ours = true,
            () if is_ours => strings = setting(token).unwrap_or(strings),
            () => {}
        }
    }
    strings
}

/// Reads a value of `standard_conforming_strings`; none for `=` and `TO`. (Manual, 20.1.1: booleans)
fn setting(token: Token<'_>) -> Option<Escapes> {
    match token.text.to_ascii_lowercase().as_str() {
        "off" | "false" | "no" | "0" => Some(Escapes::Backslash),
        "on" | "true" | "yes" | "1" => Some(Escapes::Doubled),
        "default" if token.kind == TokenKind::Word => Some(Escapes::Doubled),
        _ => None,
    }
}
