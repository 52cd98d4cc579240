//! One case on one server: database, passes, expectations.

use std::sync::Arc;
use std::time::Instant;

use super::emit::{Emitter, plain_step};
use super::passes::{Progress, apply, converge, rerun};
use super::pool::{ServerPool, SharedServer};
use super::prepare::prepare;
use super::runner::{self, RunnerCall};
use super::sequence::Sequence;
use super::{commands, expectations};
use crate::migration::history::from_nothing;
use crate::outcome::{Blame, Event, Found, Phase, SqlError, SqlErrorKind, Verdict};
use crate::plan::{CasePlan, PrepKey, PrepStep};
use crate::postgres::{Database, PgSession, Session};
use crate::scenario::Pass;
use crate::schema::Catalog;

/// What a case is run with.
pub(super) struct CaseRun<'a> {
    pub(super) case: &'a CasePlan,
    pub(super) pool: &'a ServerPool,
    pub(super) server: &'a SharedServer,
    pub(super) emitter: Emitter,
    pub(super) deadline_from: tokio::time::Instant,
    /// The end of the fresh replay, where it had to be made before.
    pub(super) fresh_end: Option<Result<Arc<Catalog>, Box<Found>>>,
}

impl CaseRun<'_> {
    /// Runs the case and returns what is wrong. The database is dropped in the end.
    pub(super) async fn run(mut self) -> Vec<Found> {
        self.emitter.event(Event::CaseStarted {
            case: self.emitter.case,
            backend: self.server.server.backend.name(),
            server_version: self.server.server.version.clone(),
        });
        let database = match self.seeded_database().await {
            Ok(database) => database,
            Err(found) => return vec![self.with_last_words(*found).await],
        };
        let mut found = Vec::new();
        self.passes(&database, &mut found).await;
        // A database that cannot be dropped goes with its server, or is swept by the next start.
        let _dropped = self.server.server.drop_database(&database).await;
        let mut told = Vec::with_capacity(found.len());
        for found in found {
            told.push(self.with_last_words(found).await);
        }
        told
    }

    async fn passes(&mut self, database: &Database, found: &mut Vec<Found>) {
        let passes = self.case.scenario.replay.passes.clone();
        if self.apply(database, found).await == Progress::Stopped {
            return;
        }
        let config = database.config_as(self.case.user());
        let runner = RunnerCall::of(self.case, &config);
        let mut session = match self.session(database).await {
            Ok(session) => session,
            Err(error) => return found.push(Found::sql(Phase::Apply, Blame::Environment, error)),
        };
        if passes.contains(&Pass::Rerun) {
            match &runner {
                Some(call) => runner::rerun(call, &mut session, &self.emitter, found).await,
                None => rerun(&mut session, self.case, &self.emitter, found).await,
            }
        }
        if passes.contains(&Pass::Converge) && !self.case.seed.is_fresh() {
            let fresh = match self.fresh_end.take() {
                Some(fresh) => fresh,
                None => self.shared_fresh_end().await,
            };
            converge(&mut session, fresh, &self.emitter, found).await;
        } else if self.case.seed.is_fresh() {
            self.offer_fresh_end(&mut session).await;
        }
        expectations::check(&mut session, self.case, &self.emitter, found).await;
        let expected = &self.case.expect().commands;
        let (folder, limit) = (&self.case.scenario.folder, self.case.scenario.limits.case);
        commands::check(expected, folder, &config, limit, &self.emitter, found).await;
    }

    /// The pass `apply`, in a session of its own.
    pub(super) async fn apply(&self, database: &Database, found: &mut Vec<Found>) -> Progress {
        let mut session = match self.session_as(self.case.user(), database).await {
            Ok(session) => session,
            Err(error) => {
                found.push(Found::sql(Phase::Apply, Blame::Environment, error));
                return Progress::Stopped;
            }
        };
        let config = database.config_as(self.case.user());
        match RunnerCall::of(self.case, &config) {
            Some(call) => runner::apply(&call, &mut session, &self.emitter, found).await,
            None => apply(&mut session, self.case, &self.emitter, found).await,
        }
    }

    /// A session of the server's own user, which sees everything.
    pub(super) async fn session(&self, database: &Database) -> Result<PgSession, SqlError> {
        self.session_as(None, database).await
    }

    /// A session as the scenario wants it.
    pub(super) async fn session_as(
        &self,
        user: Option<&str>,
        database: &Database,
    ) -> Result<PgSession, SqlError> {
        let path = self.case.scenario.setup.search_path.as_ref();
        let opening = path.map(|path| format!("SET search_path TO {path}"));
        let limits = self.case.scenario.limits;
        PgSession::open(&database.config_as(user), opening, limits, self.deadline_from).await
    }

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
        let database = self.set_up_database().await?;
        if self.case.seeding.is_empty() {
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
        if self.case.setup.is_empty() {
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
    async fn hand_over(&self, database: &Database) -> Result<(), Box<Found>> {
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

    async fn empty_database(&self) -> Result<Database, Box<Found>> {
        let made = self.server.server.create_database(self.case.database()).await;
        made.map_err(|error| Box::new(Found::sql(Phase::Setup, Blame::Environment, error)))
    }

    /// A copy of the prepared database of that key, which is made first where it is not there.
    async fn copy_of<F>(&self, key: PrepKey, make: impl Fn() -> F) -> Result<Database, Box<Found>>
    where
        F: Future<Output = Result<Database, Box<Found>>>,
    {
        let slot = self.server.template(key).await;
        let template = slot.get_or_init(|| async { Box::pin(make()).await }).await.clone()?;
        let copy = self.server.server.clone_database(&template).await;
        copy.map_err(|error| Box::new(Found::sql(Phase::Setup, Blame::Environment, error)))
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
        done.map(drop)
    }

    /// The fresh replay's end with this case's exclusions, made once for all cases on the server.
    async fn shared_fresh_end(&self) -> Result<Arc<Catalog>, Box<Found>> {
        let slot = self.server.fresh_end(self.case.fresh_end_key()).await;
        slot.get_or_init(|| self.make_fresh_end()).await.clone()
    }

    /// Keeps the end of a fresh case for the populated ones, unless it is there already.
    async fn offer_fresh_end(&self, session: &mut PgSession) {
        let key = self.case.fresh_end_key();
        let is_wanted = self.pool.wants_fresh_end(&self.case.group, &key);
        if is_wanted && let Ok(catalog) = session.catalog().await {
            let slot = self.server.fresh_end(key).await;
            // Another case may have made the same meanwhile.
            let _kept = slot.set(Ok(Arc::new(catalog)));
        }
    }

    pub(super) async fn make_fresh_end(&self) -> Result<Arc<Catalog>, Box<Found>> {
        let database = self.set_up_database().await?;
        let catalog = self.replay_fresh(&database).await;
        let _dropped = self.server.server.drop_database(&database).await;
        catalog
    }

    async fn replay_fresh(&self, database: &Database) -> Result<Arc<Catalog>, Box<Found>> {
        let lost = |error| Box::new(Found::sql(Phase::Converge, Blame::Environment, error));
        let config = database.config_as(self.case.user());
        match RunnerCall::of(self.case, &config) {
            Some(call) => runner::fresh(&call).await?,
            None => self.replay_ours(database).await?,
        }
        let mut session = self.session(database).await.map_err(lost)?;
        session.catalog().await.map(Arc::new).map_err(lost)
    }

    async fn replay_ours(&self, database: &Database) -> Result<(), Box<Found>> {
        let lost = |error| Box::new(Found::sql(Phase::Converge, Blame::Environment, error));
        let mut session = self.session_as(self.case.user(), database).await.map_err(lost)?;
        let mut sequence = Sequence::of(self.case, Phase::Converge);
        for migration in &from_nothing(&self.case.chain) {
            if let Some(found) = sequence.run(&mut session, migration).await.found {
                return Err(found);
            }
        }
        sequence.finish(&mut session).await.map_err(lost)
    }

    /// A server that went away may have said why.
    pub(super) async fn with_last_words(&self, mut found: Found) -> Found {
        if found.error.kind == SqlErrorKind::Lost
            && let Some(words) = self.server.server.last_words().await
        {
            found.details.push("the server's last words:".into());
            found.details.extend(words.lines().map(str::to_owned));
        }
        found
    }
}
