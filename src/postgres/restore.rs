//! Restores dumps: SQL text through a session of ours, streamed; archives through the server's own
//! `pg_restore`, streamed too. Nothing of a dump is held in memory but the statement at hand.

mod archive;
mod frames;
mod plain;

pub use archive::restore_archive;
pub use plain::{RestoreError, restore_plain};
