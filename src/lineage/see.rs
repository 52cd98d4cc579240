//! What a server showed is right: it is entered where the files did not say it, and what they said is taken back where it
//! did not come so.

use std::ops::Range;

use super::happening::{Effect, Happening, Known};
use super::names::{is_member, is_relation};
use super::sighting::Sighting;
use super::story::Story;
use super::thing::State;
use super::world::ThingId;
use crate::migration::Script;
use crate::schema::{Kind, Object, ObjectId, parts};
use crate::sql::{Guard, Inside, Verb};

/// Statements that can do what they do not say.
const OPAQUE: [&str; 4] = ["do", "select", "call", "execute"];

impl Story {
    /// Holds what an author did against what the server showed after it.
    pub(super) fn see(&mut self, author: usize, script: &Script, seen: &Sighting) {
        let Some(shown) = &mut self.shown else { return };
        for gone in &seen.vanished {
            shown.remove(gone);
        }
        shown.extend(seen.appeared.keys().cloned());
        let first = self.happenings.partition_point(|told| told.author < author);
        self.take_back(first);
        let of = Ran { author, script, first };
        for gone in seen.vanished.iter().rev() {
            self.see_gone(of, gone);
        }
        for (id, object) in &seen.appeared {
            self.see_new(of, id, object);
        }
        for (id, properties) in &seen.changed {
            self.see_changed(of, id, properties);
        }
    }

    /// What a branch would have done, and did not.
    fn take_back(&mut self, first: usize) {
        for number in (first..self.happenings.len()).rev() {
            let told = &self.happenings[number];
            let may_not_be = matches!(told.inside, Inside::Branch | Inside::Dynamic);
            let is_there = self.is_shown(&told.object);
            let object = told.object.clone();
            if !may_not_be || !is_compared(&object) {
                continue;
            }
            let has_come = told.effect.brings() && self.world.at(&object).is_some();
            let has_gone = told.effect.takes() && self.world.at(&object).is_none();
            if has_come && !is_there {
                if let Some(thing) = self.world.at(&object) {
                    self.world.dismiss(thing);
                }
                self.happenings[number].deny();
            } else if has_gone && is_there {
                self.bring_back(number, &object);
                self.happenings[number].deny();
            } else if has_come || has_gone {
                self.happenings[number].known = Known::Server;
            }
        }
    }

    /// Lets the last bearer of a name bear it again.
    fn bring_back(&mut self, happening: usize, object: &ObjectId) {
        let bearers = self.world.bearers.get(object).into_iter().flatten();
        let is_meant = |thing: &ThingId| self.world.thing(*thing).happenings.contains(&happening);
        let Some(thing) = bearers.map(|it| it.thing).rev().find(is_meant) else { return };
        if self.world.thing(thing).is_there() {
            self.world.leave(thing);
        }
        let mut names: Vec<_> = parts(&object.name).into_iter().map(|part| part.text).collect();
        let told = self.world.thing_mut(thing);
        told.state = State::There;
        if told.id != *object {
            told.happenings.retain(|it| *it <= happening);
            told.id = object.clone();
            told.name = names.pop().unwrap_or_default();
            if told.parent.is_none() && told.schema.is_some() {
                told.schema = names.pop();
            }
        }
        self.world.enter(thing);
    }

    fn see_gone(&mut self, of: Ran<'_>, id: &ObjectId) {
        let Some(thing) = self.world.at(id).filter(|_| is_compared(id)) else { return };
        if is_relation(id.kind) {
            self.bury(thing);
        }
        let near = self.near(of, id, &[]);
        self.note(of, near, thing, Effect::Removed);
        self.world.leave(thing);
        self.world.thing_mut(thing).state = State::Gone;
    }

    fn see_new(&mut self, of: Ran<'_>, id: &ObjectId, object: &Object) {
        if !is_compared(id) || self.is_said(id) {
            return;
        }
        if let Some(foreign) = self.world.at(id) {
            self.world.dismiss(foreign);
        }
        let Some(thing) = self.enter(id, object) else { return };
        let near = self.near(of, id, &object.parents);
        let whole = object.parents.iter().find_map(|parent| self.maker_by(of, parent));
        let told = self.note(of, near, thing, Effect::Made);
        self.happenings[told].part_of = whole;
    }

    /// Whether the files say already that it is there, be it as another kind of relation.
    fn is_said(&self, id: &ObjectId) -> bool {
        let known = self.world.at(id).or_else(|| {
            let relation = self.world.relations.get(&id.name).copied();
            relation.filter(|_| is_relation(id.kind))
        });
        known.is_some_and(|known| !self.world.thing(known).is_foreign())
    }

