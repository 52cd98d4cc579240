use super::{Definition, FileView, Look};
use crate::check::Finding;
use crate::migration::Sends;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::RefusedByTool,
    level: Level::Error,
    title: "the tool stops at a file",
    look: Look::File(look),
};

fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    let migration = view.migration;
    let rule = migration.rule.unwrap_or(view.rule);
    // What is sent whole is the server's to refuse.
    let refusals = migration.up.refusals().0.iter().filter(|_| rule.sends != Sends::Whole);
    // Versions that are given twice have a rule of their own, which tells of all files at once.
    let refused = migration.refused.iter().filter(|it| it.rule.is_none());
    for problem in refused.chain(refusals) {
        found.push(Finding::of_problem(Rule::RefusedByTool, problem).about(migration));
    }
}
