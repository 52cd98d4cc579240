use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::Extent;
use super::read::{Said, What, said};
use crate::lineage::Author;
use crate::migration::history::from_nothing;
use crate::migration::{Checksum, Script, StatementKind};
use crate::plan::{CasePlan, PrepStep};

/// The files of a run, each read once however many cases have it.
#[derive(Debug, Default)]
pub struct Files {
    known: Mutex<HashMap<(PathBuf, Checksum), Arc<SaidInFile>>>,
}

/// What the statements of a file say, each with the position of its statement.
type SaidInFile = Vec<(usize, Said)>;

/// Something that a file of a case wants of the server, and that no file before it makes.
#[derive(Debug, Clone)]
pub struct Want {
    pub(super) author: Author,
    /// Which of the case's files it is, in their order.
    pub(super) position: usize,
    pub(super) statement: usize,
    pub(super) said: Said,
}

impl Want {
    /// How much of the server's extensions has to be known for it.
    #[must_use]
    pub fn extent(&self) -> Extent {
        match &self.said.what {
            What::Extension { version: Some(_), .. } => Extent::Versions,
            What::Extension { version: None, .. } => Extent::Names,
            _ => Extent::Nothing,
        }
    }
}

impl Files {
    /// Reads a file before somebody needs to know what is in it.
    pub fn read(&self, script: &Script) {
        self.said_in(script);
    }

    /// What the files that a case runs want, in their order.
    #[must_use]
    pub fn wants(&self, case: &CasePlan) -> Vec<Want> {
        let mut roles: Vec<String> = case.setup.iter().filter_map(role_of).collect();
        let mut wants = Vec::new();
        for (position, (author, is_run)) in authors(case).into_iter().enumerate() {
            for (statement, said) in self.said_in(author.script()).iter() {
                match &said.what {
                    What::MakesRole(name) => roles.push(name.clone()),
                    What::Role(name) if roles.contains(name) => {}
                    _ if !is_run => {}
                    What::Role(_) if said.is_guarded => {}
                    _ => wants.push(Want {
                        author: author.clone(),
                        position,
                        statement: *statement,
                        said: said.clone(),
                    }),
                }
            }
        }
        wants
    }

    fn said_in(&self, script: &Script) -> Arc<SaidInFile> {
        let key = (script.source().path().to_owned(), script.sent_checksum());
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = known().get(&key) {
            return said.clone();
        }
        let said = Arc::new(read(script));
        known().insert(key, said.clone());
        said
    }
}

fn read(script: &Script) -> SaidInFile {
    let statements = script.statements().iter().enumerate();
    let sql = statements.filter(|(_, statement)| statement.kind == StatementKind::Sql);
    sql.flat_map(|(index, statement)| {
        said(&script.text_of(statement)).into_iter().map(move |said| (index, said))
    })
    .collect()
}

fn role_of(step: &PrepStep) -> Option<String> {
    match step {
        PrepStep::Role(name) | PrepStep::User(name) => Some(name.clone()),
        _ => None,
    }
}

/// The files of a case in the order in which they run, and whether they do: what a dump holds has run elsewhere.
pub(super) fn authors(case: &CasePlan) -> Vec<(Author, bool)> {
    let of_step = |step: &PrepStep| match step {
        PrepStep::Sql(script) => Some((Author::Script(script.clone()), true)),
        PrepStep::Migrate(migration)
        | PrepStep::Unrecorded(migration)
        | PrepStep::Interrupted { migration, .. } => {
            Some((Author::Migration(migration.clone()), true))
        }
        PrepStep::Record(migration) => Some((Author::Migration(migration.clone()), false)),
        _ => None,
    };
    let is_here = case.built_on().is_none();
    let seeding = case.seeding.iter().filter_map(of_step);
    let seeding = seeding.map(|(author, runs)| (author, runs && is_here));
    let mut authors: Vec<_> = case.setup.iter().filter_map(of_step).chain(seeding).collect();
    let chain =
        if case.seed.begins_empty() { from_nothing(&case.chain) } else { case.chain.clone() };
    for migration in chain {
        let is_seeded = authors
            .iter()
            .any(|(author, _)| author.migration().is_some_and(|seeded| seeded.id == migration.id));
        if !is_seeded {
            authors.push((Author::Migration(migration), true));
        }
    }
    authors
}
