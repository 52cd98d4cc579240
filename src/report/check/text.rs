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
const MOST_NAMED: usize = 10;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What somebody has to look at: nothing that was there before the base, or that scenarios declare, and of many findings
    /// of one rule the first few.
    WorthALook,
    /// Everything.
    All,
}

/// What was found, and a line of what was not checked.
#[must_use]
pub fn check_text(checked: &Checked, shown: Shown, style: Style) -> String {
    let is_told = |told: &&Told| {
        shown == Shown::All || told.finding.standing != Standing::Before && !told.is_known
    };
    let told: Vec<_> = checked.findings.iter().filter(is_told).collect();
    let pairs: Vec<_> = told.iter().map(|it| (&it.finding, Some(*it))).collect();
    let mut text = findings(&pairs, shown, style);
    let quiet: Vec<_> = checked.findings.iter().filter(|it| !is_told(it)).collect();
    text += &sum(checked, &told, &quiet, style);
    text += &not_checked(checked);
    text
}

/// Findings without anything around them.
#[must_use]
pub fn findings_text(found: &[Finding], style: Style) -> String {
    let pairs: Vec<_> = found.iter().map(|it| (it, None)).collect();
    findings(&pairs, Shown::WorthALook, style)
}

fn findings(told: &[(&Finding, Option<&Told>)], shown: Shown, style: Style) -> String {
    let mut text = String::new();
    let mut groups: BTreeMap<(Rule, Severity), Vec<&Finding>> = BTreeMap::new();
    for (finding, _) in told {
        groups.entry((finding.rule, finding.level)).or_default().push(finding);
    }
    let whole: BTreeMap<_, _> =
        groups.iter().map(|(key, group)| (*key, shown_whole(group, shown))).collect();
    let mut counts: BTreeMap<(Rule, Severity), usize> = BTreeMap::new();
    for (finding, told) in told {
        let key = (finding.rule, finding.level);
        let count = counts.entry(key).or_default();
        *count += 1;
        if whole.get(&key).is_some_and(|most| *count <= *most) {
            text += &render(finding, *told, style);
            text += "\n\n";
        }
    }
    for (key, group) in &groups {
        let (_, others) = group.split_at(whole.get(key).copied().unwrap_or(0).min(group.len()));
        if !others.is_empty() {
            text += &the_rest(*key, others, group.len() - others.len(), style);
            text += "\n\n";
        }
    }
    text
}

/// How many findings of one rule are shown whole. A folder with a long past has many that take rows away, and without a base
/// nobody knows which of them are new: then none is.
fn shown_whole(group: &[&Finding], shown: Shown) -> usize {
    let is_past =
        group.iter().all(|it| it.rule == Rule::Destructive && it.standing == Standing::Unknown);
    match shown {
        Shown::All => group.len(),
        Shown::WorthALook if is_past && group.len() > MOST_ALIKE => 0,
        Shown::WorthALook => MOST_ALIKE,
    }
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

fn the_rest(
    (rule, severity): (Rule, Severity),
    others: &[&Finding],
    shown: usize,
    style: Style,
) -> String {
    let name = |finding: &&Finding| match (&finding.place, &finding.path) {
        (Some(place), _) => Some(place.to_string()),
        (None, path) => path.as_ref().map(|path| path.display().to_string()),
    };
    let mut names: Vec<_> = others.iter().take(MOST_NAMED).filter_map(name).collect();
    if others.len() > MOST_NAMED {
        names.push(format!("and {} more", others.len() - MOST_NAMED));
    }
    let (title, help) = if shown > 0 {
        (format!("{rule}: {} more", others.len()), "to see them whole: --all")
    } else {
        let title = format!("{} statements take rows away, and nobody declared it", others.len());
        (title, "to see only those that are new: --base REF; to see them whole: --all")
    };
    let group = level(severity)
        .primary_title(title)
        .elements(note("at", &visible(&names.join(", "))))
        .elements(note("rule", &format!("{rule} (docs/rules/{rule}.md)")))
        .element(Level::HELP.message(help));
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
