//! What only generated rows bring up: is it a failure?

use crate::migration::MigrationId;
use crate::outcome::{Found, Phase};
use crate::plan::CasePlan;
use crate::scenario::Judged;

/// Whether a finding fails nothing: only generated rows cause it, and it is about a migration that is settled, or none of
/// that kind is to be judged.
#[must_use]
pub fn is_hazard(case: &CasePlan, found: &Found) -> bool {
    let is_settled = found.phase == Phase::Seed;
    found.only_generated
        && match case.scenario.limits.generated_rows {
            Judged::Strict => false,
            Judged::New | Judged::Note => {
                is_settled || !judges_generated_rows(case, found.migration.as_ref())
            }
        }
}

/// Whether tables get rows between pending migrations, as if each were a release of its own: a new column is empty when
/// the next file of the same release makes a rule of it.
#[must_use]
pub fn fills_between(case: &CasePlan) -> bool {
    case.seed.begins_empty() || case.scenario.limits.generated_rows != Judged::New
}

/// Whether tables get rows after a pending migration of such a case: not between those of one change.
#[must_use]
pub fn fills_after(case: &CasePlan, migration: &MigrationId) -> bool {
    case.scenario.limits.generated_rows != Judged::New || !case.is_new(migration)
}

/// Whether a pending migration that fails only on generated rows is a failure. Where nothing is older than the replay, only a base
/// tells what is new.
#[must_use]
pub fn judges_generated_rows(case: &CasePlan, migration: Option<&MigrationId>) -> bool {
    match case.scenario.limits.generated_rows {
        Judged::Note => false,
        Judged::Strict => true,
        Judged::New => {
            !case.seed.begins_empty() || migration.is_some_and(|migration| case.is_new(migration))
        }
    }
}
