//! A database in its seed state on which the pending migrations run one after the other, while a second session tries things
//! beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::case::CaseRun;
use super::super::fill::Filling;
use super::super::locks::Noting;
use super::super::migrate::Body;
use super::super::over_rows::{Again, settle};
use super::super::sequence::Sequence;
use crate::migration::history::{AppliedRow, pending};
use crate::migration::{BodyRule, Migration, Sends, Sessions, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::postgres::catalog::{Changed, Moment, Reading, Relations};
use crate::postgres::{Database, PgSession, Session};
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
}

/// What may have changed since the schema of a line was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Since {
    /// Nothing has run.
    Nothing,
    /// These relations, and what is neither relation nor function.
    Relations(BTreeSet<u32>),
    /// Anything.
    Anything,
}

impl Since {
    /// Something has run that may have changed these relations, or anything.
    fn add(&mut self, relations: Option<&BTreeSet<u32>>) {
        *self = match (std::mem::replace(self, Self::Anything), relations) {
            (Self::Anything, _) | (_, None) => Self::Anything,
            (Self::Nothing, Some(more)) => Self::Relations(more.clone()),
            (Self::Relations(known), Some(more)) => Self::Relations(&known | more),
        };
    }

    /// What of it a reading is to look at.
    pub(super) fn changed(&self) -> Changed<'_> {
        static NONE: BTreeSet<u32> = BTreeSet::new();
        match self {
            Self::Nothing => Changed { rest: false, relations: Relations::Locked(&NONE) },
            Self::Relations(known) => Changed { rest: true, relations: Relations::Locked(known) },
            Self::Anything => Changed::ANYTHING,
        }
    }
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
            since: Since::Nothing,
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
        match self.main.take() {
            Some(main) => Ok(main),
            None => self.run.session_as(self.run.case.user(), &self.database).await,
        }
    }

    /// The session that tries things out.
    pub(in crate::replay) async fn beside(&mut self) -> Result<&mut PgSession, SqlError> {
        let open = self.beside.take().filter(|_| !self.is_worn);
        let session = if let Some(session) = open {
            session
        } else {
            let session = self.run.session_as(self.run.case.user(), &self.database).await?;
            session.reading_often().await?
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
        let tells = self.locks_tell(migration);
        let sequence = &mut self.sequence;
        let mut run = if tells {
            let mut noting = Noting::of_changes(&mut main);
            let run = sequence.run(&mut noting, migration).await;
            self.since.add(noting.changed().filter(|_| run.found.is_none()));
            run
        } else {
            self.since.add(None);
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

    /// Whether the locks that a migration holds before its end tell which relations it changes.
    fn locks_tell(&self, migration: &Migration) -> bool {
        let rule = self.rule(migration);
        let is_one = rule.wraps == Wraps::Each || rule.sends == Sends::Whole;
        is_one && migration.up.locks_what_it_changes()
    }

    /// Runs a body for good that is not recorded: a way down, or a way up that was recorded before.
    pub(in crate::replay) async fn run_unrecorded(
        &mut self,
        body: Body<'_>,
    ) -> Result<(), Box<Found>> {
        let rule = self.rule(body.migration);
        self.since.add(None);
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
        if let (Some(reading), Since::Nothing) = (&self.reading, &self.since) {
            return Ok(reading.clone());
        }
        let earlier = self.reading.take();
        // What cannot be read is not known later either.
        let since = std::mem::replace(&mut self.since, Since::Anything);
        let earlier = earlier.as_ref().map(|reading| (reading, since.changed()));
        let reading = self.beside().await?.read_again(Moment::Committed, earlier).await?;
        self.since = Since::Nothing;
        Ok(self.reading.insert(reading).clone())
    }

    /// The schema as it was at some moment, and what may have changed since: what a look at an open transaction begins with.
    pub(super) async fn earlier(&mut self) -> Result<(Reading, Since), SqlError> {
        match &self.reading {
            Some(reading) => Ok((reading.clone(), self.since.clone())),
            None => Ok((self.read().await?, Since::Nothing)),
        }
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
        if self.is_marked && self.run.case.sessions == Sessions::Shared {
            return Ok(None);
        }
        (self.main, self.beside) = (None, None);
        let copy = self.run.server.server.clone_database(&self.database).await?;
        let session = self.run.session_as(self.run.case.user(), &copy).await?;
        Ok(Some((session, copy)))
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

    /// Drops a database.
    pub(in crate::replay) async fn drop(&self, database: &Database) {
        // What cannot be dropped now goes with its server, or is swept by the next start.
        let _dropped = self.run.server.server.drop_database(database).await;
    }

    /// Ends the line, and drops its database.
    pub(in crate::replay) async fn end(mut self) {
        (self.main, self.beside) = (None, None);
        self.drop(&self.database).await;
    }

    /// That the server, or the way to it, is to blame.
    pub(in crate::replay) fn lost(&self, error: SqlError) -> Box<Found> {
        Box::new(Found::sql(self.phase, Blame::Environment, error))
    }
}
