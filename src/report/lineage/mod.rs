//! What the files say about objects and about each other: histories and graphs, as text and as JSON.

mod drawing;
mod graph_json;
mod graph_rows;
mod graph_text;
mod history;
mod history_json;
mod words;

pub use drawing::{dot, mermaid};
pub use graph_json::graph_json;
pub use graph_rows::GraphView;
pub use graph_text::{graph_markdown, graph_table};
pub use history::{Asked, history};
pub use history_json::history_json;

/// The last line of what no server was asked for.
pub const FROM_FILES: &str = "Read from the files; nothing was replayed.\n";

#[cfg(test)]
mod tests;
