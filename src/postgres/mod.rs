//! Disposable Postgres servers, databases and sessions: everything that talks to a server.
//!
//! Start from [`Server`]: a container, local binaries or a URL, all the same once they answer.
//! [`Session`] is what a replay needs of a connection; tests put a fake in its place.

pub mod catalog;
mod client_program;
mod database;
mod dump;
mod error;
mod facts;
mod globals;
mod history;
mod holdings;
mod image;
pub mod live;
mod owner;
mod pg_session;
mod quote;
mod restore;
mod rows;
mod sequences;
mod server;
mod session;

pub use database::Database;
use database::retry_while_in_use;
pub use dump::DumpedRows;
pub use globals::Globals;
pub use history::{HistoryEntry, Outcome, copy_history};
pub use holdings::Holder;
pub use image::{ImageProfile, KnownImages, image_with, is_of_postgres};
pub use owner::owner_label;
pub use pg_session::PgSession;
pub use quote::{literal, oid_array, quote};
pub use restore::{RestoreError, restore_archive, restore_plain};
pub use rows::{MayWrite, Writes, is_of_catalog};
pub use sequences::Sequences;
pub use server::{
    Backend, BackendChoice, Claim, Engine, ImageStanding, KeptDatabase, Leftover, LocalPostgres,
    Machine, Server, ServerError, ServerRequest, Supplied, Supply, Tools, docker_answers,
    find_leftovers, make_kept_folder, make_temporary_folder, sweep,
};
pub use session::{CatalogWatch, Ran, Session};

/// The schema of our own, hidden from comparisons.
pub const OWN_SCHEMA: &str = "migration_replay";
