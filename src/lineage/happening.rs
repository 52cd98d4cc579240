use crate::place::Place;
use crate::schema::ObjectId;
use crate::sql::{Guard, Inside, RowWrite, Verb};

/// One thing that came to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Who did it: a position in [`Lineage::authors`](super::Lineage::authors).
    pub author: usize,
    /// The statement, as a position in [`Script::statements`](crate::migration::Script::statements).
    pub statement: usize,
    /// Where the file names the object.
    pub place: Place,
    /// The object, by the name that it had then.
    pub object: ObjectId,
    /// What came of it.
    pub effect: Effect,
    /// What the statement does.
    pub verb: Verb,
    /// What keeps the statement from failing.
    pub guard: Guard,
    /// Where in the statement it stands.
    pub inside: Inside,
    /// The definition, where something is made or its type changed.
    pub definition: Option<String>,
    /// The happening that this one is a part or a consequence of: the table's, for a column made or dropped with it.
    pub part_of: Option<usize>,
    /// Who says so.
    pub known: Known,
}

impl Happening {
    /// The server showed that it did not come so.
    pub(super) fn deny(&mut self) {
        self.effect = Effect::NotDone;
        self.known = Known::Server;
    }
}

/// Who says that something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The statement.
    Files,
    /// The catalog of a server, after the author had run; no statement says it, or it says something else.
    Server,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It was made.
    Made,
    /// Under `IF NOT EXISTS`: it was there, and was kept as it is.
    Kept,
    /// It would be a part of something that was there already and was kept: it was not made. By which happening the
    /// whole is there; `None` where it was there before the first author.
    Swallowed(Option<usize>),
    /// `OR REPLACE`: it was there, and has a new definition.
    Replaced,
    /// Something of it was changed, see [`Verb::Alter`].
    Altered(&'static str),
    /// It went on under this name.
    RenamedTo(ObjectId),
    /// It came under this name, and had that one before.
    RenamedFrom(ObjectId),
    /// It was removed.
    Removed,
    /// It was removed with this object: as a part of it, or by `CASCADE`.
    RemovedWith(ObjectId),
    /// Its table was made again under the same name, without it.
    MadeAgainWithout,
    /// Under `IF EXISTS`: it was not there.
    Absent,
    /// Rows were written, or values of a column.
    Written(RowWrite),
    /// Nobody knows: it is in a routine that somebody may call, or in a branch that does not fit what is there.
    Unclear,
    /// In a branch that did not run, as a server showed.
    NotDone,
    /// These properties have other values, as a server showed.
    Reshaped(Vec<String>),
    /// It would fail as far as the files say: made although it is there, changed or dropped although it is not.
    Impossible,
}

impl Effect {
    /// Whether an object of the happening's name is there from now on.
    #[must_use]
    pub fn brings(&self) -> bool {
        matches!(self, Self::Made | Self::RenamedFrom(_))
    }

    /// Whether no object of the happening's name is there any more.
    #[must_use]
    pub fn takes(&self) -> bool {
        matches!(
            self,
            Self::RenamedTo(_) | Self::Removed | Self::RemovedWith(_) | Self::MadeAgainWithout
        )
    }
}

/// An object that a statement speaks of or works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Who needs it: a position in [`Lineage::authors`](super::Lineage::authors).
    pub author: usize,
    /// The statement, as a position in [`Script::statements`](crate::migration::Script::statements).
    pub statement: usize,
    /// Where the file names the object.
    pub place: Place,
    /// The object, by the name that it has then; where it is not there, the name that it would have.
    pub object: ObjectId,
    /// Whether it is there at that moment.
    pub found: bool,
    /// The happening by which it came under this name. `None` also where it was there before the first author.
    pub maker: Option<usize>,
    /// What happens where it is missing.
    pub strength: Strength,
}

/// What happens where a needed object is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// The statement fails.
    Firm,
    /// Nothing, or nobody knows: it is guarded by `IF EXISTS`, or stands in a branch.
    Guarded,
    /// A routine fails when it is called.
    Called,
}
