use serde::Serialize;

use super::style::{Style, Tone};
use super::text::{counted, visible};
use crate::migration::Order;
use crate::status::{FileStatus, Mark, Missing, State, Status};

/// A folder held against a history, for people: every file with its state, what has no file, and a sum.
#[must_use]
pub fn status_text(status: &Status, style: Style) -> String {
    let mut lines = vec![heading(status), String::new()];
    let names = status.files.iter().map(|file| file.migration.file_name());
    let names = names.chain(status.missing.iter().map(|missing| missing.key.as_str()));
    let width = names.map(|name| name.chars().count()).max().unwrap_or_default();
    lines.extend(status.files.iter().map(|file| line(status, file, width, style)));
    for missing in &status.missing {
        let word = style.paint(Tone::Bad, &format!("{:<9}", "missing"));
        let text = format!("{word} {:<width$}  {}", visible(&missing.key), lost(missing));
        lines.push(text);
    }
    lines.push(String::new());
    lines.push(sum(status));
    lines.extend(notes(status));
    lines.join("\n") + "\n"
}

fn heading(status: &Status) -> String {
    let folder = format!("{}, read as {}", status.folder.display(), status.layout);
    match (&status.table, status.tool) {
        (Some(table), Some(tool)) => format!("{folder}, against {} ({tool})", visible(table)),
        _ => format!("{folder}, against a database without a history table that is known"),
    }
}

fn line(status: &Status, file: &FileStatus, width: usize, style: Style) -> String {
    let tone = match file.state {
        State::Applied => Tone::Good,
        State::Edited | State::Failed => Tone::Bad,
        State::Pending | State::Late => Tone::Doubtful,
        State::Covered | State::Excluded => Tone::Dim,
    };
    let word = style.paint(tone, &format!("{:<9}", file.state.name()));
    let text =
        format!("{word} {:<width$}  {}", visible(file.migration.file_name()), about(status, file));
    text.trim_end().to_owned()
}

fn about(status: &Status, file: &FileStatus) -> String {
    let at = file.at.as_deref().map(visible);
    match file.state {
        State::Applied => at.unwrap_or_default(),
        State::Edited => {
            let at = at.map_or_else(String::new, |at| format!("{at}: "));
            format!(
                "{at}the file is not the one that was applied; undo the edit, and write a new migration"
            )
        }
        State::Failed => {
            let at = at.map_or_else(String::new, |at| format!("{at}: "));
            format!("{at}recorded as failed; look at what it left before it is run again")
        }
        State::Pending => String::new(),
        State::Late => late(status),
        State::Covered => "a baseline stands for it".to_owned(),
        State::Excluded => file.reason.as_deref().map(visible).unwrap_or_default(),
    }
}

fn late(status: &Status) -> String {
    let highest = status.highest.as_ref().map_or("a later one", |it| it.file_name());
    let then = match status.order {
        Order::AppliedSet => "it runs all the same",
        Order::HighWaterMark => "it is skipped for ever; give it a higher version",
        Order::Strict => "it is refused; give it a higher version",
    };
    format!("pending before {}, which is applied: {then}", visible(highest))
}

fn lost(missing: &Missing) -> String {
    let how = match missing.mark {
        Mark::Applied => "recorded as applied",
        Mark::Failed => "recorded as failed",
    };
    let at = missing.at.as_deref().map_or_else(String::new, |at| format!(" {}", visible(at)));
    match &missing.retired {
        Some(file) => format!("{how}{at}; its file is switched off: {}", file.display()),
        None => format!("{how}{at}, and there is no such file"),
    }
}

fn sum(status: &Status) -> String {
    let counts = status.counts();
    let of = State::ALL.iter().zip(counts.files).map(|(state, count)| (state.name(), count));
    let all = of.chain([("missing", counts.missing)]).filter(|(_, count)| *count > 0);
    let all: Vec<_> = all.map(|(state, count)| format!("{count} {state}")).collect();
    let files = counted(status.files.len(), "file");
    if all.is_empty() { files } else { format!("{files}: {}", all.join(", ")) }
}

/// What the answer does not tell.
fn notes(status: &Status) -> Vec<String> {
    let mut notes = Vec::new();
    if status.tool.is_none() {
        notes.push("nothing is recorded: there is no history table that is known; name your own with --table".to_owned());
    }
    let is_applied = status.files.iter().any(|file| file.state == State::Applied);
    if is_applied && !status.keeps_sums {
        notes.push("this history keeps no checksums that can be compared: whether applied files were edited is not known".to_owned());
    }
    notes
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    folder: String,
    layout: &'a str,
    /// `null` where there is no history table that is known.
    table: Option<&'a str>,
    tool: Option<&'a str>,
    order: &'a str,
    /// Whether the history can tell that a file was edited.
    compares_checksums: bool,
    settled: bool,
    files: Vec<OneFile<'a>>,
    missing: Vec<Lost<'a>>,
}

#[derive(Serialize)]
struct OneFile<'a> {
    migration: &'a str,
    file: String,
    state: &'a str,
    recorded_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Lost<'a> {
    recorded: &'a str,
    outcome: &'a str,
    recorded_at: Option<&'a str>,
    retired: Option<String>,
}

/// The same as JSON.
#[must_use]
pub fn status_json(status: &Status) -> String {
    let report = Report {
        version: 1,
        folder: status.folder.display().to_string(),
        layout: status.layout,
        table: status.table.as_deref(),
        tool: status.tool,
        order: status.order.name(),
        compares_checksums: status.keeps_sums,
        settled: status.is_settled(),
        files: status.files.iter().map(file_json).collect(),
        missing: status.missing.iter().map(lost_json).collect(),
    };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn file_json(file: &FileStatus) -> OneFile<'_> {
    OneFile {
        migration: file.migration.id.as_str(),
        file: file.migration.up.source().path().display().to_string(),
        state: file.state.name(),
        recorded_at: file.at.as_deref(),
        reason: file.reason.as_deref(),
    }
}

fn lost_json(missing: &Missing) -> Lost<'_> {
    Lost {
        recorded: &missing.key,
        outcome: match missing.mark {
            Mark::Applied => "applied",
            Mark::Failed => "failed",
        },
        recorded_at: missing.at.as_deref(),
        retired: missing.retired.as_ref().map(|file| file.display().to_string()),
    }
}
