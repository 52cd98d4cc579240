//! Reports that somebody kept, read again.

mod durations;
mod json;

pub use durations::saved_durations;
