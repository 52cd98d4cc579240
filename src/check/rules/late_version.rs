use super::{Definition, Look};
use crate::check::{Finding, Recorded, Subject};
use crate::migration::{Migration, MigrationKind, Order};
use crate::scenario::{Cause, Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::LateVersion,
    level: Level::Error,
    title: "a new file comes before one that is applied, and the tool does not run it",
    look: Look::Set(look),
};

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    // A scenario that expects the failure has said so already.
    let failures = &subject.scenario.expect.failures;
    if failures.iter().any(|failure| failure.cause == Some(Cause::OutOfOrder)) {
        return;
    }
    for recorded in subject.recorded() {
        for finding in late(subject, &recorded) {
            if !found.iter().any(|known| known.rule == finding.rule && known.path == finding.path) {
                found.push(finding);
            }
        }
    }
}

/// The migrations that are not recorded, and stand before one that is.
fn late(subject: &Subject<'_>, recorded: &Recorded) -> Vec<Finding> {
    let is_recorded =
        |it: &Migration| recorded.files.iter().any(|file| file == subject.relative(it));
    let migrations = subject.set.migrations();
    let is_counted = |it: &Migration| it.kind == MigrationKind::Versioned;
    let Some(last) = migrations.iter().rposition(|it| is_counted(it) && is_recorded(it)) else {
        return Vec::new();
    };
    let Some(highest) = migrations.get(last) else { return Vec::new() };
    let before = migrations.iter().enumerate().filter(|(position, it)| {
        *position < last || it.version == highest.version && *position != last
    });
    let missed =
        before.filter(|(_, it)| is_counted(it) && !is_recorded(it) && !is_excluded(subject, it));
    let layout = subject.set.layout;
    let missed = missed.filter_map(|(_, it)| {
        let comes_to = match it.order.unwrap_or(subject.order) {
            Order::AppliedSet => return None,
            Order::HighWaterMark => format!("{layout} never runs it where that one is applied"),
            Order::Strict => format!("{layout} refuses to go on where that one is applied"),
        };
        let message = format!(
            "{} does not come after {}, which is {}: {comes_to}",
            it.version,
            highest.file_name(),
            recorded.says
        );
        let finding = Finding::new(Rule::LateVersion, message).about(it);
        let help = "give it a version after all that are applied or merged";
        Some(finding.path(it.up.source().path()).help(help))
    });
    missed.collect()
}

fn is_excluded(subject: &Subject<'_>, migration: &Migration) -> bool {
    subject.scenario.exclude.iter().any(|exclusion| {
        crate::migration::Pattern::new(&exclusion.migration.value)
            .is_ok_and(|pattern| pattern.matches(migration))
    })
}
