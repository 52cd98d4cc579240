use std::path::Path;
use std::sync::Arc;

use crate::migration::{Migration, MigrationSet};
use crate::place::{Located, Problem, Problems};

/// Tells which migrations of a commit are not there any more. One whose content is there under another name is pending again.
pub(super) fn tell_what_is_gone(
    reference: &Located<String>,
    chain: &[Arc<Migration>],
    (then, today): (&MigrationSet, &MigrationSet),
    problems: &mut Problems,
) {
    let is_known =
        |set: &MigrationSet, it: &Migration| set.migrations().iter().any(|known| known.id == it.id);
    let gone: Vec<_> = chain.iter().filter(|it| !is_known(today, it)).collect();
    if gone.is_empty() {
        return;
    }
    let new: Vec<_> = today.migrations().iter().filter(|it| !is_known(then, it)).collect();
    let names: Vec<_> = gone
        .iter()
        .map(|migration| {
            let same = new.iter().find(|it| it.up.checksum() == migration.up.checksum());
            match same {
                Some(same) => format!("{} (now {})", migration.id, same.id),
                None => migration.id.to_string(),
            }
        })
        .collect();
    let root: &Path = &today.root;
    let message = format!(
        "applied at {}, and not in {} any more: {}",
        reference.value,
        root.display(),
        names.join(", ")
    );
    let help = "what they made is in databases of that time, and not in fresh ones; a file with another name is pending again";
    problems.push(Problem::warning(message).at_some(reference.place.clone()).help(help));
}
