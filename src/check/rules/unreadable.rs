use super::{Definition, Look};
use crate::scenario::{Level, Rule};

/// Found when the folder is read.
pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::Unreadable,
    level: Level::Error,
    title: "a file or folder cannot be read as migrations",
    look: Look::Elsewhere,
};
