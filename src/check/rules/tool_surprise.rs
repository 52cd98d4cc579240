use super::{Definition, Look};
use crate::check::{Finding, Subject};
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::ToolSurprise,
    level: Level::Warn,
    title: "the tool does something that hardly anybody expects",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let warnings = subject.set.warnings.0.iter().filter(|it| it.rule.is_none());
    found.extend(warnings.map(|it| Finding::of_problem(Rule::ToolSurprise, it)));
}
