//! Which list to try next, and what the answers come to.

mod closure;
mod entries;
mod examine;
mod findings;
mod memory;
mod smallest;
mod trials;

pub use closure::{Closure, End, closure};
pub use examine::{Question, examine};
pub use findings::{Fall, Findings, Standing};
pub use trials::{Answer, Halted, List, Trials};

#[cfg(test)]
mod tests;
