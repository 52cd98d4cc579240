//! Where something stands in a text, and what is wrong with it there.
//!
//! Scenario files and migrations are texts that people wrote; every message about one of them is a
//! [`Problem`] that points at a [`Place`].

mod located;
mod problem;
mod shell;
mod text;

pub use located::Located;
pub use problem::{Problem, Problems, Severity};
pub use shell::shell_word;
pub use text::{LineColumn, Place, SourceText};
