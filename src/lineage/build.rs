//! From statements to happenings, one after the other.

use super::author::{Author, Opening};
use super::create::Last;
use super::happening::Effect;
use super::names::{is_member, is_relation, is_routine};
use super::path::SearchPath;
use super::readings::{Read, Readings};
use super::resolve::routine_name;
use super::sighting::Sightings;
use super::story::{At, Context, Done, Outcome, Story};
use super::world::ThingId;
use crate::migration::Sessions;
use crate::schema::{Catalog, Kind, Object, ObjectId, parts, quoted};
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

/// The story of these authors to the end, as a server showed it.
pub(super) fn seen(
    authors: &[Author],
    opening: &Opening<'_>,
    readings: &Readings,
    sightings: &Sightings,
) -> Story {
    let mut story = Story::new(SearchPath::new(opening.search_path.as_deref()));
    open(&mut story, opening);
    take_catalog(&mut story, &sightings.opening);
    story.shown = Some(sightings.opening.objects.keys().cloned().collect());
    for (number, author) in authors.iter().enumerate() {
        story.take_author(number, author, readings, &mut |_, _| true);
        if let Some(sighting) = sightings.authors.get(number).and_then(Option::as_ref) {
            story.see(number, author.script(), sighting);
        }
        story.end_author(opening.sessions);
    }
    story
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
        let mut is_before = |at: usize, story: &Story| {
            let goes_on = stop.is_none_or(|stop| (number, at) < stop);
            if goes_on {
                watch((number, at), story);
            }
            goes_on
        };
        if !story.take_author(number, author, readings, &mut is_before) {
            return story;
        }
        story.end_author(opening.sessions);
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
        story.enter(id, object);
    }
}

impl Story {
    /// Enters an object of a catalog; nothing where what it belongs to is not known.
    pub(super) fn enter(&mut self, id: &ObjectId, object: &Object) -> Option<ThingId> {
        let name = if is_routine(id.kind) { routine_name(&id.name) } else { &id.name };
        let mut texts: Vec<_> = parts(name).into_iter().map(|part| part.text).collect();
        let last = texts.pop()?;
        let owner = object.parents.iter().find_map(|parent| self.world.at(parent));
        let thing = if is_member(id.kind) {
            self.world.add_member(id.kind, owner?, &last)
        } else {
            let thing = self.world.add(id.clone(), texts.pop(), &last);
            if let Some(owner) = owner {
                self.world.tie(owner, thing);
            }
            thing
        };
        self.world.thing_mut(thing).definition = object.property("type").map(ToOwned::to_owned);
        Some(thing)
    }

    /// Takes the statements of an author, as long as `goes_on` says so; `false` where it did not to the end.
    fn take_author(
        &mut self,
        number: usize,
        author: &Author,
        readings: &Readings,
        goes_on: &mut dyn FnMut(usize, &Story) -> bool,
    ) -> bool {
        let script = author.script();
        let reads = readings.of(script);
        for (at, (statement, read)) in script.statements().iter().zip(reads.iter()).enumerate() {
            if !goes_on(at, self) {
                return false;
            }
            let text = script.text_of(statement);
            let context = Context {
                author: number,
                statement: at,
                script,
                start: statement.span.start,
                text: &text,
                reading: &read.reading,
            };
            self.take(&context, read);
        }
        true
    }

    fn end_author(&mut self, sessions: Sessions) {
        self.path.end_author(sessions);
        if sessions == Sessions::Own {
            self.end_session();
        }
    }

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
