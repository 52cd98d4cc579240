use super::depend::Depend;
use crate::place::Place;

/// A change of the plan.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) name: String,
    /// Where the plan names it.
    pub(super) place: Place,
    /// How many tags stand before it.
    pub(super) section: usize,
    pub(super) depends: Vec<Depend>,
    /// The tags right after it.
    pub(super) tags: Vec<String>,
    /// For one that was reworked: the tags between it and its next instance, the last first, then its
    /// own. One of them is in the names of its scripts.
    pub(super) rework_tags: Vec<String>,
}

/// The punctuation of which names do not begin or end. An underscore is none.
const PUNCTUATION: &str = "-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~";

/// Whether Sqitch takes it for a name: not of the form of references such as `a^2`.
pub(super) fn is_name(text: &str) -> bool {
    let is_punctuation = |c: Option<char>| c.is_none_or(|c| PUNCTUATION.contains(c));
    let without_digits = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_reference =
        without_digits != text && without_digits.ends_with(['~', '/', '=', '%', '^']);
    !is_punctuation(text.chars().next())
        && !is_punctuation(text.chars().last())
        && !text.contains(|c: char| c.is_whitespace() || ":@#\\[]".contains(c))
        && !is_reference
}

/// Whether it is one that Sqitch keeps for itself, or begins like a SHA-1.
pub(super) fn is_reserved(name: &str) -> bool {
    let is_hexadecimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let digits = name.bytes().take_while(|byte| is_hexadecimal(byte)).count();
    matches!(name, "ROOT" | "HEAD") || digits >= 40
}
