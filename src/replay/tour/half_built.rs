//! A session that is ended inside `CREATE INDEX CONCURRENTLY`: the index stays, and is not valid.
//!
//! The build is held by a transaction that has a lock on the table which a writer has (documentation, "Building Indexes
//! Concurrently": it waits for every transaction that may write); while it waits its session is ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::migrate::Body;
use super::line::Line;
use crate::migration::{BodyRule, Migration, Script};
use crate::outcome::{Found, Phase, SqlError};
use crate::postgres::catalog::Reading;
use crate::postgres::{Database, PgSession, Session, quote};
use crate::schema::Catalog;
use crate::sql::{self, Deed, Inside, Named};

/// What became of a migration that was run again after its session had been ended inside a statement.
pub(super) struct HalfBuilt {
    /// Inside which statement, by position.
    pub(super) statement: usize,
    /// The schema at the end, or why there is none.
    pub(super) end: Result<Arc<Catalog>, Box<Found>>,
}

/// How long a build may take to come to its wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends the session inside each index that the migration builds concurrently, each on a copy of the database.
pub(super) async fn half_built(
    line: &mut Line<'_>,
    migration: &Migration,
    phase: Phase,
) -> Result<Vec<HalfBuilt>, SqlError> {
    let mut all = Vec::new();
    let mut builds = builds(&migration.up).into_iter().peekable();
    while let Some((statement, table)) = builds.next() {
        let (earlier, _since) = line.earlier().await?;
        let Some((session, copy)) = line.copy().await? else { break };
        if builds.peek().is_none() {
            line.reopen(&earlier);
        }
        let body = Body { migration, script: &migration.up, phase };
        let rule = line.rule(migration);
        let copied = (session, &copy, &earlier);
        let end = on_copy(line, copied, body, (statement, &table), rule).await;
        line.drop(&copy);
        all.extend(end?.map(|end| HalfBuilt { statement, end }));
    }
    Ok(all)
}

/// The statements that build an index concurrently, with the table.
fn builds(script: &Script) -> Vec<(usize, Named)> {
    let build = |(index, statement)| {
        let works = sql::read(&script.text_of(statement)).works;
        let found = works.into_iter().find(|work| {
            work.inside == Inside::Statement
                && matches!(work.deed, Deed::CreateIndex { concurrently: true })
        });
        Some((index, found?.on?))
    };
    script.statements().iter().enumerate().filter_map(build).collect()
}

/// `None` where the build could not be held.
async fn on_copy(
    line: &Line<'_>,
    (mut session, copy, earlier): (PgSession, &Database, &Reading),
    body: Body<'_>,
    (statement, table): (usize, &Named),
    rule: BodyRule,
) -> Result<Option<Result<Arc<Catalog>, Box<Found>>>, SqlError> {
    for index in 0..statement {
        if body.run_one(&mut session, index).await.is_err() {
            return Ok(None);
        }
    }
    let mut writer = line.session_on(copy).await?;
    writer.execute("BEGIN").await?;
    let locked =
        writer.execute(&format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", named(table))).await;
    if locked.is_err() {
        return Ok(None);
    }
    let pid = session.query("SELECT pg_catalog.pg_backend_pid()").await?;
    let pid = pid.0.into_iter().flatten().flatten().next().unwrap_or_default();
    let (_ended, is_held) =
        tokio::join!(body.run_one(&mut session, statement), end_when_held(&mut writer, &pid));
    writer.execute("ROLLBACK").await?;
    drop(writer);
    if !is_held? {
        return Ok(None);
    }
    session.renew().await?;
    Ok(Some(match body.run_alone(&mut session, rule).await {
        Ok(()) => Ok(session.read_copy(earlier).await?),
        Err(failure) => Err(failure),
    }))
}

/// Ends the session that builds as soon as it waits for a lock; `false` where it never does.
pub(super) async fn end_when_held(writer: &mut PgSession, pid: &str) -> Result<bool, SqlError> {
    let until = Instant::now() + PATIENCE;
    let terminate = format!(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
        WHERE pid = {pid} AND wait_event_type = 'Lock'"
    );
    while Instant::now() < until {
        if !writer.query(&terminate).await?.0.is_empty() {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // It is not held, or stuck elsewhere: it must not wait for this session for ever.
    writer.execute("ROLLBACK").await?;
    Ok(false)
}

fn named(table: &Named) -> String {
    let schema = table.schema.as_deref().map(|schema| format!("{}.", quote(schema)));
    format!("{}{}", schema.unwrap_or_default(), quote(&table.name))
}
