//! Migrations as values: versions, checksums, ordered sets, statements, and history rows held against
//! files. Nothing here touches a disk or a database.
//!
//! Start from [`MigrationSet`]; [`layout::read`] makes one from the files of a folder.

mod checksum;
pub mod history;
pub mod layout;
mod pattern;
mod rules;
mod script;
mod server_objects;
mod set;
pub mod split;
mod version;

pub use checksum::Checksum;
pub use pattern::Pattern;
pub use rules::{Order, Transaction};
pub use script::{Script, Statement, StatementKind};
pub use server_objects::touches_server;
pub use set::{LeftOut, Migration, MigrationId, MigrationSet};
pub use version::Version;
