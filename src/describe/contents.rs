use std::collections::{BTreeMap, BTreeSet};

use super::key::{ForeignKey, Key};
use super::names::member;
use crate::schema::{Catalog, Kind, Object, ObjectId};

/// An object with its identity.
pub(super) type Entry<'c> = (&'c ObjectId, &'c Object);

/// A catalog by what belongs to what.
pub(super) struct Contents<'c> {
    pub(super) catalog: &'c Catalog,
    /// The foreign keys of all tables, sorted.
    pub(super) relations: Vec<Relation>,
    members: BTreeMap<&'c ObjectId, Vec<Entry<'c>>>,
}

/// The keys of one table.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) primary: Vec<String>,
    pub(super) unique: Vec<Vec<String>>,
    pub(super) foreign: Vec<ForeignKey>,
}

/// A foreign key as a relation of two tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation {
    /// The table that is referred to, by its name with the schema.
    pub(super) parent: String,
    /// The table that has the foreign key.
    pub(super) child: String,
    /// The columns of the foreign key.
    pub(super) columns: Vec<String>,
    /// Whether a row of the child may be without a parent.
    pub(super) is_optional: bool,
    /// Whether a row of the parent has at most one child.
    pub(super) is_single: bool,
    /// Whether the foreign key is part of the child's primary key.
    pub(super) is_identifying: bool,
}

impl<'c> Contents<'c> {
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let mut members: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, object) in &catalog.objects {
            if let Some(parent) = object.parents.first() {
                members.entry(parent).or_default().push((id, &**object));
            }
        }
        let mut contents = Self { catalog, relations: Vec::new(), members };
        contents.relations = contents.read_relations();
        contents
    }

    /// The same without what a partition has from its table: copies, and constraints that say the same.
    pub(super) fn own(&self, of: &ObjectId, kind: Kind) -> impl Iterator<Item = Entry<'c>> {
        let parent = self.parent(of);
        self.members(of, kind).filter(move |(id, object)| {
            let inherited = parent.as_ref().and_then(|parent| {
                let name = format!("{}.{}", parent.name, short(id, of));
                self.catalog.get(&ObjectId::new(kind, name))
            });
            let says_the_same = inherited
                .is_some_and(|it| it.property("definition") == object.property("definition"));
            object.parents.len() < 2 && !says_the_same
        })
    }

    /// The table that a table is a partition of.
    pub(super) fn parent(&self, partition: &ObjectId) -> Option<ObjectId> {
        let table = self.catalog.get(partition)?;
        let parent = ObjectId::new(Kind::Table, table.property("partition of")?);
        self.catalog.objects.contains_key(&parent).then_some(parent)
    }

    /// What belongs to an object, of one kind, in the order of names.
    pub(super) fn members(&self, of: &ObjectId, kind: Kind) -> impl Iterator<Item = Entry<'c>> {
        let members = self.members.get(of).map(Vec::as_slice).unwrap_or_default();
        members.iter().copied().filter(move |(id, _)| id.kind == kind)
    }

    /// The columns of a table or view, in their own order.
    pub(super) fn columns(&self, of: &ObjectId) -> Vec<(&'c str, &'c Object)> {
        let names = self.catalog.column_order.get(of).map(Vec::as_slice).unwrap_or_default();
        let column = |name: &'c String| {
            let id = ObjectId::new(Kind::Column, format!("{}.{name}", of.name));
            Some((name.as_str(), self.catalog.get(&id)?))
        };
        names.iter().filter_map(column).collect()
    }

    /// Every table that is not a partition of another.
    pub(super) fn whole_tables(&self) -> impl Iterator<Item = Entry<'c>> {
        let tables = [Kind::Table, Kind::ForeignTable].map(|kind| self.catalog.of_kind(kind));
        tables.into_iter().flatten().filter(|(_, table)| table.property("partition of").is_none())
    }

    /// The keys of a table.
    pub(super) fn keys(&self, table: &ObjectId) -> Keys {
        let definition = |object: &'c Object| object.property("definition").unwrap_or_default();
        let constraints = self.own(table, Kind::Constraint);
        let of_constraints = constraints.filter_map(|(_, it)| Key::of_constraint(definition(it)));
        let indexes = self.own(table, Kind::Index);
        let unique = indexes.filter(|(_, index)| index.property("unique") == Some("yes"));
        let of_indexes = unique.filter_map(|(_, it)| Key::of_unique_index(definition(it)));
        let mut keys = Keys::default();
        for key in of_constraints.chain(of_indexes) {
            match key {
                Key::Primary(columns) => keys.primary = columns,
                Key::Unique(columns) => keys.unique.push(columns),
                Key::Foreign(foreign) => keys.foreign.push(foreign),
            }
        }
        keys
    }

    fn read_relations(&self) -> Vec<Relation> {
        let of_table = |(id, _): Entry<'c>| {
            let keys = self.keys(id);
            let nullable: BTreeSet<_> = self
                .columns(id)
                .into_iter()
                .filter(|(_, column)| column.property("nullable") == Some("yes"))
                .map(|(name, _)| name)
                .collect();
            let foreign = keys.foreign.iter();
            let relations: Vec<_> = foreign.map(|it| keys.relation(id, it, &nullable)).collect();
            relations
        };
        let mut relations: Vec<_> = self.whole_tables().flat_map(of_table).collect();
        relations.sort();
        relations.dedup();
        relations
    }
}

