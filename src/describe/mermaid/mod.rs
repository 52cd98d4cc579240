//! Diagrams in the language of Mermaid (<https://mermaid.js.org>), as its version 11 takes
//! them: names are always quoted, and what quotes cannot hold is an entity code.

mod er;
mod escape;
mod flow;

pub use er::er_diagram;
pub(super) use er::keys_diagram;
pub use flow::flowchart;
