//! All cases of a run: as many at once as allowed, each on its server.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use tokio::sync::Semaphore;

use super::admit::server_object;
use super::bench::{Bench, On};
use super::case::CaseRun;
use super::emit::{Emitter, EventSink};
use super::foresee::tell_foreseen;
use super::investigate::{Investigation, WaysOut};
use super::keep::{Keeping, settle};
use super::pool::{ServerPool, SharedServer};
use super::shared::{RunSettings, Shared};
use super::versus::run_and_judge;
use crate::outcome::{Blame, CaseId, Event, Found, Phase, SqlErrorKind, Verdict};
use crate::plan::CasePlan;
use crate::postgres::{BackendChoice, ServerError, Supply};
use crate::scenario::Pass;

/// Runs the cases and tells what happens. Ends early, with servers stopped and events complete, when
/// `interrupt` resolves to a reason.
pub async fn run(
    cases: Vec<CasePlan>,
    supply: Supply,
    settings: RunSettings,
    sink: EventSink,
    interrupt: impl Future<Output = String>,
) {
    let begun = Instant::now();
    let heads = cases.iter().map(CasePlan::head).collect();
    let commit = settings.commit.clone();
    sink(Event::RunStarted { at: SystemTime::now(), commit, cases: heads });
    let (shared, cases) = Shared::of(cases, supply, settings, sink.clone());
    let shared = Arc::new(shared);
    let all = run_all(&shared, cases);
    let broken_off = tokio::select! {
        () = all => None,
        reason = interrupt => Some(reason),
    };
    shared.pool.stop_all().await;
    sink(Event::RunFinished { took: begun.elapsed(), broken_off });
}

async fn run_all(shared: &Arc<Shared>, cases: Vec<(usize, CasePlan)>) {
    let places = Arc::new(Semaphore::new(shared.settings.jobs.max(1)));
    let mut tasks = tokio::task::JoinSet::new();
    start_servers(shared, &cases, &mut tasks);
    for (position, case) in cases {
        let (shared, places) = (shared.clone(), places.clone());
        tasks.spawn(async move {
            let _place = places.acquire().await;
            let emitter = Emitter { case: CaseId(position), sink: shared.sink.clone() };
            run_one(&shared, &case, &emitter).await;
        });
    }
    while tasks.join_next().await.is_some() {}
}

/// Starts the shared servers in the order in which they are needed, a few at once, and splits and reads
/// the migrations meanwhile.
fn start_servers(
    shared: &Arc<Shared>,
    cases: &[(usize, CasePlan)],
    tasks: &mut tokio::task::JoinSet<()>,
) {
    let mut groups: Vec<_> = Vec::new();
    for (_, case) in cases {
        if !shared.needs_own(case) && !case.is_known() && !groups.contains(&case.group) {
            groups.push(case.group.clone());
        }
    }
    let starting = Arc::new(Semaphore::new(shared.settings.jobs.max(1)));
    for group in groups {
        let (shared, starting) = (shared.clone(), starting.clone());
        tasks.spawn(async move {
            let _place = starting.acquire().await;
            if shared.pool.is_needed(&group).await {
                // A server that cannot be had is told by the first case that asks for it.
                let _started = shared.pool.shared(&group).await;
            }
        });
    }
    let chains: Vec<_> = cases.iter().flat_map(|(_, case)| case.chain.clone()).collect();
    let shared = shared.clone();
    tasks.spawn_blocking(move || {
        for migration in &chains {
            migration.up.statements();
        }
        for migration in &chains {
            shared.pool.files.read(&migration.up);
        }
    });
}

async fn run_one(shared: &Shared, case: &CasePlan, emitter: &Emitter) {
    let begun = Instant::now();
    let finish = |verdict, reason| {
        let took = begun.elapsed();
        emitter.event(Event::CaseFinished { case: emitter.case, verdict, reason, took });
    };
    match Box::pin(run_and_judge(shared, case, emitter)).await {
        Ok(judgement) => {
            for failure in judgement.failures {
                let failure = Box::new(failure);
                emitter.event(Event::FailureFound { case: emitter.case, failure });
            }
            for hazard in judgement.hazards {
                let hazard = Box::new(hazard);
                emitter.event(Event::HazardFound { case: emitter.case, hazard });
            }
            finish(judgement.verdict, None);
        }
        Err(ServerError::CannotServe(reason)) => finish(cannot_run(shared), Some(reason)),
        Err(ServerError::Failed(reason)) => finish(Verdict::Errored, Some(reason)),
    }
}

