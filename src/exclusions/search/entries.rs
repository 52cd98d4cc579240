use std::collections::BTreeMap;

use super::{Answer, Closure, Halted, List, Question, Standing, Trials};
use crate::migration::MigrationId;
use crate::outcome::Found;

/// Each entry: taken off the closed list by itself, and, where that does not pass, with those that it needs.
pub(super) async fn entries<T: Trials>(
    question: &Question,
    closure: &Closure,
    smallest: &List,
    trials: &mut T,
) -> Result<BTreeMap<MigrationId, Standing>, Halted> {
    let mut probe = Probe { question, closed: &closure.list, smallest, with: BTreeMap::new() };
    let mut standings = BTreeMap::new();
    for entry in question.order.iter().filter(|id| question.given.contains(*id)) {
        let standing = probe.standing(entry, trials).await?;
        standings.insert(entry.clone(), standing);
    }
    Ok(standings)
}

struct Probe<'a> {
    question: &'a Question,
    closed: &'a List,
    smallest: &'a List,
    /// What goes with an entry that does not go alone.
    with: BTreeMap<MigrationId, List>,
}

impl Probe<'_> {
    async fn standing<T: Trials>(
        &mut self,
        entry: &MigrationId,
        trials: &mut T,
    ) -> Result<Standing, Halted> {
        if self.question.idle.contains(entry) {
            return Ok(Standing::Idle);
        }
        let alone = List::from([entry.clone()]);
        let purpose = format!("with {entry} taken off the list");
        let found = match self.without(&alone, &purpose, trials).await? {
            Answer::Passed if self.smallest.contains(entry) => return Ok(Standing::Either),
            Answer::Passed => return Ok(Standing::Free),
            Answer::Failed(found) => found,
        };
        if self.smallest.contains(entry) {
            let rest = self.smallest.difference(&alone).cloned().collect();
            let purpose = format!("with {entry} taken off the smallest list");
            let answer = trials.replay(&rest, &purpose).await?;
            let own = if let Answer::Failed(own) = answer { own } else { found };
            return Ok(Standing::Needed(own));
        }
        let mut with = self.partners(alone, found, trials).await?;
        with.remove(entry);
        self.with.insert(entry.clone(), with.clone());
        // What falls with the list is no entry that could be taken off.
        let with: List = with.intersection(&self.question.given).cloned().collect();
        Ok(if with.is_empty() { Standing::Free } else { Standing::FreeWith(with) })
    }

    /// What has to be taken off together. The smallest list does without all that it does not hold, so there is an end.
    async fn partners<T: Trials>(
        &self,
        mut together: List,
        mut found: Box<Found>,
        trials: &mut T,
    ) -> Result<List, Halted> {
        loop {
            let before = together.len();
            let blamed = found.culprits.iter().filter_map(|culprit| culprit.migration.as_ref());
            for id in blamed.chain(&found.migration).filter(|id| self.closed.contains(*id)) {
                together.extend(self.with.get(id).into_iter().flatten().cloned());
                together.insert(id.clone());
            }
            if together.len() == before {
                return Ok(self.closed.difference(self.smallest).cloned().collect());
            }
            let names: Vec<_> = together.iter().map(MigrationId::as_str).collect();
            let purpose = format!("with {} taken off the list", names.join(", "));
            match self.without(&together, &purpose, trials).await? {
                Answer::Passed => return Ok(together),
                Answer::Failed(next) => found = next,
            }
        }
    }

    /// The closed list without some of its entries.
    async fn without<T: Trials>(
        &self,
        off: &List,
        purpose: &str,
        trials: &mut T,
    ) -> Result<Answer, Halted> {
        let list = self.closed.difference(off).cloned().collect();
        trials.replay(&list, purpose).await
    }
}
