//! The rules, one file for each cause that is found by looking at a failing statement. The first one that answers is right;
//! those that know more come first.

mod already_exists;
mod dependents_remain;
mod dropped_earlier;
mod enum_value_uncommitted;
mod excluded_dependency;
mod existing_rows_violate;
mod extension_unavailable;
mod missing_from_set;
mod not_in_transaction;
mod ordered_later;
mod recreated_without;
mod related;
mod renamed_earlier;
mod role_missing;
mod swallowed_by_if_not_exists;
mod syntax;

pub(super) use missing_from_set::hypothesis;

use super::inquiry::Inquiry;
use super::trouble::Trouble;
use super::verdict::Diagnosis;

/// A rule: an answer, or nothing where it is about something else.
pub(super) type Rule = fn(&Inquiry<'_>, &Trouble) -> Option<Diagnosis>;

/// Every rule, in the order in which they are asked.
pub(super) const RULES: &[Rule] = &[
    not_in_transaction::rule,
    enum_value_uncommitted::rule,
    syntax::rule,
    extension_unavailable::rule,
    excluded_dependency::rule,
    swallowed_by_if_not_exists::rule,
    ordered_later::rule,
    recreated_without::rule,
    renamed_earlier::rule,
    dropped_earlier::rule,
    role_missing::rule,
    already_exists::rule,
    existing_rows_violate::rule,
    dependents_remain::rule,
    missing_from_set::rule,
    related::rule,
];
