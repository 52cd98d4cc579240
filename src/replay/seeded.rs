//! The database of a case in its seed state: a copy where several cases share the preparation, else made from
//! the setup on.

use std::sync::PoisonError;
use std::time::Instant;

use super::case::CaseRun;
use super::emit::plain_step;
use super::prepare::prepare;
use crate::outcome::{Blame, Found, Phase, Verdict};
use crate::plan::{PrepKey, PrepStep};
use crate::postgres::Database;

impl CaseRun<'_> {
    /// A database in the seed state: a copy where one is ready, else made from the setup on.
    pub(super) async fn seeded_database(&self) -> Result<Database, Box<Found>> {
        let key = self.case.seed_key();
        let has_seed = !self.case.seeding.is_empty();
        if has_seed && self.pool.is_worth_a_template(self.case, &key) {
            let database = self.copy_of(key, || self.make_seeded_for_copies()).await?;
            self.hand_over(&database).await?;
            return Ok(database);
        }
        self.make_seeded().await
    }

    async fn make_seeded(&self) -> Result<Database, Box<Found>> {
        match self.case.built_on() {
            // Boxed, since few cases come here.
            Some(group) => Box::pin(self.bring_seed(&group)).await,
            None => self.make_seeded_here().await,
        }
    }

    pub(super) async fn make_seeded_here(&self) -> Result<Database, Box<Found>> {
        let database = self.set_up_database().await?;
        if self.case.seeding.is_empty() && self.case.stop_in(Phase::Seed).is_none() {
            return Ok(database);
        }
        self.do_steps(&database, &self.case.seeding, Phase::Seed).await?;
        Ok(database)
    }

    /// The copies need whatever belongs to the whole server and came with the seed.
    async fn make_seeded_for_copies(&self) -> Result<Database, Box<Found>> {
        let database = self.make_seeded().await?;
        if self.pool.is_for_trials() {
            self.accept_globals().await?;
        }
        Ok(database)
    }

    pub(super) async fn set_up_database(&self) -> Result<Database, Box<Found>> {
        if self.case.setup.is_empty() && self.case.stop_in(Phase::Setup).is_none() {
            return self.empty_database().await;
        }
        let key = self.case.setup_key();
        let database = if self.pool.is_worth_a_template(self.case, &key) {
            self.copy_of(key, || self.make_set_up()).await?
        } else {
            self.make_set_up().await?
        };
        self.hand_over(&database).await?;
        Ok(database)
    }

    /// Gives the database to the role that replays. A copy belongs to whoever made it.
    pub(super) async fn hand_over(&self, database: &Database) -> Result<(), Box<Found>> {
        let Some(user) = self.case.user() else { return Ok(()) };
        let given = self.server.server.hand_over(database, user).await;
        given.map_err(|error| Box::new(Found::sql(Phase::Setup, Blame::Scenario, error)))
    }

    async fn make_set_up(&self) -> Result<Database, Box<Found>> {
        let database = self.empty_database().await?;
        self.do_steps(&database, &self.case.setup, Phase::Setup).await?;
        if self.case.group.setup.is_some() {
            self.accept_globals().await?;
        }
        Ok(database)
    }

    async fn accept_globals(&self) -> Result<(), Box<Found>> {
        let accepted = self.server.accept_globals().await;
        accepted.map_err(|error| Box::new(Found::sql(Phase::Setup, Blame::Environment, error)))
    }

    pub(super) async fn empty_database(&self) -> Result<Database, Box<Found>> {
        let made = self.server.server.create_database(self.case.database()).await;
        let made =
            made.map_err(|error| Box::new(Found::sql(Phase::Setup, Blame::Environment, error)))?;
        Ok(self.note_started(made))
    }

    /// Writes down which database is being prepared.
    fn note_started(&self, database: Database) -> Database {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        *started = Some(database.clone());
        database
    }

    /// A copy of the prepared database of that key, which is made first where it is not there.
    async fn copy_of<F>(&self, key: PrepKey, make: impl Fn() -> F) -> Result<Database, Box<Found>>
    where
        F: Future<Output = Result<Database, Box<Found>>>,
    {
        let slot = self.server.template(key).await;
        let template = slot.get_or_init(|| async { Box::pin(make()).await }).await.clone()?;
        let copy = self.server.server.clone_database(&template).await;
        let copy =
            copy.map_err(|error| Box::new(Found::sql(Phase::Setup, Blame::Environment, error)))?;
        Ok(self.note_started(copy))
    }

    pub(super) async fn do_steps(
        &self,
        database: &Database,
        steps: &[PrepStep],
        phase: Phase,
    ) -> Result<(), Box<Found>> {
        self.emitter.working(phase, None);
        let begun = Instant::now();
        let user = self.case.user().filter(|_| phase == Phase::Seed);
        let mut session = self
            .session_as(user, database)
            .await
            .map_err(|error| Box::new(Found::sql(phase, Blame::Environment, error)))?;
        let server = &self.server.server;
        let done = prepare(server, database, &mut session, steps, self.case, phase).await;
        let verdict = match &done {
            Ok(_) => Verdict::Passed,
            Err(found) if found.blame == Blame::Migration => Verdict::Failed,
            Err(_) => Verdict::Errored,
        };
        let mut step = plain_step(phase, verdict, begun.elapsed());
        if let Ok(work) = &done {
            step.statements = work.statements;
            step.bodies = work.bodies;
        }
        self.emitter.step(step);
        if let Some(stopped) = done?.stopped {
            // Nothing comes after a stop, so there is only one.
            let _first = self.stopped.set(stopped);
        }
        Ok(())
    }
}
