use std::fmt::Write as _;

use super::case::{CasePage, Changes};
use super::page::{Cell, Fact, Page, mark};
use super::uncovered::Uncovered;
use crate::outcome::Verdict;
use crate::report::markdown::{self, fenced};

pub(super) fn render(page: &Page, most: usize) -> String {
    let mut whole = markdown::Page::new(most);
    whole.add(&head(page), "heading");
    for case in &page.cases {
        whole.add(&self::case(case), "case");
    }
    whole.finish()
}

/// What comes before the cases.
fn head(page: &Page) -> String {
    let mut text = format!("# Upgrade qualification: {}\n\n", cell(&page.title));
    let _ = writeln!(text, "**{} {}**\n", mark(page.verdict), cell(&page.headline));
    text.push_str(&facts(&page.facts));
    for warning in &page.warnings {
        let _ = writeln!(text, "- warning: {}", cell(warning));
    }
    text.push_str("\n## Releases and images\n\n");
    text.push_str(&matrix(page));
    if !page.uncovered.is_empty() {
        text.push_str("\n## Not covered by any case\n\n");
        text.push_str(&not_covered(&page.uncovered));
    }
    text.push_str("\n## Cases\n");
    text
}

/// A text on one line of a table, in which nothing is taken for Markdown's own or for HTML.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.trim().chars() {
        match character {
            '\n' => safe.push_str("<br>"),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => {
                safe.push('\\');
                safe.push(character);
            }
            other => safe.push(other),
        }
    }
    safe
}

fn facts(facts: &[Fact]) -> String {
    facts
        .iter()
        .map(|fact| format!("- {}: {}\n", fact.name, cell(&fact.value)))
        .collect::<Vec<_>>()
        .concat()
}

fn verdict(verdict: Verdict) -> String {
    format!("{} {verdict}", mark(verdict))
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

fn matrix(page: &Page) -> String {
    if page.rows.is_empty() {
        return "There are no cases.\n".into();
    }
    let images: Vec<_> = page.images.iter().map(|image| cell(image)).collect();
    let head: Vec<_> = std::iter::once("from").chain(images.iter().map(String::as_str)).collect();
    let shown = |one: &Option<Cell>| match one {
        None => "no such case".to_owned(),
        Some(one) if one.note.is_empty() => format!("{} {}", verdict(one.verdict), one.took),
        Some(one) => format!("{} {}, {}", verdict(one.verdict), one.took, one.note),
    };
    let rows = page
        .rows
        .iter()
        .map(|row| std::iter::once(cell(&row.seed)).chain(row.cells.iter().map(shown)).collect());
    table(&head, rows)
}

fn case(case: &CasePage) -> String {
    let mut text = format!("\n### {}: {}\n\n", cell(&case.name), verdict(case.verdict));
    if let Some(reason) = &case.reason {
        let _ = writeln!(text, "{}\n", cell(reason));
    }
    text.push_str(&facts(&case.facts));
    if !case.passes.is_empty() {
        text.push_str("\n#### Passes\n\n");
        let rows = case.passes.iter().map(|row| {
            let verdict = row.verdict.map_or_else(|| "not run".to_owned(), verdict);
            vec![row.name.clone(), verdict, row.took.clone(), cell(&row.note)]
        });
        text.push_str(&table(&["pass", "verdict", "time", "more"], rows));
    }
    if !case.failures.is_empty() {
        text.push_str("\n#### Failures\n");
        for failure in &case.failures {
            let more = match &failure.as_in {
                Some((_, name)) => format!("The same as in {}.", cell(name)),
                None => fenced(&failure.text),
            };
            let _ = writeln!(text, "\n{}\n\n{}", cell(&failure.title), more.trim_end());
        }
    }
    text.push_str(&changes(&case.changes));
    if !case.hazards.is_empty() {
        text.push_str("\n#### Hazards and notes\n\n");
        let rows = case.hazards.iter().map(|hazard| {
            let query = hazard.query.as_deref().map(cell).unwrap_or_default();
            vec![cell(&hazard.at), cell(&hazard.text), query]
        });
        text.push_str(&table(&["where", "what", "ask production before"], rows));
    }
    if !case.uncovered.is_empty() {
        text.push_str("\n#### Not covered, or known before\n\n");
        text.push_str(&not_covered(&case.uncovered));
    }
    text
}

fn changes(changes: &Changes) -> String {
    let body = match changes {
        Changes::Fresh => return String::new(),
        Changes::Unknown => "The upgrade did not come to its end.\n".to_owned(),
        Changes::Told(rows) if rows.is_empty() => "Nothing: the schema is as it was.\n".to_owned(),
        Changes::Told(rows) => {
            let rows = rows
                .iter()
                .map(|row| vec![row.deed.to_string(), cell(&row.object), cell(&row.text)]);
            table(&["change", "object", "more"], rows)
        }
    };
    format!("\n#### What the upgrade changes in the schema\n\n{body}")
}

fn not_covered(all: &[Uncovered]) -> String {
    let rows = all.iter().map(|one| vec![cell(&one.what), cell(&one.why)]);
    table(&["what", "why"], rows)
}
