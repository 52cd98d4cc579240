use super::references::reference;
use super::values::{OnlyAtRunTime, Values};

/// Why the arguments of a command cannot be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unknown {
    /// The output of a program, in backticks.
    Program,
    /// A quote that is never closed, for which psql refuses the command.
    OpenQuote,
    /// A variable that only psql knows.
    Variable(String),
}

impl From<OnlyAtRunTime> for Unknown {
    fn from(OnlyAtRunTime(name): OnlyAtRunTime) -> Self {
        Self::Variable(name)
    }
}

/// The arguments of a command, as psql gives them to it.
pub(super) fn arguments(text: &str, values: &Values) -> Result<Vec<String>, Unknown> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_blank);
        if rest.is_empty() {
            return Ok(found);
        }
        let mut argument = String::new();
        while let Some(next) = rest.chars().next().filter(|next| !is_blank(*next)) {
            rest = match next {
                '`' => return Err(Unknown::Program),
                '\'' => quoted(rest, &mut argument)?,
                '"' => double_quoted(rest, &mut argument)?,
                _ => plain(rest, next, values, &mut argument)?,
            };
        }
        found.push(argument);
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// One character, or a reference.
fn plain<'t>(
    rest: &'t str,
    next: char,
    values: &Values,
    argument: &mut String,
) -> Result<&'t str, Unknown> {
    if let Some(found) = reference(rest, 0) {
        match values.in_argument(&found)? {
            Some(value) => argument.push_str(&value),
            None => argument.push_str(&rest[found.span.clone()]),
        }
        return Ok(&rest[found.span.end..]);
    }
    argument.push(next);
    Ok(&rest[next.len_utf8()..])
}

/// Double quotes stay part of the argument, and what is in them too.
fn double_quoted<'t>(rest: &'t str, argument: &mut String) -> Result<&'t str, Unknown> {
    let end = rest[1..].find('"').ok_or(Unknown::OpenQuote)? + 2;
    argument.push_str(&rest[..end]);
    Ok(&rest[end..])
}

fn quoted<'t>(rest: &'t str, argument: &mut String) -> Result<&'t str, Unknown> {
    let mut rest = &rest[1..];
    loop {
        let next = rest.chars().next().ok_or(Unknown::OpenQuote)?;
        rest = &rest[next.len_utf8()..];
        match next {
            '\'' if rest.starts_with('\'') => {
                argument.push('\'');
                rest = &rest[1..];
            }
            '\'' => return Ok(rest),
            '\\' => rest = escaped(rest, argument)?,
            other => argument.push(other),
        }
    }
}

fn escaped<'t>(rest: &'t str, argument: &mut String) -> Result<&'t str, Unknown> {
    let next = rest.chars().next().ok_or(Unknown::OpenQuote)?;
    let digits =
        |text: &str, radix, most| text.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let (from, radix, length) = match next {
        '0'..='7' => (0, 8, digits(rest, 8, 3)),
        'x' => (1, 16, digits(&rest[1..], 16, 2)),
        _ => (0, 10, 0),
    };
    if length > 0 {
        let end = from + length;
        let code = u32::from_str_radix(&rest[from..end], radix).ok().and_then(char::from_u32);
        argument.extend(code);
        return Ok(&rest[end..]);
    }
    argument.push(match next {
        'n' => '\n',
        't' => '\t',
        'b' => '\u{8}',
        'r' => '\r',
        'f' => '\u{c}',
        other => other,
    });
    Ok(&rest[next.len_utf8()..])
}
