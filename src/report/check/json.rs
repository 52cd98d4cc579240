use serde::Serialize;

use super::text::not_checked_parts;
use crate::check::{Checked, Related, Told};
use crate::place::Place;

/// What `check` found, as JSON: an interface, `version` 1. Fields may be added; none changes its name or meaning.
#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    tool: &'static str,
    /// `passed` or `failed`.
    verdict: &'static str,
    scenarios: usize,
    folders: usize,
    migrations: usize,
    findings: Vec<One<'a>>,
    not_checked: Vec<String>,
}

#[derive(Serialize)]
struct One<'a> {
    rule: &'static str,
    /// `warn` or `error`.
    level: &'static str,
    message: &'a str,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<&'a str>,
    details: &'a [String],
    /// Whether it makes the check fail.
    fails: bool,
    /// Whether its scenarios declare it.
    known: bool,
    /// `introduced`, `before` or `unknown`.
    standing: &'static str,
    scenarios: &'a [String],
    migrations: Vec<&'a str>,
    related: Vec<Other<'a>>,
}

#[derive(Serialize)]
struct Other<'a> {
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    says: &'a str,
}

/// Everything that was found, whether it was told to people or not.
#[must_use]
pub fn check_json(checked: &Checked) -> String {
    let fails = checked.findings.iter().any(|it| it.fails);
    let report = Report {
        version: 1,
        tool: concat!("migration-replay ", env!("CARGO_PKG_VERSION")),
        verdict: if fails { "failed" } else { "passed" },
        scenarios: checked.scenarios,
        folders: checked.folders,
        migrations: checked.migrations,
        findings: checked.findings.iter().map(one).collect(),
        not_checked: not_checked_parts(checked),
    };
    // Plain structs are always JSON.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn one(told: &Told) -> One<'_> {
    let finding = &told.finding;
    let (line, column) = at(finding.place.as_ref());
    One {
        rule: finding.rule.name(),
        level: finding.level.name(),
        message: &finding.message,
        file: finding.file().map(|file| file.display().to_string()),
        line,
        column,
        help: finding.help.as_deref(),
        details: &finding.details,
        fails: told.fails,
        known: told.is_known,
        standing: finding.standing.name(),
        scenarios: &told.scenarios,
        migrations: finding.about.iter().map(crate::migration::MigrationId::as_str).collect(),
        related: finding.related.iter().map(other).collect(),
    }
}

fn other(related: &Related) -> Other<'_> {
    let (line, column) = at(related.place.as_ref());
    Other { file: related.path.display().to_string(), line, column, says: &related.says }
}

fn at(place: Option<&Place>) -> (Option<usize>, Option<usize>) {
    let at = place.map(Place::line_column);
    (at.map(|at| at.line), at.map(|at| at.column))
}
