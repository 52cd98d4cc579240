//! A database in its seed state on which the pending migrations run one after the other, while a second session tries things
//! beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};

use super::super::case::CaseRun;
use super::super::fill::Filling;
use super::super::locks::Noting;
use super::super::migrate::Body;
use super::super::over_rows::{Again, settle};
use super::super::sequence::Sequence;
use super::changers::Changers;
use super::since::Since;
use crate::migration::history::{AppliedRow, pending};
use crate::migration::{BodyRule, LockedChanges, Migration, Sends, Sessions, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::postgres::catalog::{Moment, Reading};
use crate::postgres::{Database, PgSession, Sequences, Session};
use crate::schema::Catalog;

/// The line of migrations, and the session beside it.
pub(in crate::replay) struct Line<'r> {
    run: &'r CaseRun<'r>,
    /// The pass that is under way.
    pub(in crate::replay) phase: Phase,
    database: Database,
    /// The session that the migrations run in; `None` until it is needed, also after a copy was made.
    main: Option<PgSession>,
    /// The session that tries things out; `None` as that.
    beside: Option<PgSession>,
    /// Whether something has run for good in the session that tries things out, which may have lost what it prepared.
    is_worn: bool,
    sequence: Sequence<'r>,
    /// Whether a migration may have left something in the session for which later ones do something else.
    is_marked: bool,
    /// The schema as it was read last.
    reading: Option<Reading>,
    /// What may have changed since.
    since: Since,
    /// What sequences stood at when they were read last.
    sequences: Sequences,
    /// Those that may stand at something else by now; `None` where all may.
    moved: Option<BTreeSet<u32>>,
    /// The functions of a schema that may change it.
    changers: Option<(Arc<Catalog>, Arc<Changers>)>,
    /// Both sessions, while they are opened again.
    opening: Option<JoinHandle<Result<(PgSession, PgSession), SqlError>>>,
}

impl<'r> Line<'r> {
    /// Begins with the seed state; also what is pending then, in order.
    pub(in crate::replay) async fn begin(
        run: &'r CaseRun<'r>,
        phase: Phase,
    ) -> Result<(Self, Vec<Arc<Migration>>), Box<Found>> {
        let database = run.seeded_database().await?;
        let lost = |error| Box::new(Found::sql(phase, Blame::Environment, error));
        let sequence = Sequence::one_by_one(run.case, phase);
        let mut line = Self {
            run,
            phase,
            database,
            main: None,
            beside: None,
            is_worn: false,
            sequence,
            is_marked: false,
            reading: None,
            since: Since::NOTHING,
            sequences: Sequences::new(),
            moved: None,
            changers: None,
            opening: None,
        };
        let rows = line.rows_of_history().await.map_err(lost)?;
        Ok((line, pending(&run.case.chain, &rows, run.case.order).run))
    }

    /// What the tool does before its first migration is no trace of that.
    async fn rows_of_history(&mut self) -> Result<Vec<AppliedRow>, SqlError> {
        let mut main = self.take_main().await?;
        self.sequence.begin(&mut main).await?;
        let rows = main.applied().await?;
        self.main = Some(main);
        Ok(rows)
    }

    async fn take_main(&mut self) -> Result<PgSession, SqlError> {
        self.wait_for_opening().await?;
        match self.main.take() {
            Some(main) => Ok(main),
            None => self.run.session_as(self.run.case.user(), &self.database).await,
        }
    }

    /// The session that tries things out.
    pub(in crate::replay) async fn beside(&mut self) -> Result<&mut PgSession, SqlError> {
        self.wait_for_opening().await?;
        let open = self.beside.take().filter(|_| !self.is_worn);
        let session = if let Some(session) = open {
            session
        } else {
            let session = self.run.session_as(self.run.case.user(), &self.database).await?;
            session.for_trials().await?
        };
        self.is_worn = false;
        Ok(self.beside.insert(session))
    }

