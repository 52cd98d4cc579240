//! Cuts a script into what psql would send, without a server.
//!
//! Start at [`split()`] for a text in memory, at [`Stream`] for a dump that is too large for that; both drive the same
//! byte-level state machine. The rules are those of the psql manual (sections "Meta-Commands" and "SQL Interpolation")
//! and of chapter "Lexical Structure" of the Postgres manual; where those are silent, psql itself was asked.
//!
//! What psql decides at run time is not decided here: variables (`:name`) stay as written, both branches of `\if` are
//! given, and `standard_conforming_strings` follows only plain `SET` and `RESET` statements of the script, at once where
//! psql waits for the next line. Data after a `\copy` in the middle of a statement are not looked for.

mod body;
mod bytes;
mod commands;
mod copy;
mod dialect;
mod meta;
mod piece;
mod scanner;
mod settings;
mod statement;
mod stream;
mod tokens;
mod whole;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use copy::reads_data;
pub use dialect::Dialect;
pub use piece::{Piece, PieceKind, Problem, ProblemKind, Split};
pub use stream::{Event, Query, Stream};
pub use tokens::{Token, TokenKind, Tokens, tokens, words};
pub use whole::{split, split_as};
