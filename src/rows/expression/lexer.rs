/// A token of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word, in the letters that it is written in; never quoted.
    Word(String),
    /// A quoted name.
    Name(String),
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// An operator, or a parenthesis, bracket, comma or dot.
    Sign(String),
}

/// Cuts an expression into tokens; `None` for what cannot be cut.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut rest = text;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
            continue;
        }
        let (token, length) = token(rest, first)?;
        tokens.push(token);
        rest = rest.get(length..)?;
    }
    Some(tokens)
}

fn token(rest: &str, first: char) -> Option<(Token, usize)> {
    if first == '\'' || rest.starts_with("E'") {
        return text(rest);
    }
    if first == '"' {
        let (name, length) = quoted(rest, '"')?;
        return Some((Token::Name(name), length));
    }
    if first.is_ascii_digit() {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        return Some((Token::Number(rest[..end].parse().ok()?), end));
    }
    if first.is_alphabetic() || first == '_' {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        return Some((Token::Word(rest[..end].to_owned()), end));
    }
    if "()[],.".contains(first) {
        return Some((Token::Sign(first.to_string()), 1));
    }
    let end = rest.find(|c| !"+-*/<>=~!@#%^&|`?:".contains(c)).unwrap_or(rest.len());
    (end > 0)
        .then(|| (Token::Sign(operator(&rest[..end]).to_owned()), operator(&rest[..end]).len()))
}

/// A sign before an operand is none of the operator: `>=-1`.
fn operator(signs: &str) -> &str {
    let shorter = signs.trim_end_matches('-');
    if shorter.is_empty() || shorter.contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?']) {
        return signs;
    }
    shorter
}

fn text(rest: &str) -> Option<(Token, usize)> {
    let Some(escaped) = rest.strip_prefix('E') else {
        let (text, length) = quoted(rest, '\'')?;
        return Some((Token::Text(text), length));
    };
    let (text, length) = quoted(escaped, '\'')?;
    Some((Token::Text(text.replace("\\\\", "\\")), length + 1))
}

/// The text between quotes, which are doubled inside, and the length with them.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            text.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
            text.push(quote);
            characters.next();
        } else {
            return Some((text, at + 1));
        }
    }
    None
}
