//! A whole schema as a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kind::Kind;
use super::object::{Object, ObjectId};

/// Every object of a database at one moment, without what belongs to Postgres, to an extension or to ourselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The objects. A catalog that is read again shares those that have not changed.
    pub objects: BTreeMap<ObjectId, Arc<Object>>,
    /// The columns of each table and view in their order, by quoted name. Two orders are never a difference, only a note.
    pub column_order: BTreeMap<ObjectId, Vec<String>>,
}

impl Catalog {
    /// Adds an object; a column goes to the end of its table.
    pub fn insert(&mut self, id: ObjectId, object: Object) {
        if let (Kind::Column, Some(table)) = (id.kind, object.parents.first())
            && let Some(column) =
                id.name.strip_prefix(&table.name).and_then(|rest| rest.strip_prefix('.'))
        {
            self.column_order.entry(table.clone()).or_default().push(column.to_owned());
        }
        self.objects.insert(id, Arc::new(object));
    }

    /// An object.
    #[must_use]
    pub fn get(&self, id: &ObjectId) -> Option<&Object> {
        self.objects.get(id).map(|object| &**object)
    }

    /// Takes an object out.
    pub fn remove(&mut self, id: &ObjectId) {
        self.objects.remove(id);
        self.column_order.remove(id);
    }

    /// The objects of one kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Object)> {
        let from = self.objects.range(ObjectId::new(kind, "")..);
        from.take_while(move |(id, _)| id.kind == kind).map(|(id, object)| (id, &**object))
    }

    /// The objects of one kind that belong to `parent`, such as the columns of a table.
    pub fn members<'a>(
        &'a self,
        kind: Kind,
        parent: &'a ObjectId,
    ) -> impl Iterator<Item = (&'a ObjectId, &'a Object)> {
        let prefix = format!("{}.", parent.name);
        self.objects
            .range(ObjectId::new(kind, prefix.clone())..)
            .take_while(move |(id, _)| id.kind == kind && id.name.starts_with(&prefix))
            .filter(move |(_, object)| object.parents.contains(parent))
            .map(|(id, object)| (id, &**object))
    }
}
