use super::{Definition, Look};
use crate::check::{Finding, Subject};
use crate::migration::MigrationKind;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::VersionGap,
    level: Level::Off,
    title: "a number is left out between two files",
    look: Look::Set(look),
};

/// Longer numbers are times, and nobody expects every second to have a migration.
const LONGEST: usize = 6;

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let set = subject.set;
    let numbered: Vec<_> = set
        .migrations()
        .iter()
        .filter(|it| it.kind == MigrationKind::Versioned && it.version.as_str().len() <= LONGEST)
        .filter_map(|it| Some((it.version.as_str().parse::<u32>().ok()?, it)))
        .collect();
    for pair in numbered.windows(2) {
        let [(before, first), (after, second)] = pair else { continue };
        if *after <= before + 1 {
            continue;
        }
        let width = first.version.as_str().len();
        let (next, last) = (before + 1, after - 1);
        let message = match after - before {
            2 => format!("no file has the number {next:0width$}"),
            _ => format!("no files have the numbers {next:0width$} to {last:0width$}"),
        };
        let help = format!(
            "between {} and {}: is a file missing from this branch?",
            first.file_name(),
            second.file_name()
        );
        let finding = Finding::new(Rule::VersionGap, message).about(second);
        found.push(finding.path(second.up.source().path()).help(help));
    }
}
