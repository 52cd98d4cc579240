//! Which locks a statement takes on tables, whether it rewrites or reads them whole, and what would be gentler.
//!
//! Start from [`holds`]: it takes a [`Work`](crate::sql::Work) and gives the [`Hold`]s that Postgres takes for it. It is a table
//! of rules, each with the page of the Postgres documentation that states it; nothing is asked and nothing is measured here.
//! The rules are those of Postgres 12 to 18.

mod alter;
mod hold;
mod mode;
mod retype;
mod rules;

pub use hold::{Cost, Hold, Target};
pub use mode::Mode;
pub use retype::{Retyped, retyped};
pub use rules::{holds, refuses_transaction};

#[cfg(test)]
mod tests;
