//! What is there at one moment.

use std::collections::HashMap;

use super::create::TEMPORARY;
use super::names::{
    is_global, is_member, is_relation, is_routine, is_system_schema, member_id, qualified,
};
use super::types;
use crate::schema::{Kind, ObjectId, quoted};
use crate::sql::Named;

/// A position in [`World::things`].
pub(super) type ThingId = usize;

/// One object, from its making to its end, whatever it is called in between.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    /// What it is called now, or was called last.
    pub(super) id: ObjectId,
    /// Its schema, where it has one of its own.
    pub(super) schema: Option<String>,
    /// Its own name without quotes.
    pub(super) name: String,
    /// The relation or type whose name its own begins with.
    pub(super) parent: Option<ThingId>,
    /// What it goes with.
    pub(super) owners: Vec<ThingId>,
    /// What goes with it when it is dropped.
    pub(super) parts: Vec<ThingId>,
    /// What goes with it only by `CASCADE`.
    pub(super) dependents: Vec<ThingId>,
    /// Whose dependent it is.
    pub(super) leans_on: Vec<ThingId>,
    /// For a table those that inherit from it, for a column or constraint its copies there.
    pub(super) heirs: Vec<ThingId>,
    pub(super) is_there: bool,
    /// Nobody made it here: a statement works on it.
    pub(super) is_foreign: bool,
    /// Whether it has columns that no statement says.
    pub(super) is_open: bool,
    /// For a partition, what it is a part of.
    pub(super) is_partition: bool,
    pub(super) definition: Option<String>,
    /// The happening by which it bears its name.
    pub(super) maker: Option<usize>,
    pub(super) happenings: Vec<usize>,
}

impl Thing {
    fn new(id: ObjectId, schema: Option<String>, name: String) -> Self {
        Self {
            id,
            schema,
            name,
            parent: None,
            owners: Vec::new(),
            parts: Vec::new(),
            dependents: Vec::new(),
            leans_on: Vec::new(),
            heirs: Vec::new(),
            is_there: true,
            is_foreign: false,
            is_open: false,
            is_partition: false,
            definition: None,
            maker: None,
            happenings: Vec::new(),
        }
    }
}

/// That a thing was called something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bearing {
    pub(super) thing: ThingId,
    /// The happening by which it got another name.
    pub(super) until: Option<usize>,
}

/// Everything that is there, and everything that was.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    things: Vec<Thing>,
    there: HashMap<ObjectId, ThingId>,
    relations: HashMap<String, ThingId>,
    types: HashMap<String, ThingId>,
    routines: HashMap<String, Vec<ThingId>>,
    gone_routines: HashMap<String, ThingId>,
    /// Names of constraints by schema: those that Postgres chooses are free in the whole schema.
    constraints: HashMap<String, usize>,
    /// Who bore a name, in order.
    pub(super) bearers: HashMap<ObjectId, Vec<Bearing>>,
}

impl World {
    /// The thing of this number: numbers come only from this world.
    pub(super) fn thing(&self, id: ThingId) -> &Thing {
        &self.things[id]
    }

    pub(super) fn thing_mut(&mut self, id: ThingId) -> &mut Thing {
        &mut self.things[id]
    }

    /// All that ever were.
    pub(super) fn things(&self) -> &[Thing] {
        &self.things
    }

    pub(super) fn at(&self, id: &ObjectId) -> Option<ThingId> {
        self.there.get(id).copied()
    }

    /// A thing with a name of its own.
    pub(super) fn add(&mut self, id: ObjectId, schema: Option<String>, name: &str) -> ThingId {
        self.push(Thing::new(id, schema, name.to_owned()))
    }

    /// A thing that is called after its relation or type, and goes with it.
    pub(super) fn add_member(&mut self, kind: Kind, parent: ThingId, name: &str) -> ThingId {
        let id = member_id(kind, &self.thing(parent).id.name, name);
        let thing = Thing { parent: Some(parent), ..Thing::new(id, None, name.to_owned()) };
        let thing = self.push(thing);
        self.tie(parent, thing);
        thing
    }

    /// Lets a thing go with another when that is dropped.
    pub(super) fn tie(&mut self, owner: ThingId, part: ThingId) {
        if owner != part && !self.things[part].owners.contains(&owner) {
            self.things[owner].parts.push(part);
            self.things[part].owners.push(owner);
        }
    }

    /// Ends what [`World::tie`] began; the part is no heir any more either.
    pub(super) fn untie(&mut self, owner: ThingId, part: ThingId) {
        self.things[owner].parts.retain(|it| *it != part);
        self.things[owner].heirs.retain(|it| *it != part);
        self.things[part].owners.retain(|it| *it != owner);
    }

