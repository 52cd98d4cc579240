use std::fmt::Write as _;

use super::super::contents::{Contents, Entry, short};
use super::super::names::split_schema;
use super::other::{paragraphs, rights};
use super::schema::local_name;
use super::text::{Table, cell_code, code, heading, list, prose, sentence};
use crate::schema::{Kind, Object, ObjectId};

/// A table with its columns and everything that belongs to it. A partition that has nothing of its own is
/// told with its table only.
pub(super) fn section(contents: &Contents<'_>, entry: Entry<'_>) -> String {
    let (id, table) = entry;
    let own = own_parts(contents, id);
    let is_partition = table.property("partition of").is_some();
    let parent = contents.parent(id).and_then(|parent| contents.catalog.get(&parent));
    let is_guarded = has_row_security(table) && !parent.is_some_and(has_row_security);
    if is_partition && own.is_empty() && !is_guarded {
        return String::new();
    }
    let mut text = heading(4, &code(local_name(id)));
    text.push_str(&paragraphs(table));
    for fact in facts(id, table) {
        let _ = write!(text, "{fact}.\n\n");
    }
    if !is_partition {
        text.push_str(&columns(contents, id));
        text.push_str(&settings(contents, id));
    }
    let text = text.trim_end().to_owned() + "\n";
    text + &own + &partitions(contents, id)
}

/// Constraints, indexes, triggers and so on, without those that a partition has from its table.
fn own_parts(contents: &Contents<'_>, id: &ObjectId) -> String {
    [
        constraints(contents, id),
        referrers(contents, id),
        indexes(contents, id),
        triggers(contents, id),
        policies(contents, id),
        defined(contents, id, Kind::Rule, "Rules"),
        defined(contents, id, Kind::Statistics, "Statistics"),
    ]
    .concat()
}

fn has_row_security(table: &Object) -> bool {
    table.property("row security") == Some("on")
}

/// What is special about the table, in a few words each.
fn facts(id: &ObjectId, table: &Object) -> Vec<String> {
    let mut facts = Vec::new();
    if id.kind == Kind::ForeignTable {
        let server = table.property("server").unwrap_or_default();
        facts.push(format!("A foreign table of the server {}", code(server)));
    }
    if has_row_security(table) {
        let forced = table.property("row security for the owner") == Some("forced");
        let also = if forced { ", also for its owner" } else { "" };
        facts.push(format!("Row security is on{also}"));
    }
    let told = [
        ("partitioned by", "Partitioned by"),
        ("partition of", "Partition of"),
        ("partition bound", "Partition bound:"),
        ("inherits", "Inherits from"),
        ("of type", "Of type"),
        ("options", "Options:"),
        ("foreign options", "Foreign options:"),
        ("access method", "Access method:"),
        ("replica identity", "Replica identity:"),
    ];
    for (property, words) in told {
        facts.extend(table.property(property).map(|value| format!("{words} {}", code(value))));
    }
    if table.property("unlogged").is_some() {
        facts.push("Unlogged".into());
    }
    facts
}

fn columns(contents: &Contents<'_>, id: &ObjectId) -> String {
    let keys = contents.keys(id);
    let mut table = Table::new(&["column", "type", "null", "default", "key", "comment"]);
    for (name, column) in contents.columns(id) {
        let property = |name: &str| column.property(name).unwrap_or_default();
        table.row(&[
            cell_code(name),
            cell_code(property("type")),
            if property("nullable") == "no" { "no".into() } else { "yes".into() },
            default(column),
            keys.marks(name).join(", "),
            prose(property("comment")),
        ]);
    }
    table.end()
}

fn default(column: &Object) -> String {
    let identity = column.property("identity").map(|when| format!("identity, {when}"));
    let generated = column.property("generated").map(|it| format!("generated: {}", cell_code(it)));
    identity.or(generated).unwrap_or_else(|| cell_code(column.property("default").unwrap_or("")))
}

/// What columns have that few have.
fn settings(contents: &Contents<'_>, id: &ObjectId) -> String {
    const RARE: [&str; 6] =
        ["collation", "storage", "compression", "statistics target", "options", "foreign options"];
    let items = contents.columns(id).into_iter().filter_map(|(name, column)| {
        let rare =
            RARE.iter().filter_map(|it| Some(format!("{it} {}", code(column.property(it)?))));
        let rare = rare.collect::<Vec<_>>().join(", ");
        let rights = rights(column, false);
        let told = format!("{rare}{rights}");
        (!told.is_empty()).then(|| format!("{}: {}", code(name), told.trim()))
    });
    list("Of single columns", items)
}

