//! The steps from the setup to a seed state.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::exclusions::read_pattern;
use super::half_way::left_half_way;
use super::recorded::Recorded;
use super::released::tell_what_is_gone;
use super::{Inputs, PrepStep};
use crate::migration::history::from_nothing;
use crate::migration::{Migration, MigrationId, MigrationSet, Pattern};
use crate::outcome::Excluded;
use crate::place::{Located, Problem, Problems};
use crate::scenario::{Scenario, Seed};

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
    let recorded = Recorded::of(seed, &chain, (set, &inputs.set), problems);
    if let (Some(reference), Some(then)) = (&seed.git_ref, released) {
        tell_what_is_gone(reference, &chain, (then, &inputs.set), problems);
    }
    for (position, migration) in chain.iter().enumerate() {
        steps.extend(recorded.step(migration, dump.is_some()));
        let now = between.iter().filter(|(after, _)| *after == position);
        steps.extend(now.filter_map(|(_, file)| script(file)).map(PrepStep::Sql));
    }
    steps.extend(recorded.beyond.iter().cloned().map(PrepStep::Pretended));
    let last = seed.sql.iter().filter(|sql| sql.after.is_none());
    steps.extend(last.filter_map(|sql| script(&sql.file)).map(PrepStep::Sql));
    if let Some(interrupted) = &seed.interrupted {
        steps.extend(left_half_way((scenario, interrupted), &chain, excluded, inputs, problems));
    }
    steps
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
