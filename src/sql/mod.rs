//! What a statement says it does, and what it speaks of: the parser, and nothing of databases.
//!
//! Start from [`read`]: it takes one statement as it is sent and gives its [`Act`]s (made, altered, renamed, dropped, written
//! to), its [`Use`]s, and its [`Work`]s (what locks and rewrites depend on), each with its place, also inside `DO` blocks and
//! the bodies of functions. Names are as the statement says them: whether `users` means `public.users` depends on what came
//! before, and is `lineage`'s to know.
//!
//! The grammar is `squawk-parser`'s, which reads on after an error; no type of it leaves this module.

mod act;
mod acts;
mod bodies;
mod fallback;
mod named;
mod read;
mod reader;
mod search_path;
mod syntax;
mod uses;
mod words;
mod works;

pub use act::{Act, Fault, Guard, Inside, Reading, RowWrite, Use, Verb};
pub use named::Named;
pub use read::{read, read_each};
pub use search_path::search_path;
pub(crate) use words::{index_columns, object_name as chosen_name, qualified as name_in_text};
pub use works::{Change, Control, Deed, Filling, NewColumn, NewConstraint, Reindexed, Work};

#[cfg(test)]
mod tests;
