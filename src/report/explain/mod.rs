//! What the files say about one migration: for people, as Markdown, and as JSON.

mod does;
mod json;
mod page;
mod render;
mod sections;
mod verdicts;

pub use json::explain_json;
pub use render::{explain_markdown, explain_text};

#[cfg(test)]
mod tests;
