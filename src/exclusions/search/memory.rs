use super::{Answer, Halted, List, Trials};
use crate::migration::MigrationId;
use crate::outcome::Found;

/// Replays that remember: nothing is replayed of which the answer is known.
pub(super) struct Remembering<'t, T> {
    trials: &'t mut T,
    order: &'t [MigrationId],
    /// Whether what fails depends only on what comes before it.
    is_sequential: bool,
    passed: Vec<List>,
    failed: Vec<(List, Box<Found>)>,
    pub(super) replays: usize,
}

impl<'t, T: Trials> Remembering<'t, T> {
    pub(super) fn new(trials: &'t mut T, order: &'t [MigrationId], is_sequential: bool) -> Self {
        let (passed, failed) = (Vec::new(), Vec::new());
        Self { trials, order, is_sequential, passed, failed, replays: 0 }
    }

    fn recall(&self, list: &List) -> Option<Answer> {
        if self.passed.contains(list) {
            return Some(Answer::Passed);
        }
        let known = self.failed.iter().find(|(known, found)| {
            known == list || (self.is_sequential && self.same_up_to(found, known, list))
        });
        known.map(|(_, found)| Answer::Failed(found.clone()))
    }

    /// Whether two lists are the same up to the migration that failed.
    fn same_up_to(&self, found: &Found, one: &List, other: &List) -> bool {
        let Some(last) = self.order.iter().position(|id| Some(id) == found.migration.as_ref())
        else {
            return false;
        };
        let mut before = self.order.iter().take(last + 1);
        before.all(|id| one.contains(id) == other.contains(id))
    }
}

impl<T: Trials + Send> Trials for Remembering<'_, T> {
    async fn replay(&mut self, left_out: &List, purpose: &str) -> Result<Answer, Halted> {
        if let Some(known) = self.recall(left_out) {
            return Ok(known);
        }
        self.replays += 1;
        let answer = self.trials.replay(left_out, purpose).await?;
        match &answer {
            Answer::Passed => self.passed.push(left_out.clone()),
            Answer::Failed(found) => self.failed.push((left_out.clone(), found.clone())),
        }
        Ok(answer)
    }

    async fn foresee(&mut self, left_out: &List) -> Vec<Found> {
        self.trials.foresee(left_out).await
    }
}
