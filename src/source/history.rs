use std::path::Path;

use crate::place::Problem;
use crate::status::HistoryTable;

/// Reads an exported history table.
///
/// # Errors
///
/// When the file is not there, or is no CSV with a header.
pub(crate) fn read_history(path: &Path) -> Result<HistoryTable, Problem> {
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::error(format!("cannot be read: {error}")).path(path))?;
    HistoryTable::from_csv(&path.display().to_string(), &bytes)
}
