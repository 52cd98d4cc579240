use super::Mode;
use crate::sql::Named;

/// A lock that a statement takes on a table, and what it does while it holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// On which table.
    pub on: Target,
    /// In which mode.
    pub mode: Mode,
    /// What it does with the table meanwhile.
    pub cost: Cost,
    /// What comes to the same and blocks less.
    pub gentler: Option<&'static str>,
}

/// Which table is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The one that the statement works on.
    Itself,
    /// Another one that it names.
    Other(Named),
    /// Those that its foreign keys point to; with a name only the one of this constraint.
    PointedTo(Option<String>),
}

/// What a statement does with a table while it holds a lock on it; the worse, the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// It changes the catalog: milliseconds, whatever the size.
    Brief,
    /// It touches rows one by one, as many as it says.
    Rows,
    /// It touches every row.
    EveryRow,
    /// It reads the whole table, for this.
    Scan(&'static str),
    /// It builds an index, for which it reads the whole table.
    Index,
    /// It writes the table anew if this is so, and only changes the catalog otherwise.
    PerhapsRewrite(&'static str),
    /// It writes the table anew with all its indexes.
    Rewrite(&'static str),
}

impl Hold {
    /// A lock on the table itself, for a moment.
    pub(super) fn brief(mode: Mode) -> Self {
        Self { on: Target::Itself, mode, cost: Cost::Brief, gentler: None }
    }

    pub(super) fn with(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }

    pub(super) fn on(self, on: Target) -> Self {
        Self { on, ..self }
    }

    pub(super) fn better(self, gentler: &'static str) -> Self {
        Self { gentler: Some(gentler), ..self }
    }
}
