//! The database of a case in its seed state: a copy where several cases share the preparation, else made from
//! the setup on.

use std::borrow::Cow;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::case::CaseRun;
use super::emit::plain_step;
use super::over_rows::{generated_only, rows_may_cause};
use super::prepare::{Work, prepare};
use crate::outcome::{Blame, Found, Phase, Verdict};
use crate::plan::{PrepKey, PrepStep};
use crate::postgres::Database;

/// What doing steps came to.
struct Tried {
    done: Result<Work, Box<Found>>,
    took: Duration,
}

/// The same steps with tables filled only after the migration that failed; `None` where nothing was generated before it.
fn filled_later(steps: &[PrepStep], failed: &Found) -> Option<Vec<PrepStep>> {
    let rows = steps.iter().position(|step| matches!(step, PrepStep::Rows(_)))?;
    let at = steps.iter().position(|step| match step {
        PrepStep::Migrate(migration) => Some(&migration.id) == failed.migration.as_ref(),
        _ => false,
    })?;
    let may_be_theirs = rows < at && rows_may_cause(failed);
    may_be_theirs.then(|| {
        let mut later = steps.to_vec();
        let step = later.remove(rows);
        later.insert(at, step);
        later
    })
}

impl CaseRun<'_> {
    /// A database in the seed state: a copy where one is ready, else made from the setup on.
    pub(super) async fn seeded_database(&self) -> Result<Database, Box<Found>> {
        let key = self.case.seed_key();
        let has_seed = !self.case.seeding.is_empty();
        // Others would not hear what the generated rows bring up.
        let is_told = self.case.seed.rows.is_some() && !self.pool.is_for_trials();
        let is_watched = self.watch.is_some();
        if has_seed && !is_told && !is_watched && self.pool.is_worth_a_template(self.case, &key) {
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
        let mut steps = Cow::Borrowed(&self.case.seeding);
        let mut tried = self.try_steps(&database, &steps, Phase::Seed).await;
        let mut database = database;
        // What was made from generated rows may stay when those are taken out. Without any from the beginning it is certain.
        while let Some(later) =
            tried.done.as_ref().err().and_then(|found| filled_later(&steps, found))
        {
            let bare = self.set_up_database().await?;
            let again = self.try_steps(&bare, &later, Phase::Seed).await;
            let is_same = match (&tried.done, &again.done) {
                (Err(before), Err(now)) => before.migration == now.migration,
                _ => false,
            };
            // A database that cannot be dropped goes with its server, or is swept by the next start.
            let _dropped = self.server.server.drop_database(&database).await;
            if let (false, Err(found)) = (is_same, tried.done) {
                self.note_brought_up(vec![generated_only(*found)]);
            }
            (database, steps, tried) = (bare, Cow::Owned(later), again);
            if is_same {
                break;
            }
        }
        self.tell_steps(tried, Phase::Seed)?;
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
        let tried = self.try_steps(database, steps, phase).await;
        self.tell_steps(tried, phase)
    }

    async fn try_steps(&self, database: &Database, steps: &[PrepStep], phase: Phase) -> Tried {
        self.emitter.working(phase, None);
        let begun = Instant::now();
        let user = self.case.user().filter(|_| phase == Phase::Seed);
        let done = match self.session_as(user, database).await {
            Ok(mut session) => Box::pin(prepare(self, database, &mut session, steps, phase)).await,
            Err(error) => Err(Box::new(Found::sql(phase, Blame::Environment, error))),
        };
        Tried { done, took: begun.elapsed() }
    }

    fn tell_steps(&self, Tried { done, took }: Tried, phase: Phase) -> Result<(), Box<Found>> {
        let verdict = match &done {
            Ok(_) => Verdict::Passed,
            Err(found) if found.blame == Blame::Migration => Verdict::Failed,
            Err(_) => Verdict::Errored,
        };
        let mut step = plain_step(phase, verdict, took);
        if let Ok(work) = &done {
            step.statements = work.statements;
            step.bodies = work.bodies;
        }
        self.emitter.step(step);
        if let Ok(Work { coverage: Some(coverage), .. }) = &done {
            self.emitter.rows_generated(coverage.clone());
        }
        if let Some(stopped) = done?.stopped {
            // Nothing comes after a stop, so there is only one.
            let _first = self.stopped.set(stopped);
        }
        Ok(())
    }
}
