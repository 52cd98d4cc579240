//! One case on one server: database, passes, expectations.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::alike::fails_alike;
use super::beside::Beside;
use super::emit::Emitter;
use super::opening::Opening;
use super::passes::{Progress, apply, converge, rerun};
use super::pool::{ServerPool, SharedServer};
use super::runner::{self, RunnerCall};
use super::sequence::Sequence;
use super::shared::Upgrades;

use super::{commands, expectations};
use crate::migration::history::from_nothing;
use crate::outcome::{Blame, Event, Found, Lack, Phase, SqlError, SqlErrorKind, Stopped};
use crate::plan::CasePlan;
use crate::postgres::{CatalogWatch, Database, PgSession, Session};
use crate::scenario::Pass;
use crate::schema::Catalog;

/// What a case is run with.
pub(super) struct CaseRun<'a> {
    pub(super) case: &'a CasePlan,
    pub(super) pool: &'a ServerPool,
    pub(super) server: &'a SharedServer,
    pub(super) emitter: Emitter,
    deadline_from: tokio::time::Instant,
    /// The end of the fresh replay, where it had to be made before.
    pub(super) fresh_end: Option<Result<Arc<Catalog>, Box<Found>>>,
    /// The database that is being prepared: what is there of it where that fails.
    pub(super) started: Mutex<Option<Database>>,
    /// Where setup or seed stopped, if the plan says so.
    pub(super) stopped: OnceLock<Stopped>,
    /// Why nothing here can stand for the image that the seed state is built on.
    pub(super) cannot_serve: OnceLock<String>,
    /// Who is shown the catalog after everything that ran.
    pub(super) watch: Option<CatalogWatch>,
    /// Whether it is told what becomes of the schema.
    pub(super) upgrades: Upgrades,
    /// What failed only because of generated rows, and was run again without them.
    brought_up: Mutex<Vec<Found>>,
}

/// How a case ended.
pub(super) struct CaseEnd {
    /// What is wrong.
    pub(super) found: Vec<Found>,
    /// Its database, to be dropped or kept. Nobody is connected to it.
    pub(super) database: Option<Database>,
    /// Where it stopped, if the plan says so.
    pub(super) stopped: Option<Stopped>,
    /// What the server lacks, as known before the first statement.
    pub(super) lacks: Vec<Lack>,
    /// Why the case cannot run here: nothing can stand for the image that its seed state is built on.
    pub(super) cannot_serve: Option<String>,
}

impl<'a> CaseRun<'a> {
    /// A case on a server, with its time beginning now.
    pub(super) fn new(
        case: &'a CasePlan,
        pool: &'a ServerPool,
        server: &'a SharedServer,
        emitter: Emitter,
    ) -> Self {
        Self {
            case,
            pool,
            server,
            emitter,
            deadline_from: tokio::time::Instant::now(),
            fresh_end: None,
            started: Mutex::default(),
            stopped: OnceLock::new(),
            cannot_serve: OnceLock::new(),
            watch: None,
            upgrades: Upgrades::Untold,
            brought_up: Mutex::default(),
        }
    }

    /// The same case on another server, within the same time.
    pub(super) fn on<'s>(&'s self, server: &'s SharedServer) -> CaseRun<'s> {
        let run = CaseRun::new(self.case, self.pool, server, self.emitter.clone());
        CaseRun { deadline_from: self.deadline_from, ..run }
    }

    /// Writes down what failed only because of generated rows; once, however often the seed state is made.
    pub(super) fn note_brought_up(&self, found: Vec<Found>) {
        let mut all = self.brought_up.lock().unwrap_or_else(PoisonError::into_inner);
        for each in found {
            let is_known = all.iter().any(|known| {
                (known.phase, &known.migration, &known.error)
                    == (each.phase, &each.migration, &each.error)
            });
            if !is_known {
                all.push(each);
            }
        }
    }

