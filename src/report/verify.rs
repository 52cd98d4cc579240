use serde::Serialize;

use super::style::{Style, Tone};
use super::text::{counted, visible};
use crate::schema::Sides;
use crate::schema::contract::ContractOutcome;
use crate::status::{State, Status};
use crate::verify::{PendingIs, Replay, Verified};

const SIDES: Sides<'_> = Sides { left: "in the database", right: "after the replay" };

/// What was found out about a live database, for people. A replay that stopped is told as a failure of its own.
#[must_use]
pub fn verified_text(verified: &Verified, pending: PendingIs, style: Style) -> String {
    let mut lines = vec![visible(&verified.database)];
    lines.extend(
        verified.status.as_ref().into_iter().flat_map(|status| history(status, pending, style)),
    );
    lines.extend(verified.contract.as_ref().into_iter().flat_map(|it| contract(it, style)));
    lines.extend(verified.replay.as_ref().into_iter().flat_map(|it| replay(it, style)));
    lines.join("\n") + "\n"
}

fn history(status: &Status, pending: PendingIs, style: Style) -> Vec<String> {
    let named = |states: &[State]| -> Vec<String> {
        let files = status.files.iter().filter(|file| states.contains(&file.state));
        files.map(|file| visible(file.migration.file_name())).collect()
    };
    let table = status.table.as_deref().map(visible).unwrap_or_default();
    let done = status.done().count();
    let mut lines = vec![format!(
        "  history {table}: {done} of {} applied",
        counted(status.files.len(), "file")
    )];
    let waiting = named(&[State::Pending, State::Late]);
    let missing = status.missing.iter().map(|it| visible(&it.key)).collect();
    let wrong = [
        ("edited since they were applied", named(&[State::Edited]), Tone::Bad),
        ("recorded as failed", named(&[State::Failed]), Tone::Bad),
        ("recorded, without a file", missing, Tone::Bad),
        ("pending", waiting, if pending == PendingIs::Wrong { Tone::Bad } else { Tone::Doubtful }),
    ];
    for (what, files, tone) in wrong.iter().filter(|(_, files, _)| !files.is_empty()) {
        lines.push(format!("  {}: {}", style.paint(*tone, what), files.join(", ")));
    }
    lines
}

fn contract(contract: &ContractOutcome, style: Style) -> Vec<String> {
    let word = if contract.is_kept() {
        style.paint(Tone::Good, "kept")
    } else {
        style.paint(Tone::Bad, "not kept")
    };
    let mut lines = vec![format!("  contract {word}")];
    lines.extend(
        contract.missing.iter().map(|it| format!("    missing {}", visible(&it.to_string()))),
    );
    lines.extend(contract.foreign.iter().map(|(object, owner)| {
        format!("    {} belongs to {}", visible(&object.to_string()), visible(owner))
    }));
    lines.extend(
        contract
            .warnings
            .iter()
            .map(|it| format!("    warning: optional {} is missing", visible(&it.to_string()))),
    );
    lines
}

fn replay(replay: &Replay, style: Style) -> Vec<String> {
    let migrations = counted(replay.migrations, "migration");
    let Some(drift) = &replay.drift else {
        let why = if replay.migrations == 0 {
            "nothing is applied"
        } else {
            "the replay did not reach its end"
        };
        return vec![format!("  schema not compared: {why}")];
    };
    let on = format!("{migrations} replayed on {}", replay.server);
    let differing = drift.comparison.describe(SIDES);
    let mut lines = Vec::new();
    if differing.is_empty() {
        lines.push(format!(
            "  schema {}: {on}",
            style.paint(Tone::Good, "as its migrations make it")
        ));
    } else {
        let objects = counted(differing.len(), "difference");
        lines.push(format!("  schema {}: {objects}, {on}", style.paint(Tone::Bad, "drifted")));
    }
    lines.extend(
        differing.iter().map(|text| format!("    {}", visible(text).replace('\n', "\n    "))),
    );
    lines.extend(drift.notes.iter().map(|note| format!("    note: {}", visible(note))));
    let is_other = !replay.server.contains(&format!("Postgres {}.", replay.live_major));
    if is_other && !differing.is_empty() {
        let major = replay.live_major;
        lines.push(format!(
            "    note: the database is of Postgres {major}; some differences may be of the version"
        ));
    }
    lines
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    database: &'a str,
    right: bool,
    pending: Vec<&'a str>,
    edited: Vec<&'a str>,
    failed: Vec<&'a str>,
    missing: Vec<&'a str>,
    /// `null` where the scenario has none.
    contract: Option<Contract>,
    /// `null` where only the contract was asked for.
    schema: Option<Schema<'a>>,
}

#[derive(Serialize)]
struct Contract {
    kept: bool,
    missing: Vec<String>,
    foreign: Vec<Foreign>,
    optional_missing: Vec<String>,
}

#[derive(Serialize)]
struct Foreign {
    object: String,
    owner: String,
}

#[derive(Serialize)]
struct Schema<'a> {
    /// `false` where the replay did not reach its end, or nothing is applied.
    compared: bool,
    migrations: usize,
    server: &'a str,
    differences: Vec<Difference>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Difference {
    object: String,
    text: String,
}

/// The same as JSON.
#[must_use]
pub fn verified_json(verified: &Verified, pending: PendingIs) -> String {
    let named = |states: &[State]| -> Vec<&str> {
        let files = verified.status.iter().flat_map(|status| &status.files);
        let files = files.filter(|file| states.contains(&file.state));
        files.map(|file| file.migration.id.as_str()).collect()
    };
    let missing = verified.status.iter().flat_map(|status| &status.missing);
    let report = Report {
        version: 1,
        database: &verified.database,
        right: verified.is_right(pending),
        pending: named(&[State::Pending, State::Late]),
        edited: named(&[State::Edited]),
        failed: named(&[State::Failed]),
        missing: missing.map(|it| it.key.as_str()).collect(),
        contract: verified.contract.as_ref().map(contract_json),
        schema: verified.replay.as_ref().map(schema_json),
    };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn contract_json(contract: &ContractOutcome) -> Contract {
    let foreign = contract.foreign.iter();
    Contract {
        kept: contract.is_kept(),
        missing: contract.missing.iter().map(ToString::to_string).collect(),
        foreign: foreign
            .map(|(object, owner)| Foreign { object: object.to_string(), owner: owner.clone() })
            .collect(),
        optional_missing: contract.warnings.iter().map(ToString::to_string).collect(),
    }
}

fn schema_json(replay: &Replay) -> Schema<'_> {
    let drift = replay.drift.as_ref();
    let roots = drift.map(|drift| drift.comparison.roots()).unwrap_or_default();
    let texts = drift.map(|drift| drift.comparison.describe(SIDES)).unwrap_or_default();
    let difference = |(root, text): (&crate::schema::Difference, String)| Difference {
        object: root.object.to_string(),
        text,
    };
    Schema {
        compared: drift.is_some(),
        migrations: replay.migrations,
        server: &replay.server,
        differences: roots.into_iter().zip(texts).map(difference).collect(),
        notes: drift.map(|drift| drift.notes.as_slice()).unwrap_or_default(),
    }
}
