//! The command line: arguments, what is printed, and which files are written. Only this module prints.

mod arguments;
mod clean;
mod console;
mod files;
mod input;
mod interrupt;
mod repro;
mod run;

pub(crate) use arguments::{Arguments, Command};
pub(crate) use clean::clean;
pub(crate) use repro::repro;
pub(crate) use run::run;
