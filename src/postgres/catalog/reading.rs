//! A catalog that remembers where each of its objects was read, so that it can be brought up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::queries::{BITS_OF_BUCKET, QUERIES, Scope};
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

    /// The number of its bucket.
    fn bucket(self) -> u32 {
        match self {
            Self::Rest => 0,
            Self::Relation(oid) | Self::Function(oid) => oid >> BITS_OF_BUCKET,
        }
    }
}

/// A sum over rows of the catalog, as the server writes it.
pub(super) type Sum = String;

/// The sums of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) others: Option<Sum>,
    pub(super) types: Option<Sum>,
}

/// The sums of single objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) units: BTreeMap<Unit, Sum>,
    /// By OID.
    pub(super) types: BTreeMap<u32, Sum>,
}

/// Where something has another sum.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// The numbers of the buckets.
    pub(super) buckets: BTreeSet<u32>,
    /// Whether it is among the types.
    pub(super) types: bool,
}

impl Suspects {
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_empty() && !self.types
    }
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
    /// Those of relations and functions, by the number of their bucket. What is neither is in the bucket 0.
    sums: Arc<BTreeMap<u32, Sum>>,
    rest: Arc<Rest>,
    marks: Arc<Marks>,
}

impl Reading {
    pub(super) fn of(
        sums: BTreeMap<u32, Sum>,
        rest: Option<Rest>,
        marks: Marks,
        read: Vec<(Part, Read)>,
    ) -> Self {
        let (sums, rest, marks) =
            (Arc::new(sums), Arc::new(rest.unwrap_or_default()), Arc::new(marks));
        let mut reading = Self { sums, rest, marks, ..Self::default() };
        reading.insert(read);
        reading
    }

    /// Where to look for what has changed, by the sums of buckets and of the rest, where they were asked. `None` where so much may have
    /// that everything is to be read.
    pub(super) fn suspects(
        &self,
        buckets: Option<&BTreeMap<u32, Sum>>,
        rest: Option<&Rest>,
    ) -> Option<Suspects> {
        if rest.is_some_and(|rest| rest.others != self.rest.others) {
            return None;
        }
        let types = rest.is_some_and(|rest| rest.types != self.rest.types);
        let buckets = buckets.map_or_else(BTreeSet::new, |sums| differing(&self.sums, sums));
        (!buckets.contains(&0)).then_some(Suspects { buckets, types })
    }

    /// The relations and functions among the suspects that have another sum, those included which are gone; the marks are those
    /// of the suspects. `None` where so much may have changed that everything is to be read: a type that is new, or gone, is
    /// printed by nothing else that is as it was, but one that has changed may have another name.
    pub(super) fn changed(&self, suspects: &Suspects, marks: &Marks) -> Option<BTreeSet<Unit>> {
        let is_other =
            |(oid, sum): (&u32, &Sum)| self.marks.types.get(oid).is_some_and(|old| old != sum);
        if suspects.types && marks.types.iter().any(is_other) {
            return None;
        }
        let old =
            self.marks.units.iter().filter(|(unit, _)| suspects.buckets.contains(&unit.bucket()));
        let old = old.map(|(unit, sum)| (*unit, sum.clone())).collect();
        let mut changed = differing(&old, &marks.units);
        // Rows about neither, such as comments of types, are all in the bucket 0, which is as it was.
        changed.remove(&Unit::Rest);
        let is_most = changed.len() > self.marks.units.len() / 2 + FEW;
        (!is_most).then_some(changed)
    }

    /// From now on the sums of all buckets, and those of what is in the suspects, are held against later ones.
    pub(super) fn set_sums(
        &mut self,
        sums: BTreeMap<u32, Sum>,
        suspects: &Suspects,
        marks: BTreeMap<Unit, Sum>,
    ) {
        self.sums = Arc::new(sums);
        if !suspects.buckets.is_empty() {
            let own = &mut Arc::make_mut(&mut self.marks).units;
            own.retain(|unit, _| !suspects.buckets.contains(&unit.bucket()));
            own.extend(marks);
        }
    }

    /// Some relations were read without their sums: whoever asks for sums later finds others, or none.
    pub(super) fn forget_sums(&mut self, units: &BTreeSet<Unit>) {
        if units.is_empty() {
            return;
        }
        let sums = Arc::make_mut(&mut self.sums);
        let marks = Arc::make_mut(&mut self.marks);
        for unit in units {
            sums.insert(unit.bucket(), FORGOTTEN);
            marks.units.insert(*unit, FORGOTTEN);
        }
    }

    /// The functions with another sum than before, those included which are gone.
    pub(super) fn other_functions(&self, sums: &BTreeMap<Unit, Sum>) -> BTreeSet<Unit> {
        let is_function = |(unit, _): &(&Unit, &Sum)| matches!(unit, Unit::Function(_));
        let old = self.marks.units.iter().filter(is_function);
        differing(&old.map(|(unit, sum)| (*unit, sum.clone())).collect(), sums)
    }

    /// The sums of all functions, where they were asked: whoever asks for those of buckets finds others.
    pub(super) fn set_functions(&mut self, sums: Option<BTreeMap<Unit, Sum>>) {
        let Some(sums) = sums else { return };
        let own = &mut Arc::make_mut(&mut self.marks).units;
        own.retain(|unit, _| !matches!(unit, Unit::Function(_)));
        own.extend(sums);
    }

