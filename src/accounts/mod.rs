//! Rows accounted for: what tables held before a migration, held against what they hold after it.
//!
//! Start from [`losses`]. Values are compared by what they mean, so that a type change that keeps them loses nothing; a table
//! or column is followed through renames and rebuilds. What the migration says itself that it takes away, [`Sayings`] tells.

mod cascade;
mod declared;
mod follow;
mod holdings;
mod losses;
mod pairs;
mod said;
mod values;

pub use cascade::{Cascade, ask_for_cascades};
pub use declared::{asks, disagreeing};
pub use holdings::{Account, Column, Counted, Holdings, Rows, TableFacts};
pub(crate) use losses::short;
pub use losses::{Loss, TableLosses, What, losses};
pub use said::{Said, Sayings, may_touch_rows};
