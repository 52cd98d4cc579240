//! What is there at one moment.

use std::collections::HashMap;

use super::names::{is_relation, is_routine, member_id, qualified};
use super::resolve::routine_name;
use super::thing::{Bearing, State, Thing};
use crate::schema::{Kind, ObjectId};

/// A position in [`World::things`].
pub(super) type ThingId = usize;

/// Everything that is there, and everything that was.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    things: Vec<Thing>,
    there: HashMap<ObjectId, ThingId>,
    pub(super) relations: HashMap<String, ThingId>,
    pub(super) types: HashMap<String, ThingId>,
    pub(super) routines: HashMap<String, Vec<ThingId>>,
    pub(super) gone_routines: HashMap<String, ThingId>,
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
        self.things[thing].state = State::Foreign;
        self.things[thing].is_open = true;
        thing
    }

    /// Takes a thing away with its parts, without anybody having dropped it.
    pub(super) fn dismiss(&mut self, thing: ThingId) {
        for part in self.things[thing].parts.clone().into_iter().chain([thing]) {
            self.leave(part);
            self.things[part].state = State::Gone;
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

    /// Ends the time in which a thing bears its present name.
    pub(super) fn end_bearing(&mut self, number: ThingId, happening: usize) {
        let id = self.things[number].id.clone();
        let bearings = self.bearers.entry(id).or_default();
        if let Some(bearing) = bearings.iter_mut().rev().find(|it| it.thing == number) {
            bearing.until = Some(happening);
        }
    }
}
