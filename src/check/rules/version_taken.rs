use super::{Definition, Look};
use crate::check::applied::{by_file, relative};
use crate::check::{Branch, Finding, Subject};
use crate::migration::MigrationKind;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::VersionTaken,
    level: Level::Error,
    title: "another branch has a file of the same version",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for branch in &subject.branches {
        clashes(subject, branch, found);
    }
}

/// Files of both branches that the other one does not know, with one version.
fn clashes(subject: &Subject<'_>, branch: &Branch, found: &mut Vec<Finding>) {
    let ours = by_file(subject.set);
    let before = branch.fork.as_deref().map(by_file).unwrap_or_default();
    let is_counted = |kind: MigrationKind| kind == MigrationKind::Versioned;
    for theirs in branch.set.migrations().iter().filter(|it| is_counted(it.kind)) {
        let file = relative(&branch.set, theirs);
        if before.contains_key(file) || ours.contains_key(file) {
            continue;
        }
        let new =
            ours.iter().filter(|(file, it)| is_counted(it.kind) && !before.contains_key(*file));
        for (_, here) in new.filter(|(_, it)| it.version.is(theirs.version.as_str())) {
            let message = format!(
                "the version {} is taken on {} by {}",
                here.version,
                branch.name,
                theirs.file_name()
            );
            let help = "give this file another version before one of the two is merged";
            let finding = Finding::new(Rule::VersionTaken, message).about(here);
            found.push(finding.path(here.up.source().path()).help(help));
        }
    }
}
