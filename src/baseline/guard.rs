use std::fmt::Write as _;

use crate::migration::sql_text;
use crate::schema::{Catalog, Kind, Object, ObjectId, Part, parts, quoted};

/// The objects by which a database shows whether it has the schema: all of them, none, or only some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    marks: Vec<Mark>,
}

/// One object to look for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    kind: Kind,
    /// Its name, or that of its table.
    name: String,
    /// Its own name, where it belongs to a table.
    member: Option<String>,
}

/// What a database is looked through for; the others (comments, grants, extensions, schemas) may be there before.
const KINDS: [Kind; 14] = [
    Kind::Type,
    Kind::Sequence,
    Kind::Table,
    Kind::ForeignTable,
    Kind::Column,
    Kind::Constraint,
    Kind::Index,
    Kind::View,
    Kind::MaterializedView,
    Kind::Function,
    Kind::Procedure,
    Kind::Aggregate,
    Kind::Trigger,
    Kind::Policy,
];

impl Guard {
    /// The objects of a schema that are not in the one `before` it.
    #[must_use]
    pub fn of(catalog: &Catalog, before: &Catalog) -> Self {
        let new = catalog.objects.iter().filter(|(id, _)| !before.objects.contains_key(id));
        let told = new.filter(|(id, object)| KINDS.contains(&id.kind) && !follows(object));
        let marks = told.filter_map(|(id, _)| mark(id)).collect();
        Self { marks }
    }

    /// How many objects are looked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The rows of a `VALUES` list: kind, name, member.
    pub(super) fn rows(&self) -> String {
        let mut rows = String::new();
        for (position, Mark { kind, name, member }) in self.marks.iter().enumerate() {
            let end = if position + 1 < self.marks.len() { "," } else { "" };
            let member = member.as_deref().map_or_else(|| "NULL".to_owned(), sql_text);
            let (kind, name) = (sql_text(kind.word()), sql_text(name));
            let _ = writeln!(rows, "            ({kind}, {name}, {member}){end}");
        }
        rows
    }
}

/// Whether an object is there whenever another one is: the index of a constraint, the column of a view.
fn follows(object: &Object) -> bool {
    let follows = |parent: &ObjectId| {
        matches!(parent.kind, Kind::Constraint | Kind::View | Kind::MaterializedView)
    };
    object.property("definition").is_none() && object.parents.iter().any(follows)
}

/// The parts are told apart as the catalog prints them; the argument types of a function stay as they are.
fn mark(id: &ObjectId) -> Option<Mark> {
    let is_member =
        matches!(id.kind, Kind::Column | Kind::Constraint | Kind::Trigger | Kind::Policy);
    if !is_member {
        return Some(Mark { kind: id.kind, name: id.name.clone(), member: None });
    }
    let parts = parts(&id.name);
    let [schema, table, member] = <[Part; 3]>::try_from(parts).ok()?;
    let name = format!("{}.{}", quoted(&schema.text), quoted(&table.text));
    Some(Mark { kind: id.kind, name, member: Some(member.text) })
}
