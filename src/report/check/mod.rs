//! What `check` found, for people and as JSON.

mod json;
mod text;

pub use json::check_json;
pub use text::{Shown, check_text, findings_text};

#[cfg(test)]
mod tests;
