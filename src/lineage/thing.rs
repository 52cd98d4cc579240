//! One object in its time.

use super::world::ThingId;
use crate::schema::ObjectId;

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
    pub(super) state: State,
    /// Whether it has columns that no statement says.
    pub(super) is_open: bool,
    /// For a partition, what it is a part of.
    pub(super) is_partition: bool,
    pub(super) definition: Option<String>,
    /// The happening by which it bears its name.
    pub(super) maker: Option<usize>,
    pub(super) happenings: Vec<usize>,
}

/// Whether a thing is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is.
    There,
    /// Nobody made it here, but statements work on it.
    Foreign,
    /// No more.
    Gone,
}

impl Thing {
    /// Whether its name means it.
    pub(super) fn is_there(&self) -> bool {
        self.state != State::Gone
    }

    /// Whether it is there without anybody having made it.
    pub(super) fn is_foreign(&self) -> bool {
        self.state == State::Foreign
    }

    pub(super) fn new(id: ObjectId, schema: Option<String>, name: String) -> Self {
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
            state: State::There,
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