fn constraints(contents: &Contents<'_>, id: &ObjectId) -> String {
    let items = contents.own(id, Kind::Constraint).map(|(name, constraint)| {
        let mut notes = Vec::new();
        if constraint.property("validated") == Some("no") {
            notes.push("not validated".to_owned());
        }
        if let Some(when) = constraint.property("deferrable").filter(|when| *when != "no") {
            notes.push(format!("deferrable, {when}"));
        }
        named_item(short(name, id), constraint.property("definition"), &notes, constraint)
    });
    list("Constraints", items)
}

/// Which tables refer to this one.
fn referrers(contents: &Contents<'_>, id: &ObjectId) -> String {
    let schema = split_schema(&id.name).0;
    let relations = contents.relations.iter().filter(|it| it.parent == id.name);
    let items = relations.map(|relation| {
        let (of, table) = split_schema(&relation.child);
        let child = if of == schema { table } else { &relation.child };
        code(&format!("{child} ({})", relation.columns.join(", ")))
    });
    list("Referred to by", items)
}

/// The indexes that are not those of a constraint.
pub(super) fn indexes(contents: &Contents<'_>, id: &ObjectId) -> String {
    let items = contents.own(id, Kind::Index).map(|(name, index)| {
        let mut notes = Vec::new();
        if index.property("unique") == Some("yes") {
            notes.push("unique".to_owned());
        }
        if index.property("valid") == Some("no") {
            notes.push("**not valid**".to_owned());
        }
        for property in ["clustered", "replica identity", "statistics targets"] {
            if index.property(property).is_some() {
                notes.push(property.to_owned());
            }
        }
        let definition = index.property("definition").map(|it| {
            // `CREATE INDEX name ON table USING …` says the names again.
            it.split_once(" USING ").map_or(it, |(_, method)| method)
        });
        named_item(local_name(name), definition, &notes, index)
    });
    list("Indexes", items)
}

pub(super) fn triggers(contents: &Contents<'_>, id: &ObjectId) -> String {
    let items = contents.own(id, Kind::Trigger).map(|(name, trigger)| {
        let trigger_name = short(name, id);
        let note = match trigger.property("enabled") {
            None | Some("yes") => None,
            Some("no") => Some("disabled".to_owned()),
            Some(when) => Some(format!("enabled {when}")),
        };
        let notes: Vec<_> = note.into_iter().collect();
        let definition = trigger.property("definition").map(|it| {
            let after_name = it.split_once(&format!(" TRIGGER {trigger_name} "));
            after_name.map_or(it, |(_, rest)| rest)
        });
        named_item(trigger_name, definition, &notes, trigger)
    });
    list("Triggers", items)
}

fn policies(contents: &Contents<'_>, id: &ObjectId) -> String {
    let mut table = Table::new(&["policy", "for", "to", "using", "with check", "comment"]);
    let mut has_any = false;
    for (name, policy) in contents.own(id, Kind::Policy) {
        has_any = true;
        let property = |name: &str| policy.property(name).unwrap_or_default();
        let restrictive = property("permissive") == "no";
        table.row(&[
            cell_code(short(name, id)),
            format!("{}{}", property("command"), if restrictive { ", restrictive" } else { "" }),
            cell_code(property("roles")),
            cell_code(property("using")),
            cell_code(property("with check")),
            prose(property("comment")),
        ]);
    }
    if has_any { format!("\nPolicies:\n\n{}", table.end()) } else { String::new() }
}

fn defined(contents: &Contents<'_>, id: &ObjectId, kind: Kind, title: &str) -> String {
    let items = contents.own(id, kind).map(|(name, object)| {
        let name = if kind == Kind::Statistics { local_name(name) } else { short(name, id) };
        named_item(name, object.property("definition"), &[], object)
    });
    list(title, items)
}

fn partitions(contents: &Contents<'_>, id: &ObjectId) -> String {
    let tables = [Kind::Table, Kind::ForeignTable].map(|kind| contents.catalog.of_kind(kind));
    let of_this = tables
        .into_iter()
        .flatten()
        .filter(|(_, table)| table.property("partition of") == Some(id.name.as_str()));
    let items = of_this.map(|(name, table)| {
        named_item(local_name(name), table.property("partition bound"), &[], &Object::default())
    });
    list("Partitions", items)
}

/// ``` `name`: notes, `definition`. Comment. ```
fn named_item(name: &str, definition: Option<&str>, notes: &[String], object: &Object) -> String {
    let told = notes.iter().cloned().chain(definition.map(code));
    let told = told.collect::<Vec<_>>().join(", ");
    let comment = object.property("comment").map(|it| format!(". {}", sentence(it)));
    format!("{}: {told}{}", code(name), comment.unwrap_or_default()).replace('\n', " ")
}
