//! What the user wrote: a scenario file as a checked value, with places for messages.
//!
//! Start from [`Scenario`]; [`parse`] makes one from TOML text and reports everything that is wrong at
//! once. Nothing here opens a file: paths are kept as written, next to the folder they count from.

mod cause;
mod check;
mod defaults;
mod expect;
mod fields;
mod parse;
mod parse_expect;
mod parse_migrations;
mod parse_seed;
mod parse_setup;
mod runner;
mod schema;
mod setup;
mod value;

pub use cause::Cause;
pub use check::{CheckSettings, Level, NamePattern, Rule};
pub use defaults::{Defaults, ImageFacts, parse_defaults};
pub use expect::{
    Accept, CommandExpectation, Expect, ExpectedChange, ExpectedFailure, Pass, QueryExpectation,
    SqlState,
};
pub use parse::parse;
pub use runner::Runner;
pub use schema::{SCHEMA, shared_schema};
pub use setup::{
    Exclusion, FileList, Interrupted, Judged, Limits, MigrationSource, Reexecute, Releases, Replay,
    Rewrite, Scenario, Seed, SeedHistory, SeedSql, Setup,
};
pub use value::Value;
