//! One migration, explained from the files: what it does, what it needs and who needs it, whether it can run twice, how it
//! stands to transactions, and which tables it locks or rewrites.
//!
//! Start from [`Explanation::of`]. What is said of a second run is found by letting the migration run twice in a
//! [`Lineage`](crate::lineage::Lineage), and looking at what the second time meets; no server is asked.

mod again;
mod explanation;
mod locks;
mod neighbours;
mod steps;
mod transaction;

pub use again::{Again, Repeat};
pub use explanation::{Explanation, Request};
pub use locks::TableLock;
pub use neighbours::{Neighbour, Neighbours};
pub use steps::{Deed, Step};
pub use transaction::{InTransaction, Obstacle, Standing};

#[cfg(test)]
mod tests;
