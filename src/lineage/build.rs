//! From statements to happenings, one after the other.

use super::author::{Author, Opening};
use super::create::Last;
use super::happening::Effect;
use super::names::{is_member, is_relation, is_routine};
use super::path::SearchPath;
use super::readings::{Read, Readings};
use super::resolve::routine_name;
use super::story::{At, Context, Done, Outcome, Story};
use super::world::ThingId;
use crate::migration::Sessions;
use crate::schema::{Catalog, Kind, ObjectId, parts, quoted};
use crate::sql::{Act, Inside, Verb};

/// Where to stop: before this statement of this author.
pub(super) type Stop = (usize, usize);

/// The story of these authors, up to a statement or to the end.
pub(super) fn story(
    authors: &[Author],
    opening: &Opening<'_>,
    readings: &Readings,
    stop: Option<Stop>,
) -> Story {
    watched(authors, opening, readings, stop, &mut |_, _| {})
}

/// The same, and before each statement that has not run yet, somebody sees what is so then.
pub(super) fn watched(
    authors: &[Author],
    opening: &Opening<'_>,
    readings: &Readings,
    stop: Option<Stop>,
    watch: &mut dyn FnMut(Stop, &Story),
) -> Story {
    let mut story = Story::new(SearchPath::new(opening.search_path.as_deref()));
    open(&mut story, opening);
    for (number, author) in authors.iter().enumerate() {
        let script = author.script();
        let reads = readings.of(script);
        for (at, (statement, read)) in script.statements().iter().zip(reads.iter()).enumerate() {
            if stop.is_some_and(|stop| (number, at) >= stop) {
                return story;
            }
            watch((number, at), &story);
            let text = script.text_of(statement);
            let context = Context {
                author: number,
                statement: at,
                script,
                start: statement.span.start,
                text: &text,
                reading: &read.reading,
            };
            story.take(&context, read);
        }
        story.path.end_author(opening.sessions);
        if opening.sessions == Sessions::Own {
            story.end_session();
        }
    }
    story
}

/// What is there before the first author.
fn open(story: &mut Story, opening: &Opening<'_>) {
    let known = [
        (Kind::Schema, "public"),
        (Kind::Extension, "plpgsql"),
        (Kind::Language, "plpgsql"),
        (Kind::Role, "postgres"),
    ];
    let roles = opening.roles.iter().map(|role| (Kind::Role, role.as_str()));
    for (kind, name) in known.into_iter().chain(roles) {
        story.world.add(ObjectId::new(kind, quoted(name)), None, name);
    }
    if let Some(catalog) = opening.there {
        take_catalog(story, catalog);
    }
}

/// Enters what a catalog holds: what others rest on first, as kinds are ordered.
fn take_catalog(story: &mut Story, catalog: &Catalog) {
    for (id, object) in &catalog.objects {
        let name = if is_routine(id.kind) { routine_name(&id.name) } else { &id.name };
        let mut texts: Vec<_> = parts(name).into_iter().map(|part| part.text).collect();
        let Some(last) = texts.pop() else { continue };
        let owners = object.parents.iter().filter_map(|parent| story.world.at(parent));
        let owners: Vec<ThingId> = owners.collect();
        let thing = match (is_member(id.kind), owners.first()) {
            (true, Some(owner)) => story.world.add_member(id.kind, *owner, &last),
            (true, None) => continue,
            (false, _) => {
                let thing = story.world.add(id.clone(), texts.pop(), &last);
                if let Some(owner) = owners.first() {
                    story.world.tie(*owner, thing);
                }
                thing
            }
        };
        let story_thing = story.world.thing_mut(thing);
        story_thing.definition = object.property("type").map(ToOwned::to_owned);
    }
}

impl Story {
    fn take(&mut self, context: &Context<'_>, read: &Read) {
        self.path.take(&read.path);
        if read.reading.acts.is_empty() && read.reading.uses.is_empty() {
            return;
        }
        let uses = self.resolve_uses(context);
        let mut done: Vec<Done> = Vec::with_capacity(read.reading.acts.len());
        for (number, act) in read.reading.acts.iter().enumerate() {
            let whole = act.part_of.and_then(|whole| done.get(whole)).copied();
            let part_of = whole.and_then(|whole| whole.happening);
            let at = At { context, act, number, part_of, follows: false };
            let acts = &read.reading.acts;
            let last = number.checked_sub(1).and_then(|last| acts.get(last)).zip(done.last());
            let last = last.map(|(act, done)| Last { act, done: *done });
            let became = self.act(at, whole, last);
            done.push(became);
        }
        self.keep_body(context, &done);
        self.follow_calls(context);
        self.tell_what_is_missing(context, &done);
        self.need(context, uses, &done);
    }

    pub(super) fn act(&mut self, at: At<'_>, whole: Option<Done>, last: Option<Last<'_>>) -> Done {
        if at.act.inside == Inside::Routine {
            return self.in_routine(at);
        }
        match &at.act.verb {
            Verb::Create => self.create(at, whole, last),
            Verb::Drop { cascade } => self.drop_named(at, *cascade),
            Verb::Rename(name) => self.rename(at, name),
            Verb::SetSchema(schema) => self.set_schema(at, schema),
            Verb::Alter(what) => self.touch(at, &Effect::Altered(what)),
            Verb::Write(how) => self.touch(at, &Effect::Written(*how)),
        }
    }

    /// What a routine does, somebody has to call first. That it writes rows is not worth telling.
    fn in_routine(&mut self, at: At<'_>) -> Done {
        if matches!(at.act.verb, Verb::Write(_)) {
            return Done::default();
        }
        let path = self.path.schemas();
        let found = self.world.resolve(&at.act.object, path).first().copied();
        let happening = if let Some(thing) = found {
            self.tell(at, thing, Effect::Unclear)
        } else {
            let object = self.world.would_be(&at.act.object, path);
            self.tell_of_nothing(at, object, Effect::Unclear)
        };
        Done { happening: Some(happening), ..Done::default() }
    }

    /// Temporary relations end with their session; nobody dropped them.
    fn end_session(&mut self) {
        for thing in std::mem::take(&mut self.temporary) {
            if self.world.thing(thing).is_there() {
                self.world.dismiss(thing);
            }
        }
    }

    /// Members of the last relation of a name that the new one lacks.
    fn tell_what_is_missing(&mut self, context: &Context<'_>, done: &[Done]) {
        for (number, (act, became)) in context.reading.acts.iter().zip(done).enumerate() {
            let Some(came) = arrived(act, *became) else { continue };
            let name = self.world.thing(came).id.name.clone();
            let is_whole = is_relation(self.world.thing(came).id.kind);
            let Some(members) = self.graves.remove(&name).filter(|_| is_whole) else { continue };
            let at = At { context, act, number, part_of: became.happening, follows: true };
            for member in members {
                if self.world.at(&member).is_none() {
                    self.tell_of_nothing(at, member, Effect::MadeAgainWithout);
                }
            }
        }
    }
}

/// What has its name since this act.
fn arrived(act: &Act, became: Done) -> Option<ThingId> {
    match (&act.verb, became.outcome) {
        (Verb::Create, Outcome::Made(thing))
        | (Verb::Rename(_) | Verb::SetSchema(_), Outcome::Touched(thing)) => Some(thing),
        _ => None,
    }
}
