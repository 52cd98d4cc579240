//! Exclusion lists examined on servers, and what people do about them, written and tried.

mod examine;
mod stubs;
mod trials;
mod written;

pub use examine::Wishes;
