use super::{Definition, Look};
use crate::check::{Finding, Related, Subject};
use crate::migration::MigrationKind;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::DuplicateVersion,
    level: Level::Error,
    title: "several files have one version",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let set = subject.set;
    let refuses = if set.refused.has_errors() {
        format!("; {} refuses the folder", set.layout)
    } else {
        String::new()
    };
    let mut clashes = 0;
    for group in set.duplicates() {
        let group: Vec<_> = group.iter().filter(|it| it.kind == MigrationKind::Versioned).collect();
        let [first, _, ..] = group.as_slice() else { continue };
        let files: Vec<_> = group.iter().map(|migration| migration.file_name()).collect();
        clashes += files.len() - 1;
        let message = format!(
            "{} files have the version {}: {}{refuses}",
            files.len(),
            first.version,
            files.join(", ")
        );
        let finding = Finding::new(Rule::DuplicateVersion, message).path(&set.root).help(
            "give each that is not applied yet a version of its own, or declare it in a scenario: [expect] check = [\"duplicate-version\"]",
        );
        let finding = group.iter().fold(finding, |finding, migration| {
            finding.about(migration).with(Related::file(migration, ""))
        });
        found.push(finding);
    }
    // What a tool takes for one version may be written in two ways, or be no version.
    if clashes < set.refused.0.len() {
        let problems = set.refused.0.iter();
        found.extend(problems.map(|it| Finding::of_problem(Rule::DuplicateVersion, it)));
    }
    // Some tools run only one of the files, and their layouts tell of the other.
    for lost in set.left_out.iter().filter(|it| it.rule == Some(Rule::DuplicateVersion.name())) {
        let message = format!("this file never runs: {}", lost.why);
        let finding = Finding::new(Rule::DuplicateVersion, message);
        found
            .push(finding.path(set.root.join(&lost.file)).help("give one of them another version"));
    }
}
