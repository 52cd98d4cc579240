//! Small things about text that all reports need.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;

/// More of one field than this helps nobody.
const LONGEST_FIELD: usize = 10_000;

/// A character as people can see it, if it is one that a terminal or an XML parser would take for
/// something else.
pub(super) fn escape(character: char) -> Option<String> {
    let is_layout = matches!(character, '\n' | '\t');
    (character.is_control() && !is_layout).then(|| character.escape_unicode().to_string())
}

/// A text of somebody else's that cannot steer the reader's terminal: control characters become
/// visible escapes, and overlong texts are cut.
pub(super) fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match escape(character) {
            Some(escaped) => safe.push_str(&escaped),
            None => safe.push(character),
        }
    }
    annotate_snippets::normalize_untrusted_str(&cut(&safe, LONGEST_FIELD))
}

/// The first line of a text, for places that hold one line; `…` stands for more lines.
#[must_use]
pub fn first_line(text: &str) -> String {
    let mut lines = text.trim().lines();
    let first = cut(&visible(lines.next().unwrap_or_default()), 300);
    if lines.next().is_some() { first + " …" } else { first }
}

/// At most so many characters of a text, saying how many are missing.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => {
            let missing = text[end..].chars().count();
            format!("{}… ({missing} more characters)", &text[..end])
        }
    }
}

/// A duration as people read it: `340 ms`, `3.4 s`, `2 min 5 s`.
pub(super) fn duration(took: Duration) -> String {
    match took.as_secs() {
        0 => format!("{} ms", took.as_millis()),
        1..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// `1 case`, `2 cases`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A time of the wall clock to the millisecond; one that no calendar knows is the epoch.
pub(super) fn stamp(at: SystemTime) -> OffsetDateTime {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis())
        .ok()
        .and_then(|millis| {
            OffsetDateTime::UNIX_EPOCH.checked_add(time::Duration::milliseconds(millis))
        })
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_not_sent_to_the_terminal() {
        assert_eq!(visible("a\u{1b}[31m\u{9b}b\r\nc\0"), "a\\u{1b}[31m\\u{9b}b\nc\\u{0}");
    }

    #[test]
    fn overlong_texts_are_cut() {
        assert_eq!(cut("größe", 3), "grö… (2 more characters)");
        assert_eq!(cut("größe", 5), "größe");
    }

    #[rstest::rstest]
    #[case(999, "999 ms")]
    #[case(3_449, "3.4 s")]
    #[case(125_900, "2 min 5 s")]
    fn durations_are_short(#[case] millis: u64, #[case] text: &str) {
        assert_eq!(duration(Duration::from_millis(millis)), text);
    }

    #[test]
    fn a_clock_before_its_epoch_is_no_panic() {
        let early = SystemTime::UNIX_EPOCH - Duration::from_secs(5);
        assert_eq!(stamp(early), OffsetDateTime::UNIX_EPOCH);
    }
}
