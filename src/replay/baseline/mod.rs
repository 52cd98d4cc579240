//! A baseline made of a replay, and proven by three more.
//!
//! Start from [`baseline`]: the migrations up to a version run on a fresh database, `pg_dump` tells what they made, and what is
//! written is run on that database and on another, empty one.

mod make;
mod prove;

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

use super::case::CaseRun;
use super::emit::{Emitter, EventSink};
use super::pool::SharedServer;
use super::run::{cannot_run, case_run, take_away};
use super::shared::{RunSettings, Shared};
use crate::baseline::Rows;
use crate::outcome::{Blame, CaseId, Event, Found, Phase, SqlError, Verdict};
use crate::plan::CasePlan;
use crate::postgres::{ServerError, Supply};

/// What is to stand for what.
#[derive(Debug, Clone)]
pub struct BaselineRequest {
    /// The case with all its migrations.
    pub whole: CasePlan,
    /// The same up to the last migration that the baseline stands for. Its seed is not looked at.
    pub through: CasePlan,
    /// Whether rows that migrations insert are kept.
    pub rows: Rows,
    /// The path of the file that is to be written, as it stands in messages.
    pub path: std::path::PathBuf,
}

/// A baseline that does what it says.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The file.
    pub text: String,
    /// The last migration that it stands for.
    pub last: String,
    /// How many it stands for.
    pub migrations: usize,
    /// How many objects it looks for.
    pub objects: usize,
    /// The tables into which the migrations inserted rows, and how many.
    pub inserted: BTreeMap<String, u64>,
    /// How many migrations after it were run on both databases.
    pub later: usize,
    /// Which server it was, for people.
    pub server: String,
}

/// What became of it.
#[derive(Debug)]
pub enum BaselineEnd {
    /// It was proven.
    Proven(Box<Proven>),
    /// It does not do what it should.
    Disproven {
        /// What was done.
        when: &'static str,
        /// What differs, one text each.
        differences: Vec<String>,
    },
    /// Something failed.
    Stopped(Box<Found>),
    /// The migrations make nothing that could be looked for.
    Empty,
    /// The case cannot run here, or was broken off; events have told why.
    NotRun,
}

/// Why there is no proof.
enum Refuted {
    Stopped(Box<Found>),
    Differs(&'static str, Vec<String>),
    Empty,
}

impl From<Box<Found>> for Refuted {
    fn from(found: Box<Found>) -> Self {
        Self::Stopped(found)
    }
}

impl From<SqlError> for Refuted {
    fn from(error: SqlError) -> Self {
        Self::Stopped(Box::new(Found::sql(Phase::Apply, Blame::Environment, error)))
    }
}

/// Makes a baseline on a server of its own and proves it. Events tell what happens; when `interrupt` resolves it is broken off.
pub async fn baseline(
    request: BaselineRequest,
    supply: Supply,
    settings: RunSettings,
    sink: EventSink,
    interrupt: impl Future<Output = String>,
) -> BaselineEnd {
    let begun = Instant::now();
    let case = request.through.clone();
    sink(Event::RunStarted { at: SystemTime::now(), commit: None, cases: vec![case.head()] });
    let (shared, cases) = Shared::of(vec![case], supply, settings, sink.clone());
    let work = async {
        match cases.first() {
            Some((_, case)) => Box::pin(on_own_server(&shared, case, &request, begun)).await,
            None => BaselineEnd::NotRun,
        }
    };
    let (end, broken_off) = tokio::select! {
        end = work => (end, None),
        reason = interrupt => (BaselineEnd::NotRun, Some(reason)),
    };
    shared.pool.stop_all().await;
    sink(Event::RunFinished { took: begun.elapsed(), broken_off });
    end
}

async fn on_own_server(
    shared: &Shared,
    case: &CasePlan,
    request: &BaselineRequest,
    begun: Instant,
) -> BaselineEnd {
    let emitter = Emitter { case: CaseId(0), sink: shared.sink.clone() };
    let (end, verdict, reason) = match shared.pool.own(&case.group).await {
        Ok(server) => {
            emitter.event(Event::CaseStarted {
                case: emitter.case,
                backend: server.server.backend.name(),
                server_version: server.server.version.clone(),
            });
            let run = case_run(shared, case, &server, &emitter, None);
            let end = Box::pin(make_and_prove(&run, request, &server)).await;
            take_away(&shared.pool, &server, case).await;
            let verdict = match &end {
                BaselineEnd::Proven(_) => Verdict::Passed,
                BaselineEnd::Stopped(found) if found.blame != Blame::Migration => Verdict::Errored,
                _ => Verdict::Failed,
            };
            (end, verdict, None)
        }
        Err(ServerError::CannotServe(why)) => (BaselineEnd::NotRun, cannot_run(shared), Some(why)),
        Err(ServerError::Failed(why)) => (BaselineEnd::NotRun, Verdict::Errored, Some(why)),
    };
    let took = begun.elapsed();
    emitter.event(Event::CaseFinished { case: emitter.case, verdict, reason, took });
    end
}

async fn make_and_prove(
    run: &CaseRun<'_>,
    request: &BaselineRequest,
    server: &SharedServer,
) -> BaselineEnd {
    let proven = async {
        let made = make::make(run, request.rows).await?;
        prove::prove(run, request, server, made).await
    };
    match proven.await {
        Ok(proven) => BaselineEnd::Proven(Box::new(proven)),
        Err(Refuted::Differs(when, differences)) => BaselineEnd::Disproven { when, differences },
        Err(Refuted::Empty) => BaselineEnd::Empty,
        Err(Refuted::Stopped(found)) => {
            BaselineEnd::Stopped(Box::new(run.with_last_words(*found).await))
        }
    }
}
