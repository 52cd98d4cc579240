use super::super::contents::{Contents, Entry};
use super::super::names::split_schema;
use super::text::{code, codes, heading, sentence};
use super::{function, other, table, view};
use crate::schema::{Kind, Object, ObjectId};

/// Kinds of objects that stand in a schema and have no form of their own here.
const OTHERS: [Kind; 7] = [
    Kind::Collation,
    Kind::Conversion,
    Kind::Operator,
    Kind::OperatorFamily,
    Kind::OperatorClass,
    Kind::TextSearchDictionary,
    Kind::TextSearchConfiguration,
];

/// One schema with everything in it.
pub(super) fn section(contents: &Contents<'_>, name: &str, objects: &[&ObjectId]) -> String {
    let entries = |kinds: &[Kind]| {
        let objects = objects.iter().filter(|id| kinds.contains(&id.kind));
        let entries = objects.filter_map(|id| Some((*id, contents.catalog.get(id)?)));
        entries.collect::<Vec<Entry<'_>>>()
    };
    let part = |kinds: &[Kind], render: &dyn Fn(Entry<'_>) -> String| {
        entries(kinds).into_iter().map(render).collect::<String>()
    };
    let parts = [
        ("Types", part(&[Kind::Type], &|(id, it)| type_item(id, it))),
        ("Tables", part(&[Kind::Table, Kind::ForeignTable], &|it| table::section(contents, it))),
        ("Views", part(&[Kind::View, Kind::MaterializedView], &|it| view::section(contents, it))),
        (
            "Functions",
            part(&[Kind::Function, Kind::Procedure, Kind::Aggregate], &|(id, it)| {
                function::item(id, it)
            }),
        ),
        ("Sequences", part(&[Kind::Sequence], &|(id, it)| sequence_item(id, it))),
        ("Others", part(&OTHERS, &|(id, it)| other::item(&other::named(id), it))),
    ];
    let mut text = heading(2, &format!("Schema {}", code(name)));
    let schema = contents.catalog.get(&ObjectId::new(Kind::Schema, name));
    text.push_str(&schema.map(other::paragraphs).unwrap_or_default());
    let is_bare = |object: &Object| object.properties.is_empty();
    if objects.is_empty() && name == "public" && schema.is_none_or(is_bare) {
        return String::new();
    }
    for (title, part) in parts.iter().filter(|(_, part)| !part.is_empty()) {
        text.push_str(&heading(3, title));
        text.push_str(part.trim_start_matches('\n'));
    }
    text
}

/// The name of an object without its schema.
pub(super) fn local_name(id: &ObjectId) -> &str {
    split_schema(&id.name).1
}

/// ``- `mood` (enum): `sad`, `happy`. How somebody feels.``
fn type_item(id: &ObjectId, object: &Object) -> String {
    let property = |name: &str| object.property(name);
    let kind = property("kind").unwrap_or("type");
    let values = property("labels").or(property("attributes"));
    let mut parts: Vec<String> = values.map(|it| codes(it.lines())).into_iter().collect();
    if let Some(base) = property("base type") {
        parts.push(code(base));
    }
    if property("nullable") == Some("no") {
        parts.push("not null".into());
    }
    if let Some(default) = property("default") {
        parts.push(format!("default {}", code(default)));
    }
    let texts = ["constraints", "range", "definition"].into_iter().filter_map(property);
    parts.extend(texts.map(|text| codes(text.lines())));
    if let Some(collation) = property("collation") {
        parts.push(format!("collation {}", code(collation)));
    }
    let comment = property("comment").map(|it| format!(" {}", sentence(it)));
    let item = format!("- {} ({kind}): {}.", code(local_name(id)), parts.join(", "));
    other::one_item(&(item + &comment.unwrap_or_default() + &other::rights(object, true)))
}

/// What a sequence is unless somebody says otherwise.
const USUAL_SEQUENCE: [(&str, &str); 7] = [
    ("type", "bigint"),
    ("start", "1"),
    ("increment", "1"),
    ("minimum", "1"),
    ("maximum", "9223372036854775807"),
    ("cache", "1"),
    ("cycle", "no"),
];

/// A sequence of its own; one that belongs to a column is told by the column's default.
fn sequence_item(id: &ObjectId, object: &Object) -> String {
    if object.property("owned by").is_some() {
        return String::new();
    }
    let mut object = object.clone();
    for (name, usual) in USUAL_SEQUENCE {
        if object.property(name) == Some(usual) {
            object.properties.remove(name);
        }
    }
    other::item(local_name(id), &object)
}
