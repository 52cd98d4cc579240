//! Carries out plans on servers and tells what happens as events.
//!
//! Start from [`run`]. A case gets a database (a copy of a prepared one where several cases share the
//! preparation), goes through its passes, and is held against what its scenario expects.

mod accounts;
mod admit;
mod alike;
mod baseline;
mod bench;
mod beside;
mod case;
mod commands;
mod connect;
mod elsewhere;
mod emit;
mod expectations;
mod explore;
mod fill;
mod foresee;
mod investigate;
mod keep;
mod locks;
mod look_again;
mod made_by_rows;
mod migrate;
mod opening;
mod orders;
mod origins;
mod over_rows;
mod part;
mod passes;
mod pool;
mod prepare;
mod reach;
mod run;
mod runner;
mod seeded;
mod sequence;
mod shared;
mod shell;
mod statement;
mod tour;
mod trial;
mod upgrade;
mod url;
mod versus;
mod watch;
mod workbench;

pub use baseline::{BaselineEnd, BaselineRequest, Proven, baseline};
pub use emit::EventSink;
pub use keep::{Keep, Keeping};
pub use reach::{Looking, Reached, reach};
pub use run::run;
pub use shared::{RunSettings, Upgrades};
pub use watch::Watched;
pub use workbench::Workbench;
