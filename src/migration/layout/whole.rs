//! Files of tools that send a whole file as one query: no backslash commands, and no way to send the
//! data of a `COPY`.

use super::{Folder, FolderFile};
use crate::migration::split::Dialect;
use crate::migration::{Cut, Script};
use crate::place::Problem;

/// A file as such a tool sends it. Its statements are only looked at: to say which one failed.
pub(super) fn script(folder: &Folder, file: &FolderFile) -> Result<Script, Problem> {
    file.script(folder).map(|script| script.cut(Cut::By(Dialect::ServerAndCopy)))
}
