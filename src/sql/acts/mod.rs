//! What a statement does: one file for each family of statements.

mod actions;
mod alter;
mod alter_table;
mod column;
mod comment;
mod constrain;
mod constraint;
mod create;
mod drop;
mod grant;
mod index;
mod maintenance;
mod policy;
mod role;
mod routine;
mod statement;
mod table;
mod trigger;
mod types;
mod view;
mod write;

pub(super) use routine::{is_everywhere, name_of_language};
