use super::super::facts;
use super::super::style::Tone;
use super::super::text::{counted, duration, first_line, visible};
use super::super::{Style, render_failure};
use super::left::left_sql;
use super::state::state_of;
use crate::outcome::{CaseOutcome, Kept, Reproduction, Verdict};
use crate::place::shell_word;

/// The lines of a statement that are shown; the file has them all.
const SHOWN_LINES: usize = 12;

/// The failure, which database is kept and in which state, how to get there, and what is left to run. For the
/// terminal only: it has a password.
#[must_use]
pub fn reproduction(it: &Reproduction, style: Style) -> String {
    let Some(case) = it.case() else { return "no case was run\n".to_owned() };
    let mut parts = vec![heading(it, case, style)];
    parts.extend(it.failure.as_ref().map(|failure| render_failure(failure, style)));
    match &it.kept {
        Some(kept) => {
            parts.push(kept_state(it, kept, style));
            parts.push(way_there(kept));
            parts.extend(what_is_left(it, kept));
            parts.push(format!("take it away: {}", kept.clean()));
        }
        None if it.failure.is_some() => parts.push(style.paint(Tone::Doubtful, "kept: nothing")),
        None => {}
    }
    if let Some(bundle) = &it.bundle {
        parts.push(format!("for somebody else: {}", visible(&bundle.display().to_string())));
    }
    let trouble = it.trouble.iter().map(|why| format!("error: {}", visible(why)));
    parts.extend(trouble.map(|line| style.paint(Tone::Bad, &line)));
    parts.join("\n\n") + "\n"
}

fn heading(it: &Reproduction, case: &CaseOutcome, style: Style) -> String {
    let name = first_line(&case.head.name);
    let verdict = case.final_verdict();
    if it.failure.is_some() {
        return style.paint(Tone::Bad, &format!("{verdict}: {name}"));
    }
    if it.kept.is_some() {
        return style.paint(Tone::Good, &format!("stopped: {name}"));
    }
    if verdict != Verdict::Passed {
        let reason = facts::reason(&it.run, case).unwrap_or_else(|| "no reason was given".into());
        return style.paint(Tone::Bad, &format!("{verdict}: {name}: {}", visible(&reason)));
    }
    let passed = style.paint(Tone::Good, &format!("passed: {name} in {}", duration(case.took)));
    format!(
        "{passed}\nkept: nothing, since nothing fails; --at MIGRATION[:STATEMENT] stops where you say"
    )
}

fn kept_state(it: &Reproduction, kept: &Kept, style: Style) -> String {
    let state = state_of(it, kept);
    let mut lines = vec![style.paint(Tone::Good, &format!("kept: {}", first_line(&state.what)))];
    lines.push(format!("  on {}", first_line(&kept.server)));
    lines.extend(state.notes.iter().map(|note| format!("  {}", first_line(note))));
    let settings = kept.stopped.iter().flat_map(|stopped| &stopped.settings);
    let settings: Vec<_> = settings.map(|(name, value)| format!("{name} = {value:?}")).collect();
    if !settings.is_empty() {
        let settings = first_line(&settings.join(", "));
        lines.push(format!("  settings of the session in the run, set by the URL: {settings}"));
    }
    if !kept.roles.is_empty() {
        let roles = first_line(&kept.roles.join(", "));
        lines.push(format!("  roles that stay with it: {roles}"));
    }
    lines.join("\n")
}

fn way_there(kept: &Kept) -> String {
    let url = visible(&shell_word(&kept.url));
    let password = if kept.is_on_given_server {
        "\n  its password is the one that you gave, PGPASSWORD for instance"
    } else {
        ""
    };
    format!("  {}\n  DATABASE_URL={url}{password}", visible(&kept.psql()))
}

/// The statement: its first lines, its file, and how to run it.
fn what_is_left(it: &Reproduction, kept: &Kept) -> Option<String> {
    let file = it.statement.as_ref()?;
    let sql = left_sql(it)?;
    let what = if it.failure.is_some() { "what fails" } else { "what comes next" };
    let mut lines: Vec<_> = sql.lines().map(|line| format!("  {}", visible(line))).collect();
    if let Some(more) = lines.len().checked_sub(SHOWN_LINES).filter(|more| *more > 0) {
        lines.truncate(SHOWN_LINES);
        lines.push(format!("  … ({} more)", counted(more, "line")));
    }
    let path = visible(&file.display().to_string());
    let command = visible(&kept.psql_file(file));
    Some(format!("{what}, in {path}:\n\n{}\n\n  {command}", lines.join("\n")))
}
