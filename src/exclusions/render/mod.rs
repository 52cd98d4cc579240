//! Examinations as text for people, as Markdown, as JSON, and as a list to paste.

mod json;
mod list;
mod markdown;
mod text;
mod words;
mod written;

pub use json::json;
pub(crate) use list::quoted;
pub use list::{ClosedList, closed_list};
pub use markdown::markdown;
pub use text::text;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
