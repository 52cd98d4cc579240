//! A session that is ended at COMMIT: whoever ran the migration is not told whether it was committed.
//!
//! A constraint trigger of ours that is checked at COMMIT holds it there until the session is ended, or lets it go and the answer
//! is thrown away.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::migrate::Body;
use super::half_built::end_when_held;
use super::line::Line;
use crate::migration::{Ledger, Migration};
use crate::outcome::{Found, Phase, SqlError};
use crate::postgres::catalog::Reading;
use crate::postgres::{Database, HistoryEntry, OWN_SCHEMA, Outcome, PgSession, Session};
use crate::schema::Catalog;

/// How COMMIT ended, and what came of looking at the history and going on as it says.
pub(super) struct InDoubt {
    pub(super) is_written: bool,
    /// The schema at the end, or why there is none.
    pub(super) end: Result<Arc<Catalog>, Box<Found>>,
}

/// The number of our lock; any will do, since nobody else works on the copy.
const LOCK: i64 = 5_014;

/// Ends the session at the COMMIT of the migration, with its history row and all, once before and once after it is written;
/// each on a copy.
pub(super) async fn in_doubt(
    line: &mut Line<'_>,
    migration: &Migration,
    ledger: Option<&Ledger>,
) -> Result<Vec<InDoubt>, SqlError> {
    let (earlier, _since) = line.earlier().await?;
    let (sessions, copies): (Vec<_>, Vec<_>) = line.copies(2).await?.into_iter().unzip();
    if !copies.is_empty() {
        line.reopen(&earlier);
    }
    let both = sessions.into_iter().zip(&copies).zip([false, true]);
    let both = both.map(|((session, copy), is_written)| {
        on_copy(line, (session, copy, &earlier), migration, ledger, is_written)
    });
    let ends = futures_util::future::join_all(both).await;
    for copy in &copies {
        line.drop(copy);
    }
    let mut all = Vec::new();
    for (end, is_written) in ends.into_iter().zip([false, true]) {
        all.extend(end?.map(|end| InDoubt { is_written, end }));
    }
    Ok(all)
}

/// `None` where it fails without that, or could not be held.
async fn on_copy(
    line: &Line<'_>,
    (mut session, copy, earlier): (PgSession, &Database, &Reading),
    migration: &Migration,
    ledger: Option<&Ledger>,
    is_written: bool,
) -> Result<Option<Result<Arc<Catalog>, Box<Found>>>, SqlError> {
    let body = Body { migration, script: &migration.up, phase: Phase::Interrupt };
    let rule = line.rule(migration);
    let mut gate = gate(line, copy).await?;
    session.execute("SET synchronous_commit TO on").await?;
    let pid = session.query("SELECT pg_catalog.pg_backend_pid()").await?;
    let pid = pid.0.into_iter().flatten().flatten().next().unwrap_or_default();
    if body.run(&mut session, rule, &mut 0).await.is_err() {
        return Ok(None);
    }
    if let Some(ledger) = ledger {
        session.execute(&(ledger.record)(migration)).await?;
    }
    session.execute(&format!("INSERT INTO {OWN_SCHEMA}.commit_gate VALUES (1)")).await?;
    let entry = HistoryEntry {
        migration,
        phase: Phase::Interrupt,
        outcome: Outcome::Applied,
        started_at: SystemTime::now(),
        took: Duration::ZERO,
    };
    if is_written {
        gate.execute(&format!("SELECT pg_catalog.pg_advisory_unlock({LOCK})")).await?;
        session.record_and_commit(&entry).await?;
        gate.execute(&format!("SELECT pg_catalog.pg_terminate_backend({pid})")).await?;
    } else {
        let (_ended, is_held) =
            tokio::join!(session.record_and_commit(&entry), end_when_held(&mut gate, &pid));
        if !is_held? {
            return Ok(None);
        }
    }
    drop(gate);
    session.renew().await?;
    let is_recorded = session.applied().await?.iter().any(|row| row.id == migration.id);
    let resumed = if is_recorded { Ok(()) } else { body.run_alone(&mut session, rule).await };
    Ok(Some(match resumed {
        Ok(()) => Ok(session.read_copy(earlier).await?),
        Err(failure) => Err(failure),
    }))
}

/// A session that holds every COMMIT after a row in `commit_gate`.
async fn gate(line: &Line<'_>, copy: &Database) -> Result<PgSession, SqlError> {
    let mut gate = line.session_on(copy).await?;
    let sql = format!(
        "CREATE TABLE {OWN_SCHEMA}.commit_gate (a int);
        CREATE FUNCTION {OWN_SCHEMA}.wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_catalog.pg_advisory_xact_lock({LOCK}); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON {OWN_SCHEMA}.commit_gate
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {OWN_SCHEMA}.wait_at_commit();
        GRANT USAGE ON SCHEMA {OWN_SCHEMA} TO PUBLIC;
        GRANT INSERT ON {OWN_SCHEMA}.commit_gate TO PUBLIC;
        SELECT pg_catalog.pg_advisory_lock({LOCK})"
    );
    gate.execute(&sql).await?;
    Ok(gate)
}
