//! What happened: events, and what they add up to.
//!
//! A run is a stream of [`Event`]s. [`RunOutcome`] is their sum; reports are made from it and from the
//! stream, so they agree.

mod change;
mod coverage;
mod event;
mod failure;
mod identity;
mod kept;
mod known;
mod lack;
mod reproduction;
mod run;
mod shard;
mod verdict;

pub use change::{Deed, SchemaChange};
pub use coverage::{Coverage, Unfilled};
pub use event::{CaseHead, CaseId, Event};
pub use failure::{
    Advice, Blame, Culprit, Failure, Found, NamedInError, SqlError, SqlErrorKind, Standing,
};
pub use identity::{Identity, KnownFailure};
pub use kept::{Dump, Kept, Psql, Stopped};
pub use known::{Base, Comparison, KnownCase, Origin, Relation, short};
pub use lack::{Lack, LackKind};
pub use reproduction::Reproduction;
pub use run::{CaseOutcome, Excluded, RunOutcome, Step};
pub use shard::{NoShard, Shard, ShardPart};
pub use verdict::{Ending, Phase, Verdict};
