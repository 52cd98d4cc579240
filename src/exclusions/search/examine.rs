use super::closure::{End, closure};
use super::entries::entries;
use super::memory::Remembering;
use super::smallest::smallest;
use super::{Findings, Halted, List, Standing, Trials};
use crate::migration::MigrationId;

/// What is asked about one case.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Every migration, in the order in which they run.
    pub order: Vec<MigrationId>,
    /// The list.
    pub given: List,
    /// Entries that the seed state holds already.
    pub idle: List,
    /// Whether what fails depends only on what comes before it, so that one answer stands for all lists that are the same up
    /// to there. Not so where a seed state is made with the list, or where a baseline takes the place of others.
    pub is_sequential: bool,
}

/// Finds out what falls with a list, which entries are still needed, and the smallest list that passes. The number of replays
/// grows with the number of entries and of what falls.
///
/// # Errors
///
/// When no further replay can be made.
pub async fn examine<T: Trials + Send>(
    question: &Question,
    trials: &mut T,
) -> Result<Findings, Halted> {
    let mut trials = Remembering::new(trials, &question.order, question.is_sequential);
    let most = question.order.len().saturating_sub(question.given.len() + 1);
    let mut closure = closure(&mut trials, &question.given, most).await?;
    if let End::Stuck(found) = closure.end {
        let unknown = |id: &MigrationId| (id.clone(), Standing::Unknown);
        return Ok(Findings {
            falls: closure.falls,
            stuck: Some(found),
            entries: question.given.iter().map(unknown).collect(),
            smallest: None,
            replays: trials.replays,
        });
    }
    let smallest = smallest(question, &closure, &mut trials).await?;
    let entries = entries(question, &closure, &smallest, &mut trials).await?;
    let falls = std::mem::take(&mut closure.falls);
    let replays = trials.replays;
    Ok(Findings { falls, stuck: None, entries, smallest: Some(smallest), replays })
}
