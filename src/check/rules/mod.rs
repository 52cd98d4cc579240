//! The rules, one file each.

mod applied_changed;
mod conditional_logic;
mod depends;
mod destructive;
mod double_definition;
mod duplicate_version;
mod empty_file;
mod exclusion_expired;
mod late_version;
mod naming;
mod not_in_transaction;
mod not_recorded;
mod own_transaction;
mod refused_by_tool;
mod retired_without_reason;
mod stale_expectation;
mod syntax;
mod tool_surprise;
mod unreadable;
mod version_gap;
mod version_taken;

use super::{Finding, Subject};
use crate::lineage::ScriptReading;
use crate::migration::{BodyRule, Migration};
use crate::scenario::{Level, Rule};

/// A rule of `check`.
#[derive(Debug)]
pub struct Definition {
    /// Its identifier.
    pub rule: Rule,
    /// How much a finding matters, unless the settings say otherwise.
    pub level: Level,
    /// What is wrong, in a few words.
    pub title: &'static str,
    pub(super) look: Look,
}

/// Where a rule looks.
#[derive(Debug)]
pub(super) enum Look {
    /// At one file after the other.
    File(fn(&FileView<'_>, &mut Vec<Finding>)),
    /// At all of them together.
    Set(fn(&Subject<'_>, &mut Vec<Finding>)),
    /// Whoever reads the files, or sums up, finds it.
    Elsewhere,
}

/// One file.
#[derive(Debug)]
pub(super) struct FileView<'a> {
    pub(super) migration: &'a Migration,
    /// How bodies are run, unless the migration says otherwise.
    pub(super) rule: BodyRule,
    /// The way up, read.
    pub(super) up: &'a ScriptReading,
}

static ALL: [&Definition; 21] = [
    &duplicate_version::DEFINITION,
    &version_taken::DEFINITION,
    &applied_changed::DEFINITION,
    &not_recorded::DEFINITION,
    &late_version::DEFINITION,
    &version_gap::DEFINITION,
    &naming::DEFINITION,
    &depends::DEFINITION,
    &syntax::DEFINITION,
    &not_in_transaction::DEFINITION,
    &own_transaction::DEFINITION,
    &double_definition::DEFINITION,
    &destructive::DEFINITION,
    &conditional_logic::DEFINITION,
    &empty_file::DEFINITION,
    &refused_by_tool::DEFINITION,
    &tool_surprise::DEFINITION,
    &retired_without_reason::DEFINITION,
    &exclusion_expired::DEFINITION,
    &unreadable::DEFINITION,
    &stale_expectation::DEFINITION,
];

pub(super) use syntax::sum as sum_syntax;

/// Every rule, in the order in which findings are told.
#[must_use]
pub fn definitions() -> &'static [&'static Definition] {
    &ALL
}

/// The rule of that name.
#[must_use]
pub fn definition(rule: Rule) -> Option<&'static Definition> {
    ALL.iter().copied().find(|definition| definition.rule == rule)
}
