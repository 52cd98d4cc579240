//! Small folders and sets for tests of this and other modules.

use super::{Folder, FolderFile, Known, read};
use crate::migration::{MigrationSet, Script, Variables};
use crate::place::Located;

/// A folder of files, by path and text.
pub(crate) fn folder_of(files: &[(&str, &str)]) -> Folder {
    let mut files: Vec<_> =
        files.iter().map(|(name, text)| FolderFile::new(*name, *text)).collect();
    files.sort_by(|left, right| left.relative.cmp(&right.relative));
    Folder { path: "migrations".into(), files, beside: Vec::new() }
}

/// The set that is detected.
pub(crate) fn set_of(files: &[(&str, &str)]) -> MigrationSet {
    let read = read(&folder_of(files), None, None, &Variables::default(), Known::default());
    read.and_then(MigrationSet::accepted).unwrap()
}

/// The set that a layout makes of the files.
pub(crate) fn read_as(layout: &str, files: &[(&str, &str)]) -> Result<MigrationSet, String> {
    read_with(layout, files, &[])
}

/// The set of a folder that its tool may refuse for its versions.
pub(crate) fn set_to_look_at(layout: &str, files: &[(&str, &str)]) -> MigrationSet {
    let layout = Located::unplaced(layout.to_owned());
    let variables = Variables::default();
    read(&folder_of(files), Some(&layout), None, &variables, Known::default()).unwrap()
}

/// The same with variables.
pub(crate) fn read_with(
    layout: &str,
    files: &[(&str, &str)],
    variables: &[(&str, &str)],
) -> Result<MigrationSet, String> {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let variables = Variables(variables.collect());
    let layout = Located::unplaced(layout.to_owned());
    read(&folder_of(files), Some(&layout), None, &variables, Known::default())
        .and_then(MigrationSet::accepted)
        .map_err(|problems| problems.to_string())
}

/// The identities in order.
pub(crate) fn ids(set: &MigrationSet) -> Vec<&str> {
    set.migrations().iter().map(|migration| migration.id.as_str()).collect()
}

/// The statements of a script, as they are sent.
pub(crate) fn sent(script: &Script) -> Vec<String> {
    script.statements().iter().map(|it| script.text_of(it).into_owned()).collect()
}
