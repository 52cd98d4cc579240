//! Lists of left-out migrations, wherever a project keeps them: in workflows, in code, in scenarios.
//!
//! Start from [`lists_in`], which reads the lists of one text, and [`compare`], which holds lists against
//! each other and against the folder of migrations. No replay is needed.

mod comparison;
mod entries;
mod list;
mod problems;
pub mod render;
mod spec;
mod variable;

#[cfg(test)]
mod tests;

pub use comparison::{Comparison, Duplicate, Row, Stale, compare};
pub use list::{Entry, List, lists_in};
pub use spec::{DEFAULT_VARIABLE, Source, Spec};
