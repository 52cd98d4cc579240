use std::collections::BTreeSet;

use crate::migration::MigrationId;
use crate::outcome::Found;

/// The migrations that a replay leaves out.
pub type List = BTreeSet<MigrationId>;

/// Somebody who replays the migrations of one case without some of them.
pub trait Trials {
    /// Replays everything but `left_out`, to the first failure. `purpose` tells people what is tried.
    ///
    /// # Errors
    ///
    /// When no answer can be had: no server, a setup that fails, no time left.
    fn replay(
        &mut self,
        left_out: &List,
        purpose: &str,
    ) -> impl Future<Output = Result<Answer, Halted>> + Send;

    /// What would fall one after the other, found in one replay that goes on after each failure: a guess that saves
    /// replays, and proves nothing. Nothing where nobody can tell.
    fn foresee(&mut self, left_out: &List) -> impl Future<Output = Vec<Found>> + Send;
}

/// What a replay came to.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The migrations ran to their end.
    Passed,
    /// One of them failed; with its cause, where that is known.
    Failed(Box<Found>),
}

/// Why no further replay can be made.
#[derive(Debug, Clone)]
pub struct Halted(pub Box<Found>);
