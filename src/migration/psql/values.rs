use std::collections::BTreeMap;

use super::references::{Reference, Style, references};
use crate::migration::Variables;

/// Variables that psql sets by itself, to what only a connection or a result tells.
const AT_RUN_TIME: &[&str] = &[
    "DBNAME",
    "ENCODING",
    "ERROR",
    "HOST",
    "LASTOID",
    "LAST_ERROR_MESSAGE",
    "LAST_ERROR_SQLSTATE",
    "PORT",
    "ROW_COUNT",
    "SERVER_VERSION_NAME",
    "SERVER_VERSION_NUM",
    "SQLSTATE",
    "USER",
    "VERSION",
    "VERSION_NAME",
    "VERSION_NUM",
];

/// Whether psql sets the variable by itself.
pub(super) fn is_psqls_own(name: &str) -> bool {
    AT_RUN_TIME.contains(&name)
}

/// A variable that psql knows and we do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OnlyAtRunTime(pub(super) String);

/// The values of variables at one point of a script.
#[derive(Debug)]
pub(super) struct Values(BTreeMap<String, Option<String>>);

impl Values {
    pub(super) fn new(variables: &Variables) -> Self {
        let given = variables.0.iter();
        Self(given.map(|(name, value)| (name.clone(), Some(value.clone()))).collect())
    }

    pub(super) fn set(&mut self, name: &str, value: Option<String>) {
        self.0.insert(name.to_owned(), value);
    }

    fn get(&self, name: &str) -> Result<Option<&str>, OnlyAtRunTime> {
        match self.0.get(name) {
            Some(value) => Ok(value.as_deref()),
            None if AT_RUN_TIME.contains(&name) => Err(OnlyAtRunTime(name.to_owned())),
            None => Ok(None),
        }
    }

    /// What a reference in SQL becomes; `None`: it stays as written. A plain value is read as SQL in its
    /// turn, so that variables in it are replaced too, but none within itself.
    pub(super) fn in_sql(&self, it: &Reference<'_>) -> Result<Option<String>, OnlyAtRunTime> {
        self.expanded(it, &mut Vec::new())
    }

    fn expanded<'v>(
        &'v self,
        it: &Reference<'v>,
        within: &mut Vec<&'v str>,
    ) -> Result<Option<String>, OnlyAtRunTime> {
        if it.style != Style::Plain {
            return self.in_argument(it);
        }
        let Some(value) = self.get(it.name)?.filter(|_| !within.contains(&it.name)) else {
            return Ok(None);
        };
        within.push(it.name);
        let mut text = String::new();
        let mut at = 0;
        for inner in references(value) {
            if let Some(replaced) = self.expanded(&inner, within)? {
                text.push_str(&value[at..inner.span.start]);
                text.push_str(&replaced);
                at = inner.span.end;
            }
        }
        text.push_str(&value[at..]);
        within.pop();
        Ok(Some(text))
    }

    /// What a reference in the arguments of a command becomes: the value is not looked into.
    pub(super) fn in_argument(&self, it: &Reference<'_>) -> Result<Option<String>, OnlyAtRunTime> {
        if it.style == Style::IsSet {
            let is_set = self.get(it.name).map_or(true, |value| value.is_some());
            return Ok(Some(if is_set { "TRUE" } else { "FALSE" }.to_owned()));
        }
        let value = self.get(it.name)?;
        Ok(value.map(|value| match it.style {
            Style::Literal => literal(value),
            Style::Identifier => format!("\"{}\"", value.replace('"', "\"\"")),
            Style::Plain | Style::IsSet => value.to_owned(),
        }))
    }
}

/// libpq's way of quoting: with an escape string where there is a backslash.
fn literal(value: &str) -> String {
    let quoted = value.replace('\'', "''");
    if value.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', r"\\"))
    } else {
        format!("'{quoted}'")
    }
}
