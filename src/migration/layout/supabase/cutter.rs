//! Where the Supabase CLI cuts a file into statements: a machine of states that looks at one
//! character at a time. (`pkg/parser/state.go`, `pkg/parser/token.go`)
//!
//! It differs from SQL in that a backslash outside quotes hides the next character and one inside
//! hides nothing, a `$` in a name opens a quote, and the body of `BEGIN ATOMIC` ends with the first
//! letters `end`, whatever word they are a part of.

use std::ops::Range;

/// The statements, without blanks around them and semicolons at their ends.
pub(super) fn statements(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut state = State::Ready;
    for at in 0..text.len() {
        let token = &text.as_bytes()[start..=at];
        if let Some(next) = state.next(token) {
            state = next;
        } else {
            found.extend(trimmed(text, start..at + 1));
            start = at + 1;
            state = State::Ready;
        }
    }
    found.extend(trimmed(text, start..text.len()));
    found
}

fn trimmed(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let kept = text[span.clone()].trim_end_matches(';');
    let start = span.start + kept.len() - kept.trim_start().len();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| start..start + kept.len())
}

#[derive(Debug, Clone)]
enum State {
    Ready,
    /// After a `-`.
    Dash,
    /// After a `/`; counts open comments.
    Slash(usize),
    /// In quotes; after one, when the last character may have closed them.
    Quote {
        quote: u8,
        may_be_closed: bool,
    },
    /// In a `$tag` that began at this byte of the token.
    Tag(usize),
    /// Up to these bytes: a dollar quote, or a comment up to its line end.
    Until(Vec<u8>),
    Escape,
    /// In parentheses or a body of `BEGIN ATOMIC`, with the state within; up to these letters.
    Nested(Box<State>, &'static str),
}

impl State {
    /// The state after the last character of the token; none where the statement ends.
    fn next(self, token: &[u8]) -> Option<Self> {
        let last = token.last().copied().unwrap_or_default();
        match self {
            Self::Dash if last == b'-' => Some(Self::Until(b"\n".into())),
            Self::Slash(depth) => Self::slash(depth, last, token),
            Self::Quote { quote, may_be_closed: true } if last != quote => Self::ready(last, token),
            Self::Quote { quote, may_be_closed } => {
                Some(Self::Quote { quote, may_be_closed: !may_be_closed && last == quote })
            }
            Self::Tag(start) if last == b'$' => Some(Self::Until(token[start..].into())),
            Self::Tag(start) if last.is_ascii_alphanumeric() || last == b'_' => {
                Some(Self::Tag(start))
            }
            Self::Ready | Self::Dash | Self::Tag(_) => Self::ready(last, token),
            Self::Until(end) if token.ends_with(&end) => Some(Self::Ready),
            Self::Until(end) => Some(Self::Until(end)),
            Self::Escape => Some(Self::Ready),
            Self::Nested(within, end) => Some(Self::nested(*within, end, token)),
        }
    }

    fn ready(last: u8, token: &[u8]) -> Option<Self> {
        Some(match last {
            b';' => return None,
            b'$' => Self::Tag(token.len() - 1),
            b'\'' | b'"' => Self::Quote { quote: last, may_be_closed: false },
            b'-' => Self::Dash,
            b'/' => Self::Slash(0),
            b'\\' => Self::Escape,
            b'(' => Self::Nested(Box::new(Self::Ready), ")"),
            b'c' | b'C' if begins_atomic(token) => Self::Nested(Box::new(Self::Ready), "end"),
            _ => Self::Ready,
        })
    }

    fn slash(depth: usize, last: u8, token: &[u8]) -> Option<Self> {
        if token.ends_with(b"/*") {
            return Some(Self::Slash(depth + 1));
        }
        match depth {
            0 => Self::ready(last, token),
            1 if token.ends_with(b"*/") => Some(Self::Ready),
            _ if token.ends_with(b"*/") => Some(Self::Slash(depth - 1)),
            _ => Some(Self::Slash(depth)),
        }
    }

    fn nested(within: Self, end: &'static str, token: &[u8]) -> Self {
        // A semicolon in here ends nothing.
        let within = within.clone().next(token).unwrap_or(within);
        let tail = &token[token.len().saturating_sub(end.len())..];
        if matches!(within, Self::Ready) && tail.eq_ignore_ascii_case(end.as_bytes()) {
            return Self::Ready;
        }
        Self::Nested(Box::new(within), end)
    }
}

/// Whether a token ends in `BEGIN ATOMIC` as words of their own.
fn begins_atomic(token: &[u8]) -> bool {
    let before_word = |text: &[u8], word: &str| {
        let length = text.len().checked_sub(word.len())?;
        let (before, tail) = text.split_at(length);
        let is_part = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
        };
        let is_word =
            tail.eq_ignore_ascii_case(word.as_bytes()) && !before.last().is_some_and(is_part);
        is_word.then_some(before.len())
    };
    let begin = before_word(token, "ATOMIC").map(|end| token[..end].trim_ascii_end());
    begin.is_some_and(|text| before_word(text, "BEGIN").is_some())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::semicolons(" a;;\n;b ; c", &["a", "b", "c"])]
    #[case::hidden("a ';''' \";\" (;(;)) $$;$$ $x$;$$;$x$; b", &["a ';''' \";\" (;(;)) $$;$$ $x$;$$;$x$", "b"])]
    #[case::comments("-- a;\nb /* ; /* ; */ ; */ - 1; c", &["-- a;\nb /* ; /* ; */ ; */ - 1", "c"])]
    #[case::last_comment("a; -- b", &["a", "-- b"])]
    #[case::escape("\\; a; b", &["\\; a", "b"])]
    #[case::no_escape("select E'\\';' || '; a; b'", &["select E'\\'", "' || '", "a", "b'"])]
    #[case::parameter("select $1; a", &["select $1", "a"])]
    #[case::dollar_in_a_name("select a$b$; c$b$; d", &["select a$b$; c$b$", "d"])]
    #[case::atomic("create f() begin\n atomic a; b; end; c", &["create f() begin\n atomic a; b; end", "c"])]
    #[case::atomic_word("begin atomic append(a); b; end; c", &["begin atomic append(a)", "b", "end", "c"])]
    #[case::no_atomic("select beginatomic; b", &["select beginatomic", "b"])]
    #[case::open("a (b; c; d", &["a (b; c; d"])]
    #[case::letters("select 'größe'; ü; b", &["select 'größe'", "ü", "b"])]
    fn statements_end_where_the_cli_ends_them(#[case] text: &str, #[case] expected: &[&str]) {
        let cut: Vec<_> = statements(text).into_iter().map(|span| &text[span]).collect();
        assert_eq!(cut, expected);
    }
}
