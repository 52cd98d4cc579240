use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::names::is_routine;
use super::path::{PathChange, path_change};
use crate::abreast;
use crate::migration::{Checksum, Script, Statement, StatementKind};
use crate::schema::Kind;
use crate::sql::{self, Inside, Reading, RowWrite, Verb};

/// Parsed statements: each script is read once, however many lineages of a run are laid over it.
#[derive(Debug, Default)]
pub struct Readings {
    scripts: Mutex<HashMap<Key, Arc<Vec<Read>>>>,
    is_lean: bool,
}

/// The statements of one script, read.
#[derive(Debug, Clone)]
pub struct ScriptReading(Arc<Vec<Read>>);

impl ScriptReading {
    /// Reads a script; nothing is kept of it.
    #[must_use]
    pub fn of(script: &Script) -> Self {
        Self(Arc::new(read_script(script)))
    }

    /// Each statement, in the order of [`Script::statements`].
    pub fn statements(&self) -> impl Iterator<Item = &Reading> {
        self.0.iter().map(|read| &read.reading)
    }
}

/// One statement, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    /// What it does and speaks of.
    pub(super) reading: Reading,
    /// What it does to the search path.
    pub(super) path: PathChange,
}

type Key = (PathBuf, Checksum, Range<usize>);

impl Readings {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing read yet; of what is read, only what statements make, change and take away is kept, what new objects rest on (an
    /// index goes with its column), and which routines are called. A
    /// [`Lineage`](super::Lineage) over it tells these happenings, and no needs.
    #[must_use]
    pub fn lean() -> Self {
        Self { is_lean: true, ..Self::default() }
    }

    /// The reading of one statement of a script.
    #[must_use]
    pub fn reading(&self, script: &Script, statement: usize) -> Reading {
        let reads = self.of(script);
        reads.get(statement).map(|read| read.reading.clone()).unwrap_or_default()
    }

    /// The statements of a script, whole, however much of them is kept. Where that is not all, give it back to [`Self::keep`],
    /// so that it is not read a second time.
    #[must_use]
    pub fn whole(&self, script: &Script) -> ScriptReading {
        if self.is_lean { ScriptReading::of(script) } else { ScriptReading(self.of(script)) }
    }

    /// Keeps what [`Self::whole`] has read.
    pub fn keep(&self, script: &Script, read: ScriptReading) {
        if self.is_lean {
            let reads = Arc::unwrap_or_clone(read.0);
            let lean = reads.into_iter().map(Read::lean).collect();
            self.scripts().insert(key(script), Arc::new(lean));
        }
    }

    /// Every statement of a script, in the order of [`Script::statements`].
    pub(super) fn of(&self, script: &Script) -> Arc<Vec<Read>> {
        let key = key(script);
        if let Some(known) = self.scripts().get(&key) {
            return known.clone();
        }
        let reads = read_script(script);
        let lean = |reads: Vec<Read>| reads.into_iter().map(Read::lean).collect();
        let reads = Arc::new(if self.is_lean { lean(reads) } else { reads });
        self.scripts().insert(key, reads.clone());
        reads
    }

    /// The same with other readings of these scripts.
    pub(super) fn copied<'s>(
        &self,
        scripts: impl IntoIterator<Item = (&'s Script, Arc<Vec<Read>>)>,
    ) -> Self {
        let scripts = scripts.into_iter().map(|(script, reads)| (key(script), reads));
        Self { scripts: Mutex::new(scripts.collect()), is_lean: self.is_lean }
    }

    /// Frees what was read.
    pub fn free(self) {
        let scripts = self.scripts.into_inner().unwrap_or_else(PoisonError::into_inner);
        abreast::free(scripts.into_values().collect());
    }

    fn scripts(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Vec<Read>>>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read {
    /// Whether it leaves the search path as it is.
    pub(super) fn keeps_path(&self) -> bool {
        self.path == PathChange::default()
    }

    /// What it does to the search path, and nothing else.
    pub(super) fn without_objects(&self) -> Self {
        Self { reading: Reading::default(), path: self.path.clone() }
    }

    fn lean(self) -> Self {
        let Self { mut reading, path } = self;
        let ties = reading.acts.iter().any(|act| {
            act.verb == Verb::Create && !matches!(act.object.kind, Kind::Table | Kind::Column)
        });
        reading.uses.retain(|used| {
            let is_run = !matches!(used.inside, Inside::Routine | Inside::Dynamic);
            is_run && (ties || is_routine(used.object.kind))
        });
        let kept = reading.with_acts(|act| !is_passing(&act.verb));
        Self { reading: Reading { acts: kept.acts, uses: kept.uses, ..Reading::default() }, path }
    }
}

/// Whether an act leaves every object as it is, and takes no rows away.
fn is_passing(verb: &Verb) -> bool {
    use RowWrite::{Insert, InsertOrSkip, Update};
    matches!(verb, Verb::Write(Insert | InsertOrSkip | Update) | Verb::Alter("comment" | "grants"))
}

fn key(script: &Script) -> Key {
    (script.source().path().to_owned(), script.sent_checksum(), script.body())
}

fn read_script(script: &Script) -> Vec<Read> {
    let spans: Vec<_> = script.statements().iter().map(|it| it.span.clone()).collect();
    let is_verbatim = |statement: &Statement| {
        statement.kind == StatementKind::Sql
            && matches!(script.text_of(statement), Cow::Borrowed(_))
    };
    if script.statements().iter().all(is_verbatim) {
        let readings = sql::read_each(script.text(), &spans);
        let texts = script.statements().iter().map(|statement| script.text_of(statement));
        let reads = readings.into_iter().zip(texts);
        return reads.map(|(reading, text)| Read { reading, path: path_change(&text) }).collect();
    }
    let reads = script.statements().iter().map(|statement| match statement.kind {
        StatementKind::Meta => Read::default(),
        StatementKind::Sql | StatementKind::CopyIn { .. } => read(&script.text_of(statement)),
    });
    reads.collect()
}

fn read(text: &str) -> Read {
    Read { reading: sql::read(text), path: path_change(text) }
}
