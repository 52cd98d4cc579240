//! The difference of two catalogs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::catalog::Catalog;
use super::object::{Object, ObjectId};
use super::reprinted::is_reprint;

/// What two catalogs do not have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every difference, also those that follow from another, in the order of their objects.
    pub differences: Vec<Difference>,
    /// What is worth knowing and no difference.
    pub notes: Vec<Note>,
}

/// One difference of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The object.
    pub object: ObjectId,
    /// What differs.
    pub change: Change,
    /// What the object goes with, see [`Object::parents`].
    pub parents: Vec<ObjectId>,
    /// For an object that only one side has: what it is, on one line.
    pub summary: Option<String>,
}

/// How an object differs, seen from the left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Only the right side has it.
    Missing,
    /// Only the left side has it.
    Extra,
    /// Both have it, with another value of one property.
    Changed {
        /// The property.
        property: String,
        /// Its value on the left; nothing if it is not set.
        left: Option<String>,
        /// Its value on the right.
        right: Option<String>,
    },
}

/// Columns that both sides have, in another order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The table.
    pub table: ObjectId,
    /// The common columns as the left side has them.
    pub left: Vec<String>,
    /// The common columns as the right side has them.
    pub right: Vec<String>,
}

/// Compares two catalogs: what `left` is missing, what it has too much, and what is another.
#[must_use]
pub fn compare(left: &Catalog, right: &Catalog) -> Comparison {
    let mut differences = Vec::new();
    let mut right_ones = right.objects.iter().peekable();
    for (id, object) in &left.objects {
        while let Some((id, object)) = right_ones.next_if(|(other, _)| *other < id) {
            differences.push(one_sided(id, object, Change::Missing));
        }
        match right_ones.next_if(|(other, _)| *other == id) {
            Some((_, other)) if Arc::ptr_eq(object, other) => {}
            Some((_, other)) => differences.extend(changed(id, object, other)),
            None => differences.push(one_sided(id, object, Change::Extra)),
        }
    }
    differences.extend(right_ones.map(|(id, object)| one_sided(id, object, Change::Missing)));
    differences
        .sort_by(|one, other| (&one.object, &one.change).cmp(&(&other.object, &other.change)));
    Comparison { differences, notes: notes(left, right) }
}

impl Comparison {
    /// Whether the two schemas are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differences.is_empty()
    }

    /// The objects that differ, each once.
    #[must_use]
    pub fn identities(&self) -> Vec<&ObjectId> {
        let mut identities: Vec<_> =
            self.differences.iter().map(|difference| &difference.object).collect();
        identities.dedup();
        identities
    }

    /// The differences that do not follow from the same difference of a parent: a missing table without its columns.
    #[must_use]
    pub fn roots(&self) -> Vec<&Difference> {
        let known: BTreeSet<_> =
            self.differences.iter().map(|each| (&each.object, &each.change)).collect();
        let follows = |each: &&Difference| {
            each.parents.iter().any(|parent| known.contains(&(parent, &each.change)))
        };
        self.differences.iter().filter(|each| !follows(each)).collect()
    }
}

fn one_sided(id: &ObjectId, object: &Object, change: Change) -> Difference {
    let summary = ["definition", "type"].iter().find_map(|property| object.property(property));
    Difference {
        object: id.clone(),
        change,
        parents: object.parents.clone(),
        summary: summary.filter(|text| !text.contains('\n')).map(str::to_owned),
    }
}

fn changed<'a>(
    id: &'a ObjectId,
    left: &'a Object,
    right: &'a Object,
) -> impl Iterator<Item = Difference> + 'a {
    let properties: BTreeSet<_> = left.properties.keys().chain(right.properties.keys()).collect();
    properties
        .into_iter()
        .filter(|property| {
            let (left, right) = (left.property(property), right.property(property));
            left != right && !is_reprint(property, left, right)
        })
        .map(move |property| Difference {
            object: id.clone(),
            change: Change::Changed {
                property: property.clone(),
                left: left.property(property).map(str::to_owned),
                right: right.property(property).map(str::to_owned),
            },
            parents: left.parents.clone(),
            summary: None,
        })
}

fn notes(left: &Catalog, right: &Catalog) -> Vec<Note> {
    let both = left
        .column_order
        .iter()
        .filter_map(|(table, columns)| Some((table, columns, right.column_order.get(table)?)))
        .filter(|(_, ours, theirs)| ours != theirs);
    both.map(|(table, ours, theirs)| Note {
        table: table.clone(),
        left: common(ours, theirs),
        right: common(theirs, ours),
    })
    .filter(|note| note.left != note.right)
    .collect()
}

fn common(columns: &[String], others: &[String]) -> Vec<String> {
    let others: BTreeSet<_> = others.iter().collect();
    columns.iter().filter(|column| others.contains(column)).cloned().collect()
}