impl Keys {
    fn relation(
        &self,
        child: &ObjectId,
        foreign: &ForeignKey,
        nullable: &BTreeSet<&str>,
    ) -> Relation {
        let is_covered = |key: &[String]| {
            !key.is_empty() && key.iter().all(|column| foreign.columns.contains(column))
        };
        Relation {
            parent: foreign.table.clone(),
            child: child.name.clone(),
            columns: foreign.columns.clone(),
            is_optional: foreign.columns.iter().any(|column| nullable.contains(column.as_str())),
            is_single: is_covered(&self.primary) || self.unique.iter().any(|key| is_covered(key)),
            is_identifying: foreign.columns.iter().all(|column| self.primary.contains(column)),
        }
    }

    /// `PK`, `FK` and `UK` for a column that is (part of) such a key; `UK` where it is one alone.
    pub(super) fn marks(&self, column: &str) -> Vec<&'static str> {
        let has = |key: &[String]| key.iter().any(|name| name == column);
        let is_foreign = self.foreign.iter().any(|foreign| has(&foreign.columns));
        let is_unique = self.unique.iter().any(|key| key.len() == 1 && has(key));
        let marks = [("PK", has(&self.primary)), ("FK", is_foreign), ("UK", is_unique)];
        marks.into_iter().filter(|(_, applies)| *applies).map(|(mark, _)| mark).collect()
    }
}

/// The name of a member without that of what it belongs to.
pub(super) fn short<'n>(id: &'n ObjectId, of: &ObjectId) -> &'n str {
    member(&id.name, &of.name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::catalog;
    use super::*;

    const SHOP: &str = "
        table public.users
        column public.users.id < table public.users | type=uuid | nullable=no
        column public.users.email < table public.users | type=text | nullable=no
        constraint public.users.users_pkey < table public.users | definition=PRIMARY KEY (id)
        index public.users_email < table public.users | unique=yes | definition=CREATE UNIQUE INDEX users_email ON public.users USING btree (email)
        table public.orders
        column public.orders.id < table public.orders | type=bigint | nullable=no
        column public.orders.buyer < table public.orders | type=uuid | nullable=yes
        constraint public.orders.orders_pkey < table public.orders | definition=PRIMARY KEY (id)
        constraint public.orders.orders_buyer < table public.orders | definition=FOREIGN KEY (buyer) REFERENCES public.users(id)
        table public.addresses
        column public.addresses.user_id < table public.addresses | type=uuid | nullable=no
        constraint public.addresses.addresses_pkey < table public.addresses | definition=PRIMARY KEY (user_id)
        constraint public.addresses.addresses_user < table public.addresses | definition=FOREIGN KEY (user_id) REFERENCES public.users(id)
        table public.orders_2025 | partition of=public.orders";

    #[test]
    fn a_foreign_key_is_a_relation_with_its_cardinality() {
        let catalog = catalog(SHOP);
        let relations = Contents::of(&catalog).relations;
        let told: Vec<_> = relations
            .iter()
            .map(|it| (it.child.as_str(), it.is_optional, it.is_single, it.is_identifying))
            .collect();
        let expected =
            [("public.addresses", false, true, true), ("public.orders", true, false, false)];
        assert_eq!(told, expected);
        assert!(relations.iter().all(|relation| relation.parent == "public.users"));
    }

    #[test]
    fn columns_are_marked_by_their_keys() {
        let catalog = catalog(SHOP);
        let contents = Contents::of(&catalog);
        let marks = |table: &str, column: &str| {
            contents.keys(&ObjectId::new(Kind::Table, table)).marks(column).join(" ")
        };
        assert_eq!(marks("public.users", "id"), "PK");
        assert_eq!(marks("public.users", "email"), "UK");
        assert_eq!(marks("public.orders", "buyer"), "FK");
        assert_eq!(marks("public.addresses", "user_id"), "PK FK");
    }
}
