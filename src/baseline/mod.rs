//! A baseline: one migration that stands for everything before it. It makes the schema on a fresh database, and does nothing on
//! one that has it already.
//!
//! Start from [`Baseline`], which is made of a [`Dump`] (what `pg_dump` wrote, read again) and of the [`Catalog`](crate::schema::Catalog)
//! of the same database. Whether what is written is true, a replay has to prove.

mod dump;
mod guard;
mod wrap;
mod write;

#[cfg(test)]
mod tests;

pub use dump::{Dump, Entry};
pub use guard::Guard;
pub use wrap::stand_in;
pub use write::{About, Baseline, Rows, role_of};
