//! What a case is compared with: itself, as it is at the base of a change.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{CasePlan, PrepStep};
use crate::migration::{Migration, MigrationId, MigrationKind, Order, Wraps};
use crate::outcome::{Base, Excluded, KnownCase};
use crate::scenario::SeedHistory;

/// What a case is compared with.
#[derive(Debug, Clone)]
pub struct Against {
    /// The base.
    pub base: Arc<Base>,
    /// The case there.
    pub there: There,
}

/// A case at the base.
#[derive(Debug, Clone)]
pub enum There {
    /// Nothing that makes a difference is another: what is found here was found there. What it comes to may be known.
    Same(Option<KnownCase>),
    /// Something is another.
    Other(Box<Other>),
    /// There is no such case, and none could be made of the files there, for this reason.
    Nowhere(String),
}

/// A case that is another one at the base.
#[derive(Debug, Clone)]
pub struct Other {
    /// As it is there.
    pub plan: CasePlan,
    /// What it comes to there, where that is known.
    pub known: Option<KnownCase>,
    /// Whether only migrations differ: the scenario, what it names, and what it is set to are the same.
    pub only_migrations: bool,
    /// Whether the base has no such case, and this is the one from here over the files of the base. What such a case expects is as
    /// new as itself.
    pub is_new: bool,
}

impl CasePlan {
    /// How many migrations this case and another begin with alike.
    #[must_use]
    pub fn common_beginning(&self, other: &Self) -> usize {
        let pairs = self.chain.iter().zip(&other.chain);
        pairs.take_while(|(left, right)| is_same(left, right)).count()
    }

    /// The migrations that another case does not have, or not like this.
    #[must_use]
    pub fn changed_since(&self, other: &Self) -> BTreeSet<MigrationId> {
        let is_known = |it: &&Arc<Migration>| other.chain.iter().any(|known| is_same(known, it));
        let changed = self.chain.iter().filter(|it| !is_known(it));
        changed.map(|it| it.id.clone()).collect()
    }

    /// Whether the base is known not to have a migration, or not like this. Where the base has no such case at all nobody knows, and
    /// so it is without a base.
    #[must_use]
    pub fn is_new(&self, migration: &MigrationId) -> bool {
        let there = self.against.as_ref().map(|against| &against.there);
        let Some(There::Other(other)) = there else { return false };
        let own = self.chain.iter().find(|it| it.id == *migration);
        own.is_some_and(|own| !other.plan.chain.iter().any(|known| is_same(known, own)))
    }

    /// Whether what it comes to is known, so that nothing is run.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let there = self.against.as_ref().map(|against| &against.there);
        matches!(there, Some(There::Same(Some(_))))
    }

    /// Whether it can only be told by causes what of its failures is expected.
    #[must_use]
    pub fn needs_causes(&self) -> bool {
        self.expected_failures.iter().any(|it| it.cause.is_some() || it.culprit.is_some())
    }

    /// The same case without some migrations, which are told as left out.
    #[must_use]
    pub fn without(&self, left_out: &[Excluded]) -> Self {
        let is_left = |id: &MigrationId| left_out.iter().any(|it| it.migration == *id);
        let mut case = self.clone();
        case.chain.retain(|it| !is_left(&it.id));
        let has = |it: &&Excluded| self.chain.iter().any(|known| known.id == it.migration);
        case.excluded.extend(left_out.iter().filter(has).cloned());
        case
    }

    /// The same case with its first migrations in the seed state, so that only the others are pending; `None` where that would be
    /// another replay: rows are generated in between, all run in one transaction, or the history is not what was run.
    #[must_use]
    pub fn beginning_after(&self, first: usize) -> Option<Self> {
        let chain = self.chain.get(..first)?;
        let is_plain = self.seed.rows.is_none()
            && self.seed.image.is_none()
            && self.seed.interrupted.is_none()
            && matches!(self.seed.history, SeedHistory::Whole)
            && self.rule.wraps != Wraps::All
            && self.order == Order::AppliedSet
            && self.scenario.replay.runner.is_none()
            && self.stop.is_none()
            && chain.iter().all(|it| it.kind == MigrationKind::Versioned && it.order.is_none());
        let is_seeded = |id: &MigrationId| {
            self.seeding.iter().any(|step| match step {
                PrepStep::Migrate(done) | PrepStep::Record(done) => done.id == *id,
                _ => false,
            })
        };
        let rest = chain.iter().filter(|it| !is_seeded(&it.id));
        let more: Vec<_> = rest.cloned().map(PrepStep::Migrate).collect();
        is_plain.then(|| {
            let mut case = self.clone();
            case.seeding.extend(more);
            case
        })
    }
}

/// Whether two migrations are the same for a replay.
fn is_same(left: &Migration, right: &Migration) -> bool {
    let sums = |it: &Migration| {
        [Some(&it.up), it.down.as_ref(), it.verify.as_ref()]
            .map(|script| script.map(|script| (script.checksum(), script.sent_checksum())))
    };
    let rules = |it: &Migration| (it.rule, it.order, it.kind, it.refused.is_some());
    left.id == right.id && rules(left) == rules(right) && sums(left) == sums(right)
}
