//! Since when failures are there: those of a case held against those of the same case at the base of a change.

use std::collections::BTreeSet;

use super::Judgement;
use super::judge::verdict_of;
use crate::migration::MigrationId;
use crate::outcome::{
    Blame, Culprit, Failure, Found, Identity, KnownFailure, Phase, Standing, Step, Verdict,
};
use crate::plan::{CasePlan, PrepStep};

/// What becomes of failures that were there at the base already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// They fail nothing.
    Forgiven,
    /// They count as all others do.
    Counts,
}

/// What is known of a case at the base.
#[derive(Debug, Clone)]
pub enum View {
    /// It is the same case: whatever is found here was found there.
    Same,
    /// It failed like this, and no other way.
    Failed {
        /// What was found there and not expected.
        failures: Vec<KnownFailure>,
        /// The migrations that both begin with alike, on the same seed state: what they do here they did there.
        alike: BTreeSet<MigrationId>,
    },
}

/// Passes in which a migration that runs before another one does not depend on it.
const ONE_BY_ONE: &[Phase] =
    &[Phase::Setup, Phase::Seed, Phase::Apply, Phase::Reexecute, Phase::Interrupt];

impl View {
    /// A base that knows nothing of the case.
    #[must_use]
    pub fn nothing() -> Self {
        Self::Failed { failures: Vec::new(), alike: BTreeSet::new() }
    }

    /// Whether a finding of a migration that both sides have in common cannot be placed without a replay of all of it there.
    #[must_use]
    pub fn is_unsure_of(&self, failure: &Failure) -> bool {
        let Self::Failed { alike, .. } = self else { return false };
        let is_alike = failure.found.migration.as_ref().is_some_and(|it| alike.contains(it));
        is_alike
            && self.standing_of(&failure.found) == Standing::Introduced
            && !ONE_BY_ONE.contains(&failure.found.phase)
    }

    /// Since when a finding is there.
    #[must_use]
    pub fn standing_of(&self, found: &Found) -> Standing {
        let Self::Failed { failures, alike } = self else { return Standing::Before };
        let is_alike = found.migration.as_ref().is_some_and(|it| alike.contains(it));
        let here = Identity::of(found);
        let is_known = failures.iter().any(|it| here.is_explained_by(&it.identity));
        if is_known || is_alike && ONE_BY_ONE.contains(&found.phase) {
            Standing::Before
        } else {
            Standing::Introduced
        }
    }
}

/// Says of each finding since when it is there, and judges again: what was there before fails nothing, unless
/// it should count.
pub fn place(judgement: &mut Judgement, view: &View, past: Past) {
    for failure in judgement.failures.iter_mut().chain(&mut judgement.hazards) {
        failure.standing = view.standing_of(&failure.found);
        failure.is_forgiven = failure.standing == Standing::Before && past == Past::Forgiven;
    }
    judgement.verdict = verdict_of(&judgement.failures);
}

/// What failed at the base, was come to here, and does not fail any more.
#[must_use]
pub fn fixed(view: &View, failures: &[Failure], steps: &[Step]) -> Vec<KnownFailure> {
    let View::Failed { failures: there, .. } = view else { return Vec::new() };
    let still = |known: &&KnownFailure| {
        failures.iter().any(|it| Identity::of(&it.found).is_like(&known.identity))
    };
    let is_reached = |known: &&KnownFailure| {
        let Identity { phase, migration, .. } = &known.identity;
        let is_about = |step: &&Step| match phase {
            // Prepared once for several cases, and so not always told.
            Phase::Setup | Phase::Seed => step.phase > Phase::Seed,
            Phase::Apply => step.phase == Phase::Apply && step.migration == *migration,
            _ => step.phase == *phase,
        };
        let all: Vec<_> = steps.iter().filter(is_about).collect();
        // A migration that is not there any more fails no more.
        let is_gone = *phase == Phase::Apply && all.is_empty();
        is_gone || all.iter().any(|step| step.verdict == Verdict::Passed)
    };
    let is_over = |known: &&KnownFailure| is_reached(known) && !still(known);
    there.iter().filter(is_over).cloned().collect()
}

/// The changed migrations of a case that were not run to see what they do.
#[must_use]
pub fn unreached(
    case: &CasePlan,
    changed: &BTreeSet<MigrationId>,
    steps: &[Step],
) -> Vec<MigrationId> {
    let has_run = |id: &MigrationId| {
        steps.iter().any(|step| {
            let is_it = step.phase == Phase::Apply && step.migration.as_ref() == Some(id);
            is_it && step.verdict != Verdict::Skipped
        })
    };
    let is_seeded = |id: &MigrationId| {
        case.seeding.iter().any(|step| match step {
            PrepStep::Migrate(it)
            | PrepStep::Record(it)
            | PrepStep::Unrecorded(it)
            | PrepStep::Pretended(it) => it.id == *id,
            _ => false,
        })
    };
    let pending = case.chain.iter().map(|it| &it.id).filter(|id| changed.contains(*id));
    pending.filter(|id| !has_run(id) && !is_seeded(id)).cloned().collect()
}

/// The finding that a changed migration was not reached: it must not be taken for right.
#[must_use]
pub fn not_reached(case: &CasePlan, migration: &MigrationId, behind: &[&Failure]) -> Failure {
    let message = format!("{migration} is part of this change, and was not reached");
    let mut found = Found::new(Phase::Apply, Blame::Migration, message);
    found.migration = Some(migration.clone());
    let file = case.set.migrations().iter().find(|it| it.id == *migration);
    found.file = file.map(|it| it.up.source().path().to_owned());
    let failed = |it: &&Failure| it.found.migration.clone();
    let names: Vec<_> = behind.iter().filter_map(failed).collect();
    found.because = behind.iter().map(|it| KnownFailure::of(&it.found).to_string()).collect();
    found.culprits = names
        .into_iter()
        .map(|it| Culprit {
            migration: Some(it),
            place: None,
            object: None,
            deed: "fails before it, since before this change".into(),
        })
        .collect();
    found.error.hint = Some(
        "mend what fails before it, or leave that out with [[exclude]]; nobody has seen what this migration does".into(),
    );
    Failure {
        found,
        expected: false,
        standing: Standing::Introduced,
        is_forgiven: false,
        reproduce: case.reproduce.clone(),
    }
}

/// Judges failures that have their standing.
#[must_use]
pub fn verdict(failures: &[Failure]) -> Verdict {
    verdict_of(failures)
}