    /// Runs a migration for good.
    pub(in crate::replay) async fn run(
        &mut self,
        migration: &Migration,
    ) -> Result<usize, Box<Found>> {
        self.is_marked |= migration.up.bends_session();
        let mut main = self.take_main().await.map_err(|error| self.lost(error))?;
        let besides = self.locked_changes(migration);
        let sequence = &mut self.sequence;
        let mut run = if let Some(besides) = besides {
            let mut noting = Noting::of_changes(&mut main);
            let run = sequence.run(&mut noting, migration).await;
            let changed = noting.changed().filter(|_| run.found.is_none());
            self.since.add(changed.map(|(relations, _)| (relations, besides)));
            let moved = self.moved.take().zip(changed);
            self.moved = moved.map(|(moved, (_, written))| &moved | written);
            run
        } else {
            self.since.add(None);
            self.moved = None;
            sequence.run(&mut main, migration).await
        };
        if let (Some(_), Some(rows)) = (&run.found, self.run.case.seed.rows) {
            // As `apply` does, which tells of it.
            let again = Again::of(self.run.case, migration);
            match Filling::begin(self.run, &self.database, rows).await.map(Filling::waiting) {
                Ok(mut filling) => {
                    let how = (migration, again);
                    let all = Box::pin(settle(run, &mut main, sequence, how, &mut filling)).await;
                    run = all.run;
                }
                Err(error) => return Err(self.lost(error)),
            }
        }
        self.main = Some(main);
        run.found.map_or(Ok(run.statements), Err)
    }

    /// What a migration changes besides the relations that it holds locked before its end.
    fn locked_changes(&mut self, migration: &Migration) -> Option<LockedChanges> {
        let rule = self.rule(migration);
        let is_one = rule.wraps == Wraps::Each || rule.sends == Sends::Whole;
        let catalog = Arc::clone(&self.reading.as_ref().filter(|_| is_one)?.catalog);
        let changers = self.changers(&catalog);
        self.since.changes_of(&[&migration.up], &changers)
    }

    /// The functions of a schema that may change it. It is often the one that was asked for last.
    pub(super) fn changers(&mut self, catalog: &Arc<Catalog>) -> Arc<Changers> {
        match &self.changers {
            Some((of, known)) if Arc::ptr_eq(of, catalog) => Arc::clone(known),
            _ => {
                let changers = Arc::new(Changers::of(catalog));
                self.changers = Some((Arc::clone(catalog), Arc::clone(&changers)));
                changers
            }
        }
    }

    /// Runs a body for good that is not recorded: a way down, or a way up that was recorded before.
    pub(in crate::replay) async fn run_unrecorded(
        &mut self,
        body: Body<'_>,
    ) -> Result<(), Box<Found>> {
        let rule = self.rule(body.migration);
        self.since.add(None);
        self.moved = None;
        if self.beside.is_none() {
            let opened = self.beside().await.map(|_session| ());
            opened.map_err(|error| self.lost(error))?;
        }
        self.is_worn = true;
        match &mut self.beside {
            Some(session) => body.run_alone(session, rule).await,
            None => Err(self.lost(SqlError::default())),
        }
    }

    /// The schema as it is.
    pub(in crate::replay) async fn catalog(&mut self) -> Result<Arc<Catalog>, Box<Found>> {
        match self.read().await {
            Ok(reading) => Ok(reading.catalog),
            Err(error) => Err(self.lost(error)),
        }
    }

    async fn read(&mut self) -> Result<Reading, SqlError> {
        if let (Some(reading), false) = (&self.reading, self.since.has_run) {
            return Ok(reading.clone());
        }
        let earlier = self.reading.take();
        // What cannot be read is not known later either.
        let since = std::mem::replace(&mut self.since, Since::ANYTHING);
        let earlier = earlier.as_ref().map(|reading| (reading, since.changed(LockedChanges::NONE)));
        let reading = self.beside().await?.read_again(Moment::Committed, earlier).await?;
        self.since = Since::NOTHING;
        Ok(self.reading.insert(reading).clone())
    }

    /// The schema as it was at some moment, and what may have changed since: what a look at an open transaction begins with.
    pub(super) async fn earlier(&mut self) -> Result<(Reading, Since), SqlError> {
        match &self.reading {
            Some(reading) => Ok((reading.clone(), self.since.clone())),
            None => Ok((self.read().await?, Since::NOTHING)),
        }
    }

