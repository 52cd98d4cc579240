use super::{Definition, Look};
use crate::scenario::{Level, Rule};

/// Found when findings are held against what a scenario declares.
pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::StaleExpectation,
    level: Level::Error,
    title: "a finding is declared as known, and is not there",
    look: Look::Elsewhere,
};
