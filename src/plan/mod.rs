//! What will be done: one [`CasePlan`] per point of image × seed, as data.
//!
//! [`build`] makes the plans of a scenario and reports what in it cannot be: exclusions that match
//! nothing, versions that are not there. A plan can be printed, compared and tested without a server.

mod against;
mod build;
mod case;
mod done;
mod elsewhere;
mod exclusions;
mod half_way;
mod inputs_key;
mod list;
mod needs;
mod recorded;
mod refusals;
mod released;
mod runner;
mod seeding;
mod shard;
mod sharing;
mod stop;
mod through;

pub use against::{Against, Other, There};
pub use build::{Inputs, Origin, build};
pub use case::{CasePlan, DumpFile, DumpFormat, PrepStep};
pub use shard::{Division, Durations, RunName, divide, run_key};
pub use sharing::{PrepKey, ServerGroup, shared_preparations};
pub use stop::{Otherwise, Stop, StopBody};
pub use through::through;