    /// Lets a thing go with another when that is dropped with `CASCADE`.
    pub(super) fn lean(&mut self, on: ThingId, dependent: ThingId) {
        if on != dependent && !self.things[dependent].leans_on.contains(&on) {
            self.things[on].dependents.push(dependent);
            self.things[dependent].leans_on.push(on);
        }
    }

    /// Ends all of what [`World::lean`] began for a dependent.
    pub(super) fn stand_alone(&mut self, dependent: ThingId) {
        for on in std::mem::take(&mut self.things[dependent].leans_on) {
            self.things[on].dependents.retain(|it| *it != dependent);
        }
    }

    /// A relation that a statement works on although nobody made it here.
    pub(super) fn foreign(&mut self, kind: Kind, schema: &str, name: &str) -> ThingId {
        let id = ObjectId::new(kind, qualified(schema, name));
        let thing = self.add(id, Some(schema.to_owned()), name);
        self.things[thing].is_foreign = true;
        self.things[thing].is_open = true;
        thing
    }

    /// Takes a thing away with its parts, without anybody having dropped it.
    pub(super) fn dismiss(&mut self, thing: ThingId) {
        for part in self.things[thing].parts.clone().into_iter().chain([thing]) {
            self.leave(part);
            self.things[part].is_there = false;
        }
    }

    fn push(&mut self, thing: Thing) -> ThingId {
        let number = self.things.len();
        self.things.push(thing);
        self.enter(number);
        number
    }

    /// Makes it known under its present name.
    pub(super) fn enter(&mut self, number: ThingId) {
        let thing = &self.things[number];
        let (kind, name) = (thing.id.kind, thing.id.name.clone());
        self.there.insert(thing.id.clone(), number);
        let bearing = Bearing { thing: number, until: None };
        self.bearers.entry(thing.id.clone()).or_default().push(bearing);
        if is_relation(kind) {
            self.relations.insert(name, number);
        } else if kind == Kind::Type {
            self.types.insert(name, number);
        } else if is_routine(kind) {
            let name = routine_name(&name).to_owned();
            self.routines.entry(name).or_default().push(number);
        } else if let Some(key) = self.constraint_key(number) {
            *self.constraints.entry(key).or_default() += 1;
        }
    }

    /// Makes its present name free.
    pub(super) fn leave(&mut self, number: ThingId) {
        let thing = &self.things[number];
        let (kind, name) = (thing.id.kind, thing.id.name.clone());
        if self.there.get(&thing.id) == Some(&number) {
            self.there.remove(&thing.id);
        }
        if is_relation(kind) {
            self.relations.remove(&name);
        } else if kind == Kind::Type {
            self.types.remove(&name);
        } else if is_routine(kind)
            && let Some(overloads) = self.routines.get_mut(routine_name(&name))
        {
            overloads.retain(|overload| *overload != number);
            self.gone_routines.insert(routine_name(&name).to_owned(), number);
        } else if let Some(key) = self.constraint_key(number)
            && let Some(count) = self.constraints.get_mut(&key)
        {
            *count = count.saturating_sub(1);
        }
    }

    fn constraint_key(&self, number: ThingId) -> Option<String> {
        let thing = &self.things[number];
        let schema = self.thing(thing.parent?).schema.as_deref()?;
        (thing.id.kind == Kind::Constraint).then(|| qualified(schema, &thing.name))
    }

    /// Whether a constraint of this schema has this name.
    pub(super) fn is_constraint(&self, schema: &str, name: &str) -> bool {
        self.constraints.get(&qualified(schema, name)).is_some_and(|count| *count > 0)
    }

    /// Whether a relation of this schema has this name.
    pub(super) fn is_relation(&self, schema: &str, name: &str) -> bool {
        self.relations.contains_key(&qualified(schema, name))
    }

    /// Whether a relation has this qualified name.
    pub(super) fn is_relation_called(&self, name: &str) -> bool {
        self.relations.contains_key(name)
    }

    /// What a thing goes with.
    pub(super) fn owners_of(&self, thing: ThingId) -> Vec<ThingId> {
        self.things[thing].owners.clone()
    }

    /// The table, view, index or sequence of this name.
    pub(super) fn relation(
        &self,
        schema: Option<&str>,
        name: &str,
        path: &[String],
    ) -> Option<ThingId> {
        look(&self.relations, schema, name, path).copied()
    }

    /// The type of this name; that of a table's rows is the table.
    pub(super) fn type_named(
        &self,
        schema: Option<&str>,
        name: &str,
        path: &[String],
    ) -> Option<ThingId> {
        let found = look(&self.types, schema, name, path).copied();
        found.or_else(|| self.relation(schema, name, path))
    }

