use std::collections::BTreeSet;
use std::sync::Arc;

use super::exclusions::read_pattern;
use super::{CasePlan, PrepStep};
use crate::migration::{Migration, MigrationId};
use crate::place::{Located, Problem, Problems};

/// The same case, stopped after a version: what comes later is neither replayed nor seeded.
///
/// # Errors
///
/// If the version means no migration of the folder, if everything up to it is excluded, or if the case
/// begins with a dump that is further on.
pub fn through(case: &CasePlan, version: &str) -> Result<CasePlan, Problems> {
    let mut problems = Problems::default();
    let written = Located::unplaced(version.to_owned());
    let pattern = read_pattern(&written, "--through", &case.set, &mut problems);
    let Some(last) = pattern.and_then(|pattern| case.set.last_position(&pattern)) else {
        return Err(problems);
    };
    let set = Arc::new(case.set.up_to(last));
    let kept: BTreeSet<&MigrationId> = set.migrations().iter().map(|it| &it.id).collect();
    let is_kept = |migration: &Arc<Migration>| kept.contains(&migration.id);
    let is_beyond = |step: &PrepStep| match step {
        PrepStep::Migrate(migration)
        | PrepStep::Record(migration)
        | PrepStep::Unrecorded(migration)
        | PrepStep::Pretended(migration)
        | PrepStep::Interrupted { migration, .. } => !is_kept(migration),
        _ => false,
    };
    let dumped = case.seeding.iter().any(|step| matches!(step, PrepStep::Restore(_)));
    if dumped && case.seeding.iter().any(is_beyond) {
        let message = format!("the dump of the seed {} is beyond {version}", case.seed.name);
        return Err(Problem::error(message).help("name a later version, or another seed").into());
    }
    let chain: Vec<_> = case.chain.iter().filter(|it| is_kept(it)).cloned().collect();
    if chain.is_empty() {
        let message = format!("every migration up to {version} is excluded: nothing to replay");
        return Err(Problem::error(message).help("exclude fewer migrations").into());
    }
    let seeding = case.seeding.iter().take_while(|step| !is_beyond(step)).cloned().collect();
    let excluded = case.excluded.iter().filter(|it| kept.contains(&it.migration)).cloned();
    Ok(CasePlan { chain, seeding, excluded: excluded.collect(), set: set.clone(), ..case.clone() })
}
