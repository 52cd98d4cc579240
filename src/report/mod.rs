//! Makes texts from what happened: for people, for JUnit readers, and as JSON.
//!
//! Nothing here prints or writes a file. Everything is made from a [`RunOutcome`](crate::outcome::RunOutcome)
//! and from the events it is the sum of, so the reports agree.

mod alike;
mod base;
mod check;
mod explain;
mod facts;
mod failure;
mod generated;
mod github;
mod json;
mod junit;
mod kept;
mod lineage;
mod list;
mod markdown;
mod paths;
mod problem;
mod progress;
mod qualification;
mod repro;
mod saved;
mod snippet;
mod status;
mod style;
mod summary;
mod text;
mod verify;

pub use check::{Shown, check_json, check_sarif, check_text, findings_text};
pub use explain::{explain_json, explain_markdown, explain_text};
pub use failure::{render_failure, render_found};
pub use github::{Annotations, annotations, check_annotations, problem_annotations};
pub use json::json;
pub use junit::junit;
pub use lineage::{
    Asked, GraphView, ReadFrom, dot, graph_json, graph_markdown, graph_table, history,
    history_json, mermaid, read_from,
};
pub use list::{ListedCase, list_github_matrix, list_json, list_text};
pub use markdown::{LONGEST_MARKDOWN, check_markdown, markdown, problems_markdown};
pub use paths::RepositoryPaths;
pub use problem::{render_problem, render_problems};
pub use progress::plain_line;
pub use qualification::{Qualified, qualification_html, qualification_markdown};
pub use repro::{bundle_readme, reproduction, session_file, statement_file};
pub use saved::{Merged, SavedFile, merge_reports, saved_durations};
pub use status::{status_json, status_text};
pub use style::{Style, Tone};
pub use summary::summary;
pub use text::first_line;
pub use verify::{verified_json, verified_text};

#[cfg(test)]
mod samples;
