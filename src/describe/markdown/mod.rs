//! A description as one page of Markdown, as GitHub and GitLab render it.

mod function;
mod other;
mod page;
mod schema;
mod table;
mod text;
mod view;

pub use page::markdown;
