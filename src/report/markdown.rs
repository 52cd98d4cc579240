use super::facts::{self, VERDICTS, in_short, is_tolerated};
use super::text::{counted, duration, first_line, visible};
use super::{Style, render_failure};
use crate::outcome::{CaseOutcome, Failure, RunOutcome, Verdict};

/// A summary as Markdown, for the page of a CI job or a comment on a pull request: every case in a table, and the failures of those
/// that failed below it.
#[must_use]
pub fn markdown(run: &RunOutcome) -> String {
    let broken_off = |why: &String| format!("\nThe run was broken off: {}\n", cell(why));
    let broken_off = run.broken_off.as_ref().map(broken_off).unwrap_or_default();
    let mut text = format!("## migration-replay: {}\n{broken_off}", heading(run));
    if !run.cases.is_empty() {
        text.push_str("\n| case | verdict | time | |\n|---|---|--:|---|\n");
        text.extend(run.cases.iter().map(|case| row(run, case)));
    }
    text.extend(run.cases.iter().filter_map(details));
    text
}

fn heading(run: &RunOutcome) -> String {
    let count = |verdict| run.cases.iter().filter(|it| it.final_verdict() == verdict).count();
    let counts = VERDICTS.map(|verdict| (verdict, count(verdict)));
    let told = counts.iter().filter(|(_, count)| *count > 0);
    let told: Vec<_> = told.map(|(verdict, count)| format!("{count} {verdict}")).collect();
    match told.as_slice() {
        [] => "no case".to_owned(),
        all => format!("{}: {}", counted(run.cases.len(), "case"), all.join(", ")),
    }
}

fn row(run: &RunOutcome, case: &CaseOutcome) -> String {
    let verdict = case.final_verdict();
    let mark = match verdict {
        Verdict::Passed => "✅",
        Verdict::Failed | Verdict::Errored => "❌",
        Verdict::Skipped => "⏭️",
    };
    let first = counting(case).next().map(|failure| in_short(&failure.found));
    let why = first.or_else(|| facts::reason(run, case)).unwrap_or_default();
    let name = cell(&case.head.name);
    format!("| `{name}` | {mark} {verdict} | {} | {} |\n", duration(case.took), cell(&why))
}

/// The failures of a case, folded.
fn details(case: &CaseOutcome) -> Option<String> {
    let failures: Vec<_> = counting(case).map(|it| render_failure(it, Style::Plain)).collect();
    if failures.is_empty() {
        return None;
    }
    let text = fenced(&failures.join("\n\n"));
    let name = cell(&case.head.name);
    let count = counted(failures.len(), "failure");
    Some(format!(
        "\n<details open><summary><code>{name}</code>: {count}</summary>\n\n{text}\n\n</details>\n"
    ))
}

/// A text as it is, in a fence that nothing in it closes: one is closed by another of its length only.
pub(super) fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}text\n{text}\n{fence}")
}

fn counting(case: &CaseOutcome) -> impl Iterator<Item = &Failure> {
    case.failures.iter().filter(|failure| !is_tolerated(failure))
}

/// One line that neither ends a cell nor is taken for HTML.
fn cell(text: &str) -> String {
    let line = visible(&first_line(text));
    line.replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{failed_run, finish, run_of};
    use super::*;

    #[test]
    fn every_case_is_a_row_and_failures_are_told_below() {
        let text = markdown(&failed_run());
        assert!(text.starts_with("## migration-replay: 1 case: 1 failed\n"), "{text}");
        let row =
            "| `a@postgres:17.2/fresh` | ❌ failed | 340 ms | 008_plugins.sql failed with 42703 |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("<summary><code>a@postgres:17.2/fresh</code>: 1 failure</summary>"));
        assert!(text.contains("\n```text\nerror[42703]"), "{text}");
    }

    #[test]
    fn names_cannot_break_the_table() {
        let mut run = run_of(&["a|b<script>@x/fresh"]);
        finish(&mut run, 0, Verdict::Skipped, Some("no\nimage"));
        let text = markdown(&run);
        assert!(
            text.contains("| `a\\|b&lt;script>@x/fresh` | ⏭️ skipped | 340 ms | no …"),
            "{text}"
        );
    }
}
