//! What the text of an error names: a tie-breaker where the statement names more than one object, and the last resort where
//! it names none.

use super::inquiry::Inquiry;
use super::objects::{RELATIONS, member};
use crate::schema::{Kind, ObjectId, parts, quoted};
use crate::sql::Named;

/// What the message itself says is missing, where the parser sees nothing: SQL that a function puts together, say.
pub(super) fn said_missing(inquiry: &Inquiry<'_>) -> Vec<ObjectId> {
    let message = &inquiry.found.error.message;
    let names: Vec<String> = message.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let relation = |name: &str| relation(inquiry, name);
    match (inquiry.state(), names.as_slice()) {
        ("42P01", [name, ..]) => vec![relation(name)],
        ("42703", [column, table, ..]) => vec![member(Kind::Column, &relation(table), column)],
        ("3F000", [name, ..]) => vec![ObjectId::new(Kind::Schema, quoted(name))],
        ("42704", [name, rest @ ..]) => {
            said_object(message, name, rest.first()).into_iter().collect()
        }
        ("42883", _) => {
            let name = message.strip_prefix("function ").and_then(|rest| rest.split('(').next());
            name.map(|name| ObjectId::new(Kind::Function, format!("{}()", qualified(name))))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `role "x" does not exist`, `constraint "x" of relation "t" does not exist`.
fn said_object(message: &str, name: &str, of: Option<&String>) -> Option<ObjectId> {
    let global = format!("{} {}", message.split(" \"").next()?, quoted(name));
    let id: ObjectId = global.parse().ok()?;
    Some(match (id.kind, of) {
        (
            kind @ (Kind::Constraint | Kind::Trigger | Kind::Policy | Kind::Rule | Kind::Column),
            Some(of),
        ) => member(kind, &ObjectId::new(Kind::Table, qualified(of)), name),
        (Kind::Extension | Kind::Role | Kind::Schema | Kind::Publication, _) => id,
        (kind, _) => ObjectId::new(kind, qualified(name)),
    })
}

/// The relation that a name of a message means, by the search path.
fn relation(inquiry: &Inquiry<'_>, name: &str) -> ObjectId {
    let mut parts = parts(name).into_iter().map(|part| part.text).rev();
    let (own, schema) = (parts.next().unwrap_or_default(), parts.next());
    let meant = inquiry.past.resolve(&Named::new(Kind::Table, schema, own)).into_iter().next();
    meant.unwrap_or_else(|| ObjectId::new(Kind::Table, qualified(name)))
}

/// A name of a message as the catalog has it: in the schema `public` unless it says another.
fn qualified(name: &str) -> String {
    let parts: Vec<_> = parts(name).into_iter().map(|part| quoted(&part.text)).collect();
    if parts.len() > 1 { parts.join(".") } else { format!("public.{}", parts.join(".")) }
}

/// What depends on something, from the detail's lines: `view v depends on table t`.
pub(super) fn dependents(inquiry: &Inquiry<'_>) -> Vec<ObjectId> {
    let detail = inquiry.found.error.detail.as_deref().unwrap_or_default();
    let mut found = Vec::new();
    for line in detail.lines() {
        let Some((dependent, _)) = line.split_once(" depends on ") else { continue };
        let dependent = dependent.strip_prefix("rule _RETURN on ").unwrap_or(dependent);
        found.extend(dependent_object(inquiry, dependent));
    }
    found
}

/// `view v`, `constraint c on table t`, `column c of table t`, `default value for column c of table t`.
fn dependent_object(inquiry: &Inquiry<'_>, text: &str) -> Option<ObjectId> {
    let text = text.strip_prefix("default value for ").unwrap_or(text);
    let id: ObjectId = text.parse().ok()?;
    let of = [" on ", " of "].iter().find_map(|word| id.name.split_once(word));
    let Some((name, of)) = of else {
        let plain = match id.name.contains('(') {
            true => ObjectId::new(id.kind, format!("public.{}", id.name)),
            false if RELATIONS.contains(&id.kind) => relation(inquiry, &id.name),
            false => ObjectId::new(id.kind, qualified(&id.name)),
        };
        return Some(if inquiry.is_there(&plain) { plain } else { id });
    };
    let (_, table) = of.split_once(' ')?;
    let table = relation(inquiry, table);
    Some(ObjectId::new(id.kind, format!("{}.{name}", table.name)))
}

/// The names that a message quotes, without the schema.
pub(super) fn quoted_names(message: &str) -> Vec<String> {
    let inside = message.split('"').skip(1).step_by(2).filter(|name| !name.is_empty());
    let mut names: Vec<String> = inside.map(str::to_owned).collect();
    // `function f(integer) does not exist` and `column t.c does not exist` quote nothing.
    if names.is_empty() {
        let words = message.split([' ', '(', ',']).filter(|word| !word.is_empty());
        names.extend(words.map(str::to_owned));
    }
    names.iter().filter_map(|name| parts(name).pop()).map(|part| part.text).collect()
}
