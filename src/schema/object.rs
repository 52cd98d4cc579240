//! One object of a schema: its identity and its properties.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::kind::{Kind, WORDS};

/// Which object: its kind and its qualified name, quoted where Postgres would quote it.
///
/// Members carry the name of what they belong to (`public.users.email`), functions their argument types
/// (`public.assess(uuid, uuid)`). Text and value are the same thing: [`FromStr`] reads what `Display` writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// What sort of thing it is.
    pub kind: Kind,
    /// Its qualified name.
    pub name: String,
}

/// The text names no kind of object that we know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` does not start with a kind of object; write it as `table public.users` or `column public.users.email`"
)]
pub struct NotAnObject(String);

impl ObjectId {
    /// The object of this kind and qualified name.
    #[must_use]
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind, self.name)
    }
}

impl FromStr for ObjectId {
    type Err = NotAnObject;

    fn from_str(text: &str) -> Result<Self, NotAnObject> {
        // The longest word wins: "operator class x" is not an operator.
        WORDS
            .iter()
            .filter_map(|(kind, word)| {
                Some((word.len(), *kind, text.strip_prefix(word)?.strip_prefix(' ')?))
            })
            .max_by_key(|(length, ..)| *length)
            .map(|(_, kind, name)| Self::new(kind, name))
            .ok_or_else(|| NotAnObject(text.to_owned()))
    }
}

/// What is known of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    /// Its properties by their plain names (`default`, `row security`, `grants to app_user`), as Postgres prints them.
    /// What is not set is not there.
    pub properties: BTreeMap<String, String>,
    /// What it goes with: the table of a column, and for a partition's copy also the original. A difference that follows
    /// from the same difference of a parent is not told again.
    pub parents: Vec<ObjectId>,
}

impl Object {
    /// The value of one property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_identity_it_writes() {
        for (kind, _) in WORDS.iter().copied() {
            let id = ObjectId::new(kind, "public.\"odd name\"");
            assert_eq!(id.to_string().parse::<ObjectId>().unwrap(), id);
        }
    }

    #[test]
    fn says_how_an_identity_is_written() {
        let error = "users.email".parse::<ObjectId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`users.email` does not start with a kind of object; write it as `table public.users` or `column public.users.email`"
        );
    }
}
