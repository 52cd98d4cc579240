//! What is there already, although the statement makes it.

use super::inquiry::Inquiry;
use super::message::quoted_names;
use crate::schema::{Kind, ObjectId};
use crate::sql::{Named, Verb};

/// What is there already, or in another shape, although the statement makes it.
pub(super) fn there(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let names = quoted_names(&inquiry.found.error.message);
    let mut candidates = Vec::new();
    for act in &inquiry.reading.acts {
        let made = match &act.verb {
            Verb::Create => act.object.clone(),
            Verb::Rename(name) => renamed(&act.object, name),
            Verb::SetSchema(schema) => Named { schema: Some(schema.clone()), ..act.object.clone() },
            _ => continue,
        };
        let own = made.member.as_ref().unwrap_or(&made.name).clone();
        let meant = inquiry.past.resolve(&made);
        let is_named = names.contains(&own);
        for object in meant.into_iter().filter(|object| inquiry.is_there(object)) {
            let is_whole = made.member.is_none() || inquiry.state() == "42701";
            candidates.push((!is_named, !is_whole, object));
        }
    }
    candidates.sort_by_key(|(named, whole, _)| (*named, *whole));
    candidates.into_iter().next().map(|(_, _, object)| object).or_else(|| second_key(inquiry))
}

fn renamed(object: &Named, name: &str) -> Named {
    match &object.member {
        Some(_) => Named { member: Some(name.to_owned()), ..object.clone() },
        None => Named { name: name.to_owned(), ..object.clone() },
    }
}

/// "multiple primary keys for table … are not allowed": the one that is there.
fn second_key(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let catalog = inquiry.evidence.catalog.as_ref()?;
    let altered = inquiry.reading.acts.iter().find(|act| act.object.kind == Kind::Constraint)?;
    let table = Named { kind: Kind::Table, member: None, ..altered.object.clone() };
    let table = inquiry.past.resolve(&table).into_iter().next()?;
    let mut keys = catalog.members(Kind::Constraint, &table);
    let is_primary = |definition: &str| definition.starts_with("PRIMARY KEY");
    keys.find(|(_, key)| key.property("definition").is_some_and(is_primary))
        .map(|(id, _)| id.clone())
}
