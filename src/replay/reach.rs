//! One case replayed for its end: no expectations, no other pass than `apply`.

use std::time::{Instant, SystemTime};

use super::case::CaseRun;
use super::emit::{Emitter, EventSink};
use super::passes::Progress;
use super::run::{cannot_run, case_run, take_away};
use super::shared::{RunSettings, Shared};
use super::watch::{Watched, Watcher};
use crate::outcome::{Blame, CaseId, Event, Found, Phase, Verdict};
use crate::plan::CasePlan;
use crate::postgres::{Ran, ServerError, Session, Supply};
use crate::schema::Catalog;

/// What the replay of a case came to.
#[derive(Debug, Default)]
pub struct Reached {
    /// The schema where it ended; `None` where there was nothing to look at: no server, or no seed state.
    pub catalog: Option<Catalog>,
    /// What stopped it before its end.
    pub stopped: Option<Box<Found>>,
    /// The roles that own what nobody else owns: the server's own user, and the one that replays.
    pub owners: Vec<String>,
    /// What each file did, where somebody looked.
    pub watched: Watched,
    /// Which server it was, for people: `Postgres 15.14 (local)`; empty where there was none.
    pub server: String,
}

/// When the catalog is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// At the end only.
    AtTheEnd,
    /// After each file, too.
    AfterEachFile,
}

/// Seeds and applies one case on a server of its own and reads the schema. A replay that fails is read
/// where it stopped. Events tell what happens; a case that cannot run here is finished with the reason.
/// When `interrupt` resolves nothing is reached.
pub async fn reach(
    case: CasePlan,
    supply: Supply,
    settings: RunSettings,
    looking: Looking,
    sink: EventSink,
    interrupt: impl Future<Output = String>,
) -> Reached {
    let begun = Instant::now();
    sink(Event::RunStarted { at: SystemTime::now(), commit: None, cases: vec![case.head()] });
    let (shared, cases) = Shared::of(vec![case], supply, settings, sink.clone());
    let work = async {
        match cases.first() {
            Some((_, case)) => Box::pin(reach_one(&shared, case, looking, begun)).await,
            None => Reached::default(),
        }
    };
    let (reached, broken_off) = tokio::select! {
        reached = work => (reached, None),
        reason = interrupt => (Reached::default(), Some(reason)),
    };
    shared.pool.stop_all().await;
    sink(Event::RunFinished { took: begun.elapsed(), broken_off });
    reached
}

async fn reach_one(shared: &Shared, case: &CasePlan, looking: Looking, begun: Instant) -> Reached {
    let emitter = Emitter { case: CaseId(0), sink: shared.sink.clone() };
    let (reached, verdict, reason) = match shared.pool.own(&case.group).await {
        Ok(server) => {
            let run = case_run(shared, case, &server, &emitter, None);
            let reached = match looking {
                Looking::AtTheEnd => run.reach().await,
                Looking::AfterEachFile => run.reach_watched().await,
            };
            let (version, backend) = (&server.server.version, server.server.backend.name());
            let version = version.split(' ').next().unwrap_or_default();
            let reached = Reached { server: format!("Postgres {version} ({backend})"), ..reached };
            take_away(&shared.pool, &server, case).await;
            let verdict = match &reached.stopped {
                None => Verdict::Passed,
                Some(found) if found.blame == Blame::Migration => Verdict::Failed,
                Some(_) => Verdict::Errored,
            };
            (reached, verdict, None)
        }
        Err(ServerError::CannotServe(why)) => (Reached::default(), cannot_run(shared), Some(why)),
        Err(ServerError::Failed(why)) => (Reached::default(), Verdict::Errored, Some(why)),
    };
    let took = begun.elapsed();
    emitter.event(Event::CaseFinished { case: emitter.case, verdict, reason, took });
    reached
}

impl CaseRun<'_> {
    async fn reach_watched(mut self) -> Reached {
        let watcher = Watcher::default();
        self.watch = Some(watcher.watch());
        let stopped = self.show_empty().await.err();
        let reached = match stopped {
            Some(found) => Reached { stopped: Some(found), ..Reached::default() },
            None => self.reach().await,
        };
        Reached { watched: watcher.watched(), ..reached }
    }

    /// Shows what every database of this server has.
    async fn show_empty(&self) -> Result<(), Box<Found>> {
        let lost = |error| Box::new(Found::sql(Phase::Setup, Blame::Environment, error));
        let database = self.empty_database().await?;
        self.session(&database).await.map_err(lost)?.has_run(Ran::Other).await.map_err(lost)?;
        // A database that cannot be dropped goes with its server, or is swept by the next start.
        let _dropped = self.server.server.drop_database(&database).await;
        Ok(())
    }

    async fn reach(self) -> Reached {
        self.emitter.event(Event::CaseStarted {
            case: self.emitter.case,
            backend: self.server.server.backend.name(),
            server_version: self.server.server.version.clone(),
        });
        let own = self.server.server.config().get_user().map(str::to_owned);
        let owners = own.into_iter().chain(self.case.user().map(str::to_owned)).collect();
        let database = match self.seeded_database().await {
            Ok(database) => database,
            Err(found) => {
                let stopped = Some(Box::new(self.with_last_words(*found).await));
                return Reached { stopped, owners, ..Reached::default() };
            }
        };
        let mut found = Vec::new();
        let progress = self.apply(&database, &mut found).await;
        // What did not stop the replay (a contract in its middle) is for a run to judge.
        let mut stopped =
            found.pop().filter(|it| !it.is_note).filter(|_| progress == Progress::Stopped);
        let read = match self.session(&database).await {
            Ok(mut session) => session.catalog().await,
            Err(error) => Err(error),
        };
        let catalog = match read {
            Ok(catalog) => Some(catalog),
            Err(error) => {
                stopped.get_or_insert_with(|| Found::sql(Phase::Apply, Blame::Environment, error));
                None
            }
        };
        // A database that cannot be dropped goes with its server, or is swept by the next start.
        let _dropped = self.server.server.drop_database(&database).await;
        let stopped = match stopped {
            Some(found) => Some(Box::new(self.with_last_words(found).await)),
            None => None,
        };
        Reached { catalog, stopped, owners, ..Reached::default() }
    }
}