    fn see_changed(&mut self, of: Ran<'_>, id: &ObjectId, properties: &[String]) {
        let Some(thing) = self.world.at(id).filter(|_| is_compared(id)) else { return };
        let owners = self.world.owners_of(thing);
        let owners: Vec<_> =
            owners.into_iter().map(|owner| self.world.thing(owner).id.clone()).collect();
        if self.is_told_of(of, id) || owners.iter().any(|owner| self.is_changed_by(of, owner)) {
            return;
        }
        let near = self.near(of, id, &owners);
        self.note(of, near, thing, Effect::Reshaped(properties.to_vec()));
    }

    /// Tells what no statement says.
    fn note(&mut self, of: Ran<'_>, near: Near, thing: ThingId, effect: Effect) -> usize {
        let number = self.happenings.len();
        let brings = effect.brings();
        let verb = match &effect {
            Effect::Made => Verb::Create,
            Effect::Removed => Verb::Drop { cascade: false },
            _ => Verb::Alter("definition"),
        };
        let told = self.world.thing_mut(thing);
        told.happenings.push(number);
        if brings {
            told.maker = Some(number);
        }
        self.happenings.push(Happening {
            author: of.author,
            statement: near.statement,
            place: of.script.place(near.span),
            object: told.id.clone(),
            effect,
            verb,
            guard: Guard::None,
            inside: Inside::Statement,
            definition: told.definition.clone().filter(|_| brings),
            part_of: None,
            known: Known::Server,
        });
        number
    }

    fn is_shown(&self, id: &ObjectId) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.contains(id))
    }

    /// Whether the author's statements say that they do something to it.
    fn is_told_of(&self, of: Ran<'_>, id: &ObjectId) -> bool {
        self.happenings[of.first..].iter().any(|told| {
            let is_vain = matches!(
                told.effect,
                Effect::Unclear
                    | Effect::Absent
                    | Effect::Kept
                    | Effect::NotDone
                    | Effect::Written(_)
            );
            told.object == *id && !is_vain
        })
    }

    /// Whether what follows from it follows from its own change.
    fn is_changed_by(&self, of: Ran<'_>, id: &ObjectId) -> bool {
        self.happenings[of.first..].iter().any(|told| {
            let is_change = matches!(
                told.effect,
                Effect::RenamedFrom(_) | Effect::Altered("type" | "attach partition")
            );
            told.object == *id && is_change
        })
    }

    /// The happening by which the author made it.
    fn maker_by(&self, of: Ran<'_>, id: &ObjectId) -> Option<usize> {
        let maker = self.world.thing(self.world.at(id)?).maker?;
        (maker >= of.first).then_some(maker)
    }

    /// The statement that most likely did it: one that may have done it, one that is about what it belongs to, one that can do
    /// what it does not say, or the first.
    fn near(&self, of: Ran<'_>, id: &ObjectId, parents: &[ObjectId]) -> Near {
        let own = &self.happenings[of.first..];
        let whole = id.name.rsplit_once('.').map(|(whole, _)| whole).filter(|_| is_member(id.kind));
        let is_about = |object: &ObjectId| {
            *object == *id || parents.contains(object) || whole == Some(object.name.as_str())
        };
        let told = own.iter().rev().find(|told| told.object == *id);
        let told = told.or_else(|| own.iter().rev().find(|told| is_about(&told.object)));
        if let Some(told) = told {
            return Near { statement: told.statement, span: told.place.span() };
        }
        let is_opaque = |text: &str| {
            let word = text.split(|letter: char| !letter.is_ascii_alphabetic()).next();
            word.is_some_and(|word| OPAQUE.iter().any(|it| it.eq_ignore_ascii_case(word)))
        };
        let statements = of.script.statements();
        let found = statements.iter().position(|it| is_opaque(&of.script.text_of(it)));
        let statement = found.unwrap_or(0);
        let start = statements.get(statement).map_or(0, |it| it.span.start);
        Near { statement, span: start..start }
    }
}

/// Who ran.
#[derive(Debug, Clone, Copy)]
struct Ran<'a> {
    author: usize,
    script: &'a Script,
    /// The first of its happenings.
    first: usize,
}

/// Where something was done that no statement says.
struct Near {
    statement: usize,
    /// The bytes of the script that are about it.
    span: Range<usize>,
}

/// Whether the files and a catalog mean the same by it. Roles are the server's, and the constraints of a domain, the labels of
/// an enum and default privileges are told otherwise, or not at all.
fn is_compared(id: &ObjectId) -> bool {
    let is_other =
        matches!(id.kind, Kind::Role | Kind::Language | Kind::EnumValue | Kind::DefaultPrivileges);
    !is_other && !id.name.starts_with("pg_temp.")
}
