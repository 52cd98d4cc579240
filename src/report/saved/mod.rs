//! Reports that somebody kept: read again, and put together into one.

mod combine;
mod durations;
mod json;
mod merge;
mod suites;
mod view;

pub use durations::saved_durations;
pub use merge::{Merged, SavedFile, merge_reports};
