use super::{Definition, Look};
use crate::check::{Change, Finding, Lock, Subject};
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::NotRecorded,
    level: Level::Warn,
    title: "a file is not in the lock",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Some((path, lock)) = &subject.lock else { return };
    let now = Lock::of(subject.set, &subject.retired);
    let root = &subject.set.root;
    for change in lock.changes(&now) {
        let Change::NotRecorded(file) = change else { continue };
        let message = format!("the file is not in {}", path.display());
        let help = format!("record it: migration-replay lock {}", root.display());
        let finding = Finding::new(Rule::NotRecorded, message).path(root.join(&file)).help(help);
        found.push(finding);
    }
}
