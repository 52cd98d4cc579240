//! Stubs: files that do what excluded ones do, but for what the server lacks.
//!
//! Start from [`make_stubs`]. What an extension brings that the server does not offer is taken out of the files, and whatever
//! speaks of that; everything else stays as it is written. The server is asked again after each round, so that nothing is
//! taken out that it would have taken.

mod elements;
mod gone;
mod make;
mod propagate;
mod stub;

pub use make::{Question as StubQuestion, StubTrials, Stubbed, lacking, make_stubs};
pub use stub::{Stub, Stubs};

#[cfg(test)]
mod tests;
