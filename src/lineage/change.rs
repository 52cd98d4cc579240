//! Changing objects: other names, other schemas, other properties, other rows.

use super::happening::Effect;
use super::names::{is_member, is_relation, is_routine, member_id, qualified};
use super::resolve::routine_name;
use super::story::{At, Done, Outcome, Story};
use super::world::ThingId;
use crate::schema::{Kind, ObjectId, quoted};
use crate::sql::Guard;

impl Story {
    /// Something of an object is changed, or rows are written.
    pub(super) fn touch(&mut self, at: At<'_>, effect: &Effect) -> Done {
        let Some(thing) = self.meant(at) else { return self.missing(at) };
        if *effect == Effect::Altered("type") && at.act.object.kind == Kind::Column {
            self.world.stand_alone(thing);
            if let Some(definition) = &at.act.definition {
                self.world.thing_mut(thing).definition = Some(definition.clone());
            }
        }
        let happening = self.tell(at, thing, effect.clone());
        if let Effect::Altered(what @ ("attach partition" | "detach partition")) = effect {
            let is_attached = *what == "attach partition";
            self.change_partitions(at.following(happening), thing, is_attached);
        }
        Done { outcome: Outcome::Touched(thing), happening: Some(happening) }
    }

    /// The one thing that the act names.
    fn meant(&self, at: At<'_>) -> Option<ThingId> {
        let found = self.world.resolve(&at.act.object, self.path.schemas());
        found.first().copied().filter(|it| !self.world.thing(*it).is_foreign())
    }

    fn missing(&mut self, at: At<'_>) -> Done {
        let guarded = at.act.guard == Guard::IfExists;
        self.not_there(at, if guarded { Effect::Absent } else { at.misfit() })
    }

    /// `RENAME`
    pub(super) fn rename(&mut self, at: At<'_>, name: &str) -> Done {
        let Some(thing) = self.meant(at) else { return self.missing(at) };
        let target = self.renamed(thing, name);
        if self.is_taken(thing, &target) {
            let happening = self.tell(at, thing, at.misfit());
            return Done { outcome: Outcome::Nothing, happening: Some(happening) };
        }
        if self.world.thing(thing).id.kind == Kind::Column {
            self.rename_in_keys(thing, name);
        }
        let twin = self.twin(thing);
        let before = self.world.thing(thing).name.clone();
        let happening = self.call(at, thing, target, |it| name.clone_into(&mut it.name));
        let following = at.following(happening);
        for copy in self.world.thing(thing).heirs.clone() {
            let told = self.world.thing(copy);
            let is_same = told.is_there() && told.name == before;
            if is_member(told.id.kind) && is_same {
                let target = self.renamed(copy, name);
                self.call(following, copy, target, |it| name.clone_into(&mut it.name));
            }
        }
        if let Some(twin) = twin {
            let target = self.renamed(twin, name);
            if !self.is_taken(twin, &target) {
                self.call(following, twin, target, |it| name.clone_into(&mut it.name));
            }
        }
        Done { outcome: Outcome::Touched(thing), happening: Some(happening) }
    }

    /// The definitions of the keys and indexes of a column say its new name.
    fn rename_in_keys(&mut self, column: ThingId, name: &str) {
        let old = self.world.thing(column).name.clone();
        for part in self.world.thing(column).parts.clone() {
            let part = self.world.thing_mut(part);
            let is_key = matches!(part.id.kind, Kind::Index | Kind::Constraint);
            if let Some(definition) = part.definition.as_mut().filter(|_| is_key) {
                *definition = with_name(definition, &quoted(&old), &quoted(name));
            }
        }
    }

    /// `SET SCHEMA`: indexes, sequences and row types go along.
    pub(super) fn set_schema(&mut self, at: At<'_>, schema: &str) -> Done {
        let Some(thing) = self.meant(at) else { return self.missing(at) };
        let target = self.moved(thing, schema);
        if self.is_taken(thing, &target) {
            let happening = self.tell(at, thing, at.misfit());
            return Done { outcome: Outcome::Nothing, happening: Some(happening) };
        }
        let happening = self.call(at, thing, target, |it| it.schema = Some(schema.to_owned()));
        let following = at.following(happening);
        let mut left = self.world.thing(thing).parts.clone();
        while let Some(part) = left.pop() {
            let told = self.world.thing(part);
            let goes_along = matches!(told.id.kind, Kind::Index | Kind::Sequence);
            left.extend(told.parts.iter().filter(|_| !is_relation(told.id.kind)));
            if goes_along && told.is_there() && told.schema.as_deref() != Some(schema) {
                let target = self.moved(part, schema);
                self.call(following, part, target, |it| it.schema = Some(schema.to_owned()));
            }
        }
        Done { outcome: Outcome::Touched(thing), happening: Some(happening) }
    }

