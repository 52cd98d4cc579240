//! A database that somebody works with: looked at in one read-only transaction, and never written to.
//!
//! Start from [`LiveDatabase::open`], with an [`Address`].

mod address;
mod certificates;
mod history;
mod look;
mod tls;
mod trust;

pub use address::{Address, AddressError, TlsMode};
pub use history::KnownTable;
pub use look::{LiveDatabase, LiveError, LiveRows};
