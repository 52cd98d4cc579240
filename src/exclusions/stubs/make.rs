use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::gone::Gone;
use super::propagate::{cut, edits};
use super::stub::{Edit, Stub, Stubs};
use crate::exclusions::{Answer, Fall, Halted, List};
use crate::lineage::Readings;
use crate::migration::{Migration, MigrationId, MigrationSet};
use crate::outcome::Found;
use crate::schema::Kind;
use crate::sql::{Named, Reading, Verb};

/// What stubs are made for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The migrations that the closed list leaves out: those that may need a stub.
    pub closed: List,
    /// The extensions that the files create and the server does not offer.
    pub lacking: BTreeSet<String>,
}

/// Somebody who replays a case with stubs.
pub trait StubTrials {
    /// The folder, with stubs in place of some files.
    ///
    /// # Errors
    ///
    /// When a stub is no file of its layout.
    fn read(&mut self, stubs: &Stubs) -> Result<Arc<MigrationSet>, Halted>;

    /// Replays what was read, but for `left_out`, to the first failure.
    ///
    /// # Errors
    ///
    /// When no answer can be had.
    fn replay(
        &mut self,
        set: &Arc<MigrationSet>,
        left_out: &List,
        purpose: &str,
    ) -> impl Future<Output = Result<Answer, Halted>> + Send;
}

/// Stubs, and how far they carry.
#[derive(Debug, Clone, Default)]
pub struct Stubbed {
    /// The stubs.
    pub stubs: Stubs,
    /// What has to be left out all the same, and how it fails.
    pub kept: Vec<Fall>,
    /// What fails although everything was tried; `None` where all passes, which is then proven.
    pub stuck: Option<Box<Found>>,
}

/// The extensions that the files create, and that are not offered.
#[must_use]
pub fn lacking(set: &MigrationSet, offered: &BTreeMap<String, String>) -> BTreeSet<String> {
    let readings = Readings::default();
    let extensions = made(set, &readings).into_iter().filter(|it| it.kind == Kind::Extension);
    extensions.map(|it| it.name).filter(|extension| !offered.contains_key(extension)).collect()
}

/// Everything that the files make.
fn made(set: &MigrationSet, readings: &Readings) -> Vec<Named> {
    let mut made = Vec::new();
    for migration in set.migrations() {
        for number in 0..migration.up.statements().len() {
            let acts = readings.reading(&migration.up, number).acts;
            let acts = acts.into_iter().filter(|act| act.verb == Verb::Create);
            made.extend(acts.map(|act| act.object));
        }
    }
    made
}

/// Makes stubs until everything passes, or until nothing more helps. What speaks of something that is gone is taken out in one
/// go; each further thing that the server lacks takes one replay to find.
///
/// # Errors
///
/// When no answer can be had.
pub async fn make_stubs<T: StubTrials + Send>(
    question: &Question,
    trials: &mut T,
) -> Result<Stubbed, Halted> {
    let mut work = Work::new(question);
    let mut purpose = "with stubs".to_owned();
    loop {
        let set = trials.read(&work.done.stubs)?;
        if work.propagate(&set) {
            continue;
        }
        let found = match trials.replay(&set, &work.left_out, &purpose).await? {
            Answer::Passed => return Ok(work.done),
            Answer::Failed(found) => found,
        };
        purpose = match &found.migration {
            Some(failed) => format!("with a smaller stub of {failed}"),
            None => "with stubs".to_owned(),
        };
        if !work.cut_failing(&set, &found) && !work.leave_out(&found) {
            work.done.stuck = Some(found);
            return Ok(work.done);
        }
    }
}

struct Work<'q> {
    question: &'q Question,
    readings: Readings,
    gone: Gone,
    left_out: List,
    done: Stubbed,
}

impl<'q> Work<'q> {
    fn new(question: &'q Question) -> Self {
        let gone = Gone::lacking(&question.lacking);
        let readings = Readings::default();
        Self { question, readings, gone, left_out: List::new(), done: Stubbed::default() }
    }

    /// Takes out whatever speaks of what is gone; whether there was anything.
    fn propagate(&mut self, set: &MigrationSet) -> bool {
        self.gone.rewind();
        let mut has_changed = false;
        for migration in set.migrations() {
            let may_change = self.question.closed.contains(&migration.id)
                || self.done.stubs.contains_key(&migration.id);
            if !may_change || self.left_out.contains(&migration.id) {
                continue;
            }
            let edits = edits(migration, &self.readings, &mut self.gone);
            has_changed |= self.change(migration, edits);
        }
        has_changed
    }

