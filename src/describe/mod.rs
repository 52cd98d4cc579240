//! A schema and the way to it, for documentation: as Markdown, as Mermaid diagrams, as JSON.
//!
//! Start from [`Description`]. The same migrations give the same text: it holds no dates, no versions of
//! servers or extensions, and everything in an order of its own, so that a committed copy shows what a
//! change of the migrations does to the schema, and nothing else.

mod contents;
mod description;
mod key;
mod names;
mod sequence;

mod json;
mod markdown;
mod mermaid;

#[cfg(test)]
mod testing;

pub use description::Description;
pub use json::json;
pub use markdown::markdown;
pub use mermaid::{er_diagram, flowchart};
pub use sequence::{Sequence, State, Station};
