//! What goose replaces in a line between `ENVSUB ON` and `ENVSUB OFF` (mfridman/interpolate, parser.go
//! and interpolate.go): `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:offset:length}`
//! and `${NAME?message}`. `$$` and `\$` become one dollar sign, also where they quote a body.

use crate::migration::Variables;
use crate::migration::layout::annotated::Bit;

/// A line filled in.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Its parts; places count in the line.
    pub(super) bits: Vec<Bit>,
    /// Names without value or default, which become nothing.
    pub(super) unset: Vec<String>,
}

impl Filled {
    /// The text that the line became.
    pub(super) fn text(&self, line: &str) -> String {
        let parts = self.bits.iter().map(|bit| match bit {
            Bit::Kept(range) => &line[range.clone()],
            Bit::Put(_, text) => text.as_str(),
        });
        parts.collect()
    }
}

/// Fills in a line.
///
/// # Errors
///
/// What is wrong with it, in a few words.
pub(super) fn fill(line: &str, variables: &Variables) -> Result<Filled, String> {
    let mut reader = Reader { line, at: 0, variables, unset: Vec::new() };
    let bits = reader.expression(None)?;
    Ok(Filled { bits, unset: reader.unset })
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    variables: &'a Variables,
    unset: Vec<String>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take_until(&mut self, stops: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(stops).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// Text and expansions up to `stop` or the end of the line.
    fn expression(&mut self, stop: Option<char>) -> Result<Vec<Bit>, String> {
        let mut bits = Vec::new();
        while let Some(next) = self.rest().chars().next() {
            if Some(next) == stop {
                break;
            }
            let start = self.at;
            let rest = self.rest();
            if rest.starts_with(r"\\") || rest.starts_with("$(") {
                self.at += 2;
                bits.push(Bit::Kept(start..self.at));
            } else if rest.starts_with(r"\$") || rest.starts_with("$$") {
                self.at += 2;
                bits.push(Bit::Put(start..self.at, "$".into()));
            } else if next == '$' && rest.len() > 1 {
                let text = self.expansion()?;
                bits.push(Bit::Put(start..self.at, text));
            } else {
                self.at += next.len_utf8();
                self.take_until(|c| c == '$' || c == '\\' || Some(c) == stop);
                bits.push(Bit::Kept(start..self.at));
            }
        }
        Ok(bits)
    }

    fn expansion(&mut self) -> Result<String, String> {
        self.at += 1;
        if !self.rest().starts_with('{') {
            let name = self.name()?;
            return Ok(self.value_or_nothing(name));
        }
        self.at += 1;
        let name = self.name()?;
        let value = match self.next() {
            Some('}') => return Ok(self.value_or_nothing(name)),
            Some(':') if self.rest().starts_with('-') => {
                self.at += 1;
                let default = self.inner()?;
                self.variables.get(name).filter(|it| !it.is_empty()).map_or(default, Into::into)
            }
            Some(':') => self.part_of(name)?,
            Some('-') => {
                let default = self.inner()?;
                self.variables.get(name).map_or(default, Into::into)
            }
            Some('?') => {
                let message = self.inner()?;
                let told = if message.is_empty() { "not set".into() } else { message };
                self.variables.get(name).ok_or_else(|| format!("${name}: {told}"))?.into()
            }
            _ => return Err(format!("after ${{{name} there must be }}, :, - or ?")),
        };
        match self.next() {
            Some('}') => Ok(value),
            _ => Err(format!("${{{name} is never closed with }}")),
        }
    }

    fn name(&mut self) -> Result<&'a str, String> {
        if !self.rest().starts_with(char::is_alphabetic) {
            let found = self.rest().chars().next().map_or_else(String::new, String::from);
            return Err(format!("a variable's name begins with a letter, not with {found:?}"));
        }
        Ok(self.take_until(|c| !(c.is_alphabetic() || c.is_numeric() || c == '_')))
    }

    fn value_or_nothing(&mut self, name: &str) -> String {
        let value = self.variables.get(name);
        if value.is_none() {
            self.unset.push(name.into());
        }
        value.unwrap_or_default().into()
    }

    /// A default or message, which may hold expansions itself.
    fn inner(&mut self) -> Result<String, String> {
        let known = self.unset.len();
        let bits = self.expression(Some('}'))?;
        self.unset.truncate(known);
        Ok(Filled { bits, unset: Vec::new() }.text(self.line))
    }

    /// `${NAME:offset}` and `${NAME:offset:length}`, counted in bytes; negative numbers count from the
    /// value's end.
    fn part_of(&mut self, name: &str) -> Result<String, String> {
        let offset = self.take_until(|c| c == ':' || c == '}');
        let offset = whole_number(offset)?;
        let length = if self.rest().starts_with(':') {
            self.at += 1;
            Some(whole_number(self.take_until(|c| c == '}'))?)
        } else {
            None
        };
        let value = self.value_or_nothing(name);
        let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
        let from = if offset < 0 { (offset + size).max(0) } else { offset.min(size) };
        let to = match length {
            None => size,
            Some(length) if length >= 0 => length.saturating_add(from).min(size),
            Some(length) => length.saturating_add(size).max(from),
        };
        let [from, to] = [from, to].map(|at| usize::try_from(at).unwrap_or_default());
        Ok(String::from_utf8_lossy(&value.as_bytes()[from..to]).into_owned())
    }
}

fn whole_number(text: &str) -> Result<i64, String> {
    let text = text.trim();
    text.parse().map_err(|_| format!("{text:?} is no number to cut a value at"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn filled(line: &str) -> Result<String, String> {
        let pairs = [("REGION", "us-east"), ("NAME", "x"), ("EMPTY", "")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(fill(line, &Variables(pairs.into()))?.text(line))
    }

    #[rstest]
    #[case::bare("a $NAME;", "a x;")]
    #[case::braced("a ${NAME}_b", "a x_b")]
    #[case::bare_takes_all_letters("$NAME_b", "")]
    #[case::unset("[$NONE]", "[]")]
    #[case::default_for_unset("${NONE:-d}", "d")]
    #[case::default_for_empty("${EMPTY:-d}", "d")]
    #[case::default_only_for_unset("${EMPTY-d}${NONE-e}", "e")]
    #[case::default_inside_default("${NONE:-${NAME:-y}}", "x")]
    #[case::part("${REGION:0:2}", "us")]
    #[case::part_from_the_end("${REGION: -4}", "east")]
    #[case::part_without_the_end("${REGION:1:-1}", "s-eas")]
    #[case::part_beyond("${REGION:90}", "")]
    #[case::required("${NAME?must be set}", "x")]
    #[case::dollar_quotes_lose_a_dollar("as $$ begin", "as $ begin")]
    #[case::escaped(r"\$NAME \\ $(date)", r"$NAME \\ $(date)")]
    #[case::last_dollar("cost$", "cost$")]
    fn variables_are_filled_in_as_a_shell_does(#[case] line: &str, #[case] expected: &str) {
        assert_eq!(filled(line).as_deref(), Ok(expected));
    }

    #[rstest]
    #[case("select $1")]
    #[case("as $_body$")]
    #[case("${NAME")]
    #[case("${NAME!}")]
    #[case("${NONE?must be set}")]
    #[case("${REGION:a}")]
    fn what_is_no_variable_is_refused(#[case] line: &str) {
        assert!(filled(line).is_err());
    }
}
