//! What `check` found, for people, as JSON and as SARIF.

mod json;
mod pages;
mod sarif;
mod text;

pub use json::check_json;
pub use sarif::check_sarif;
pub use text::{Shown, check_text, findings_text};

#[cfg(test)]
mod tests;
