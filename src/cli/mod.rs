//! The command line: arguments, what is printed, and which files are written. Only this module prints.

mod arguments;
mod base;
mod baseline;
mod branches;
mod check;
mod chosen;
mod ci;
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
mod github;
mod graph;
mod history;
mod init;
mod interrupt;
mod lock;
mod numbering;
mod qualify;
mod report;
mod repro;
mod retire;
mod run;
mod shards;
mod status;
mod verify;

pub(crate) use arguments::{Arguments, Command};
pub(crate) use baseline::baseline;
pub(crate) use check::check;
pub(crate) use clean::clean;
pub(crate) use describe::describe;
pub(crate) use doctor::doctor;
pub(crate) use examined::exclusions;
pub(crate) use explain::explain;
pub(crate) use generated::{completions, man, schema};
pub(crate) use graph::graph;
pub(crate) use history::history;
pub(crate) use init::init;
pub(crate) use lock::lock;
pub(crate) use numbering::{new, renumber};
pub(crate) use qualify::qualify;
pub(crate) use report::report;
pub(crate) use repro::repro;
pub(crate) use retire::retire;
pub(crate) use run::run;
pub(crate) use status::status;
pub(crate) use verify::verify;

#[cfg(test)]
mod user_files;
