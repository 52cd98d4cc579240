//! The words of a statement, for questions that need no parser.

use std::borrow::Cow;

use super::body::{self, Body, Close, Escapes, Opening};
use super::bytes::{Class, Input, class, word_end};
use super::statement::Statement;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier or key word without quotes.
    Word,
    /// The inside of a quoted identifier, doubled quotes as written.
    Identifier,
    /// The inside of a string, as written.
    Text,
    /// The inside of a dollar-quoted string.
    DollarQuote,
    /// Any other single character, or the digits of a number.
    Symbol,
}

/// One token of a statement; comments are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'sql> {
    /// What it is.
    pub kind: TokenKind,
    /// Its text, without quotes.
    pub text: &'sql str,
    /// The byte of the statement where `text` begins.
    pub offset: usize,
}

impl Token<'_> {
    /// Whether it is this word, without quotes, in any case.
    #[must_use]
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this character.
    #[must_use]
    pub fn is_symbol(&self, symbol: char) -> bool {
        self.kind == TokenKind::Symbol && self.text.starts_with(symbol)
    }

    /// Whether it is a string of either kind, and so may hold code.
    #[must_use]
    pub fn is_string(&self) -> bool {
        matches!(self.kind, TokenKind::Text | TokenKind::DollarQuote)
    }
}

/// The tokens of `sql`. Call it again on the text of a string to descend into it.
#[must_use]
pub fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { sql, place: 0, statement: Statement::default() }
}

/// The words of `sql` outside quotes and comments, in upper case.
pub fn words(sql: &str) -> impl Iterator<Item = Cow<'_, str>> {
    tokens(sql).filter(|token| token.kind == TokenKind::Word).map(|token| upper(token.text))
}

fn upper(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(word.to_ascii_uppercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// Iterates over the tokens of a statement; see [`tokens()`].
#[derive(Debug)]
pub struct Tokens<'sql> {
    sql: &'sql str,
    place: usize,
    statement: Statement,
}

impl<'sql> Iterator for Tokens<'sql> {
    type Item = Token<'sql>;

    fn next(&mut self) -> Option<Token<'sql>> {
        loop {
            let start = self.place;
            let byte = *self.sql.as_bytes().get(start)?;
            match class(byte) {
                Class::Blank => self.place += 1,
                Class::Word => {
                    if let Some(word) = self.word(start) {
                        return Some(word);
                    }
                }
                Class::Plain => return Some(self.symbol(start)),
                Class::Special => match self.opening(start) {
                    Opening::Body(body, length) => {
                        if let Some(token) = self.body(start, body, length) {
                            return Some(token);
                        }
                    }
                    Opening::Nothing | Opening::Unknown => return Some(self.symbol(start)),
                },
            }
        }
    }
}

impl<'sql> Tokens<'sql> {
    /// A word, unless it is the prefix of a string.
    fn word(&mut self, start: usize) -> Option<Token<'sql>> {
        let bytes = self.sql.as_bytes();
        let end = word_end(bytes, start);
        self.place = end;
        self.statement.take_word(bytes, start, end);
        let is_prefix = match &bytes[start..end] {
            [b'e' | b'E' | b'b' | b'B' | b'x' | b'X' | b'n' | b'N'] => {
                bytes[end..].starts_with(b"'")
            }
            [b'u' | b'U'] => bytes[end..].starts_with(b"&'") || bytes[end..].starts_with(b"&\""),
            _ => false,
        };
        if is_prefix && bytes[end] == b'&' {
            self.place += 1;
        }
        (!is_prefix).then(|| self.token(TokenKind::Word, start, end))
    }

    fn symbol(&mut self, start: usize) -> Token<'sql> {
        let digits = self.sql.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_digit());
        let end = start + digits.count().max(1);
        self.place = end;
        self.statement.take(start, end);
        self.token(TokenKind::Symbol, start, end)
    }

    fn opening(&self, at: usize) -> Opening {
        let bytes = self.sql.as_bytes();
        match bytes[at] {
            b'\'' => {
                Opening::Body(Body::Text(self.statement.escapes_at(bytes, at, Escapes::Doubled)), 1)
            }
            b'"' => Opening::Body(Body::Identifier, 1),
            b'$' => body::dollar_quote(bytes, at, Input::Complete),
            b'-' | b'/' => body::comment(bytes, at, Input::Complete),
            _ => Opening::Nothing,
        }
    }

    /// Passes a body; gives its inside unless it is a comment.
    fn body(&mut self, start: usize, mut body: Body, length: usize) -> Option<Token<'sql>> {
        let bytes = self.sql.as_bytes();
        let inside = start + length;
        let (end, after) = match body.close(bytes, inside, Input::Complete) {
            Close::At(after) => (after.saturating_sub(length).max(inside), after),
            Close::Beyond(_) => (bytes.len(), bytes.len()),
        };
        self.place = after;
        match body {
            Body::Text(_) => Some(self.token(TokenKind::Text, inside, end)),
            Body::Identifier => Some(self.token(TokenKind::Identifier, inside, end)),
            Body::DollarQuote(_) => Some(self.token(TokenKind::DollarQuote, inside, end)),
            Body::LineComment | Body::Comment { .. } => None,
        }
    }

    fn token(&self, kind: TokenKind, start: usize, end: usize) -> Token<'sql> {
        Token { kind, text: &self.sql[start..end], offset: start }
    }
}
