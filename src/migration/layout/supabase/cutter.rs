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
    let mut machine = Machine::default();
    for at in 0..text.len() {
        if machine.take(&text.as_bytes()[start..=at]) == Took::End {
            found.extend(trimmed(text, start..at + 1));
            start = at + 1;
            machine = Machine::default();
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

#[derive(Debug, PartialEq, Eq)]
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
}

/// What a character leads to.
enum Next {
    State(State),
    /// Into parentheses or a body of `BEGIN ATOMIC`, up to these letters.
    Into(&'static str),
    /// The end of a statement, unless it is within something.
    End,
}

#[derive(Debug, PartialEq, Eq)]
enum Took {
    Part,
    End,
}

/// The state within the innermost parentheses or body, and what each of those ends with. A text may
/// nest as deep as it is long, so this is a list and not a chain.
#[derive(Debug)]
struct Machine {
    state: State,
    ends: Vec<&'static str>,
}

impl Default for Machine {
    fn default() -> Self {
        Self { state: State::Ready, ends: Vec::new() }
    }
}

impl Machine {
    /// Takes the last character of the token.
    fn take(&mut self, token: &[u8]) -> Took {
        match self.state.next(token) {
            Next::State(state) => self.state = state,
            Next::Into(end) => {
                self.state = State::Ready;
                self.ends.push(end);
                return Took::Part;
            }
            Next::End if self.ends.is_empty() => return Took::End,
            // A semicolon in here ends nothing.
            Next::End => {}
        }
        // One parenthesis closes all that are open, as in the tool.
        while self.state == State::Ready && self.ends.last().is_some_and(|end| has_end(token, end))
        {
            self.ends.pop();
        }
        Took::Part
    }
}

fn has_end(token: &[u8], end: &str) -> bool {
    token[token.len().saturating_sub(end.len())..].eq_ignore_ascii_case(end.as_bytes())
}

impl State {
    fn next(&mut self, token: &[u8]) -> Next {
        let last = token.last().copied().unwrap_or_default();
        Next::State(match self {
            Self::Dash if last == b'-' => Self::Until(b"\n".into()),
            Self::Slash(depth) => return Self::slash(*depth, last, token),
            Self::Quote { quote, may_be_closed: true } if last != *quote => {
                return Self::ready(last, token);
            }
            Self::Quote { quote, may_be_closed } => {
                Self::Quote { quote: *quote, may_be_closed: !*may_be_closed && last == *quote }
            }
            Self::Tag(start) if last == b'$' => Self::Until(token[*start..].into()),
            Self::Tag(start) if last.is_ascii_alphanumeric() || last == b'_' => Self::Tag(*start),
            Self::Ready | Self::Dash | Self::Tag(_) => return Self::ready(last, token),
            Self::Until(end) if token.ends_with(end) => Self::Ready,
            Self::Until(end) => Self::Until(std::mem::take(end)),
            Self::Escape => Self::Ready,
        })
    }

    fn ready(last: u8, token: &[u8]) -> Next {
        Next::State(match last {
            b';' => return Next::End,
            b'(' => return Next::Into(")"),
            b'c' | b'C' if begins_atomic(token) => return Next::Into("end"),
            b'$' => Self::Tag(token.len() - 1),
            b'\'' | b'"' => Self::Quote { quote: last, may_be_closed: false },
            b'-' => Self::Dash,
            b'/' => Self::Slash(0),
            b'\\' => Self::Escape,
            _ => Self::Ready,
        })
    }

    fn slash(depth: usize, last: u8, token: &[u8]) -> Next {
        if token.ends_with(b"/*") {
            return Next::State(Self::Slash(depth + 1));
        }
        Next::State(match depth {
            0 => return Self::ready(last, token),
            1 if token.ends_with(b"*/") => Self::Ready,
            _ if token.ends_with(b"*/") => Self::Slash(depth - 1),
            _ => Self::Slash(depth),
        })
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

    #[test]
    fn nesting_costs_no_more_than_length() {
        let deep = "(".repeat(200_000) + ";" + &")".repeat(200_000) + "; a";
        assert_eq!(statements(&deep).len(), 2);
    }
}