/// A case that cannot run here is *errored*, or *skipped* where the user said which servers to use, or
/// that skipping is all right.
pub(super) fn cannot_run(shared: &Shared) -> Verdict {
    let chosen = *shared.pool.choice() != BackendChoice::Auto;
    if chosen || shared.settings.allow_skip { Verdict::Skipped } else { Verdict::Errored }
}

/// For whom a case is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eyes {
    /// For the user: causes and ways out are looked for, and its database may be kept.
    Open,
    /// For the user, who will ask for ways out of some of what fails: causes are looked for, and its database may be kept.
    Judging,
    /// For ourselves: causes are looked for, and nothing is kept.
    Aside,
    /// For ourselves: only what fails is asked for.
    Closed,
}

impl Eyes {
    fn keeping(self, settings: &RunSettings) -> Keeping {
        match self {
            Self::Open | Self::Judging => settings.keeping.clone(),
            Self::Aside | Self::Closed => Keeping::default(),
        }
    }
}

pub(super) async fn run_on_server(
    shared: &Shared,
    case: &CasePlan,
    emitter: &Emitter,
    eyes: Eyes,
) -> Result<Vec<Found>, ServerError> {
    if shared.needs_own(case) {
        let _exclusive =
            if shared.is_url { Some(shared.server_objects.write().await) } else { None };
        return run_alone(shared, case, emitter, eyes).await;
    }
    let together = shared.server_objects.read().await;
    let server = shared.pool.shared(&case.group).await?;
    let mut end = case_run(shared, case, &server, emitter, None).run().await;
    if let Some(why) = end.cannot_serve.take() {
        let _found = settle(&Keeping::default(), case, &server.server, emitter, end).await;
        shared.pool.done(&case.group).await;
        return Err(ServerError::CannotServe(why));
    }
    explain(shared, case, On::Shared(&server), emitter, eyes, &mut end.found).await;
    tell_foreseen(&end.lacks, &mut end.found);
    let is_lost = end.found.iter().any(|found| found.error.kind == SqlErrorKind::Lost);
    if is_lost && !shared.is_url {
        shared.pool.retire(&case.group).await;
        return Ok(end.found);
    }
    let strays = server.strays().await.unwrap_or_default();
    // A setup that failed half-way explains what is left of it, and would fail again.
    let setup_failed = end.found.iter().any(|found| found.phase == Phase::Setup);
    if strays.is_empty() || setup_failed || shared.is_url {
        let found =
            settle(&eyes.keeping(&shared.settings), case, &server.server, emitter, end).await;
        shared.pool.done(&case.group).await;
        if !strays.is_empty() && !setup_failed {
            tell_strays(shared, case, &server, &strays).await;
        }
        return Ok(found);
    }
    let _found = settle(&Keeping::default(), case, &server.server, emitter, end).await;
    shared.pool.done(&case.group).await;
    // It, or a case beside it, changed what belongs to the whole server, which nobody could see before.
    drop(together);
    shared.pool.retire(&case.group).await;
    let reason = format!("something changed the whole server ({})", strays.join("; "));
    emitter.event(Event::CaseRestarted { case: emitter.case, reason });
    run_alone(shared, case, emitter, eyes).await
}

/// On a server that is not ours nothing is taken back that we did not see coming; it is told, once.
async fn tell_strays(shared: &Shared, case: &CasePlan, server: &SharedServer, strays: &[String]) {
    let text = format!(
        "{}: the whole server was changed and stays so ({}); if a migration did it, run it with \
         --backend container or local",
        case.name,
        strays.join("; ")
    );
    (shared.sink)(Event::Warning { text });
    // What cannot be read now is told again by the next case.
    let _accepted = server.accept_globals().await;
}