    pub(super) fn set_types(&mut self, types: BTreeMap<u32, Sum>) {
        Arc::make_mut(&mut self.marks).types = types;
    }

    /// Sums of the rest, where they were asked.
    pub(super) fn set_rest(&mut self, rest: Option<Rest>) {
        if let Some(rest) = rest.filter(|rest| *rest != *self.rest) {
            self.rest = Arc::new(rest);
        }
    }

    /// The small queries that have told something, by their numbers.
    pub(super) fn told_small(&self) -> Vec<usize> {
        let told = self.parts.iter().filter(|(_, ids)| !ids.is_empty());
        let numbers = told.filter_map(|(part, _)| match part {
            Part::Query(number) if matches!(QUERIES[*number].scope, Scope::Small(_)) => {
                Some(*number)
            }
            _ => None,
        });
        numbers.collect()
    }

    /// Whether it tells a foreign key that is not checked for all writes, which the triggers of another table decide.
    pub(super) fn has_unchecked(&self, unit: Unit) -> bool {
        let ids = self.parts.get(&Part::Unit(unit)).into_iter().flatten();
        ids.filter_map(|id| self.catalog.get(id)).any(|object| object.property("checked").is_some())
    }

    /// Whether one of some relations and functions, which were read now, has another name in the place of one, so that what prints
    /// their names may print others. What prints a name that is gone is gone, or has changed itself.
    pub(super) fn renames(&self, units: &BTreeSet<Unit>, read: &[(Part, Read)]) -> bool {
        let mut now: BTreeMap<Part, BTreeSet<&ObjectId>> = BTreeMap::new();
        for (part, read) in read {
            now.entry(*part).or_default().insert(&read.id);
        }
        units.iter().map(|unit| Part::Unit(*unit)).any(|part| {
            let both = self.parts.get(&part).zip(now.get(&part));
            both.is_some_and(|(old, now)| {
                let kept = old.iter().filter(|id| now.contains(id)).count();
                kept < old.len() && kept < now.len()
            })
        })
    }

    /// Whether one of some relations and functions tells nothing itself, as an index does, and was there before, so that nobody knows
    /// whether it has another name.
    pub(super) fn hides_a_name(&self, units: &BTreeSet<Unit>, marks: &Marks) -> bool {
        let is_there =
            |unit: &&Unit| self.marks.units.contains_key(unit) && marks.units.contains_key(unit);
        units.iter().filter(is_there).any(|unit| !self.parts.contains_key(&Part::Unit(*unit)))
    }

    /// Puts what the small queries tell now in the place of what they told.
    pub(super) fn replace_small(&mut self, read: Vec<(Part, Read)>) {
        let is_same = |(_, read): &(Part, Read)| self.catalog.get(&read.id) == Some(&read.object);
        let is_small = |number: &usize| matches!(QUERIES[*number].scope, Scope::Small(_));
        let numbers = (0..QUERIES.len()).filter(is_small);
        let parts: Vec<_> = numbers.map(Part::Query).collect();
        let count: usize = parts.iter().filter_map(|part| Some(self.parts.get(part)?.len())).sum();
        if count == read.len() && read.iter().all(is_same) {
            return;
        }
        self.replace(&parts, read);
    }

    /// Puts what is told of some relations and functions, and by some queries, now in the place of what was told.
    pub(super) fn replace_some(
        &mut self,
        units: &BTreeSet<Unit>,
        queries: &[usize],
        read: Vec<(Part, Read)>,
    ) {
        let units = units.iter().copied().map(Part::Unit);
        let parts: Vec<_> = units.chain(queries.iter().copied().map(Part::Query)).collect();
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

/// Stands for a sum that nobody has asked for, and differs from every sum and from none.
const FORGOTTEN: Sum = Sum::new();

/// So few are read alone however few there are.
const FEW: usize = 3;

/// The keys whose values differ, those included that only one side has.
fn differing<K: Ord + Copy>(old: &BTreeMap<K, Sum>, new: &BTreeMap<K, Sum>) -> BTreeSet<K> {
    let changed = new.iter().filter(|(key, sum)| old.get(key) != Some(*sum));
    let gone = old.keys().filter(|key| !new.contains_key(key));
    changed.map(|(key, _)| *key).chain(gone.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_without_its_sum_is_a_suspect_also_where_its_bucket_is_gone() {
        let sums: BTreeMap<_, _> = [(0, "a".to_owned())].into();
        let mut reading = Reading::of(sums.clone(), None, Marks::default(), Vec::new());
        let unit = Unit::Relation(5 << BITS_OF_BUCKET);
        reading.forget_sums(&BTreeSet::from([unit]));
        let suspects = reading.suspects(Some(&sums), None).unwrap();
        assert_eq!(suspects.buckets, BTreeSet::from([5]));
        let changed = reading.changed(&suspects, &Marks::default());
        assert_eq!(changed, Some(BTreeSet::from([unit])));
        reading.set_sums(sums.clone(), &suspects, BTreeMap::new());
        assert!(reading.suspects(Some(&sums), None).unwrap().is_empty());
    }
}
