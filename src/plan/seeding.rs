//! The steps from the setup to a seed state.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::exclusions::read_pattern;
use super::{Inputs, PrepStep};
use crate::migration::history::from_nothing;
use crate::migration::{Migration, MigrationId, MigrationSet, Pattern, Sends, Wraps};
use crate::outcome::Excluded;
use crate::place::{Located, Problem, Problems};
use crate::scenario::{Interrupted, Scenario, Seed, SeedHistory};

/// Dump, then the chain with SQL in between, then SQL, then what an interrupted run left.
pub(super) fn seeding(
    (scenario, seed): (&Scenario, &Seed),
    excluded: &BTreeMap<MigrationId, Excluded>,
    inputs: &Inputs,
    problems: &mut Problems,
) -> Vec<PrepStep> {
    let mut steps: Vec<_> = seed.rows.map(PrepStep::Rows).into_iter().collect();
    let dump = seed.dump.as_ref().and_then(|dump| inputs.dumps.get(&dump.value));
    steps.extend(dump.cloned().map(PrepStep::Restore));
    let released = seed.git_ref.as_ref().and_then(|it| inputs.releases.get(&it.value));
    let set = released.unwrap_or(&inputs.set);
    let chain = seed_chain(seed, excluded, set, problems);
    let script = |file: &Located<PathBuf>| inputs.scripts.get(&file.value).cloned();
    let between = sql_between(seed, &chain, set, problems);
    let history = History::of(seed, &chain, &inputs.set, problems);
    for (position, migration) in chain.iter().enumerate() {
        steps.extend(history.step(migration, dump.is_some()));
        let now = between.iter().filter(|(after, _)| *after == position);
        steps.extend(now.filter_map(|(_, file)| script(file)).map(PrepStep::Sql));
    }
    steps.extend(history.beyond.iter().cloned().map(PrepStep::Pretended));
    let last = seed.sql.iter().filter(|sql| sql.after.is_none());
    steps.extend(last.filter_map(|sql| script(&sql.file)).map(PrepStep::Sql));
    if let Some(interrupted) = &seed.interrupted {
        steps.extend(left_half_way((scenario, interrupted), &chain, excluded, inputs, problems));
    }
    steps
}

/// What the history table says, where it is not what was run.
#[derive(Default)]
struct History {
    is_none: bool,
    not_recorded: Vec<Pattern>,
    not_run: Vec<Pattern>,
    /// Recorded and not run, and not a part of the seed's own chain.
    beyond: Vec<Arc<Migration>>,
}

impl History {
    fn of(
        seed: &Seed,
        chain: &[Arc<Migration>],
        set: &MigrationSet,
        problems: &mut Problems,
    ) -> Self {
        let (not_recorded, recorded_not_run) = match &seed.history {
            SeedHistory::Whole => return Self::default(),
            SeedHistory::None => return Self { is_none: true, ..Self::default() },
            SeedHistory::Wrong { not_recorded, recorded_not_run } => {
                (not_recorded, recorded_not_run)
            }
        };
        let is_in_chain =
            |pattern: &Pattern| chain.iter().any(|migration| pattern.matches(migration));
        let mut of_chain = Vec::new();
        for entry in not_recorded {
            let Some(pattern) = read_pattern(entry, "`not_recorded`", set, problems) else {
                continue;
            };
            if !is_in_chain(&pattern) {
                let message =
                    format!("`not_recorded` names {:?}, which this seed does not run", entry.value);
                let help = "name a version up to the seed's `through` that was not excluded then";
                problems.push(Problem::error(message).at_some(entry.place.clone()).help(help));
            }
            of_chain.push(pattern);
        }
        let read = |entry| read_pattern(entry, "`recorded_not_run`", set, problems);
        let not_run: Vec<_> = recorded_not_run.iter().filter_map(read).collect();
        let is_beyond = |migration: &&Arc<Migration>| {
            not_run.iter().any(|pattern| pattern.matches(migration))
                && !chain.iter().any(|known| known.id == migration.id)
        };
        let beyond = set.migrations().iter().filter(is_beyond).cloned().collect();
        Self { is_none: false, not_recorded: of_chain, not_run, beyond }
    }

