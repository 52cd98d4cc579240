//! Generated rows: awkward on purpose, and allowed by everything that the schema says.
//!
//! Values in, values out: [`Facts`] say what the tables are, [`due`] which of them want rows, [`order`] in which order,
//! [`make()`] gives the rows of one table, and [`insert`] the SQL. Nothing here talks to a server. The same facts give the same
//! rows.

mod choices;
mod class;
mod due;
mod expression;
mod facts;
mod forms;
mod make;
mod order;
mod pattern;
mod query;
mod repair;
mod rules;
mod samples;
mod write;

pub use choices::Style;
pub use due::{Due, due, holders, short};
pub use facts::{Check, Column, Fact, Facts, Key, Reference, Table, TypeFact, TypeName};
pub use make::{Cell, Made, Parents, Wanted, make};
pub use order::{Helping, Part, order};
pub use query::{Violation, query_for};
pub use write::{KEEPING, add_parents, insert, note_filled, read_counts, read_parents, take_out};

#[cfg(test)]
mod tests;
