use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::fold::{Mark, Recorded, Recording};
use super::proof::{Sum, sums};
use super::tool::{Reach, number};
use crate::migration::history::{AppliedRow, pending};
use crate::migration::{Migration, MigrationId, MigrationKind, MigrationSet, Order, Version};
use crate::named::named;

named! {
    /// How a file stands to the history.
    State {
        /// It is recorded as applied.
        Applied = "applied",
        /// It is recorded as applied, and has changed since.
        Edited = "edited",
        /// It is recorded as failed.
        Failed = "failed",
        /// It is not recorded, and would run.
        Pending = "pending",
        /// It is not recorded, and something that comes after it is.
        Late = "late",
        /// It is not recorded, and a baseline stands for it.
        Covered = "covered",
        /// It is not recorded, and is left out on purpose.
        Excluded = "excluded",
    }
}

/// One file, held against the history.
#[derive(Debug, Clone)]
pub struct FileStatus {
    /// The migration.
    pub migration: Arc<Migration>,
    /// How it stands.
    pub state: State,
    /// When it was recorded, as the table writes it.
    pub at: Option<String>,
    /// Why it is left out, for what is excluded.
    pub reason: Option<String>,
}

/// What is recorded, and has no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What the history calls it.
    pub key: String,
    /// How it ended.
    pub mark: Mark,
    /// When it was recorded, as the table writes it.
    pub at: Option<String>,
    /// The file that is there and is switched off, relative to the folder: `004_x.sql.retired`.
    pub retired: Option<PathBuf>,
}

/// A folder, held against the history of a database.
#[derive(Debug)]
pub struct Status {
    /// The tool that keeps the history, as its layout is called; `None`: there is no history.
    pub tool: Option<&'static str>,
    /// What the history table is called, or the file of its export.
    pub table: Option<String>,
    /// The layout of the folder.
    pub layout: &'static str,
    /// The folder, as people should see it.
    pub folder: PathBuf,
    /// Which migrations count as pending.
    pub order: Order,
    /// Whether the history can tell that a file was edited.
    pub keeps_sums: bool,
    /// The highest migration that is applied.
    pub highest: Option<Arc<Migration>>,
    /// Every file, in order.
    pub files: Vec<FileStatus>,
    /// What is recorded, and has no file.
    pub missing: Vec<Missing>,
}

/// How many there are of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Files by their state, in the order of [`State::ALL`].
    pub files: [usize; State::ALL.len()],
    /// What is recorded, and has no file.
    pub missing: usize,
}

impl Status {
    /// How many there are of each.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut files = [0; State::ALL.len()];
        for file in &self.files {
            files[file.state as usize] += 1;
        }
        Counts { files, missing: self.missing.len() }
    }

    /// Whether every file is applied, or left out on purpose, and every record has its file.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let is_settled = |state| matches!(state, State::Applied | State::Covered | State::Excluded);
        self.missing.is_empty() && self.files.iter().all(|file| is_settled(file.state))
    }

    /// The migrations whose work the database should hold: what is applied, also from another text, and what a baseline
    /// stands for.
    pub fn done(&self) -> impl Iterator<Item = &Arc<Migration>> {
        let is_done = |state| matches!(state, State::Applied | State::Edited | State::Covered);
        self.files.iter().filter(move |file| is_done(file.state)).map(|file| &file.migration)
    }

    /// Whether a file is recorded as applied, or as half applied.
    #[must_use]
    pub fn is_recorded(&self, id: &MigrationId) -> bool {
        let is_recorded = |state| matches!(state, State::Applied | State::Edited | State::Failed);
        self.files.iter().any(|file| file.migration.id == *id && is_recorded(file.state))
    }
}

/// Holds a folder against a history; without one everything is pending. `excluded` is left out on purpose, each with its
/// reason; `order` is that of the case, which may differ from the folder's own.
#[must_use]
pub fn status(
    set: &MigrationSet,
    excluded: &BTreeMap<MigrationId, String>,
    order: Order,
    recorded: Option<&Recorded>,
) -> Status {
    let found = recorded.map(|recorded| Found::of(set, recorded)).unwrap_or_default();
    let states = states(set, excluded, order, &found, recorded);
    Status {
        tool: recorded.map(|it| it.tool.name),
        table: recorded.map(|it| it.table.clone()),
        layout: set.layout,
        folder: set.root.clone(),
        order,
        keeps_sums: found.by_id.values().any(|(_, is_told)| *is_told != Sum::Untold),
        highest: states.highest,
        files: states.files,
        missing: recorded.map(|it| missing(set, it, &found)).unwrap_or_default(),
    }
}

/// Which recording is about which migration.
#[derive(Default)]
struct Found {
    by_id: BTreeMap<MigrationId, (Recording, Sum)>,
    /// Positions of the recordings that are about a file.
    taken: BTreeSet<usize>,
}

impl Found {
    fn of(set: &MigrationSet, recorded: &Recorded) -> Self {
        if recorded.tool.reach == Reach::UpTo {
            return Self::up_to(set, recorded);
        }
        let mut taken = BTreeSet::new();
        let mut files = Vec::new();
        for migration in set.migrations() {
            let keys = (recorded.tool.keys)(migration);
            let free = recorded
                .recordings
                .iter()
                .enumerate()
                .find(|(at, recording)| keys.contains(&recording.key) && !taken.contains(at));
            let at = free.map(|(at, _)| at);
            taken.extend(at);
            files.push((&**migration, at));
        }
        let sums = sums(recorded, &files);
        let told = files.iter().zip(sums).filter_map(|((migration, at), sum)| {
            let recording = recorded.recordings.get((*at)?)?.clone();
            Some((migration.id.clone(), (recording, sum)))
        });
        Self { by_id: told.collect(), taken }
    }

