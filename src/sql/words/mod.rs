//! Names, types and definitions as text: folded as Postgres folds them.

mod chosen;
mod fold;
mod names;
mod types;

pub(super) use chosen::Given;
pub(crate) use chosen::{index_columns, object_name};
pub(super) use fold::{fold, fold_tokens, hash};
pub(crate) use names::qualified;
pub(super) use names::{fold_identifier, identifier, object, parts, path};
pub(super) use types::{argument, full_type, is_built_in};

#[cfg(test)]
mod tests;
