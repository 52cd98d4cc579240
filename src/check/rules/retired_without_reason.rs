use super::{Definition, Look};
use crate::check::{Finding, Subject};
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::RetiredWithoutReason,
    level: Level::Warn,
    title: "a file was retired, and does not say why",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for retired in subject.retired.iter().filter(|it| it.reason.is_none()) {
        let message = "this file is retired, and does not say why";
        let finding = Finding::new(Rule::RetiredWithoutReason, message);
        let finding = finding.path(subject.set.root.join(&retired.file));
        found.push(
            finding
                .help("let it begin with a line such as -- RETIRED: never ran, replaced by 0030"),
        );
    }
}