    /// One row says how far a database has come.
    fn up_to(set: &MigrationSet, recorded: &Recorded) -> Self {
        let mut found = Self::default();
        let Some(last) = recorded.recordings.last() else { return found };
        let highest = Version::new(last.key.as_str());
        for migration in set.migrations() {
            let version = Version::new(number(migration.version.as_str()));
            let order = version.number_order(&highest);
            if order.is_gt() {
                continue;
            }
            let mark = if order.is_eq() { last.mark } else { Mark::Applied };
            found
                .by_id
                .insert(migration.id.clone(), (Recording { mark, ..last.clone() }, Sum::Untold));
            if order.is_eq() {
                found.taken.insert(recorded.recordings.len() - 1);
            }
        }
        found
    }
}

struct States {
    files: Vec<FileStatus>,
    highest: Option<Arc<Migration>>,
}

fn states(
    set: &MigrationSet,
    excluded: &BTreeMap<MigrationId, String>,
    order: Order,
    found: &Found,
    recorded: Option<&Recorded>,
) -> States {
    let is_applied = |id: &MigrationId| {
        found.by_id.get(id).is_some_and(|(recording, _)| recording.mark == Mark::Applied)
    };
    let is_covered = |migration: &Migration| {
        let baseline = recorded.and_then(|it| it.baseline.as_deref());
        migration.kind != MigrationKind::Repeatable
            && baseline.is_some_and(|baseline| is_below(migration, baseline))
            && !is_applied(&migration.id)
    };
    let in_play: Vec<_> = set
        .migrations()
        .iter()
        .filter(|it| !is_covered(it))
        .filter(|it| !excluded.contains_key(&it.id) || is_applied(&it.id))
        .cloned()
        .collect();
    let rows: Vec<_> = in_play.iter().filter_map(|it| row(it, found)).collect();
    let answer = pending(&in_play, &rows, order);
    let holds = |all: &[Arc<Migration>], id: &MigrationId| all.iter().any(|it| it.id == *id);
    let last = set
        .migrations()
        .iter()
        .rposition(|it| it.kind != MigrationKind::Repeatable && is_applied(&it.id));
    let state = |(position, migration): (usize, &Arc<Migration>)| {
        let id = &migration.id;
        let recording = found.by_id.get(id).map(|(recording, _)| recording);
        let is_late = holds(&answer.out_of_order, id)
            || (migration.kind == MigrationKind::Versioned && Some(position) < last);
        let state = match recording.map(|it| it.mark) {
            Some(Mark::Failed) => State::Failed,
            _ if holds(&answer.divergent, id) => State::Edited,
            Some(Mark::Applied) if holds(&answer.run, id) => State::Pending,
            Some(Mark::Applied) => State::Applied,
            None if excluded.contains_key(id) => State::Excluded,
            None if !holds(&answer.run, id) && !holds(&answer.out_of_order, id) => State::Covered,
            None if is_late => State::Late,
            None => State::Pending,
        };
        FileStatus {
            migration: migration.clone(),
            state,
            at: recording.and_then(|it| it.at.clone()),
            reason: excluded.get(id).filter(|_| state == State::Excluded).cloned(),
        }
    };
    let files = set.migrations().iter().enumerate().map(state).collect();
    States { files, highest: answer.highest }
}

/// What the history says of a migration, in the terms of what is pending: a row for what is applied.
fn row(migration: &Migration, found: &Found) -> Option<AppliedRow> {
    let (recording, sum) = found.by_id.get(&migration.id)?;
    let checksum = match sum {
        Sum::Other => "of another text".to_owned(),
        Sum::Same | Sum::Untold => migration.up.checksum().to_string(),
    };
    (recording.mark == Mark::Applied).then(|| AppliedRow { id: migration.id.clone(), checksum })
}

/// Whether a baseline stands for a migration: Flyway's key says `V 1.2`.
fn is_below(migration: &Migration, baseline: &str) -> bool {
    let of = |text: &str| {
        let parts = text.trim_start_matches(['V', 'B', ' ']).split('.').map(number);
        parts.map(|part| (part.len(), part)).collect::<Vec<_>>()
    };
    of(migration.version.as_str()) <= of(baseline)
}

fn missing(set: &MigrationSet, recorded: &Recorded, found: &Found) -> Vec<Missing> {
    let lost = recorded.recordings.iter().enumerate().filter(|(at, _)| !found.taken.contains(at));
    lost.map(|(_, recording)| Missing {
        key: recording.key.clone(),
        mark: recording.mark,
        at: recording.at.clone(),
        retired: retired(set, &recording.key),
    })
    .collect()
}

/// A file that was switched off and that a record may be about, by its name or the version in it.
fn retired(set: &MigrationSet, key: &str) -> Option<PathBuf> {
    let key = key.trim_start_matches("V ").trim_end_matches(".sql");
    let is_it = |file: &&PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = name.split(".sql").next().unwrap_or_default();
        let version = stem.trim_start_matches('V').split('_').next().unwrap_or_default();
        stem == key || number(version) == number(key)
    };
    set.left_out.iter().map(|left_out| &left_out.file).find(is_it).cloned()
}
