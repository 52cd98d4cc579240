use std::collections::BTreeSet;

use super::CasePlan;
use crate::migration::MigrationId;

impl CasePlan {
    /// The same case as the way to what a live database has done: on a fresh database, these migrations and no others, also
    /// what the scenario leaves out, without what the scenario expects.
    #[must_use]
    pub fn having_done(&self, done: &BTreeSet<MigrationId>) -> Self {
        let rest = self.within_reach().iter().map(|it| it.id.clone());
        let rest = rest.filter(|id| !done.contains(id)).collect();
        self.fresh().without_expectations().leaving_out(&rest)
    }
}
