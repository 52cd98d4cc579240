//! Files held against what the history of a database says: applied, pending, edited since, late, failed, and recorded
//! without a file.
//!
//! Start from [`HistoryTable`], which is a history table as text, from a query or from an export; [`recorded`] reads it by
//! the rules of the tool that keeps it, and [`status`] holds a folder against it. Nothing here opens a file or a connection.

mod fold;
mod own;
mod proof;
mod row;
mod standing;
mod table;
#[cfg(test)]
mod tests;
mod tool;
mod tools;

pub use fold::{Mark, Recorded, Recording, recorded};
pub use own::own_table;
pub use standing::{Counts, FileStatus, Missing, State, Status, status};
pub use table::HistoryTable;
pub use tool::Tool;
pub use tools::{named, recognised, table_names};
