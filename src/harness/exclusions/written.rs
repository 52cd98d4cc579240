use std::path::Path;
use std::sync::Arc;

use super::trials::{OnAll, of_one_folder, problem_of};
use crate::exclusions::{Examination, List, WrittenFolder};
use crate::migration::{Migration, MigrationSet};
use crate::place::{Problem, Problems};
use crate::plan::CasePlan;
use crate::replay::{EventSink, Workbench};
use crate::source::FolderAgain;

/// Writes the folder of the cases without what their closed lists leave out, reads it again and replays it.
///
/// # Errors
///
/// When it cannot be written, or is not what it should be; then nothing of it stays.
pub(super) async fn write(
    bench: &Workbench,
    cases: &[CasePlan],
    examinations: &[Examination],
    path: &Path,
    listener: &EventSink,
) -> Result<WrittenFolder, Problems> {
    let bare = of_one_folder(cases)?;
    let list = all_closed(examinations)?;
    let Some(case) = bare.first() else { return Err(Problems::default()) };
    let all = case.within_reach();
    let (left_out, rest): (Vec<_>, Vec<_>) =
        case.set.migrations().iter().cloned().partition(|it| !runs(it, all, &list));
    let folder = FolderAgain::of(&case.scenario, case.set.layout)?.without(&left_out, &rest);
    let was_there = path.exists();
    let files = folder.write(path)?;
    let set = match read_back(&folder, path, &rest) {
        Ok(set) => Arc::new(set),
        Err(problems) => {
            // It was empty before, or not there; what cannot be removed is seen by whoever looks.
            let _removed = std::fs::remove_dir_all(path);
            if was_there {
                let _made = std::fs::create_dir(path);
            }
            return Err(problems);
        }
    };
    let on = OnAll { bench, cases: &bare, listener };
    let proofs = on.prove(&set, &List::new(), "the folder that was written").await;
    let without = all.iter().filter(|it| list.contains(&it.id)).map(|it| it.id.clone());
    Ok(WrittenFolder {
        path: path.to_owned(),
        files,
        migrations: rest.len(),
        without: without.collect(),
        proofs: proofs.map_err(problem_of)?,
    })
}

/// All that any of the cases leaves out, closed.
fn all_closed(examinations: &[Examination]) -> Result<List, Problems> {
    let mut list = List::new();
    for examination in examinations {
        let Some(closed) = examination.closed() else {
            let message =
                format!("nothing is written: {} has no list that passes", examination.case);
            return Err(Problem::error(message).into());
        };
        list.extend(closed);
    }
    Ok(list)
}

fn runs(migration: &Arc<Migration>, all: &[Arc<Migration>], list: &List) -> bool {
    !list.contains(&migration.id) && all.iter().any(|it| it.id == migration.id)
}

/// Reads what was written: the same migrations as before, but for those that were left out.
fn read_back(
    folder: &FolderAgain,
    path: &Path,
    rest: &[Arc<Migration>],
) -> Result<MigrationSet, Problems> {
    let set = folder.at(path).and_then(|folder| folder.lay_out()).map_err(|mut problems| {
        let message = "nothing is written: the layout does not take the folder without them";
        let help = "its own index of the files may have to be made again by its tool";
        problems.push(Problem::error(message).path(path).help(help));
        problems
    })?;
    let sum = |migration: &Arc<Migration>| (migration.id.clone(), migration.up.sent_checksum());
    if set.migrations().iter().map(sum).eq(rest.iter().map(sum)) {
        return Ok(set);
    }
    let message = "nothing is written: read again, the folder is not the same without them";
    Err(Problem::error(message).path(path).into())
}
