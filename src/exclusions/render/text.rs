use std::fmt::Write;

use super::words::{
    about_smallest, about_stuck, counted, headline, is_dependent, listed, standing, why_it_falls,
};
use super::written::{folder, stubs};
use crate::exclusions::{Examination, Examined, NoFindings, Standing};
use crate::migration::MigrationId;
use crate::report::{Style, Tone, render_found};

/// Everything that people need; cases of which the same is said share one text.
#[must_use]
pub fn text(examined: &Examined, style: Style) -> String {
    let mut parts = vec![cases(&examined.all, style)];
    parts.extend(examined.folder.iter().map(|it| folder(it, style)));
    parts.extend(examined.stubs.iter().map(|it| stubs(it, style)));
    parts.join("\n")
}

fn cases(examinations: &[Examination], style: Style) -> String {
    let mut alike: Vec<(String, Vec<&Examination>)> = Vec::new();
    for examination in examinations {
        let body = body(examination, style);
        match alike.iter_mut().find(|(known, _)| *known == body) {
            Some((_, sharing)) => sharing.push(examination),
            None => alike.push((body, vec![examination])),
        }
    }
    let parts = alike.iter().map(|(body, sharing)| {
        let heads: Vec<_> = sharing.iter().map(|it| head(it, style)).collect();
        format!("{}\n{body}", heads.join("\n"))
    });
    parts.collect::<Vec<_>>().join("\n")
}

fn head(examination: &Examination, style: Style) -> String {
    let (tone, word) = match &examination.outcome {
        Ok(findings) if !findings.is_closed() => (Tone::Bad, "not closed"),
        Ok(findings) if findings.has_unneeded() => {
            (Tone::Doubtful, "closed, but longer than needed")
        }
        Ok(_) => (Tone::Good, "closed"),
        Err(NoFindings::NoServer { is_skipped: true, .. }) => (Tone::Doubtful, "skipped"),
        Err(_) => (Tone::Bad, "errored"),
    };
    style.paint(tone, &format!("{word}: {}", examination.case))
}

fn body(examination: &Examination, style: Style) -> String {
    let findings = match &examination.outcome {
        Ok(findings) => findings,
        Err(NoFindings::NoServer { reason, .. }) => return format!("  {reason}\n"),
        Err(NoFindings::Halted(found)) => {
            return format!("\n{}\n", render_found(found, &found.error.message, style));
        }
    };
    let mut text = format!("  {}\n", headline(examination));
    for fall in &findings.falls {
        let verb = if is_dependent(&fall.found) { "falls" } else { "fails" };
        let title = format!("{} {verb}: {}", fall.migration, fall.found.error.message);
        let _ = write!(text, "\n{}\n", render_found(&fall.found, &title, style));
    }
    if let Some(found) = &findings.stuck {
        let title = format!("{}: {}", about_stuck(examination, found), found.error.message);
        let _ = write!(text, "\n{}\n", render_found(found, &title, style));
    }
    text.push_str(&table(examination, style));
    let replays = counted(findings.replays, "replay", "replays");
    let about = about_smallest(examination).map_or(String::new(), |about| format!("{about}; "));
    let proof = style.paint(Tone::Dim, &format!("found out by {replays}"));
    let _ = write!(text, "\n  {about}{proof}\n");
    text
}

/// What is left out, one a line, each with what a replay said of it.
fn table(examination: &Examination, style: Style) -> String {
    let mut rows: Vec<(&MigrationId, Tone, String)> = Vec::new();
    for entry in &examination.entries {
        let stands = examination.standing(entry);
        let tone = match stands {
            Standing::Needed(_) | Standing::Idle => Tone::Dim,
            _ => Tone::Doubtful,
        };
        let mut words = standing(&entry.migration, stands);
        if !matches!(stands, Standing::Needed(_)) {
            let _ = write!(words, " (its reason: {})", entry.reason);
        }
        rows.push((&entry.migration, tone, words));
    }
    for fall in examination.falls() {
        rows.push((&fall.migration, Tone::Bad, why_it_falls(fall)));
    }
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(id, ..)| id.as_str().chars().count()).max().unwrap_or_default();
    let lines = rows.iter().map(|(id, tone, words)| {
        let words = style.paint(*tone, &crate::report::first_line(words));
        format!("    {:width$}  {words}\n", id.as_str())
    });
    let lines: String = lines.collect();
    let heading = match examination.closed() {
        Some(closed) => {
            let all = examination.order.len();
            let count = closed.len();
            format!("the list that passes, {count} of {all} migrations (proven by a replay):")
        }
        None => format!("without {} it does not pass:", listed(rows.iter().map(|(id, ..)| *id))),
    };
    format!("\n  {heading}\n{lines}")
}
