use std::sync::Arc;

use super::again::{Again, again};
use super::locks::{TableLock, locks};
use super::neighbours::Neighbours;
use super::steps::{Step, steps};
use super::transaction::InTransaction;
use crate::lineage::{Author, Graph, Lineage, Opening, Readings, Twofold};
use crate::migration::{BodyRule, Migration};

/// What an explanation is made from.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What the files say.
    pub told: &'a Twofold,
    /// What is so before the first of them.
    pub opening: &'a Opening<'static>,
    /// The statements, read.
    pub readings: &'a Readings,
    /// How bodies are run, unless the migration says otherwise.
    pub rule: BodyRule,
}

/// What the files say about one migration.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The migration.
    pub migration: Arc<Migration>,
    /// Why it is left out, if it is; then everything is as if nothing were.
    pub left_out: Option<String>,
    /// What it does, statement by statement.
    pub steps: Vec<Step>,
    /// What it needs, and who needs it.
    pub neighbours: Neighbours,
    /// What becomes of it when it runs a second time.
    pub again: Again,
    /// Whether it can run in a transaction, and whether its tool puts it in one.
    pub transaction: InTransaction,
    /// Its locks on tables that are there before it, in the order of its statements.
    pub locks: Vec<TableLock>,
}

/// The migration where it runs: everybody up to it.
pub(super) struct Scene<'a> {
    pub(super) request: Request<'a>,
    pub(super) lineage: &'a Lineage,
    pub(super) migration: &'a Arc<Migration>,
    /// Its position among the authors of the lineage.
    pub(super) author: usize,
}

impl Scene<'_> {
    /// Everybody before it, and itself.
    pub(super) fn authors(&self) -> &[Author] {
        self.lineage.authors().get(..=self.author).unwrap_or_default()
    }
}

impl Explanation {
    /// Explains an author of [`Twofold::all`]; nothing where it is no migration.
    #[must_use]
    pub fn of(request: Request<'_>, graph: &Graph, author: usize) -> Option<Self> {
        let told = request.told;
        let migration = told.all.authors().get(author)?.migration()?;
        let (lineage, position) = match told.running(author) {
            Some(position) => (&told.run, position),
            None => (&told.all, author),
        };
        let scene = Scene { request, lineage, migration, author: position };
        let mut steps = steps(&scene);
        let again = again(&scene, &mut steps);
        Some(Self {
            migration: migration.clone(),
            left_out: told.left_out(author).map(ToOwned::to_owned),
            neighbours: Neighbours::of(told, graph, author),
            again,
            transaction: InTransaction::of(
                migration,
                request.rule,
                &request.readings.whole(&migration.up),
            ),
            locks: locks(&scene),
            steps,
        })
    }
}