    /// What sequences stand at, while nothing is open. Whatever is tried out sets them back.
    pub(super) async fn sequences(&mut self) -> Result<Sequences, SqlError> {
        let moved = self.moved.take();
        if moved.as_ref().is_none_or(|moved| !moved.is_empty()) {
            let read = self.beside().await?.sequences(moved.as_ref()).await?;
            match moved {
                Some(moved) => {
                    self.sequences.retain(|oid, _| !moved.contains(oid));
                    self.sequences.extend(read);
                }
                None => self.sequences = read,
            }
        }
        self.moved = Some(BTreeSet::new());
        Ok(self.sequences.clone())
    }

    /// How a migration is run, one at a time.
    pub(in crate::replay) fn rule(&self, migration: &Migration) -> BodyRule {
        migration.rule.unwrap_or(self.run.case.rule).single()
    }

    /// A session on a copy of the database, and the copy. `None` where the sessions of the line hold something that would be
    /// lost.
    pub(in crate::replay) async fn copy(
        &mut self,
    ) -> Result<Option<(PgSession, Database)>, SqlError> {
        Ok(self.copies(1).await?.pop())
    }

    /// Several of them, or none.
    pub(super) async fn copies(
        &mut self,
        count: usize,
    ) -> Result<Vec<(PgSession, Database)>, SqlError> {
        let mut copies = Vec::new();
        if self.is_marked && self.run.case.sessions == Sessions::Shared {
            return Ok(copies);
        }
        self.close().await;
        for _ in 0..count {
            let copy = self.run.server.server.clone_database(&self.database).await?;
            let session = self.run.session_as(self.run.case.user(), &copy).await?;
            copies.push((session, copy));
        }
        Ok(copies)
    }

    /// Opens both sessions again, and has the second prepare what it asks, while something else is under way.
    pub(super) fn reopen(&mut self, earlier: &Reading) {
        let user = self.run.case.user();
        let (main, beside) =
            (self.run.opening(user, &self.database), self.run.opening(user, &self.database));
        let earlier = earlier.clone();
        self.opening = Some(tokio::spawn(async move {
            let beside = async {
                let beside = beside.open().await?.for_trials().await?;
                beside.prepare_to_read(&earlier).await?;
                Ok(beside)
            };
            futures_util::future::try_join(main.open(), beside).await
        }));
    }

    async fn wait_for_opening(&mut self) -> Result<(), SqlError> {
        // One that was lost is opened by whoever needs it.
        if let Some(Ok(opened)) = self.opened().await {
            let (main, beside) = opened?;
            (self.main, self.beside) = (Some(main), Some(beside));
        }
        Ok(())
    }

    async fn opened(
        &mut self,
    ) -> Option<Result<Result<(PgSession, PgSession), SqlError>, JoinError>> {
        match self.opening.take() {
            Some(opening) => Some(opening.await),
            None => None,
        }
    }

    async fn close(&mut self) {
        let _opened = self.opened().await;
        (self.main, self.beside) = (None, None);
    }

    /// One more session, on a copy.
    pub(in crate::replay) async fn session_on(
        &self,
        copy: &Database,
    ) -> Result<PgSession, SqlError> {
        self.run.session(copy).await
    }

    /// A session on the database of the line itself that sees everything. Nobody copies it meanwhile.
    pub(in crate::replay) async fn overseer(&self) -> Result<PgSession, SqlError> {
        self.run.session(&self.database).await
    }

    /// Drops a copy, while the line goes on.
    pub(in crate::replay) fn drop(&self, copy: &Database) {
        self.run.server.server.drop_meanwhile(copy);
    }

    /// Ends the line, and drops its database.
    pub(in crate::replay) async fn end(mut self) {
        self.close().await;
        self.drop(&self.database);
    }

    /// That the server, or the way to it, is to blame.
    pub(in crate::replay) fn lost(&self, error: SqlError) -> Box<Found> {
        Box::new(Found::sql(self.phase, Blame::Environment, error))
    }
}
