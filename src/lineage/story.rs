//! What happened so far, and what is there.

use std::collections::{HashMap, HashSet};

use super::happening::{Effect, Happening, Known, Need};
use super::path::SearchPath;
use super::world::{ThingId, World};
use crate::migration::Script;
use crate::schema::ObjectId;
use crate::sql::{Act, Inside, Reading};

/// The world, and the happenings that made it.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) world: World,
    pub(super) happenings: Vec<Happening>,
    /// Happenings of no thing: it was not there.
    pub(super) loose: HashMap<ObjectId, Vec<usize>>,
    pub(super) needs: Vec<Need>,
    pub(super) path: SearchPath,
    /// What belonged to the last relation of a name that is free now, or was: its members.
    pub(super) graves: HashMap<String, Vec<ObjectId>>,
    /// Temporary relations of the session.
    pub(super) temporary: Vec<ThingId>,
    /// What the bodies of routines do, for those who call them.
    pub(super) bodies: HashMap<ThingId, Vec<Act>>,
    /// What a server shows to be there, where one is asked.
    pub(super) shown: Option<HashSet<ObjectId>>,
}

/// The statement that is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) author: usize,
    pub(super) statement: usize,
    pub(super) script: &'a Script,
    /// The byte of the script where it begins.
    pub(super) start: usize,
    pub(super) text: &'a str,
    pub(super) reading: &'a Reading,
}

/// The act that is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) act: &'a Act,
    /// Its position in [`Reading::acts`].
    pub(super) number: usize,
    /// The happening that it is a part or consequence of.
    pub(super) part_of: Option<usize>,
    /// Whether the statement does not say it, but it follows.
    pub(super) follows: bool,
}

impl At<'_> {
    /// The same for what follows from a happening.
    pub(super) fn following(self, happening: usize) -> Self {
        Self { part_of: Some(happening), follows: true, ..self }
    }

    /// What an act is that does not fit what is there.
    pub(super) fn misfit(&self) -> Effect {
        match self.act.inside {
            Inside::Statement | Inside::Block => Effect::Impossible,
            Inside::Branch | Inside::Routine | Inside::Dynamic => Effect::Unclear,
        }
    }
}

/// What became of an act.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    pub(super) outcome: Outcome,
    /// The happening that tells of it.
    pub(super) happening: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing changed.
    #[default]
    Nothing,
    /// This is new.
    Made(ThingId),
    /// This was there, and `IF NOT EXISTS` kept it.
    Kept(ThingId),
    /// This was there, and was worked on.
    Touched(ThingId),
}

impl Outcome {
    /// The thing that is there.
    pub(super) fn thing(self) -> Option<ThingId> {
        match self {
            Self::Nothing => None,
            Self::Made(thing) | Self::Kept(thing) | Self::Touched(thing) => Some(thing),
        }
    }
}

impl Story {
    /// Nothing happened yet.
    pub(super) fn new(path: SearchPath) -> Self {
        Self {
            world: World::default(),
            happenings: Vec::new(),
            loose: HashMap::new(),
            needs: Vec::new(),
            path,
            graves: HashMap::new(),
            temporary: Vec::new(),
            bodies: HashMap::new(),
            shown: None,
        }
    }

    /// Tells what came to a thing.
    pub(super) fn tell(&mut self, at: At<'_>, thing: ThingId, effect: Effect) -> usize {
        let number = self.happenings.len();
        let told = self.world.thing(thing);
        let definition =
            if at.follows { told.definition.clone() } else { at.act.definition.clone() };
        let object = told.id.clone();
        self.push(at, object, effect, definition);
        let brings = self.happenings.last().is_some_and(|it| it.effect.brings());
        let thing = self.world.thing_mut(thing);
        thing.happenings.push(number);
        if brings {
            thing.maker = Some(number);
        }
        number
    }

    /// Tells something of an object that is not there.
    pub(super) fn tell_of_nothing(
        &mut self,
        at: At<'_>,
        object: ObjectId,
        effect: Effect,
    ) -> usize {
        let number = self.happenings.len();
        self.loose.entry(object.clone()).or_default().push(number);
        let definition = if at.follows { None } else { at.act.definition.clone() };
        self.push(at, object, effect, definition);
        number
    }

    fn push(&mut self, at: At<'_>, object: ObjectId, effect: Effect, definition: Option<String>) {
        let context = at.context;
        let span = context.start + at.act.span.start..context.start + at.act.span.end;
        self.happenings.push(Happening {
            author: context.author,
            statement: context.statement,
            place: context.script.place(span),
            object,
            effect,
            verb: at.act.verb.clone(),
            guard: at.act.guard,
            inside: at.act.inside,
            definition,
            part_of: at.part_of,
            known: Known::Files,
        });
    }
}
