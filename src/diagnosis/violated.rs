//! The rule that rows break, and the rows.

use super::inquiry::Inquiry;
use super::message::quoted_names;
use super::objects::member;
use crate::schema::{Kind, ObjectId, quoted};
use crate::sql::{Named, Verb};

/// A constraint that rows violate.
pub(super) struct Violated {
    pub(super) table: ObjectId,
    pub(super) about: Option<ObjectId>,
    pub(super) values: Vec<String>,
    /// Whether the statement itself brought the rows, and not the rule.
    pub(super) by_own_rows: bool,
}

/// What the fields of the error name (documentation, "Error and Notice Message Fields").
pub(super) fn violated(inquiry: &Inquiry<'_>) -> Option<Violated> {
    let named = inquiry.found.error.named.as_deref().cloned().unwrap_or_default();
    let table = match &named.table {
        Some(table) => {
            let schema = named.schema.as_deref().unwrap_or("public");
            ObjectId::new(Kind::Table, format!("{}.{}", quoted(schema), quoted(table)))
        }
        None => acted_table(inquiry)?,
    };
    let column = named.column.as_ref().map(|column| member(Kind::Column, &table, column));
    let constraint = named.constraint.as_ref().map(|name| member(Kind::Constraint, &table, name));
    let brings_rule = inquiry.reading.acts.iter().any(|act| {
        matches!(act.verb, Verb::Create | Verb::Alter(_))
            && matches!(
                act.object.kind,
                Kind::Constraint | Kind::Index | Kind::Column | Kind::Table
            )
    });
    Some(Violated {
        about: column.or(constraint),
        values: values_in(inquiry.found.error.detail.as_deref().unwrap_or_default()),
        by_own_rows: !brings_rule,
        table,
    })
}

/// The table that the statement works on.
pub(super) fn acted_table(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let mut acts = inquiry.reading.acts.iter();
    let act =
        acts.find(|act| matches!(act.object.kind, Kind::Table | Kind::Column | Kind::Constraint))?;
    let table = Named { kind: Kind::Table, member: None, ..act.object.clone() };
    inquiry.past.resolve(&table).into_iter().next()
}

/// `Key (a)=(1) is not present in table "z".`
pub(super) fn named_row(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let detail = inquiry.found.error.detail.as_deref()?;
    let (_, rest) = detail.split_once(" is not present in table ")?;
    let name = quoted_names(rest).into_iter().next()?;
    let named = Named::new(Kind::Table, None, name);
    inquiry.past.resolve(&named).into_iter().next()
}

/// The values of `Key (a, b)=(1, x) already exists.`
fn values_in(detail: &str) -> Vec<String> {
    let Some((_, rest)) = detail.split_once(")=(") else { return Vec::new() };
    let Some((values, _)) = rest.rsplit_once(')') else { return Vec::new() };
    values.split(", ").map(str::to_owned).collect()
}