    fn change(&mut self, migration: &Migration, edits: Vec<Edit>) -> bool {
        if edits.is_empty() {
            return false;
        }
        let text = migration.up.source().text();
        let new = || Stub { text: text.to_owned(), without: Vec::new() };
        let stub = self.done.stubs.entry(migration.id.clone()).or_insert_with(new);
        stub.changed(edits);
        true
    }

    /// Takes the failing statement out, or its part, where it fails for want of something that the server lacks.
    fn cut_failing(&mut self, set: &MigrationSet, found: &Found) -> bool {
        let Some((migration, statement)) = failing(set, found) else { return false };
        let text = migration.up.text_of(statement);
        let reading = found.statement_index.map(|at| self.readings.reading(&migration.up, at));
        let reading = reading.unwrap_or_default();
        let start = migration.up.place(statement.span.clone()).span().start;
        let at = found.place.as_ref().and_then(|place| place.span().start.checked_sub(start));
        let missing = missing(&reading, at, found);
        let made = made(set, &self.readings);
        let mut is_lack = false;
        for named in missing.into_iter().filter(|named| is_of_extensions(named.kind)) {
            let is_made = made.iter().any(|it| it.kind == named.kind && it.name == named.name);
            is_lack |= !is_made && self.gone.lacks(named.clone());
        }
        self.gone.rewind();
        let before = set.migrations().iter().take_while(|it| it.id != migration.id);
        for migration in before.map(AsRef::as_ref).chain([migration]) {
            self.gone.enter(&migration.id);
        }
        let is_gone = is_undefined(found) && self.gone.is_named_in(&text);
        if !is_lack && !is_gone {
            return false;
        }
        let touched = self.gone.touched(&reading);
        let touched = if touched.is_empty() { vec![at.unwrap_or(usize::MAX)] } else { touched };
        let edit = cut(migration, statement, &reading, &touched, &mut self.gone);
        self.change(migration, edit.into_iter().collect())
    }

    /// Leaves a migration of the closed list out, for it fails for another reason.
    fn leave_out(&mut self, found: &Found) -> bool {
        let Some(migration) = &found.migration else { return false };
        if !self.question.closed.contains(migration) || !self.left_out.insert(migration.clone()) {
            return false;
        }
        self.done.stubs.remove(migration);
        let (migration, found) = (migration.clone(), Box::new(found.clone()));
        self.done.kept.push(Fall { migration, found });
        true
    }
}

fn failing<'s>(
    set: &'s MigrationSet,
    found: &Found,
) -> Option<(&'s Migration, &'s crate::migration::Statement)> {
    let id: &MigrationId = found.migration.as_ref()?;
    let migration = set.migrations().iter().find(|migration| migration.id == *id)?;
    let statement = migration.up.statements().get(found.statement_index?)?;
    Some((migration, statement))
}

/// What the server says is not there: at the place of the error, or, where there is none, named by the message.
fn missing<'r>(reading: &'r Reading, at: Option<usize>, found: &Found) -> Vec<&'r Named> {
    if !is_undefined(found) {
        return Vec::new();
    }
    let at = at.filter(|_| found.error.position.is_some());
    let uses = reading.uses.iter().filter(|used| match at {
        Some(at) => used.span.contains(&at) || used.span.start == at,
        None => found.error.message.contains(&format!("\"{}\"", used.object.name)),
    });
    uses.map(|used| &used.object).collect()
}

/// Undefined columns, tables, functions and objects (PostgreSQL documentation, appendix A), and `CREATE EXTENSION` of what is
/// not there: 0A000, before version 13 58P01.
fn is_undefined(found: &Found) -> bool {
    let state = found.error.sqlstate.as_ref().map_or("", |state| state.as_str());
    matches!(state, "42703" | "42P01" | "42883" | "42704" | "0A000" | "58P01")
}

/// Kinds of things that come with extensions.
const fn is_of_extensions(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Type
            | Kind::Function
            | Kind::Aggregate
            | Kind::Operator
            | Kind::OperatorClass
            | Kind::AccessMethod
            | Kind::Extension
    )
}
