//! Takes the fields out of a TOML table one by one, and notes everything that is wrong on the way.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Value;
use crate::place::{Located, Place, Problem, Problems, SourceText};

/// What all tables of one file share.
pub(super) struct File<'a> {
    pub(super) source: &'a SourceText,
    pub(super) problems: RefCell<Problems>,
}

impl File<'_> {
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        self.source.place(span)
    }

    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }
}

/// A table being read. Every key that is asked for is known; [`Fields::finish`] reports the others.
pub(super) struct Fields<'a> {
    file: &'a File<'a>,
    /// The table's name in messages, such as `[setup]`.
    title: String,
    table: DeTable<'a>,
    span: Range<usize>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        file: &'a File<'a>,
        title: &str,
        table: DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self { file, title: title.to_owned(), table, span, known: Vec::new() }
    }

    pub(super) fn place(&self) -> Place {
        self.file.place(self.span.clone())
    }

    pub(super) fn place_of(&self, value: &Spanned<DeValue<'_>>) -> Place {
        self.file.place(value.span())
    }

    pub(super) fn report(&self, problem: Problem) {
        self.file.report(problem);
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'a>>> {
        self.known.push(key);
        self.table.remove(key)
    }

    /// Whether the key is there, without taking it: an empty list is not the same as none.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Whether the key is there and has a list.
    pub(super) fn holds_list(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_array())
    }

    /// A key of the format that this version cannot honour. Reading on as if it were not there could
    /// turn a failure green.
    pub(super) fn not_yet(&mut self, key: &'static str, instead: &str) {
        if let Some(value) = self.table.remove(key) {
            let message = format!("`{key}` in {} is not supported by this version", self.title);
            let place = self.file.place(value.span());
            self.report(Problem::error(message).at(place).help(instead));
        }
    }

    /// Notes that a value has the wrong type.
    pub(super) fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, example: &str) {
        let found = describe(value.get_ref());
        let message = format!("`{key}` cannot be {found}");
        let place = self.file.place(value.span());
        self.report(Problem::error(message).at(place).help(format!("write it like {example}")));
    }

    pub(super) fn text(&mut self, key: &'static str, example: &str) -> Option<Located<String>> {
        let value = self.take(key)?;
        let text = self.as_text(&value);
        if text.is_none() {
            self.wrong(key, &value, example);
        }
        text
    }

    pub(super) fn as_text(&self, value: &Spanned<DeValue<'_>>) -> Option<Located<String>> {
        let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty())?;
        Some(Located { value: text.to_owned(), place: Some(self.file.place(value.span())) })
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, key: &'static str, example: &str) -> Option<Located<String>> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, example);
            return None;
        }
        self.text(key, example)
    }

    pub(super) fn missing(&self, key: &str, example: &str) {
        let message = format!("{} has no `{key}`", self.title);
        self.report(Problem::error(message).at(self.place()).help(format!("add {example}")));
    }

    /// One text, or a list of them.
    pub(super) fn texts(&mut self, key: &'static str, example: &str) -> Vec<Located<String>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let one = self.as_text(&value);
            if one.is_none() {
                self.wrong(key, &value, example);
            }
            return one.into_iter().collect();
        };
        let texts: Vec<_> = items
            .iter()
            .filter_map(|item| {
                let text = self.as_text(item);
                if text.is_none() {
                    self.wrong(key, item, example);
                }
                text
            })
            .collect();
        texts
    }

    /// A whole number from 1.
    pub(super) fn number(&mut self, key: &'static str, example: &str) -> Option<Located<usize>> {
        let value = self.take(key)?;
        let place = Some(self.file.place(value.span()));
        let number = match value.get_ref() {
            DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let Some(value) = number.filter(|number| *number > 0) else {
            self.wrong(key, &value, example);
            return None;
        };
        Some(Located { value, place })
    }

    pub(super) fn duration(&mut self, key: &'static str, example: &str) -> Option<Duration> {
        let text = self.text(key, example)?;
        match humantime::parse_duration(&text.value) {
            Ok(duration) if !duration.is_zero() => Some(duration),
            _ => {
                let message = format!("`{key} = {:?}` is not a length of time", text.value);
                self.report(
                    Problem::error(message)
                        .at_some(text.place)
                        .help(format!("write it like {example}")),
                );
                None
            }
        }
    }

    /// A number from 1 to `most`.
    pub(super) fn count(&mut self, key: &'static str, example: &str, most: usize) -> Option<usize> {
        self.within(key, example, 1..=most)
    }

    /// A number of a range.
    pub(super) fn within(
        &mut self,
        key: &'static str,
        example: &str,
        range: RangeInclusive<usize>,
    ) -> Option<usize> {
        let value = self.take(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let found = number.filter(|number| range.contains(number));
        if found.is_none() {
            let message = format!("`{key}` cannot be {}", describe(value.get_ref()));
            let help =
                format!("a whole number from {} to {}: {example}", range.start(), range.end());
            self.report(Problem::error(message).at(self.file.place(value.span())).help(help));
        }
        found
    }

    /// A text that must be one of a few names.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<Located<T>> {
        let names: Vec<_> = all.iter().map(|value| name(*value)).collect();
        let text = self.text(key, &format!("{key} = {:?}", names.first().unwrap_or(&"")))?;
        self.choose(key, text, all, name)
    }

    pub(super) fn choose<T: Copy>(
        &self,
        key: &str,
        text: Located<String>,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<Located<T>> {
        let found = all.iter().copied().find(|value| name(*value) == text.value);
        if let Some(value) = found {
            return Some(Located { value, place: text.place });
        }
        let names: Vec<_> = all.iter().map(|value| name(*value)).collect();
        let help = match nearest(&text.value, names.iter().copied()) {
            Some(near) => format!("did you mean {near:?}? It is one of: {}", names.join(", ")),
            None => format!("it is one of: {}", names.join(", ")),
        };
        let message = format!("`{key}` cannot be {:?}", text.value);
        self.report(Problem::error(message).at_some(text.place).help(help));
        None
    }

    /// A table below this one.
    pub(super) fn table(&mut self, key: &'static str, example: &str) -> Option<Fields<'a>> {
        let value = self.take(key)?;
        self.as_table(key, value, example)
    }

    pub(super) fn as_table(
        &self,
        key: &str,
        value: Spanned<DeValue<'a>>,
        example: &str,
    ) -> Option<Fields<'a>> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => {
                let title = if example.starts_with('[') { example } else { key };
                Some(Fields::new(self.file, title, table, span))
            }
            other => {
                self.wrong(key, &Spanned::new(span, other), example);
                None
            }
        }
    }

    /// An array of tables below this one, `[[key]]`.
    pub(super) fn tables(&mut self, key: &'static str, example: &str) -> Vec<Fields<'a>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(items) => {
                items.into_iter().filter_map(|item| self.as_table(key, item, example)).collect()
            }
            other => {
                self.wrong(key, &Spanned::new(span, other), example);
                Vec::new()
            }
        }
    }

    /// Takes every remaining key: for tables whose keys are names of the user's own.
    pub(super) fn rest(&mut self) -> Vec<(Located<String>, Spanned<DeValue<'a>>)> {
        std::mem::take(&mut self.table)
            .into_iter()
            .map(|(key, value)| {
                let place = Some(self.file.place(key.span()));
                (Located { value: key.into_inner().into_owned(), place }, value)
            })
            .collect()
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(mut self) {
        for (key, _) in self.rest() {
            let known = self.known.iter().copied();
            let help = match nearest(&key.value, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
            };
            let message = format!("unknown key `{}` in {}", key.value, self.title);
            self.report(Problem::error(message).at_some(key.place).help(help));
        }
    }
}

/// The known name that is likely meant.
pub(super) fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .map(|name| (strsim::damerau_levenshtein(text, name), name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min()
        .map(|(_, name)| name)
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.trim().is_empty() => "an empty text".into(),
        DeValue::String(text) => format!("the text {text:?}"),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(stamp) => format!("the date {stamp}"),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    }
}

/// A TOML value as an expected query result; `None` for dates and tables.
pub(super) fn expected_value(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Integer)
        }
        DeValue::Float(number) => number.as_str().parse().ok().map(Value::Float),
        DeValue::Boolean(truth) => Some(Value::Boolean(*truth)),
        DeValue::Array(items) => items
            .iter()
            .map(|item| expected_value(item.get_ref()))
            .collect::<Option<Vec<_>>>()
            .map(Value::List),
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}
