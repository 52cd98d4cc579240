//! What may have changed since an earlier reading, as far as whoever reads knows.

use std::collections::BTreeSet;

use super::queries::TABLES_OF_REST;

/// What may have changed since an earlier reading.
#[derive(Debug, Clone, Copy)]
pub struct Changed<'a> {
    /// Whether anything may that is told by rows of the tables which [`is_of_rest`] knows.
    pub rest: bool,
    /// Whether functions may.
    pub functions: bool,
    /// Which relations may.
    pub relations: Relations<'a>,
}

/// Which relations may have changed.
#[derive(Debug, Clone, Copy)]
pub enum Relations<'a> {
    /// Nobody knows which.
    Any,
    /// Those of these numbers, and those that the open transaction has locked. Whoever changes a relation locks it until the transaction
    /// ends (documentation, "Explicit Locking"), but for GRANT and REVOKE. Of an index it is its table.
    Locked(&'a BTreeSet<u32>),
}

impl Changed<'_> {
    /// Nobody knows.
    pub const ANYTHING: Self = Self { rest: true, functions: true, relations: Relations::Any };
}

/// Whether this is a table of the catalog whose rows may change what other rows are told as: those of schemas, types or roles, for
/// example. By its qualified name.
#[must_use]
pub fn is_of_rest(table: &str) -> bool {
    table.strip_prefix("pg_catalog.").is_some_and(|table| TABLES_OF_REST.contains(&table))
}
