//! What GitHub shows of a run on the files of a pull request (GitHub's documentation, "Workflow commands").

mod annotations;
mod command;

pub use annotations::{annotations, check_annotations, problem_annotations};
pub use command::Annotations;
