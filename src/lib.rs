//! Replays Postgres migrations onto disposable servers, as scenario files say, and tells what breaks.
//!
//! Start from [`harness::Harness`]: it reads scenarios, plans their cases, runs them, and returns a
//! [`outcome::RunOutcome`] for [`report`]. `docs/architecture.md` shows how the modules depend on each
//! other; a test keeps it true.

mod abreast;
pub mod accounts;
pub mod baseline;
pub mod check;
pub mod describe;
pub mod diagnosis;
pub mod exclusions;
pub mod explain;
pub mod harness;
pub mod lineage;
pub mod locking;
pub mod migration;
mod named;
pub mod numbering;
pub mod outcome;
pub mod place;
pub mod plan;
pub mod postgres;
pub mod preflight;
pub mod replay;
pub mod report;
pub mod rows;
pub mod scenario;
pub mod schema;
mod source;
pub mod sql;
pub mod status;
pub mod survey;
pub mod verify;
