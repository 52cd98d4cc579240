//! Dropping objects, and what goes with them.

use super::happening::Effect;
use super::names::{is_member, is_relation};
use super::story::{At, Done, Outcome, Story};
use super::thing::State;
use super::world::ThingId;
use crate::schema::{Kind, ObjectId};
use crate::sql::Guard;

impl Story {
    /// `DROP`, of what the statement names.
    pub(super) fn drop_named(&mut self, at: At<'_>, cascade: bool) -> Done {
        let found = self.world.resolve(&at.act.object, self.path.schemas());
        let found: Vec<_> =
            found.into_iter().filter(|it| !self.world.thing(*it).is_foreign()).collect();
        match found.as_slice() {
            [thing] => self.remove(at, *thing, cascade),
            [] if at.act.guard == Guard::IfExists => self.not_there(at, Effect::Absent),
            _ => self.not_there(at, at.misfit()),
        }
    }

    fn remove(&mut self, at: At<'_>, root: ThingId, cascade: bool) -> Done {
        let happening = self.end(at, root, Effect::Removed);
        let with = self.world.thing(root).id.clone();
        let mut left = self.goes_with(root, cascade);
        if self.world.thing(root).id.kind == Kind::Schema && cascade {
            let schema = self.world.thing(root).name.clone();
            left.extend(self.in_schema(&schema));
        }
        let following = at.following(happening);
        while let Some(thing) = left.pop() {
            if self.world.thing(thing).is_there() {
                self.end(following, thing, Effect::RemovedWith(with.clone()));
                left.extend(self.goes_with(thing, cascade));
            }
        }
        Done { outcome: Outcome::Touched(root), happening: Some(happening) }
    }

    /// What a thing takes along, last made first.
    fn goes_with(&self, thing: ThingId, cascade: bool) -> Vec<ThingId> {
        let thing = self.world.thing(thing);
        let mut with = thing.parts.clone();
        if cascade {
            with.extend(&thing.dependents);
        }
        with.sort_unstable_by(|left, right| right.cmp(left));
        with
    }

    /// What is in a schema, last made first.
    pub(super) fn in_schema(&self, schema: &str) -> Vec<ThingId> {
        let things = self.world.things().iter().enumerate();
        let inside = things.filter(|(_, it)| it.is_there() && it.schema.as_deref() == Some(schema));
        let mut inside: Vec<_> = inside.map(|(number, _)| number).collect();
        inside.reverse();
        inside
    }

    /// The end of one thing.
    fn end(&mut self, at: At<'_>, thing: ThingId, effect: Effect) -> usize {
        if is_relation(self.world.thing(thing).id.kind) {
            self.bury(thing);
        }
        let happening = self.tell(at, thing, effect);
        self.world.leave(thing);
        self.world.thing_mut(thing).state = State::Gone;
        happening
    }

    /// Keeps in mind which members the relation of a name had.
    pub(super) fn bury(&mut self, relation: ThingId) {
        let relation = self.world.thing(relation);
        let members = relation.parts.iter().map(|part| self.world.thing(*part));
        let members = members.filter(|it| it.is_there() && is_member(it.id.kind));
        let members: Vec<ObjectId> = members.map(|it| it.id.clone()).collect();
        self.graves.insert(relation.id.name.clone(), members);
    }
}