/// On a server that no other case sees, or, where there is only one, with nobody else on it.
async fn run_alone(
    shared: &Shared,
    case: &CasePlan,
    emitter: &Emitter,
    eyes: Eyes,
) -> Result<Vec<Found>, ServerError> {
    let compares = case.scenario.replay.passes.contains(&Pass::Converge) && !case.seed.is_fresh();
    let fresh_end = if compares {
        let server = shared.pool.own(&case.group).await?;
        let end = case_run(shared, case, &server, emitter, None).make_fresh_end().await;
        clean_up(shared, &server).await;
        Some(end)
    } else {
        None
    };
    let server = shared.pool.own(&case.group).await?;
    let mut end = case_run(shared, case, &server, emitter, fresh_end).run().await;
    if let Some(why) = end.cannot_serve.take() {
        let _found = settle(&Keeping::default(), case, &server.server, emitter, end).await;
        clean_up(shared, &server).await;
        return Err(ServerError::CannotServe(why));
    }
    let lacks = end.lacks.clone();
    let mut found =
        settle(&eyes.keeping(&shared.settings), case, &server.server, emitter, end).await;
    let left = clean_up(shared, &server).await;
    explain(shared, case, On::Own, emitter, eyes, &mut found).await;
    tell_foreseen(&lacks, &mut found);
    found.extend(left);
    Ok(found)
}

async fn explain(
    shared: &Shared,
    case: &CasePlan,
    server: On<'_>,
    emitter: &Emitter,
    eyes: Eyes,
    found: &mut [Found],
) {
    let ways_out = match eyes {
        Eyes::Open => WaysOut::Tried,
        Eyes::Judging | Eyes::Aside => WaysOut::Named,
        Eyes::Closed => return,
    };
    let bench = Bench { pool: &shared.pool, server, case: emitter.case };
    Investigation { case, bench, emitter, ways_out }.explain(found).await;
}

/// Tries the ways out of what a case found when only its causes were looked for.
pub(super) async fn try_ways_out(
    shared: &Shared,
    case: &CasePlan,
    emitter: &Emitter,
    found: &mut [&mut Found],
) -> Result<(), ServerError> {
    let ways_out = WaysOut::Tried;
    if shared.needs_own(case) {
        let _exclusive =
            if shared.is_url { Some(shared.server_objects.write().await) } else { None };
        let bench = Bench { pool: &shared.pool, server: On::Own, case: emitter.case };
        Investigation { case, bench, emitter, ways_out }.try_ways_out(found).await;
        return Ok(());
    }
    let _together = shared.server_objects.read().await;
    let server = shared.pool.shared(&case.group).await?;
    let bench = Bench { pool: &shared.pool, server: On::Shared(&server), case: emitter.case };
    Investigation { case, bench, emitter, ways_out }.try_ways_out(found).await;
    Ok(())
}

/// Stops a server that was only looked at; on one that is not ours the roles are dropped that were made there, where the case makes
/// some: others may be somebody else's.
pub(super) async fn take_away(pool: &ServerPool, server: &Arc<SharedServer>, case: &CasePlan) {
    pool.release(server).await;
    if ServerPool::is_url(server) && server_object(case).is_some() {
        // What cannot be dropped was told by the case itself.
        let _dropped = server.server.drop_added_roles().await;
    }
}

async fn clean_up(shared: &Shared, server: &Arc<SharedServer>) -> Option<Found> {
    shared.pool.release(server).await;
    // A database that is kept needs its roles.
    if !shared.is_url || server.server.has_kept() {
        return None;
    }
    let error = server.server.drop_added_roles().await.err()?;
    let mut found = Found::sql(Phase::Setup, Blame::Environment, error);
    found.error.message = format!("roles made on the server are left: {}", found.error.message);
    Some(found)
}

pub(super) fn case_run<'a>(
    shared: &'a Shared,
    case: &'a CasePlan,
    server: &'a SharedServer,
    emitter: &Emitter,
    fresh_end: Option<Result<Arc<crate::schema::Catalog>, Box<Found>>>,
) -> CaseRun<'a> {
    let mut run = CaseRun::new(case, &shared.pool, server, emitter.clone());
    run.fresh_end = fresh_end;
    run.upgrades = shared.settings.upgrades;
    run
}
