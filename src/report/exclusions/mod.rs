//! A comparison of exclusion lists: for people, as Markdown, as JSON.

mod json;
mod markdown;
mod said;
mod text;

pub use json::comparison_json;
pub use markdown::comparison_markdown;
pub use text::render_comparison;

#[cfg(test)]
mod tests;
