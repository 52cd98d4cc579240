//! Reads the schema of a database as a [`Catalog`](crate::schema::Catalog).
//!
//! [`read`] is the one to call; [`read_in_transaction`] is for somebody who is inside a transaction and wants to see what
//! it has done so far. Both send one message of a fixed number of queries, whatever the size of the schema, and need no
//! rights but to connect. The queries are in `sql/`, one file per kind of object.

mod grants;
mod read;
mod row;

pub use read::{prepare, read, read_in_transaction, read_prepared};
