//! The command line: arguments, what is printed, and which files are written. Only this module prints.

mod arguments;
mod clean;
mod console;
mod files;
mod input;
mod interrupt;
mod run;

pub(crate) use arguments::{Arguments, Command};
pub(crate) use clean::clean;
pub(crate) use run::run;
