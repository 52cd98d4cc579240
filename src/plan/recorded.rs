use std::sync::Arc;

use super::PrepStep;
use super::exclusions::read_pattern;
use crate::migration::{Migration, MigrationSet, Pattern};
use crate::place::{Located, Problem, Problems};
use crate::scenario::{Seed, SeedHistory};

/// What the history table says, where it is not what was run.
#[derive(Default)]
pub(super) struct Recorded {
    is_none: bool,
    hidden: Vec<Pattern>,
    not_run: Vec<Pattern>,
    /// Recorded and not run, and not a part of the seed's own chain.
    pub(super) beyond: Vec<Arc<Migration>>,
}

impl Recorded {
    /// Reads it. What was run is of `then`, what is recorded without having been run may be of `today`.
    pub(super) fn of(
        seed: &Seed,
        chain: &[Arc<Migration>],
        (then, today): (&MigrationSet, &MigrationSet),
        problems: &mut Problems,
    ) -> Self {
        let (not_recorded, recorded_not_run) = match &seed.history {
            SeedHistory::Whole => return Self::default(),
            SeedHistory::None => return Self { is_none: true, ..Self::default() },
            SeedHistory::Wrong { not_recorded, recorded_not_run } => {
                (not_recorded, recorded_not_run)
            }
        };
        let of_chain = in_chain(not_recorded, chain, then, problems);
        let read = |entry| read_pattern(entry, "`recorded_not_run`", today, problems);
        let not_run: Vec<_> = recorded_not_run.iter().filter_map(read).collect();
        refuse_both(recorded_not_run, chain, (&of_chain, &not_run), problems);
        let is_beyond = |migration: &&Arc<Migration>| {
            not_run.iter().any(|pattern| pattern.matches(migration))
                && !chain.iter().any(|known| known.id == migration.id)
        };
        let beyond = today.migrations().iter().filter(is_beyond).cloned().collect();
        Self { is_none: false, hidden: of_chain, not_run, beyond }
    }

    /// What a migration of the chain is to the seed.
    pub(super) fn step(&self, migration: &Arc<Migration>, is_dumped: bool) -> Option<PrepStep> {
        let is_of = |patterns: &[Pattern]| patterns.iter().any(|it| it.matches(migration));
        let is_recorded = !self.is_none && !is_of(&self.hidden);
        let migration = migration.clone();
        match (is_dumped, is_recorded) {
            (_, true) if is_of(&self.not_run) => Some(PrepStep::Pretended(migration)),
            (false, true) => Some(PrepStep::Migrate(migration)),
            (false, false) => Some(PrepStep::Unrecorded(migration)),
            (true, true) => Some(PrepStep::Record(migration)),
            (true, false) => None,
        }
    }
}

/// What was run and not recorded must have been run.
fn in_chain(
    entries: &[Located<String>],
    chain: &[Arc<Migration>],
    set: &MigrationSet,
    problems: &mut Problems,
) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for entry in entries {
        let Some(pattern) = read_pattern(entry, "`not_recorded`", set, problems) else { continue };
        if !chain.iter().any(|migration| pattern.matches(migration)) {
            let message =
                format!("`not_recorded` names {:?}, which this seed does not run", entry.value);
            let help = "name a version up to the seed's `through` that was not excluded then";
            problems.push(Problem::error(message).at_some(entry.place.clone()).help(help));
        }
        patterns.push(pattern);
    }
    patterns
}

/// A migration is recorded or not.
fn refuse_both(
    entries: &[Located<String>],
    chain: &[Arc<Migration>],
    (not_recorded, not_run): (&[Pattern], &[Pattern]),
    problems: &mut Problems,
) {
    let is_of = |patterns: &[Pattern], it: &Migration| patterns.iter().any(|one| one.matches(it));
    let both = chain.iter().find(|it| is_of(not_recorded, it) && is_of(not_run, it));
    let Some(migration) = both else { return };
    let message =
        format!("{} is both run and not recorded, and recorded and not run", migration.id);
    let place = entries.first().and_then(|entry| entry.place.clone());
    let help = "leave it out of `not_recorded` or of `recorded_not_run`";
    problems.push(Problem::error(message).at_some(place).help(help));
}