    /// What a migration of the chain is to the seed.
    fn step(&self, migration: &Arc<Migration>, is_dumped: bool) -> Option<PrepStep> {
        let is_of = |patterns: &[Pattern]| patterns.iter().any(|it| it.matches(migration));
        let is_recorded = !self.is_none && !is_of(&self.not_recorded);
        let migration = migration.clone();
        match (is_dumped, is_recorded) {
            (false, true) if is_of(&self.not_run) => Some(PrepStep::Pretended(migration)),
            (false, true) => Some(PrepStep::Migrate(migration)),
            (false, false) => Some(PrepStep::Unrecorded(migration)),
            (true, true) => Some(PrepStep::Record(migration)),
            (true, false) => None,
        }
    }
}

/// The first statements of a migration that an earlier run did not bring to its end.
fn left_half_way(
    (scenario, interrupted): (&Scenario, &Interrupted),
    chain: &[Arc<Migration>],
    excluded: &BTreeMap<MigrationId, Excluded>,
    inputs: &Inputs,
    problems: &mut Problems,
) -> Option<PrepStep> {
    let set = &inputs.set;
    let pattern = read_pattern(&interrupted.migration, "`interrupted`", set, problems)?;
    let migration = set.matching(&pattern).next()?.clone();
    let name = &interrupted.migration.value;
    let mut refuse = |place: Option<crate::place::Place>, message: String, help: &str| {
        problems.push(Problem::error(message).at_some(place).help(help));
        None
    };
    let place = interrupted.migration.place.clone();
    if chain.iter().any(|known| known.id == migration.id) || excluded.contains_key(&migration.id) {
        let message =
            format!("{name:?} cannot have been interrupted: it is not pending in this seed");
        return refuse(place, message, "name the migration that comes after the seed's `through`");
    }
    let overridden = scenario.replay.transaction.map(|rule| set.rule.overridden(rule));
    let rule = migration.rule.unwrap_or(overridden.unwrap_or(set.rule));
    if rule.wraps != Wraps::Nothing || rule.sends == Sends::Whole {
        let message =
            format!("{name:?} runs in one transaction: an interruption leaves nothing of it");
        let help = "leave `interrupted` out; or ask what would be without one: transaction = \"statement\" under [replay]";
        return refuse(place, message, help);
    }
    let count = migration.up.statements().len();
    let statements = interrupted.after_statement.value;
    if statements > count {
        let message =
            format!("{name:?} has {count} statements, so it cannot stop after {statements}");
        let help = format!("after_statement = {count}");
        return refuse(interrupted.after_statement.place.clone(), message, &help);
    }
    Some(PrepStep::Interrupted { migration, statements })
}

/// SQL files in the middle of the chain: the position they come after, and the file.
fn sql_between<'s>(
    seed: &'s Seed,
    chain: &[Arc<Migration>],
    set: &MigrationSet,
    problems: &mut Problems,
) -> Vec<(usize, &'s Located<PathBuf>)> {
    let mut between = Vec::new();
    for sql in &seed.sql {
        let Some(after) = &sql.after else { continue };
        let Some(pattern) = read_pattern(after, "`after`", set, problems) else { continue };
        let position = chain.iter().rposition(|migration| pattern.matches(migration));
        if let Some(position) = position {
            between.push((position, &sql.file));
        } else {
            let message = format!("`after = {:?}` is not in this seed's own chain", after.value);
            let help = "name a version up to the seed's `through` that was not excluded then";
            problems.push(Problem::error(message).at_some(after.place.clone()).help(help));
        }
    }
    between
}

/// The migrations that the seed state holds.
fn seed_chain(
    seed: &Seed,
    excluded: &BTreeMap<MigrationId, Excluded>,
    set: &MigrationSet,
    problems: &mut Problems,
) -> Vec<Arc<Migration>> {
    let patterns: Option<Vec<Pattern>> = seed.exclude.as_ref().map(|entries| {
        let read = |entry| read_pattern(entry, "exclusion", set, problems);
        entries.iter().filter_map(read).collect()
    });
    let last = match (&seed.through, &seed.git_ref) {
        (Some(through), _) => read_pattern(through, "`through`", set, problems)
            .and_then(|pattern| set.last_position(&pattern)),
        // All of a release.
        (None, Some(_)) => set.migrations().len().checked_sub(1),
        (None, None) => None,
    };
    let Some(last) = last else { return Vec::new() };
    let was_left_out = |migration: &&Arc<Migration>| match &patterns {
        Some(patterns) => patterns.iter().any(|pattern| pattern.matches(migration)),
        None => excluded.contains_key(&migration.id),
    };
    let left = set.migrations()[..=last].iter().filter(|migration| !was_left_out(migration));
    from_nothing(&left.cloned().collect::<Vec<_>>())
}
