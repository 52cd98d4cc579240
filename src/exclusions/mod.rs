//! Lists of left-out migrations, wherever a project keeps them: in workflows, in code, in scenarios.
//!
//! Start from [`lists_in`], which reads the lists of one text, and [`compare`], which holds lists against
//! each other and against the folder of migrations.

mod compare;
mod entries;
mod list;
mod problems;
mod spec;
mod variable;

#[cfg(test)]
mod tests;

pub use compare::{Comparison, Duplicate, Row, Stale, compare};
pub use list::{Entry, List, lists_in};
pub use spec::{DEFAULT_VARIABLE, Source, Spec};
