//! What all kinds of objects have in common, and those that have no form of their own.

use std::collections::BTreeMap;

use super::schema::local_name;
use super::text::{code, one_line, sentence};
use crate::schema::{Object, ObjectId};

/// ``- `collation de`: definition `…`. Somebody's comment.``
pub(super) fn item(name: &str, object: &Object) -> String {
    let told = object.properties.iter().filter(|(name, _)| !is_common(name));
    let told: Vec<_> = told.map(|(name, value)| format!("{name} {}", code(value))).collect();
    let told = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    let comment = object.property("comment").map(|it| format!(" {}", sentence(it)));
    let comment = comment.unwrap_or_default();
    one_item(&format!("- {}{told}.{comment}{}", code(name), rights(object, false)))
}

/// The kind and the name without its schema.
pub(super) fn named(id: &ObjectId) -> String {
    format!("{} {}", id.kind, local_name(id))
}

/// A list item, on one line.
pub(super) fn one_item(text: &str) -> String {
    format!("{}\n", one_line(text).trim_end_matches(": ."))
}

/// Comment, owner and grants, each a paragraph of its own.
pub(super) fn paragraphs(object: &Object) -> String {
    let comment = object.property("comment").map(|it| format!("{}\n\n", sentence(it)));
    let rights = rights(object, false);
    let rights = if rights.is_empty() { rights } else { format!("{}\n\n", rights.trim()) };
    comment.unwrap_or_default() + &rights
}

/// What `GRANT ALL` on a table comes to.
const ALL_ON_TABLE: &str = "DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE";

/// Owner and grants as sentences that follow others. What PUBLIC `usually` may, it may unless told.
pub(super) fn rights(object: &Object, usually: bool) -> String {
    let owner = object.property("owner").map(|owner| format!(" Owner: {}.", code(owner)));
    let mut roles: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in &object.properties {
        let Some(role) = name.strip_prefix("grants to ") else { continue };
        if !(usually && role == "PUBLIC") {
            let rights = if value == ALL_ON_TABLE { "ALL" } else { value };
            roles.entry(rights).or_default().push(role);
        }
    }
    if usually && object.property("grants to PUBLIC").is_none() {
        roles.entry("nothing").or_default().push("PUBLIC");
    }
    let grants = roles.iter().map(|(rights, roles)| {
        let roles = roles.iter().map(|role| match *role {
            "its owner" => "its owner".to_owned(),
            role => code(role),
        });
        format!("{rights} to {}", roles.collect::<Vec<_>>().join(", "))
    });
    let grants = grants.collect::<Vec<_>>().join("; ");
    let grants = if grants.is_empty() { grants } else { format!(" Grants: {grants}.") };
    owner.unwrap_or_default() + &grants
}

fn is_common(property: &str) -> bool {
    matches!(property, "comment" | "owner") || property.starts_with("grants to ")
}
