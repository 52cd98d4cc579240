//! Objects of lineages and catalogs: their names, who made them, what came to them.

use crate::lineage::{Author, Happening, Lineage};
use crate::migration::MigrationId;
use crate::outcome::Culprit;
use crate::schema::{Kind, ObjectId, parts, quoted};

/// The identity of who did it; `None` for SQL of the scenario's own.
pub(super) fn id_of(author: &Author) -> Option<MigrationId> {
    author.migration().map(|migration| migration.id.clone())
}

/// A happening as something to blame.
pub(super) fn culprit_of(
    lineage: &Lineage,
    happening: &Happening,
    deed: impl Into<String>,
) -> Culprit {
    Culprit {
        migration: lineage.authors().get(happening.author).and_then(id_of),
        place: Some(happening.place.clone()),
        object: Some(happening.object.to_string()),
        deed: deed.into(),
    }
}

/// What came to an object, whatever its arguments or its kind of relation.
pub(super) fn history_of<'l>(lineage: &'l Lineage, object: &ObjectId) -> Vec<&'l Happening> {
    let exact = lineage.history(object);
    if !exact.is_empty() {
        return exact;
    }
    lineage.happenings().iter().filter(|it| same(&it.object, object)).collect()
}

/// Who made what is there at the end of a lineage.
pub(super) fn maker_of<'l>(lineage: &'l Lineage, object: &ObjectId) -> Option<&'l Happening> {
    let exact = lineage.maker(object);
    if exact.is_some() || !lineage.objects().any(|it| same(it, object)) {
        return exact;
    }
    lineage.objects().filter(|it| same(it, object)).find_map(|it| lineage.maker(it))
}

/// The same object, where a routine is the same whatever its arguments.
pub(super) fn same(one: &ObjectId, other: &ObjectId) -> bool {
    if is_routine(one.kind) && is_routine(other.kind) {
        return routine_name(&one.name) == routine_name(&other.name);
    }
    let are_relations = RELATIONS.contains(&one.kind) && RELATIONS.contains(&other.kind);
    one.name == other.name && (one.kind == other.kind || are_relations)
}

/// Kinds that share one name space (documentation of `pg_class`).
pub(super) const RELATIONS: &[Kind] = &[
    Kind::Table,
    Kind::View,
    Kind::MaterializedView,
    Kind::ForeignTable,
    Kind::Sequence,
    Kind::Index,
];

pub(super) const fn is_routine(kind: Kind) -> bool {
    matches!(kind, Kind::Function | Kind::Procedure | Kind::Aggregate)
}

fn routine_name(name: &str) -> &str {
    name.split('(').next().unwrap_or(name)
}

/// A name without its quotes.
pub(super) fn bare(name: &str) -> &str {
    name.trim_matches('"')
}

/// A member of a relation, as the catalog names it.
pub(super) fn member(kind: Kind, of: &ObjectId, name: &str) -> ObjectId {
    ObjectId::new(kind, format!("{}.{}", of.name, quoted(name)))
}

/// The last part of a name, as the catalog has it.
pub(super) fn own_name(object: &ObjectId) -> String {
    let name = object.name.split('(').next().unwrap_or_default();
    parts(name).last().map(|part| quoted(&part.text)).unwrap_or_default()
}

/// The relation or type that an object is a member of.
pub(super) fn whole_of(object: &ObjectId) -> Option<ObjectId> {
    let kind = match object.kind {
        Kind::Column | Kind::Constraint | Kind::Trigger | Kind::Policy => Kind::Table,
        Kind::EnumValue => Kind::Type,
        _ => return None,
    };
    let whole = object.name.strip_suffix(&own_name(object))?.strip_suffix('.')?;
    Some(ObjectId::new(kind, whole))
}
