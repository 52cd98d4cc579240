//! How identities are spelled, and which kinds share a namespace.

use crate::schema::{Kind, ObjectId, quoted};
use crate::sql::chosen_name;

/// `public.users`, each part in quotes where it needs them.
pub(super) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", quoted(schema), quoted(name))
}

/// The identity of a member: `column public.users.email`.
pub(super) fn member_id(kind: Kind, parent: &str, member: &str) -> ObjectId {
    ObjectId::new(kind, format!("{parent}.{}", quoted(member)))
}

/// Whether tables, views, indexes and sequences share one namespace with it (`pg_class`).
pub(super) fn is_relation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Index
            | Kind::Sequence
    )
}

/// Whether it is a function of some sort (`pg_proc`).
pub(super) fn is_routine(kind: Kind) -> bool {
    matches!(kind, Kind::Function | Kind::Procedure | Kind::Aggregate)
}

/// Whether its identity begins with that of the relation or type that it belongs to.
pub(super) fn is_member(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Column
            | Kind::Constraint
            | Kind::Trigger
            | Kind::Policy
            | Kind::Rule
            | Kind::EnumValue
    )
}

/// Whether it belongs to no schema.
pub(super) fn is_global(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Schema
            | Kind::Extension
            | Kind::Language
            | Kind::Role
            | Kind::EventTrigger
            | Kind::AccessMethod
            | Kind::ForeignDataWrapper
            | Kind::Server
            | Kind::UserMapping
            | Kind::Publication
            | Kind::Subscription
            | Kind::DefaultPrivileges
            | Kind::Cast
            | Kind::Transform
    )
}

/// Whether the schema is Postgres' own.
pub(super) fn is_system_schema(schema: &str) -> bool {
    matches!(schema, "pg_catalog" | "information_schema" | "pg_toast")
}

/// The name that Postgres chooses for a thing of a table: the smallest number is added to the label that makes it free
/// (`ChooseRelationName`, `ChooseConstraintName`).
pub(super) fn free_chosen(
    table: &str,
    addition: &str,
    label: &str,
    is_taken: impl Fn(&str) -> bool,
) -> String {
    let first = chosen_name(table, addition, label);
    if !is_taken(&first) {
        return first;
    }
    let numbered = |number: usize| chosen_name(table, addition, &format!("{label}{number}"));
    (1..1000).map(numbered).find(|name| !is_taken(name)).unwrap_or(first)
}

/// The same where only the chosen name is known.
pub(super) fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    const LONGEST: usize = 63;
    if !is_taken(name) {
        return name.to_owned();
    }
    let numbered = |number: usize| {
        let number = number.to_string();
        let end = name.floor_char_boundary(LONGEST.saturating_sub(number.len()));
        format!("{}{number}", &name[..end])
    };
    (1..1000).map(numbered).find(|name| !is_taken(name)).unwrap_or_else(|| name.to_owned())
}
