use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Element, Level, Message, Origin};

use crate::check::{Checked, Finding, Told};
use crate::outcome::Standing;
use crate::report::snippet::snippet;
use crate::report::text::{counted, visible};
use crate::report::{Style, Tone};
use crate::scenario::{Level as Severity, Rule};

/// So many findings of one rule are shown whole; the others are only named.
const MOST_ALIKE: usize = 5;

/// So many of the others are named.
const MOST_NAMED: usize = 20;

/// Everything that was found, and a line of what was not checked. Findings that were there before the base, or are known, are
/// only counted unless `all` are asked for.
#[must_use]
pub fn check_text(checked: &Checked, all: bool, style: Style) -> String {
    let is_told = |told: &&Told| all || told.finding.standing != Standing::Before && !told.is_known;
    let told: Vec<_> = checked.findings.iter().filter(is_told).collect();
    let mut text = findings(told.iter().map(|it| (&it.finding, Some(*it))), style);
    let quiet: Vec<_> = checked.findings.iter().filter(|it| !is_told(it)).collect();
    text += &sum(checked, &told, &quiet, style);
    text += &not_checked(checked);
    text
}

/// Findings without anything around them.
#[must_use]
pub fn findings_text(found: &[Finding], style: Style) -> String {
    findings(found.iter().map(|it| (it, None)), style)
}

fn findings<'f>(
    told: impl Iterator<Item = (&'f Finding, Option<&'f Told>)>,
    style: Style,
) -> String {
    let mut text = String::new();
    let mut rest: BTreeMap<(Rule, Severity), Vec<&Finding>> = BTreeMap::new();
    let mut shown: BTreeMap<(Rule, Severity), usize> = BTreeMap::new();
    for (finding, told) in told {
        let key = (finding.rule, finding.level);
        let count = shown.entry(key).or_default();
        *count += 1;
        if *count <= MOST_ALIKE {
            text += &render(finding, told, style);
            text += "\n\n";
        } else {
            rest.entry(key).or_default().push(finding);
        }
    }
    for ((rule, level), others) in rest {
        text += &the_rest(rule, level, &others, style);
        text += "\n\n";
    }
    text
}

const fn level(level: Severity) -> Level<'static> {
    match level {
        Severity::Error => Level::ERROR,
        Severity::Warn | Severity::Off => Level::WARNING,
    }
}

fn render(finding: &Finding, told: Option<&Told>, style: Style) -> String {
    let rule = finding.rule;
    let page = format!("{rule} (docs/rules/{rule}.md)");
    let help = finding.help.as_ref().map(|help| Level::HELP.message(visible(help)));
    let standing = match finding.standing {
        Standing::Introduced => Some("this change brought it"),
        Standing::Before => Some("it was there before this change"),
        Standing::Unknown => None,
    };
    let scenarios = told.map(|told| told.scenarios.join(", ")).unwrap_or_default();
    let group = level(finding.level)
        .primary_title(visible(&finding.message))
        .elements(places(finding))
        .elements(files(finding))
        .elements(note("details", &finding.details.join("\n")))
        .elements(note("rule", &page))
        .elements(note("in", &scenarios))
        .elements(note("standing", standing.unwrap_or_default()))
        .elements(help);
    style.renderer().render(&[group])
}

/// The place, and places in other files.
fn places(finding: &Finding) -> Vec<Element<'static>> {
    let mut places = Vec::new();
    match (&finding.place, &finding.path) {
        (Some(place), _) => {
            let label = finding.label.as_deref().map(visible);
            places.push(snippet(place, AnnotationKind::Primary, label).into());
        }
        (None, Some(path)) => {
            places.push(Origin::path(visible(&path.display().to_string())).into());
        }
        (None, None) => {}
    }
    for related in &finding.related {
        if let Some(place) = &related.place {
            let label = Some(visible(&related.says));
            places.push(snippet(place, AnnotationKind::Context, label).into());
        }
    }
    places
}

/// Other files that have no place.
fn files(finding: &Finding) -> Vec<Message<'static>> {
    let others = finding.related.iter().filter(|it| it.place.is_none() && !it.says.is_empty());
    let told = others.filter_map(|it| {
        let name = it.path.file_name().unwrap_or(it.path.as_os_str()).to_string_lossy();
        note("file", &format!("{name}: {}", it.says))
    });
    told.collect()
}

fn note(name: &'static str, text: &str) -> Option<Message<'static>> {
    (!text.is_empty()).then(|| Level::NOTE.with_name(name).message(visible(text)))
}

fn the_rest(rule: Rule, severity: Severity, others: &[&Finding], style: Style) -> String {
    let name = |finding: &&Finding| match (&finding.place, &finding.path) {
        (Some(place), _) => Some(place.to_string()),
        (None, path) => path.as_ref().map(|path| path.display().to_string()),
    };
    let mut names: Vec<_> = others.iter().take(MOST_NAMED).filter_map(name).collect();
    if others.len() > MOST_NAMED {
        names.push(format!("and {} more", others.len() - MOST_NAMED));
    }
    let title = format!("{rule}: {} more", others.len());
    let group =
        level(severity).primary_title(title).elements(note("at", &visible(&names.join(", "))));
    style.renderer().render(&[group])
}

/// What was read, and what came of it.
fn sum(checked: &Checked, told: &[&Told], quiet: &[&Told], style: Style) -> String {
    let errors = told.iter().filter(|it| it.finding.level == Severity::Error).count();
    let warnings = told.len() - errors;
    let mut read = vec![counted(checked.migrations, "migration")];
    read.push(format!("in {}", counted(checked.folders, "folder")));
    if checked.scenarios > 0 {
        read.push(format!("of {}", counted(checked.scenarios, "scenario")));
    }
    let tone = match (errors, warnings) {
        (0, 0) => Tone::Good,
        (0, _) => Tone::Doubtful,
        _ => Tone::Bad,
    };
    let came = match (errors, warnings) {
        (0, 0) => "nothing found".to_owned(),
        _ => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    };
    let mut line = vec![format!("{}: {}", read.join(" "), style.paint(tone, &came))];
    let before = quiet.iter().filter(|it| !it.is_known).count();
    if quiet.len() > before {
        line.push(format!("{} known to their scenarios", quiet.len() - before));
    }
    if before > 0 {
        line.push(format!("{before} there before this change (--all shows them)"));
    }
    line.join("; ") + "\n"
}

fn not_checked(checked: &Checked) -> String {
    let mut told = not_checked_parts(checked);
    if told.is_empty() {
        told.push("what only a server can tell".into());
    }
    format!("not checked: {}\n", told.join("; "))
}

/// What was not looked at, each in a few words.
pub(super) fn not_checked_parts(checked: &Checked) -> Vec<String> {
    let mut parts = Vec::new();
    if !checked.off.is_empty() {
        let names: Vec<_> = checked.off.iter().map(|rule| rule.name()).collect();
        parts.push(format!("rules that are off ({})", names.join(", ")));
    }
    if checked.foreign > 0 {
        parts
            .push(format!("{} in other languages than SQL", counted(checked.foreign, "migration")));
    }
    if checked.unread > 0 {
        parts.push(format!("{} that cannot be read", counted(checked.unread, "folder")));
    }
    if !checked.has_base {
        parts.push("what changed since a base (--base)".into());
    }
    if checked.scenarios > 0 {
        parts.push("SQL of setups and seeds".into());
    }
    parts
}