    fn take_brought_up(&self) -> Vec<Found> {
        std::mem::take(&mut *self.brought_up.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs the case.
    pub(super) async fn run(mut self) -> CaseEnd {
        self.emitter.event(Event::CaseStarted {
            case: self.emitter.case,
            backend: self.server.server.backend.name(),
            server_version: self.server.server.version.clone(),
        });
        let lacks = self.foresee().await;
        let database = match self.seeded_database().await {
            Ok(database) => database,
            Err(found_at_seed) => {
                let mut found = self.take_brought_up();
                found.push(self.with_last_words(*found_at_seed).await);
                let cannot_serve = self.cannot_serve.take();
                let database = self.take_started();
                return CaseEnd { found, database, stopped: None, lacks, cannot_serve };
            }
        };
        let mut found = Vec::new();
        let mut stopped = self.stopped.take();
        if stopped.is_none() {
            stopped = self.passes(&database, &mut found).await;
        }
        if let (Some(stop), Some(stopped)) = (&self.case.stop, &mut stopped) {
            let server = &self.server.server;
            stopped.fails_alike = fails_alike(server, &database, self.case, stop, stopped).await;
        }
        let mut told = self.take_brought_up();
        for found in found {
            told.push(self.with_last_words(found).await);
        }
        CaseEnd { found: told, database: Some(database), stopped, lacks, cannot_serve: None }
    }

    fn take_started(&self) -> Option<Database> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Runs the passes; returns where they stopped, if the plan says so.
    async fn passes(&mut self, database: &Database, found: &mut Vec<Found>) -> Option<Stopped> {
        let before = self.schema_before(database).await;
        match self.apply(database, found).await {
            Progress::AsAsked(stopped) => return Some(*stopped),
            Progress::Stopped => {}
            Progress::Complete => {
                self.tell_upgrade(database, before).await;
                self.later_passes(database, found).await;
            }
        }
        None
    }

    /// What comes after a complete apply.
    async fn later_passes(&mut self, database: &Database, found: &mut Vec<Found>) {
        let passes = self.case.scenario.replay.passes.clone();
        let config = database.config_as(self.case.user());
        let runner = RunnerCall::of(self.case, &config);
        let mut session = match self.session(database).await {
            Ok(session) => session,
            Err(error) => return found.push(Found::sql(Phase::Apply, Blame::Environment, error)),
        };
        // At once: other cases may want it before the long passes are over.
        if self.case.seed.is_fresh() {
            self.offer_fresh_end(&mut session).await;
        }
        if passes.contains(&Pass::Rerun) {
            match &runner {
                Some(call) => runner::rerun(call, &mut session, &self.emitter, found).await,
                None => rerun(&mut session, self.case, &self.emitter, found).await,
            }
        }
        Box::pin(self.tour(found)).await;
        if passes.contains(&Pass::Orders) {
            Box::pin(self.orders(found)).await;
        }
        if passes.contains(&Pass::Converge) && !self.case.seed.is_fresh() {
            let fresh = match self.fresh_end.take() {
                Some(fresh) => fresh,
                None => self.shared_fresh_end().await,
            };
            converge(&mut session, fresh, &self.emitter, found).await;
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
        if let Some(call) = RunnerCall::of(self.case, &config) {
            return runner::apply(&call, &mut session, &self.emitter, found).await;
        }
        let mut beside = match Box::pin(Beside::begin(self, database)).await {
            Ok(beside) => beside,
            Err(error) => {
                found.push(Found::sql(Phase::Apply, Blame::Environment, error));
                return Progress::Stopped;
            }
        };
        apply(&mut session, self, &mut beside, found).await
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
        self.opening(user, database).open().await
    }

    /// What opens such a session.
    pub(super) fn opening(&self, user: Option<&str>, database: &Database) -> Opening {
        let path = self.case.scenario.setup.search_path.as_ref();
        Opening {
            config: database.config_as(user),
            says: path.map(|path| format!("SET search_path TO {path}")),
            limits: self.case.scenario.limits,
            deadline_from: self.deadline_from,
            watch: self.watch.clone(),
        }
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

    pub(super) async fn replay_fresh(
        &self,
        database: &Database,
    ) -> Result<Arc<Catalog>, Box<Found>> {
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
