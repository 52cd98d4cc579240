//! What statements do to relations, told as finely as locks, rewrites and transactions depend on it.

mod alter;
mod filling;
mod statement;
mod work;
mod write;

pub use work::{Change, Control, Deed, Filling, NewColumn, NewConstraint, Reindexed, Work};
