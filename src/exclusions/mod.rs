//! Exclusion lists held against replays: what falls with a list, which entries are no longer needed, and the smallest list;
//! and lists that stand in several places, held against each other ([`compare`]).
//!
//! Start from [`examine`]. It asks for one replay after the other ([`Trials`]) and sums up the answers as [`Findings`]; it
//! touches no server itself. An [`Examination`] is the same with what people want to read beside it, and becomes text,
//! Markdown or JSON.

pub mod compare;
mod examination;
pub mod render;
mod search;
mod stubs;
mod written;

pub use examination::{Entry, Examination, NoFindings, Strictness};
pub use render::{ClosedList, closed_list};
pub use search::{
    Answer, Closure, End, Fall, Findings, Halted, List, Question, Standing, Trials, closure,
    examine,
};
pub use stubs::{Stub, StubQuestion, StubTrials, Stubbed, Stubs, lacking, make_stubs};
pub use written::{Examined, Proof, StubFile, WrittenFolder, WrittenStubs, are_proven};
