use std::path::PathBuf;

use crate::place::Problems;
use crate::report::{Merged, merge_reports};
use crate::source::read_reports;

/// Reads reports of several runs and puts them together; a folder stands for the `.xml` and `.json` files in it. `expect` is
/// how many shards there are, where the reports do not say it.
///
/// # Errors
///
/// Every file that cannot be read, or is no report of `run`.
pub fn merge(paths: &[PathBuf], expect: Option<usize>) -> Result<Merged, Problems> {
    let files = read_reports(paths)?;
    let files = files.into_iter().map(|(path, text)| (path.display().to_string(), text));
    merge_reports(&files.collect::<Vec<_>>(), expect)
}
