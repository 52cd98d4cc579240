//! The sections of a file, each from its comment on.

use std::ops::Range;

use super::super::javascript::is_space;

/// What of a file goes up, and what down.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sections {
    pub(super) up: Range<usize>,
    pub(super) down: Option<Range<usize>>,
}

impl Sections {
    /// Without a comment for the way up the whole text goes up, whatever is said of the way down.
    pub(super) fn of(text: &str) -> Self {
        let up = find_comment(text, "up");
        let down = find_comment(text, "down");
        let from = |start: usize, other: Option<usize>| {
            start..other.filter(|other| *other > start).unwrap_or(text.len())
        };
        Self {
            up: up.map_or(0..text.len(), |start| from(start, down)),
            down: down.map(|start| from(start, up)),
        }
    }
}

/// Where the first comment like `-- Up Migration` begins, with the white space before it: two
/// hyphens at the start of a line, any more hyphens and white space, and both words in any case.
fn find_comment(text: &str, direction: &str) -> Option<usize> {
    let is_line_end = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let after_ends = text.match_indices(is_line_end).map(|(at, end)| at + end.len());
    std::iter::once(0).chain(after_ends).find(|start| {
        let line = text[*start..].trim_start_matches(is_space);
        let Some(comment) = line.strip_prefix("--") else { return false };
        let words = comment.trim_start_matches(|c| is_space(c) || c == '-');
        let Some(rest) = strip_word(words, direction) else { return false };
        let next = rest.trim_start_matches(is_space);
        next.len() < rest.len() && strip_word(next, "migration").is_some()
    })
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn goes(text: &str) -> (&str, Option<&str>) {
        let sections = Sections::of(text);
        (&text[sections.up], sections.down.map(|down| &text[down]))
    }

    #[rstest]
    #[case::both(
        "-- Up Migration\na\n-- Down Migration\nb",
        "-- Up Migration\na",
        Some("\n-- Down Migration\nb")
    )]
    #[case::down_first(
        "--down migration\nb\n----UP  MIGRATION!\na",
        "----UP  MIGRATION!\na",
        Some("--down migration\nb")
    )]
    #[case::no_comment("a; -- up migration\nb", "a; -- up migration\nb", None)]
    #[case::up_alone("x\n-- Up Migration\na", "-- Up Migration\na", None)]
    #[case::down_alone_goes_up_too(
        "a\n-- Down Migration\nb",
        "a\n-- Down Migration\nb",
        Some("-- Down Migration\nb")
    )]
    #[case::another_word("-- Update migration\na", "-- Update migration\na", None)]
    fn sections_begin_at_their_comments(
        #[case] text: &str,
        #[case] up: &str,
        #[case] down: Option<&str>,
    ) {
        let (goes_up, goes_down) = goes(text);
        assert_eq!(goes_up.trim(), up);
        assert_eq!(goes_down.map(str::trim), down.map(str::trim));
    }
}
