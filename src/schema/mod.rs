//! A Postgres schema as a value, and the difference of two.
//!
//! Start from [`Catalog`]: every object of a database by its [`ObjectId`], with its properties as text. Reading one from
//! a server is the edge's work (`postgres::catalog`); comparing two ([`compare`]) and holding one against what somebody
//! expects ([`contract`]) happens here, without a server.

mod catalog;
mod keywords;
mod kind;
mod name;
mod object;
mod reprinted;

mod compare;
mod describe;

pub mod contract;
pub mod drift;
mod signature;

#[cfg(test)]
mod tests;

pub use catalog::Catalog;
pub use compare::{Change, Comparison, Difference, Note, compare};
pub use describe::Sides;
pub use kind::Kind;
pub(crate) use name::{Part, parts, quoted};
pub use object::{NotAnObject, Object, ObjectId};
pub(crate) use signature::canonical;
