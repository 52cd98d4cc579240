//! A failure on one's own screen: what is kept, in which state, how to get there, and what is left to run; and the
//! files that go with it.

mod left;
mod readme;
mod screen;
mod state;

pub use left::{session_file, statement_file};
pub use readme::bundle_readme;
pub use screen::reproduction;

#[cfg(test)]
mod tests;
