//! Before the first statement: what the files of a case need of their server, held against what it offers.
//!
//! Start from [`Files::wants`]: it reads what a case's files want. Where they want something, an [`Offer`] says what
//! the server has, and [`lacks`] gives what is missing, each with what falls with it. Only statements that may want
//! something are parsed, and only where something is missing the dependencies between files are laid out.

mod falls;
mod features;
mod lacks;
mod offer;
mod read;
mod want;

pub use falls::dependencies;
pub use lacks::lacks;
pub use offer::{Extent, Offer};
pub use want::{Files, Want};

#[cfg(test)]
mod tests;
