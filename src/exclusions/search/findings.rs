use std::collections::BTreeMap;

use super::List;
use crate::migration::MigrationId;
use crate::outcome::Found;

/// A migration that fails as long as others are left out.
#[derive(Debug, Clone)]
pub struct Fall {
    /// Which one.
    pub migration: MigrationId,
    /// How it fails, and why.
    pub found: Box<Found>,
}

/// Whether an entry of the list is still needed.
#[derive(Debug, Clone)]
pub enum Standing {
    /// Without it the replay fails, like this.
    Needed(Box<Found>),
    /// It can be taken off the list by itself.
    Free,
    /// It can be taken off the list together with these.
    FreeWith(List),
    /// It could be taken off by itself, but then not all of the others that can: the smallest list that was found keeps it.
    Either,
    /// The seed state holds the migration already, so that the entry changes nothing there.
    Idle,
    /// No list was found with which the replay passes, so nobody can tell.
    Unknown,
}

/// What the replays of one case have shown about its list.
#[derive(Debug, Clone)]
pub struct Findings {
    /// What falls with the list, in the order of falling: with all of these left out too, the list is closed.
    pub falls: Vec<Fall>,
    /// What fails although everything was tried; `None` where the closed list passes.
    pub stuck: Option<Box<Found>>,
    /// Each entry of the list.
    pub entries: BTreeMap<MigrationId, Standing>,
    /// The smallest list that was found with which the replay passes. Taking any one off makes it fail; a smaller one that is
    /// altogether different is not ruled out.
    pub smallest: Option<List>,
    /// How many replays it took.
    pub replays: usize,
}

impl Findings {
    /// Whether the list passes as it is.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.falls.is_empty() && self.stuck.is_none()
    }

    /// Whether some entry can go, in one way or another.
    #[must_use]
    pub fn has_unneeded(&self) -> bool {
        self.entries.values().any(|standing| {
            matches!(standing, Standing::Free | Standing::FreeWith(_) | Standing::Either)
        })
    }
}
