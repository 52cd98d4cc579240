use super::{Definition, Look};
use crate::check::{Finding, Related, Subject};
use crate::lineage::{Author, Declared, declared};
use crate::migration::Migration;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::Depends,
    level: Level::Error,
    title: "a DEPENDS header names a file that is missing, comes later, or depends on this one",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let authors = subject.authors();
    let all = declared(&authors);
    for one in &all {
        let Some(migration) = authors.get(one.author).and_then(Author::migration) else { continue };
        let finding = match one.on.and_then(|on| authors.get(on)).and_then(Author::migration) {
            None => Some(missing(subject, one)),
            Some(on) if on.id == migration.id => Some(of(one, "this file depends on itself")),
            Some(on) => one
                .on
                .filter(|position| *position > one.author)
                .map(|position| later(one, on, leads_to(&all, position, one.author))),
        };
        found.extend(finding.map(|finding| finding.about(migration)));
    }
}

fn of(one: &Declared, message: impl Into<String>) -> Finding {
    Finding::new(Rule::Depends, message).at(one.place.clone())
}

fn missing(subject: &Subject<'_>, one: &Declared) -> Finding {
    let name = one.name.strip_suffix(".sql").unwrap_or(&one.name);
    let is_meant = |file: &str| file.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let left_out = subject.set.left_out.iter();
    let mut switched_off = left_out
        .filter(|it| it.file.file_name().and_then(|file| file.to_str()).is_some_and(is_meant))
        .map(|it| it.why.as_str());
    match switched_off.next_back() {
        Some(why) => of(one, format!("{} never runs: {why}", one.name))
            .help("depend on what replaces it, or take the header out"),
        None => of(one, format!("no migration of the folder is called {}", one.name))
            .help("write the name of a file, with or without .sql, or its version"),
    }
}

fn later(one: &Declared, on: &Migration, is_cycle: bool) -> Finding {
    let name = on.file_name();
    let place = on.up.place(0..0);
    if is_cycle {
        let finding = of(one, format!("this file and {name} depend on each other"));
        return finding
            .help("take one of the headers out")
            .with(Related::place(&place, "depends on this file, directly or through others"));
    }
    of(one, format!("{name} runs later than this file"))
        .help("give this file a later version, or that one an earlier one, if neither is applied")
}

/// Whether what headers say leads from one file to another.
fn leads_to(all: &[Declared], from: usize, to: usize) -> bool {
    let mut seen = Vec::new();
    let mut left = vec![from];
    while let Some(author) = left.pop() {
        if author == to {
            return true;
        }
        for on in all.iter().filter(|it| it.author == author).filter_map(|it| it.on) {
            if !seen.contains(&on) {
                seen.push(on);
                left.push(on);
            }
        }
    }
    false
}