    /// The functions of this name in the first schema that has one.
    pub(super) fn routines(&self, schema: Option<&str>, name: &str, path: &[String]) -> &[ThingId] {
        let has_some = |schema: &str| {
            self.routines.get(&qualified(schema, name)).filter(|overloads| !overloads.is_empty())
        };
        let found = match schema {
            Some(schema) => has_some(schema),
            None => path.iter().find_map(|schema| has_some(schema)),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The last routine of this name, where there was one and is none any more.
    pub(super) fn was_routine(
        &self,
        schema: Option<&str>,
        name: &str,
        path: &[String],
    ) -> Option<ObjectId> {
        let gone = look(&self.gone_routines, schema, name, path)?;
        Some(self.thing(*gone).id.clone())
    }

    /// What a name means now.
    pub(super) fn resolve(&self, named: &Named, path: &[String]) -> Vec<ThingId> {
        let schema = named.schema.as_deref();
        match (&named.member, named.kind) {
            (Some(member), kind) => {
                let parent = self.parent_of(named, path);
                let id = parent.map(|it| member_id(kind, &self.thing(it).id.name, member));
                id.and_then(|id| self.at(&id)).into_iter().collect()
            }
            (None, kind) if is_relation(kind) => {
                self.relation(schema, &named.name, path).into_iter().collect()
            }
            (None, Kind::Type) => self.type_named(schema, &named.name, path).into_iter().collect(),
            (None, kind) if is_routine(kind) => self.resolve_routine(named, path),
            _ => self.at(&self.would_be(named, path)).into_iter().collect(),
        }
    }

    fn resolve_routine(&self, named: &Named, path: &[String]) -> Vec<ThingId> {
        let overloads = self.routines(named.schema.as_deref(), &named.name, path);
        let Some(arguments) = &named.arguments else { return overloads.to_vec() };
        let signature = self.signature(arguments, path);
        let is_meant = |it: &&ThingId| self.thing(**it).id.name.ends_with(&signature);
        overloads.iter().filter(is_meant).copied().collect()
    }

    /// The relation or type that a member belongs to.
    pub(super) fn parent_of(&self, named: &Named, path: &[String]) -> Option<ThingId> {
        let schema = named.schema.as_deref();
        if named.kind == Kind::EnumValue {
            return look(&self.types, schema, &named.name, path).copied();
        }
        let relation = self.relation(schema, &named.name, path);
        relation.or_else(|| look(&self.types, schema, &named.name, path).copied())
    }

    /// `(uuid, text)`
    pub(super) fn signature(&self, arguments: &[String], path: &[String]) -> String {
        let types: Vec<_> = arguments.iter().map(|it| types::argument(it, self, path)).collect();
        format!("({})", types.join(", "))
    }

    /// The identity that a new object of this name would have.
    pub(super) fn would_be(&self, named: &Named, path: &[String]) -> ObjectId {
        let schema = named.schema.as_deref().unwrap_or_else(|| types::first(path));
        if is_member(named.kind) {
            let parent = match self.parent_of(named, path) {
                Some(parent) => self.thing(parent).id.name.clone(),
                None => qualified(schema, &named.name),
            };
            return member_id(named.kind, &parent, named.member.as_deref().unwrap_or_default());
        }
        if is_global(named.kind) {
            return ObjectId::new(named.kind, quoted(&named.name));
        }
        let mut name = qualified(schema, &named.name);
        if is_routine(named.kind) {
            let arguments = named.arguments.as_deref().unwrap_or_default();
            name.push_str(&self.signature(arguments, path));
        }
        ObjectId::new(named.kind, name)
    }

    /// Ends the time in which a thing bears its present name.
    pub(super) fn end_bearing(&mut self, number: ThingId, happening: usize) {
        let id = self.things[number].id.clone();
        let bearings = self.bearers.entry(id).or_default();
        if let Some(bearing) = bearings.iter_mut().rev().find(|it| it.thing == number) {
            bearing.until = Some(happening);
        }
    }
}

/// Whether a name can only mean something of Postgres itself.
pub(super) fn is_system(named: &Named) -> bool {
    match named.schema.as_deref() {
        Some(schema) => is_system_schema(schema),
        None => is_relation(named.kind) && named.name.starts_with("pg_"),
    }
}

/// `public.f` of `public.f(uuid, text)`.
pub(super) fn routine_name(name: &str) -> &str {
    let mut inside_quotes = false;
    let end = name.char_indices().find_map(|(at, character)| {
        inside_quotes ^= character == '"';
        (character == '(' && !inside_quotes).then_some(at)
    });
    end.map_or(name, |end| &name[..end])
}

fn look<'m, T>(
    map: &'m HashMap<String, T>,
    schema: Option<&str>,
    name: &str,
    path: &[String],
) -> Option<&'m T> {
    match schema {
        Some(schema) => map.get(&qualified(schema, name)),
        None => std::iter::once(TEMPORARY)
            .chain(path.iter().map(String::as_str))
            .find_map(|schema| map.get(&qualified(schema, name))),
    }
}
