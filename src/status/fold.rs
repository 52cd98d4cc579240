use std::collections::BTreeMap;

use super::HistoryTable;
use super::row::Row;
use super::tool::{Reach, RowState, Tool};

/// What a history table says, migration by migration.
#[derive(Debug)]
pub struct Recorded {
    /// The tool that keeps the table.
    pub tool: &'static Tool,
    /// What the table is called, or the file of its export.
    pub table: String,
    /// What is recorded, in the order of recording; each migration once.
    pub recordings: Vec<Recording>,
    /// The version up to which everything counts as applied without having been run.
    pub baseline: Option<String>,
}

/// What is recorded of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// What the tool knows it by.
    pub key: String,
    /// How it ended.
    pub mark: Mark,
    /// The checksum of its file then.
    pub sum: Option<String>,
    /// When it was recorded, as the table writes it.
    pub at: Option<String>,
}

/// How a migration ended, as the history table has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It ran to its end.
    Applied,
    /// It broke off.
    Failed,
}

/// Reads the rows of a table by the rules of its tool.
#[must_use]
pub fn recorded(tool: &'static Tool, table: &HistoryTable) -> Recorded {
    let mut recorded =
        Recorded { tool, table: table.name.clone(), recordings: Vec::new(), baseline: None };
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    for row in Row::all(table, tool.order) {
        let Some(key) = (tool.key)(&row) else { continue };
        let known = positions.get(&key).copied().filter(|_| tool.reach != Reach::EachTime);
        let mark = match (tool.state)(&row) {
            RowState::Baseline => {
                recorded.baseline = Some(key);
                continue;
            }
            RowState::Undone => None,
            RowState::Applied => Some(Mark::Applied),
            RowState::Failed => Some(Mark::Failed),
        };
        let recording = mark.map(|mark| recording(tool, &row, &key, mark));
        take(&mut recorded.recordings, &mut positions, known, (key, recording));
    }
    recorded
}

/// A later row takes the place of an earlier one; what failed when it was tried again is applied all the same.
fn take(
    recordings: &mut Vec<Recording>,
    positions: &mut BTreeMap<String, usize>,
    known: Option<usize>,
    (key, recording): (String, Option<Recording>),
) {
    match (known, recording) {
        (None, Some(recording)) => {
            positions.insert(key, recordings.len());
            recordings.push(recording);
        }
        (Some(at), Some(recording)) => {
            if recording.mark == Mark::Applied || recordings[at].mark == Mark::Failed {
                recordings[at] = recording;
            }
        }
        (Some(at), None) => {
            recordings.remove(at);
            positions.remove(&key);
            positions.values_mut().filter(|position| **position > at).for_each(|it| *it -= 1);
        }
        (None, None) => {}
    }
}

fn recording(tool: &Tool, row: &Row<'_>, key: &str, mark: Mark) -> Recording {
    let sum = tool.sums.and_then(|(column, _)| row.cell(column));
    let at = tool.at.iter().find_map(|column| row.cell(column));
    Recording {
        key: key.to_owned(),
        mark,
        sum: sum.map(|sum| sum.trim_start_matches("\\x").to_owned()),
        at: at.map(str::to_owned),
    }
}
