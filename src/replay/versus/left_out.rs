use std::collections::BTreeSet;

use crate::migration::MigrationId;
use crate::outcome::{Excluded, Failure, Identity};
use crate::plan::CasePlan;
use crate::preflight::dependencies;

/// A migration that fails, with all that need it, to be left out.
pub(super) fn falls_with(case: &CasePlan, failure: &Failure) -> Vec<Excluded> {
    let Some(migration) = &failure.found.migration else { return Vec::new() };
    let kind = Identity::of(&failure.found).kind;
    let kind = if kind.is_empty() { String::new() } else { format!(" ({kind})") };
    falls(case, migration, &format!("it failed before this change already{kind}"))
}

/// A migration with all that need it, and why they are left out.
pub(super) fn falls(case: &CasePlan, migration: &MigrationId, reason: &str) -> Vec<Excluded> {
    let (lineage, graph) = dependencies(case);
    let id_of = |author: usize| Some(&lineage.authors().get(author)?.migration()?.id);
    let authors = 0..lineage.authors().len();
    let own: Vec<_> = authors.filter(|it| id_of(*it) == Some(migration)).collect();
    let dependents: BTreeSet<_> = graph.falls_with(&own).into_iter().filter_map(id_of).collect();
    let all = case.chain.iter().filter(|it| it.id == *migration || dependents.contains(&it.id));
    let left_out = all.map(|it| Excluded {
        migration: it.id.clone(),
        file: it.up.source().path().to_owned(),
        reason: if it.id == *migration {
            reason.to_owned()
        } else {
            format!("it needs what {migration} makes, which failed before this change already")
        },
    });
    left_out.collect()
}
