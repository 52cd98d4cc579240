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

use super::text::{first_line, visible};
use crate::outcome::Found;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// The files only.
    Files,
    /// The files, held against a replay of them.
    Replay,
}

impl ReadFrom {
    /// The stable word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Replay => "replay",
        }
    }
}

/// The last line of what was read from files: whether a server was asked too, which, and how far it came.
#[must_use]
pub fn read_from(replayed: Option<(&str, Option<&Found>)>) -> String {
    let Some((server, stopped)) = replayed else {
        return "Read from the files; nothing was replayed.\n".to_owned();
    };
    if server.is_empty() {
        return "Read from the files; no server could replay them.\n".to_owned();
    }
    let mut text = format!("Read from the files, and held against a replay on {server}.\n");
    if let Some(found) = stopped {
        let at = found.migration.as_ref().map_or_else(String::new, |it| format!(" at {it}"));
        let why = visible(&first_line(&found.error.message));
        text.extend([
            "The replay stopped",
            &at,
            ": ",
            &why,
            ". What comes after is read from the files only.\n",
        ]);
    }
    text
}

#[cfg(test)]
mod tests;
