//! A run as Markdown, for the page of a CI job or a comment on a pull request.

mod escape;
mod not_run;
mod page;
mod view;

pub(super) use self::escape::fenced;
use self::escape::{code, plain};
pub(super) use self::page::Page;
use super::facts::VERDICTS;
use super::text::{counted, duration};
use super::{Shown, Style, check_text, render_problems};
use crate::check::Checked;
use crate::outcome::{RunOutcome, Verdict};
use crate::place::Problems;

pub(super) use view::{CaseView, RunView, warnings};

/// GitHub takes so many bytes of one step's summary, and shows none of a longer one (GitHub's documentation, "Job summaries").
pub const LONGEST_MARKDOWN: usize = 1024 * 1024;

/// Every case in a table, below it the failures of those that failed, and what was not run. What does not fit into so many
/// bytes is left out, cases that passed first, and the last sentence says so.
#[must_use]
pub fn markdown(run: &RunOutcome, most: usize) -> String {
    render(&RunView::of(run), most)
}

/// The same of what is known of a run.
pub(super) fn render(run: &RunView, most: usize) -> String {
    let mut page = Page::new(most);
    page.add(&format!("## migration-replay: {}\n", heading(run)), "heading");
    if let Some(why) = &run.broken_off {
        let told = if run.cases.is_empty() { "nothing was run" } else { "the run was broken off" };
        page.add(&format!("\n{told}:\n\n{}", fenced(why)), "reason");
    }
    for problem in &run.incomplete {
        page.add(&format!("\n**Incomplete:** {}\n", plain(problem)), "problem");
    }
    if !run.cases.is_empty() {
        table(&mut page, run);
    }
    if !run.compared.is_empty() {
        let lines = run.compared.iter().map(|line| format!("- {}\n", plain(line)));
        page.add(&format!("\n{}", lines.collect::<String>()), "comparison with the base");
    }
    if !run.warnings.is_empty() {
        let lines = run.warnings.iter().map(|line| format!("- warning: {}\n", plain(line)));
        page.add(&format!("\n{}", lines.collect::<String>()), "list of warnings");
    }
    for details in run.cases.iter().filter_map(details) {
        page.add(&details, "failure text");
    }
    not_run::excluded(&mut page, run);
    not_run::not_reached(&mut page, run);
    page.finish()
}

/// What `check` told, and what is wrong with the input of a command: as it is on a terminal.
#[must_use]
pub fn check_markdown(checked: &Checked, most: usize) -> String {
    let told = check_text(checked, Shown::WorthALook, Style::Plain);
    let fails = checked.findings.iter().any(|it| it.fails);
    as_printed(if fails { "check failed" } else { "check passed" }, &told, most)
}

/// What is wrong with the input of a command, as it is on a terminal.
#[must_use]
pub fn problems_markdown(problems: &Problems, most: usize) -> String {
    as_printed("nothing was run", &render_problems(problems, Style::Plain), most)
}

fn as_printed(heading: &str, text: &str, most: usize) -> String {
    let mut page = Page::new(most);
    page.add(&format!("## migration-replay: {heading}\n"), "heading");
    page.add(&format!("\n{}", fenced(text)), "text");
    page.finish()
}

fn heading(run: &RunView) -> String {
    let counts = VERDICTS.map(|verdict| (verdict, run.count(verdict)));
    let told = counts.iter().filter(|(_, count)| *count > 0);
    let told: Vec<_> = told.map(|(verdict, count)| format!("{count} {verdict}")).collect();
    match told.as_slice() {
        [] => "no case".to_owned(),
        all => format!("{}: {}", counted(run.cases.len(), "case"), all.join(", ")),
    }
}

/// A row for each case. Where half of the page does not hold them all, those that did not pass come first.
fn table(page: &mut Page, run: &RunView) {
    page.add("\n| case | verdict | time | |\n|---|---|--:|---|\n", "table");
    let mut rows: Vec<_> = run.cases.iter().map(|case| (case.verdict, row(case))).collect();
    let room = page.room() / 2;
    if rows.iter().map(|(_, row)| row.len()).sum::<usize>() > room {
        rows.sort_by_key(|(verdict, _)| *verdict == Verdict::Passed);
    }
    let mut taken = 0;
    for (position, (_, row)) in rows.iter().enumerate() {
        taken += row.len();
        if taken > room {
            return page.leave_out("table row", rows.len() - position);
        }
        page.add(row, "table row");
    }
}

fn row(case: &CaseView) -> String {
    let mark = match case.verdict {
        Verdict::Passed => "✅",
        Verdict::Failed | Verdict::Errored => "❌",
        Verdict::Skipped => "⏭️",
    };
    let (name, verdict, why) = (code(&case.name), case.verdict, plain(&case.why));
    format!("| {name} | {mark} {verdict} | {} | {why} |\n", duration(case.took))
}

/// The failures of a case, folded.
fn details(case: &CaseView) -> Option<String> {
    if case.failures.is_empty() {
        return None;
    }
    let (name, count) = (code(&case.name), counted(case.count, "failure"));
    let text = fenced(&case.failures.join("\n\n"));
    Some(format!("\n<details open><summary>{name}: {count}</summary>\n\n{text}\n</details>\n"))
}

#[cfg(test)]
mod tests;
