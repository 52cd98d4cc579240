//! Stopping a replay in the middle: where a failure is, what of its file is left to be run by hand, and the
//! plan that goes just so far.

mod cut;
mod find;
mod place;

use cut::in_order;
pub use place::{Otherwise, Stop, StopBody};

#[cfg(test)]
mod tests;
