//! Does what is left of a stopped body fail, run by hand, as it failed in the run? Tried on a copy, as psql
//! would run it: the kept database stays as it is.

use tokio::time::Instant;

use super::connect::config_of;
use super::statement::run_statement;
use crate::outcome::{SqlError, Stopped};
use crate::plan::{CasePlan, Stop};
use crate::postgres::{Backend, Database, PgSession, Server, Session};
use crate::scenario::SqlState;

/// `None` where it cannot be tried, or where it is not known how it should fail.
pub(super) async fn fails_alike(
    server: &Server,
    database: &Database,
    case: &CasePlan,
    stop: &Stop,
    stopped: &Stopped,
) -> Option<bool> {
    let expected = stop.fails_with.as_ref()?;
    // A large database takes long to copy, and on a server of somebody else's a statement that succeeds
    // could leave a role behind.
    let is_not_ours = server.backend == Backend::Url && case.alone.is_some();
    if case.group.on_disk || is_not_ours {
        return None;
    }
    let copy = server.clone_database(database).await.ok()?;
    let state = try_on(&copy, case, stop, stopped).await;
    // A copy that cannot be dropped goes with its server, or is dropped with it.
    let _dropped = server.drop_database(&copy).await;
    Some(state.ok()?.as_ref() == Some(expected))
}

/// The SQLSTATE that the last of it fails with; `None` where it does not, or where something before it does.
async fn try_on(
    copy: &Database,
    case: &CasePlan,
    stop: &Stop,
    stopped: &Stopped,
) -> Result<Option<SqlState>, SqlError> {
    let config = config_of(copy, case.user(), &stopped.settings);
    let limits = case.scenario.limits;
    let mut session = PgSession::open(&config, None, limits, Instant::now()).await?;
    if stop.leaves_block() {
        session.execute("BEGIN").await?;
    }
    let script = stop.body.script();
    let left = script.statements().get(stop.leaves.clone()).unwrap_or_default();
    for (position, statement) in left.iter().enumerate() {
        if let Err(found) = run_statement(&mut session, script, statement).await {
            let is_last = position + 1 == left.len() && !stop.leaves_end;
            return Ok(found.error.sqlstate.filter(|_| is_last));
        }
    }
    match session.execute("COMMIT").await {
        Err(error) if stop.leaves_end => Ok(error.sqlstate),
        _ => Ok(None),
    }
}
