//! Migrations as values: versions, checksums, ordered sets, statements, and history rows held against
//! files. Nothing here touches a disk or a database.
//!
//! Start from [`MigrationSet`]; [`layout::read`] makes one from the files of a folder.

mod blocks;
mod checksum;
pub mod history;
pub mod layout;
mod ledger;
mod own_locks;
mod pattern;
pub mod psql;
mod retired;
mod rewritten;
mod rules;
mod script;
mod server_objects;
mod session_marks;
mod set;
pub mod split;
mod variables;
mod version;

pub use checksum::Checksum;
pub use ledger::{Ledger, LedgerRead, sql_text};
pub use own_locks::LockedChanges;
pub use pattern::Pattern;
pub use retired::{reason_of, retired_text};
pub use rewritten::Rewritten;
pub use rules::{BodyRule, Order, Sends, Sessions, Transaction, Wraps};
pub use script::{Cut, Script, Statement, StatementKind};
pub use server_objects::touches_server;
pub use set::{LeftOut, Migration, MigrationId, MigrationKind, MigrationSet};
pub use variables::Variables;
pub use version::Version;
