//! The command line: arguments, what is printed, and which files are written. Only this module prints.

mod arguments;
mod baseline;
mod chosen;
mod clean;
mod compared;
mod console;
mod describe;
mod doctor;
mod examined;
mod exclusions;
mod explain;
mod files;
mod generated;
mod graph;
mod history;
mod interrupt;
mod repro;
mod retire;
mod run;
mod status;
mod verify;

pub(crate) use arguments::{Arguments, Command};
pub(crate) use baseline::baseline;
pub(crate) use clean::clean;
pub(crate) use describe::describe;
pub(crate) use doctor::doctor;
pub(crate) use examined::exclusions;
pub(crate) use explain::explain;
pub(crate) use generated::{completions, man, schema};
pub(crate) use graph::graph;
pub(crate) use history::history;
pub(crate) use repro::repro;
pub(crate) use retire::retire;
pub(crate) use run::run;
pub(crate) use status::status;
pub(crate) use verify::verify;
