//! `COPY … FROM stdin`: which statements are followed by data, and where the data end.

use super::bytes::{Input, find};
use super::tokens::{TokenKind, tokens};

/// Whether a statement is a `COPY … FROM stdin`: after it the server waits for data.
#[must_use]
pub fn reads_data(sql: &str) -> bool {
    let is_copy = sql.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("copy"));
    is_copy && reads_script(sql.as_bytes())
}

/// Whether one of the statements in `sql` reads its data from the script: the words `FROM STDIN` outside parentheses.
pub(super) fn reads_script(sql: &[u8]) -> bool {
    let sql = String::from_utf8_lossy(sql);
    let mut depth = 0_usize;
    let mut is_copy = false;
    let mut begins = true;
    let mut after_from = false;
    for token in tokens(&sql) {
        match (token.kind, token.text) {
            (TokenKind::Symbol, "(") => depth += 1,
            (TokenKind::Symbol, ")") => depth = depth.saturating_sub(1),
            (TokenKind::Symbol, "\\") => {}
            (TokenKind::Symbol, ";") => begins = true,
            (TokenKind::Word, _) if begins => {
                is_copy = token.is_word("COPY");
                begins = false;
            }
            _ if is_copy && depth == 0 && after_from && token.is_word("STDIN") => return true,
            _ => {}
        }
        after_from = token.is_word("FROM");
    }
    false
}

/// Whether nothing but a comment, or the `\g` that sent the statement, follows it on its line.
pub(super) fn is_rest_harmless(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    let is_comment = rest.starts_with(b"--") || (rest.starts_with(b"/*") && rest.ends_with(b"*/"));
    rest.is_empty() || is_comment || rest.starts_with(br"\g")
}

/// Data lines in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Data {
    /// Where the lines that are certainly data end.
    pub(super) until: usize,
    /// Where the script goes on after the line `\.`, if that line is next.
    pub(super) resume: Option<usize>,
}

/// Reads whole data lines from `from`, the beginning of a line, up to the line `\.` or the end of the script.
pub(super) fn data(bytes: &[u8], from: usize, input: Input) -> Data {
    let mut line = from;
    loop {
        let rest = &bytes[line..];
        let is_cut = input == Input::Continues && matches!(rest, b"" | b"\\" | b"\\." | b"\\.\r");
        if is_cut {
            return Data { until: line, resume: None };
        }
        if let Some(length) = end_mark(rest) {
            return Data { until: line, resume: Some(line + length) };
        }
        match find(bytes, line, [b'\n']) {
            Some(newline) => line = newline + 1,
            None if input == Input::Continues => return Data { until: line, resume: None },
            None => return Data { until: bytes.len(), resume: Some(bytes.len()) },
        }
    }
}

/// The length of the line `\.`, if `rest` begins with it.
fn end_mark(rest: &[u8]) -> Option<usize> {
    let after = rest.strip_prefix(br"\.")?;
    match after {
        [] => Some(2),
        [b'\n', ..] | b"\r" => Some(3),
        [b'\r', b'\n', ..] => Some(4),
        _ => None,
    }
}
