//! What a statement says it does, and what it speaks of: the parser, and nothing of databases.
//!
//! Start from [`read`]: it takes one statement as it is sent and gives its [`Act`]s (made, altered, renamed, dropped, written
//! to) and its [`Use`]s, each with its place, also inside `DO` blocks and the bodies of functions. Names are as the statement
//! says them: whether `users` means `public.users` depends on what came before, and is `lineage`'s to know.
//!
//! The grammar is `squawk-syntax`'s, which reads on after an error; no type of it leaves this module.

mod act;
mod named;

pub use act::{Act, Fault, Guard, Inside, Reading, RowWrite, Use, Verb};
pub use named::Named;

/// Stub until the branch lands.
#[must_use]
pub fn read(_sql: &str) -> Reading {
    Reading::default()
}
