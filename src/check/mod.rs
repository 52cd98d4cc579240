//! Static checks: what is wrong with migrations can be told from the files, before any server starts.
//!
//! Start from [`check`]: it takes a [`Subject`] (a folder as its layout reads it, and what is known beside it: a lock, a base,
//! a scenario) and gives [`Finding`]s. Each rule is one file in `rules/`, with an identifier, a default level, and a page in
//! `docs/rules/`. [`Verdict`] holds findings against what a scenario knows already. Nothing here reads a file or asks git.

mod applied;
mod checked;
mod finding;
mod lock;
mod rules;
mod subject;
mod verdict;
mod walk;

pub use applied::{Base, Branch, Recorded, Retired};
pub use checked::{Checked, Told};
pub use finding::{Finding, Related};
pub use lock::{Change, Lock, LockEntry, LockedRetired};
pub use rules::{Definition, definition, definitions};
pub use subject::{Calendar, Subject};
pub use verdict::{Judged, Verdict};
pub use walk::{check, only};

#[cfg(test)]
mod tests;
