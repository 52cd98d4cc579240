//! The same case with another exclusion list.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{CasePlan, PrepStep, needs};
use crate::migration::{Migration, MigrationId, MigrationSet, Pattern};
use crate::outcome::Excluded;
use crate::scenario::{Expect, Replay, Scenario};

impl CasePlan {
    /// The migrations of the folder that may run, in order: all of them, or up to `--through`.
    #[must_use]
    pub fn within_reach(&self) -> &[Arc<Migration>] {
        let all = self.set.migrations();
        let through = self.scenario.through.as_ref();
        let pattern = through.and_then(|through| Pattern::new(&through.value).ok());
        let last = pattern.and_then(|pattern| self.set.last_position(&pattern));
        last.map_or(all, |last| &all[..=last])
    }

    /// The entries of the exclusion list, in the order of the migrations. What is left out for another reason (a file that is
    /// switched off, or lies beyond `--through`) is none.
    #[must_use]
    pub fn listed(&self) -> Vec<&Excluded> {
        let entry = |migration: &Arc<Migration>| {
            self.excluded.iter().find(|excluded| excluded.migration == migration.id)
        };
        self.within_reach().iter().filter_map(entry).collect()
    }

    /// The case with exactly these left out. What the seed state holds stays in it; only what is left out in addition is left
    /// out there as well, unless the seed says for itself what was left out then.
    #[must_use]
    pub fn leaving_out(&self, list: &BTreeSet<MigrationId>) -> Self {
        let listed: BTreeSet<_> = self.listed().iter().map(|it| it.migration.clone()).collect();
        let added = || self.within_reach().iter().filter(|it| list.contains(&it.id));
        let mut case = self.clone();
        case.excluded.retain(|it| !listed.contains(&it.migration) || list.contains(&it.migration));
        case.excluded.extend(added().filter(|it| !listed.contains(&it.id)).map(|it| Excluded {
            migration: it.id.clone(),
            file: it.up.source().path().to_owned(),
            reason: "tried out".into(),
        }));
        case.chain =
            self.within_reach().iter().filter(|it| !list.contains(&it.id)).cloned().collect();
        if case.seed.exclude.is_none() {
            case.seeding.retain(|step| match step {
                PrepStep::Migrate(it)
                | PrepStep::Record(it)
                | PrepStep::Unrecorded(it)
                | PrepStep::Pretended(it) => !list.contains(&it.id) || listed.contains(&it.id),
                _ => true,
            });
        }
        case.alone = needs::alone(&case.scenario, &case.seeding, &case.chain);
        let steps = (case.setup.as_slice(), case.seeding.as_slice());
        case.ledger = needs::ledger(self.set.ledger, &case.scenario, steps, &case.chain);
        case
    }

    /// The case with a folder that was read again, and nothing of it left out. What the seed state holds stays in it.
    #[must_use]
    pub fn with_set(&self, set: Arc<MigrationSet>) -> Self {
        let case = Self { set, excluded: Vec::new(), ..self.clone() };
        case.leaving_out(&BTreeSet::new())
    }

    /// The case without what it expects, and run by us: only whether the migrations run is asked.
    #[must_use]
    pub fn without_expectations(&self) -> Self {
        let replay = Replay { runner: None, ..self.scenario.replay.clone() };
        let scenario =
            Scenario { expect: Expect::default(), replay, ..Scenario::clone(&self.scenario) };
        Self {
            scenario: Arc::new(scenario),
            expected_failures: Vec::new(),
            ..self.leaving_out(&self.listed().iter().map(|it| it.migration.clone()).collect())
        }
    }

    /// The same case with no rows but those that are given; `None` where it has no others anyway.
    #[must_use]
    pub fn without_generated_rows(&self) -> Option<Self> {
        self.seed.rows?;
        let mut case = self.clone();
        case.seed.rows = None;
        case.seeding.retain(|step| !matches!(step, PrepStep::Rows(_)));
        Some(case)
    }

    /// Whether the seed state holds a migration already.
    #[must_use]
    pub fn is_seeded(&self, id: &MigrationId) -> bool {
        self.seeding.iter().any(|step| match step {
            PrepStep::Migrate(migration)
            | PrepStep::Record(migration)
            | PrepStep::Unrecorded(migration)
            | PrepStep::Pretended(migration) => migration.id == *id,
            _ => false,
        })
    }
}
