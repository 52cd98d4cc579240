use super::{Answer, Closure, Halted, List, Question, Trials};
use crate::migration::MigrationId;
use crate::outcome::Found;

/// A list that passes, and of which nothing can be taken off: begun with nothing left out, and put back whatever fails or makes
/// others fail. One replay for each that is put back, and one to see whether it has to stay.
pub(super) async fn smallest<T: Trials>(
    question: &Question,
    closure: &Closure,
    trials: &mut T,
) -> Result<List, Halted> {
    let mut list = List::new();
    let mut purpose = "with an empty list".to_owned();
    while let Answer::Failed(found) = trials.replay(&list, &purpose).await? {
        let Some(more) = put_back(question, closure, &list, &found, trials).await? else {
            list.clone_from(&closure.list);
            break;
        };
        purpose = format!("with {more} left out after all");
        list.insert(more);
    }
    prune(&mut list, trials).await?;
    Ok(list)
}

/// What to leave out after a failure: the entry that fails, an entry that is to blame, or what falls with the list.
async fn put_back<T: Trials>(
    question: &Question,
    closure: &Closure,
    list: &List,
    found: &Found,
    trials: &mut T,
) -> Result<Option<MigrationId>, Halted> {
    let Some(failed) = found.migration.as_ref().filter(|it| !list.contains(*it)) else {
        return Ok(None);
    };
    let is_open = |id: &MigrationId| question.given.contains(id) && !list.contains(id);
    if is_open(failed) {
        return Ok(Some(failed.clone()));
    }
    let mut blamed = found.culprits.iter().filter_map(|culprit| culprit.migration.as_ref());
    if let Some(blamed) = blamed.find(|id| is_open(id)) {
        return Ok(Some(blamed.clone()));
    }
    if closure.list.contains(failed) {
        return Ok(Some(failed.clone()));
    }
    let before = question.order.iter().take_while(|id| *id != failed);
    let suspects: Vec<_> = before.filter(|id| is_open(id)).cloned().collect();
    for suspect in suspects.into_iter().rev() {
        let mut without = list.clone();
        without.insert(suspect.clone());
        let purpose = format!("whether {suspect} makes {failed} fail");
        match trials.replay(&without, &purpose).await? {
            Answer::Failed(next) if next.migration.as_ref() == Some(failed) => {}
            Answer::Failed(_) | Answer::Passed => return Ok(Some(suspect)),
        }
    }
    Ok(None)
}

/// Takes off whatever the rest does not need, until nothing more can go.
async fn prune<T: Trials>(list: &mut List, trials: &mut T) -> Result<(), Halted> {
    loop {
        let before = list.len();
        for entry in list.clone() {
            let mut without = list.clone();
            without.remove(&entry);
            let purpose = format!("whether {entry} has to be left out");
            if matches!(trials.replay(&without, &purpose).await?, Answer::Passed) {
                *list = without;
            }
        }
        if list.len() == before {
            return Ok(());
        }
    }
}