    /// The identity of a thing under another name.
    fn renamed(&self, thing: ThingId, name: &str) -> ObjectId {
        let thing = self.world.thing(thing);
        let kind = thing.id.kind;
        match (thing.parent, &thing.schema) {
            (Some(parent), _) => member_id(kind, &self.world.thing(parent).id.name, name),
            (None, Some(schema)) => {
                let arguments = &thing.id.name[routine_name(&thing.id.name).len()..];
                let arguments = if is_routine(kind) { arguments } else { "" };
                ObjectId::new(kind, format!("{}{arguments}", qualified(schema, name)))
            }
            (None, None) => ObjectId::new(kind, quoted(name)),
        }
    }

    /// The identity of a thing in another schema.
    fn moved(&self, thing: ThingId, schema: &str) -> ObjectId {
        let thing = self.world.thing(thing);
        let arguments = &thing.id.name[routine_name(&thing.id.name).len()..];
        let arguments = if is_routine(thing.id.kind) { arguments } else { "" };
        let name = format!("{}{arguments}", qualified(schema, &thing.name));
        ObjectId::new(thing.id.kind, name)
    }

    fn is_taken(&self, thing: ThingId, target: &ObjectId) -> bool {
        let is_other = |found: ThingId| found != thing;
        let relations = is_relation(target.kind) && self.world.is_relation_called(&target.name);
        self.world.at(target).is_some_and(is_other) || relations
    }

    /// The index of a constraint, or the constraint of an index: they share their name.
    fn twin(&self, thing: ThingId) -> Option<ThingId> {
        let told = self.world.thing(thing);
        let of_kind = |kind: Kind| {
            move |it: &ThingId| {
                let other = self.world.thing(*it);
                other.id.kind == kind && other.is_there() && other.name == told.name
            }
        };
        match told.id.kind {
            Kind::Constraint => told.parts.iter().copied().find(|it| of_kind(Kind::Index)(it)),
            Kind::Index => {
                let owners = self.world.owners_of(thing);
                owners.into_iter().find(|it| of_kind(Kind::Constraint)(it))
            }
            _ => None,
        }
    }

    /// Gives a thing another name, and its members with it.
    fn call(
        &mut self,
        at: At<'_>,
        thing: ThingId,
        target: ObjectId,
        change: impl FnOnce(&mut super::thing::Thing),
    ) -> usize {
        let before = self.world.thing(thing).id.clone();
        if is_relation(before.kind) {
            self.bury(thing);
        }
        let left = self.tell(at, thing, Effect::RenamedTo(target.clone()));
        self.world.end_bearing(thing, left);
        self.world.leave(thing);
        change(self.world.thing_mut(thing));
        self.world.thing_mut(thing).id = target;
        self.world.enter(thing);
        let came = self.tell(at, thing, Effect::RenamedFrom(before));
        self.carry_members(at.following(came), thing);
        came
    }

    fn carry_members(&mut self, at: At<'_>, parent: ThingId) {
        let parts = self.world.thing(parent).parts.clone();
        for member in parts {
            let told = self.world.thing(member);
            if told.parent != Some(parent) || !told.is_there() {
                continue;
            }
            let target = member_id(told.id.kind, &self.world.thing(parent).id.name, &told.name);
            if target != told.id {
                self.call(at, member, target, |_| {});
            }
        }
    }
}

/// A text with one name in the place of another one, where it stands as a word.
fn with_name(text: &str, old: &str, new: &str) -> String {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        changed.push_str(before);
        let is_word = !changed.ends_with(is_part) && !after.starts_with(is_part);
        changed.push_str(if is_word { new } else { old });
        rest = after;
    }
    changed + rest
}
