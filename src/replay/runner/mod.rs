//! The passes with the user's own runner: it is called as a whole, so nothing in it is stepped. What it
//! applied is read from its history table.

mod blame;
mod call;
mod container;
mod ledger;
mod passes;
mod state;

pub(super) use call::RunnerCall;
pub(super) use passes::{apply, fresh, rerun};
