//! A catalog that remembers where each of its objects was read, so that it can be brought up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::queries::{QUERIES, Scope};
use super::row::Read;
use crate::schema::{Catalog, Object, ObjectId};

/// What has a sum of its own, and can be read alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    /// What is neither of the others, and stands for the rest.
    Rest,
    /// A relation with all that is part of it, by its OID.
    Relation(u32),
    /// A function, by its OID.
    Function(u32),
}

impl Unit {
    /// As the queries write it: `0`, `r16384`, `f16384`.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let oid = text.get(1..).and_then(|oid| oid.parse().ok());
        match (text.chars().next()?, oid) {
            ('r', Some(oid)) => Some(Self::Relation(oid)),
            ('f', Some(oid)) => Some(Self::Function(oid)),
            ('0', None) => Some(Self::Rest),
            _ => None,
        }
    }
}

/// The sums of the catalog's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) units: BTreeMap<Unit, String>,
    /// `None` where nobody has asked, since it cannot have changed.
    pub(super) rest: Option<String>,
}

/// What is replaced together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The objects of a relation or function.
    Unit(Unit),
    /// All of a query, by its number.
    Query(usize),
}

/// A catalog of a database that can be read again at a later moment for less than the whole. It shares what has not changed
/// with the readings that came of it.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The schema.
    pub catalog: Arc<Catalog>,
    parts: Arc<BTreeMap<Part, Vec<ObjectId>>>,
    marks: Arc<Marks>,
}

impl Reading {
    pub(super) fn of(marks: Marks, read: Vec<(Part, Read)>) -> Self {
        let mut reading = Self { marks: Arc::new(marks), ..Self::default() };
        reading.insert(read);
        reading
    }

    /// What has another sum, that included which is gone. `None` where so much may have changed that everything is to be read.
    pub(super) fn changed(&self, marks: &Marks) -> Option<BTreeSet<Unit>> {
        if marks.rest.is_some() && marks.rest != self.marks.rest {
            return None;
        }
        let (old, new) = (&self.marks.units, &marks.units);
        let changed = new.iter().filter(|(unit, sum)| old.get(unit) != Some(*sum));
        let gone = old.keys().filter(|unit| !new.contains_key(unit));
        let changed: BTreeSet<_> = changed.map(|(unit, _)| *unit).chain(gone.copied()).collect();
        let is_most = changed.len() > new.len() / 2 + FEW;
        (!is_most && !changed.contains(&Unit::Rest)).then_some(changed)
    }

    /// From now on this is held against later sums.
    pub(super) fn set_marks(&mut self, mut marks: Marks) {
        if marks.rest.is_none() {
            marks.rest.clone_from(&self.marks.rest);
        }
        self.marks = Arc::new(marks);
    }

    /// Puts what the queries that are asked each time tell now in the place of what they told.
    pub(super) fn replace_small(&mut self, read: Vec<(Part, Read)>) {
        let is_same = |(_, read): &(Part, Read)| self.catalog.get(&read.id) == Some(&read.object);
        let numbers = (0..QUERIES.len()).filter(|number| QUERIES[*number].scope == Scope::Always);
        let parts: Vec<_> = numbers.map(Part::Query).collect();
        let count: usize = parts.iter().filter_map(|part| Some(self.parts.get(part)?.len())).sum();
        if count == read.len() && read.iter().all(is_same) {
            return;
        }
        self.replace(&parts, read);
    }

    /// Puts what is told of some relations and functions now in the place of what was told of them.
    pub(super) fn replace_units(&mut self, units: &BTreeSet<Unit>, read: Vec<(Part, Read)>) {
        let parts: Vec<_> = units.iter().copied().map(Part::Unit).collect();
        self.replace(&parts, read);
    }

    fn replace(&mut self, old: &[Part], read: Vec<(Part, Read)>) {
        let parts = Arc::make_mut(&mut self.parts);
        let catalog = Arc::make_mut(&mut self.catalog);
        let gone: Vec<_> = old.iter().filter_map(|part| parts.remove(part)).flatten().collect();
        let mut gone: BTreeMap<_, _> = gone
            .into_iter()
            .map(|id| {
                let object = catalog.objects.get(&id).cloned();
                catalog.remove(&id);
                (id, object)
            })
            .collect();
        self.insert_over(read, &mut gone);
    }

    fn insert(&mut self, read: Vec<(Part, Read)>) {
        self.insert_over(read, &mut BTreeMap::new());
    }

    /// Objects that are what they were stay the same value, which makes comparing cheap.
    fn insert_over(
        &mut self,
        read: Vec<(Part, Read)>,
        before: &mut BTreeMap<ObjectId, Option<Arc<Object>>>,
    ) {
        let parts = Arc::make_mut(&mut self.parts);
        let catalog = Arc::make_mut(&mut self.catalog);
        for (part, Read { id, object, .. }) in read {
            let was = before.remove(&id).flatten().filter(|was| **was == object);
            parts.entry(part).or_default().push(id.clone());
            catalog.insert(id.clone(), object);
            if let Some(was) = was {
                catalog.objects.insert(id, was);
            }
        }
    }
}

/// So few are read alone however few there are.
const FEW: usize = 3;
