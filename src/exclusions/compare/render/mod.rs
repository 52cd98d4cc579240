//! A comparison of exclusion lists: for people, as Markdown, as JSON.

mod json;
mod markdown;
mod said;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use text::text;

#[cfg(test)]
mod tests;
