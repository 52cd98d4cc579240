use super::{Answer, Fall, Halted, List, Trials};
use crate::migration::MigrationId;
use crate::outcome::Found;

/// A list with everything that falls with it.
#[derive(Debug)]
pub struct Closure {
    /// What falls, in the order of falling.
    pub falls: Vec<Fall>,
    /// The list, closed.
    pub list: List,
    /// Where it ended.
    pub end: End,
}

/// Where a search for the closure ended.
#[derive(Debug)]
pub enum End {
    /// The rest runs to its end.
    Passed,
    /// To leave out what fails does not help, or too much would have to go.
    Stuck(Box<Found>),
}

impl Closure {
    /// The migrations that fall.
    pub fn fallen(&self) -> impl Iterator<Item = &MigrationId> {
        self.falls.iter().map(|fall| &fall.migration)
    }
}

/// Leaves out one more after the other, until the rest runs to its end. At most `most` are left out in addition. Where the
/// trials can foresee what falls, it is left out at once, and the replay of the rest is the proof.
///
/// # Errors
///
/// When no further replay can be made.
pub async fn closure<T: Trials>(
    trials: &mut T,
    start: &List,
    most: usize,
) -> Result<Closure, Halted> {
    let mut list = start.clone();
    let mut falls: Vec<Fall> = Vec::new();
    let mut purpose = "the list as it is".to_owned();
    loop {
        let found = match trials.replay(&list, &purpose).await? {
            Answer::Passed => return Ok(Closure { falls, list, end: End::Passed }),
            Answer::Failed(found) => found,
        };
        let failed = found.migration.clone();
        let Some(migration) = failed.filter(|it| !list.contains(it) && falls.len() < most) else {
            return Ok(Closure { falls, list, end: End::Stuck(found) });
        };
        purpose = format!("without {migration}, which fails");
        list.insert(migration.clone());
        falls.push(Fall { migration, found });
        for found in trials.foresee(&list).await {
            let failed = found.migration.clone().filter(|it| !list.contains(it));
            if let Some(migration) = failed.filter(|_| falls.len() < most) {
                purpose = format!("without {migration} and those before it, which fail");
                list.insert(migration.clone());
                falls.push(Fall { migration, found: Box::new(found) });
            }
        }
    }
}
