//! What a statement speaks of without changing it: queries, expressions, types, columns.

mod calls;
mod columns;
mod expression;
mod from;
mod output;
mod query;
mod references;
mod scope;
mod types;

pub(super) use columns::columns_of;
pub(super) use output::index_column_name;
pub(super) use query::outputs;
pub(super) use references::{arguments, is_type, names_of};
pub(super) use scope::{Item, Scope};
