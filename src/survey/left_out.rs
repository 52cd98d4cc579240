use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::exclusions::compare::{List, Spec, lists_in};
use crate::place::SourceText;

/// A list of left-out migrations that a file keeps in a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMention {
    /// The variable: `MIGRATION_EXCLUDE`.
    pub variable: String,
    /// The list.
    pub list: List,
}

/// Names that may be those of variables.
static NAMES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[A-Z][A-Z0-9_]{5,}\b").ok());

/// Values that switch something on or off, and are no lists.
const SWITCHES: &[&str] = &["0", "1", "false", "no", "off", "on", "true", "yes"];

/// Whether the name of a variable says that it leaves out migrations: `MIGRATION_EXCLUDE`, `SKIP_MIGRATIONS`.
fn leaves_out(name: &&str) -> bool {
    name.contains("MIGRAT") && ["EXCLUDE", "IGNORE", "SKIP"].iter().any(|word| name.contains(word))
}

/// The lists of left-out migrations that a text keeps in variables, in order; each list of one variable once.
#[must_use]
pub fn left_out(text: &SourceText) -> Vec<ListMention> {
    let Some(pattern) = &*NAMES else { return Vec::new() };
    let names: BTreeSet<&str> =
        pattern.find_iter(text.text()).map(|found| found.as_str()).filter(leaves_out).collect();
    let mut mentions: Vec<ListMention> = Vec::new();
    for name in names {
        for list in lists_in(text, &Spec::Variable(name.to_owned())).unwrap_or_default() {
            let says = |list: &List| {
                list.entries.iter().map(|entry| entry.text.clone()).collect::<Vec<_>>()
            };
            let is_known =
                mentions.iter().any(|it| it.variable == name && says(&it.list) == says(&list));
            let is_switch = |list: &List| match list.entries.as_slice() {
                [] => true,
                [only] => SWITCHES.contains(&only.text.to_ascii_lowercase().as_str()),
                _ => false,
            };
            if !is_switch(&list) && !is_known {
                mentions.push(ListMention { variable: name.to_owned(), list });
            }
        }
    }
    mentions
}
