use std::fmt::Write as _;

use super::said::{Group, groups, place};
use crate::exclusions::compare::{Comparison, Row};
use crate::report::first_line;

/// The comparison as Markdown: the lists, every migration that one of them leaves out, and what is wrong.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let groups = groups(comparison);
    let mut text =
        "## Exclusion lists\n\n| list | where | what | entries |\n|---|---|---|---|\n".to_owned();
    for group in &groups {
        for list in &group.lists {
            let production = if list.is_production { ", production" } else { "" };
            let what = list.what.as_deref().unwrap_or("file");
            let _ = writeln!(
                text,
                "| {}{production} | {} | {} | {} |",
                group.letter,
                cell(&place(list)),
                cell(what),
                list.entries.len()
            );
        }
    }
    text.push_str(&matrix(comparison, &groups));
    text.push_str(&rows("The lists differ about", &comparison.differing()));
    let only = comparison.only_in_production();
    text.push_str(&rows("Production runs what a list leaves out", &only));
    text.push_str(&rows(
        "Production leaves out what a list does not",
        &comparison.not_in_production(),
    ));
    text.push_str(&entries(comparison));
    text
}

fn matrix(comparison: &Comparison, groups: &[Group<'_>]) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let letters: Vec<_> = groups.iter().map(|group| group.letter.as_str()).collect();
    let rule = "---|".repeat(groups.len() + 1);
    let mut text = format!("\n| left out | {} |\n|{rule}\n", letters.join(" | "));
    for row in &comparison.rows {
        let mark = |group: &Group<'_>| if group.leaves_out(row) { "x" } else { " " };
        let marks: Vec<_> = groups.iter().map(mark).collect();
        let _ = writeln!(text, "| {} | {} |", cell(&row.file), marks.join(" | "));
    }
    text
}

fn rows(title: &str, rows: &[&Row]) -> String {
    let items: Vec<_> = rows.iter().map(|row| format!("- {}\n", cell(&row.file))).collect();
    if items.is_empty() { String::new() } else { format!("\n{title}:\n\n{}", items.concat()) }
}

/// What is wrong with single entries.
fn entries(comparison: &Comparison) -> String {
    let items = comparison.problems().0.into_iter().map(|problem| {
        let place = problem.place.as_ref().map(|place| format!("{}: ", cell(&place.to_string())));
        let help = problem.help.as_ref().map(|help| format!(" ({})", first_line(help)));
        let message = first_line(&problem.message);
        format!("- {}{message}{}\n", place.unwrap_or_default(), help.unwrap_or_default())
    });
    let items = items.collect::<Vec<_>>().concat();
    if items.is_empty() { items } else { format!("\nEntries:\n\n{items}") }
}

/// Inline code of a table's cell.
fn cell(text: &str) -> String {
    let text = first_line(text).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
