use super::{Definition, FileView, Look};
use crate::check::Finding;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::EmptyFile,
    level: Level::Warn,
    title: "a file has nothing in it",
    look: Look::File(look),
};

/// A file with a comment and no statement says that nothing is meant to be done; one without either says nothing.
fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    let source = view.migration.up.source();
    if !source.text().trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}').is_empty() {
        return;
    }
    let finding = Finding::new(Rule::EmptyFile, "the file is empty").path(source.path());
    let help = "write it, remove it, or say in a comment why it does nothing";
    found.push(finding.help(help).about(view.migration));
}
