use std::fmt::Write;

use super::words::{
    about_smallest, about_stuck, counted, headline, listed, standing, why_it_falls,
};
use super::written::{about_stubs, provide, verdict};
use crate::exclusions::{Examination, Examined, NoFindings, Standing, WrittenFolder, WrittenStubs};
use crate::outcome::Found;

/// A page with a table for each case.
#[must_use]
pub fn markdown(examined: &Examined) -> String {
    let mut page = "# Exclusion lists\n".to_owned();
    for examination in &examined.all {
        let _ = write!(page, "\n## {}\n\n{}", cell(&examination.case), body(examination));
    }
    match &examined.folder {
        Some(Ok(written)) => page.push_str(&folder(written)),
        Some(Err(problems)) => {
            let _ = write!(page, "\n## The folder without them\n\n{problems}\n");
        }
        None => {}
    }
    match &examined.stubs {
        Some(Ok(written)) => page.push_str(&stubs(written)),
        Some(Err(problems)) => {
            let _ = write!(page, "\n## Stubs\n\n{problems}\n");
        }
        None => {}
    }
    page
}

fn folder(written: &WrittenFolder) -> String {
    let migrations = counted(written.migrations, "migration", "migrations");
    format!(
        "\n## The folder without them\n\n`{}`: {migrations}, {}. Without {}.\n",
        written.path.display(),
        cell(&verdict(&written.proofs)),
        escaped(&listed(&written.without))
    )
}

fn stubs(written: &WrittenStubs) -> String {
    if written.lacking.is_empty() {
        return "\n## Stubs\n\nNone: the server offers every extension that the files create.\n"
            .to_owned();
    }
    let mut text = format!("\n## Stubs\n\n{}.\n", cell(&about_stubs(written)));
    if !written.files.is_empty() {
        text.push_str("\n| stub | without |\n|---|---|\n");
    }
    for file in &written.files {
        let without: Vec<_> = file.without.iter().map(|it| cell(it)).collect();
        let _ = writeln!(text, "| `{}` | {} |", file.path.display(), without.join("<br>"));
    }
    for fall in &written.kept {
        let why = why_it_falls(fall);
        let _ =
            write!(text, "\nLeft out all the same: {}, which {}.\n", fall.migration, cell(&why));
    }
    if !written.files.is_empty() {
        let _ = write!(text, "\n```toml\n{}```\n", provide(written));
    }
    text
}

fn body(examination: &Examination) -> String {
    let findings = match &examination.outcome {
        Ok(findings) => findings,
        Err(NoFindings::NoServer { reason, .. }) => {
            return format!("Not examined: {}.\n", cell(reason));
        }
        Err(NoFindings::Halted(found)) => {
            return format!("Not examined: {}.\n", cell(&found.error.message));
        }
    };
    let state = if findings.is_closed() { "closed" } else { "not closed" };
    let mut text = format!("The list is **{state}**: {}.\n", headline(examination));
    if let Some(found) = &findings.stuck {
        let message = cell(&found.error.message);
        let about = cell(&about_stuck(examination, found));
        let _ = write!(text, "\n{about}, at {}: {message}.\n", at(found));
    }
    text.push_str(&table(examination));
    if let Some(closed) = examination.closed_in_order().filter(|closed| !closed.is_empty()) {
        let names: Vec<_> = closed.iter().map(|id| id.as_str()).collect();
        let _ = write!(
            text,
            "\nThe list that passes, proven by a replay:\n\n    {}\n",
            names.join(",")
        );
    }
    if let Some(about) = about_smallest(examination) {
        let _ = write!(text, "\nBeyond that: {}.\n", escaped(&about));
    }
    let replays = counted(findings.replays, "replay", "replays");
    let _ = write!(text, "\nFound out by {replays}.\n");
    text
}

fn table(examination: &Examination) -> String {
    if examination.entries.is_empty() && examination.falls().is_empty() {
        return String::new();
    }
    let mut text = "\n| migration | on the list | what a replay shows | where | its reason |\n|---|---|---|---|---|\n".to_owned();
    for entry in &examination.entries {
        let stands = examination.standing(entry);
        let place = match stands {
            Standing::Needed(found) => places(found),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "| `{}` | yes | {} | {place} | {} |",
            cell(entry.migration.as_str()),
            cell(&standing(&entry.migration, stands)),
            cell(&entry.reason),
        );
    }
    for fall in examination.falls() {
        let _ = writeln!(
            text,
            "| `{}` | **no** | {} | {} | |",
            cell(fall.migration.as_str()),
            cell(&why_it_falls(fall)),
            places(&fall.found),
        );
    }
    text
}

/// Where it fails, and where the culprits stand.
fn places(found: &Found) -> String {
    let culprits = found.culprits.iter().filter_map(|culprit| culprit.place.as_ref());
    let mut places: Vec<_> =
        std::iter::once(at(found)).chain(culprits.map(|place| cell(&place.to_string()))).collect();
    places.dedup();
    places.join(", ")
}

fn at(found: &Found) -> String {
    match (&found.place, &found.migration) {
        (Some(place), _) => cell(&place.to_string()),
        (None, Some(migration)) => cell(migration.as_str()),
        (None, None) => listed([]),
    }
}

/// A text that stays in its cell, and is no markup.
fn cell(text: &str) -> String {
    escaped(&crate::report::first_line(text))
}

fn escaped(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    for character in line.chars() {
        if matches!(character, '|' | '<' | '*' | '[' | ']' | '\\' | '`') {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}
