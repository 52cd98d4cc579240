use std::path::Path;

use super::{Definition, Look};
use crate::check::applied::{by_file, is_same_text};
use crate::check::{Base, Change, Finding, Lock, Retired, Subject};
use crate::migration::{Migration, MigrationKind, MigrationSet};
use crate::place::Place;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::AppliedChanged,
    level: Level::Error,
    title: "a file was edited, renamed or deleted after it was applied or merged",
    look: Look::Set(look),
};

/// What can be done about it.
const HELP: &str = "take the change back, and write a new migration for it";

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if let Some((path, lock)) = &subject.lock {
        against_lock(subject, path, lock, found);
    }
    if let Some(Base { name, fork: Some(fork) }) = &subject.base {
        against_base(subject, name, fork, found);
    }
}

fn against_lock(subject: &Subject<'_>, path: &Path, lock: &Lock, found: &mut Vec<Finding>) {
    let now = Lock::of(subject.set, &subject.retired);
    let locked = path.display();
    for change in lock.changes(&now) {
        let (message, place) = match &change {
            Change::Edited(it) if is_repeatable(subject, &it.file) => continue,
            Change::Edited(it) => (was(&it.file, "edited", &locked), &it.place),
            Change::Missing(it) => (was(&it.file, "deleted", &locked), &it.place),
            Change::Renamed(it, to) => (
                format!(
                    "{} was renamed to {} after it was recorded in {locked}",
                    it.file.display(),
                    to.display()
                ),
                &it.place,
            ),
            Change::RetiredEdited(it) => (was(&it.file, "edited", &locked), &it.place),
            Change::RetiredMissing(it) => (was(&it.file, "deleted", &locked), &it.place),
            Change::NotRecorded(_) => continue,
        };
        found.push(of(subject, message, place.as_ref()));
    }
}

fn was(file: &Path, what: &str, locked: &dyn std::fmt::Display) -> String {
    format!("{} was {what} after it was recorded in {locked}", file.display())
}

fn of(subject: &Subject<'_>, message: String, place: Option<&Place>) -> Finding {
    let finding = Finding::new(Rule::AppliedChanged, message).help(HELP);
    match place {
        Some(place) => finding.at(place.clone()),
        None => finding.path(&subject.set.root),
    }
}

/// Repeatable migrations are there to be edited.
fn is_repeatable(subject: &Subject<'_>, file: &Path) -> bool {
    let mut all = subject.set.migrations().iter();
    all.any(|it| it.kind == MigrationKind::Repeatable && subject.relative(it) == file)
}

fn against_base(subject: &Subject<'_>, name: &str, fork: &MigrationSet, found: &mut Vec<Finding>) {
    let (before, now) = (by_file(fork), by_file(subject.set));
    let root = &subject.set.root;
    for (file, then) in before.iter().filter(|(_, it)| it.kind != MigrationKind::Repeatable) {
        let (what, place) = match now.get(file) {
            Some(here) if is_same(then, here) => continue,
            Some(here) => ("edited".to_owned(), Some(first_change(then, here))),
            None if subject.retired.iter().any(|it: &Retired| it.was(file)) => continue,
            None => {
                let moved =
                    now.iter().find(|(to, here)| !before.contains_key(*to) && is_same(then, here));
                match moved {
                    Some((to, _)) => (format!("renamed to {}", to.display()), None),
                    None => ("deleted".to_owned(), None),
                }
            }
        };
        let message = format!("{} was {what} after it was merged into {name}", file.display());
        let finding = Finding::new(Rule::AppliedChanged, message).help(HELP);
        found.push(match place {
            Some(place) => finding.at(place),
            None => finding.path(root.join(file)),
        });
    }
}

fn is_same(then: &Migration, here: &Migration) -> bool {
    is_same_text(then.up.source().text(), here.up.source().text())
}

/// The first line that is another one.
fn first_change(then: &Migration, here: &Migration) -> Place {
    let source = here.up.source();
    let mut old = then.up.source().text().lines();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        if old.next() != Some(text) {
            return source.place(start..start + text.len());
        }
        start += line.len();
    }
    source.place(start..start)
}
