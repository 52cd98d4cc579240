//! The replay with eyes open: a failed case once more, up to the statement that failed.

use std::collections::BTreeMap;

use super::case::CaseRun;
use super::sequence::Sequence;
use super::statement::run_statement;
use crate::diagnosis::Evidence;
use crate::migration::history::pending;
use crate::migration::{Migration, Sends, Wraps};
use crate::outcome::{Found, Phase, SqlError};
use crate::plan::PrepStep;
use crate::postgres::{Database, PgSession, Session};

impl CaseRun<'_> {
    /// What the failing statement found. What cannot be seen again is left out.
    pub(super) async fn look_again(&self, found: &Found) -> Evidence {
        // A seed state that is built on another image failed there.
        if found.phase == Phase::Seed && self.case.built_on().is_some() {
            return Evidence::default();
        }
        let made = match found.phase {
            Phase::Seed | Phase::Converge => self.set_up_database().await,
            _ => self.seeded_database().await,
        };
        let Ok(database) = made else { return Evidence::default() };
        let evidence = self.evidence(&database, found).await.unwrap_or_default();
        let _dropped = self.server.server.drop_database(&database).await;
        evidence
    }

    /// The extensions that the server offers, with the version it would create.
    pub(super) async fn offered(&self) -> Result<BTreeMap<String, String>, SqlError> {
        let failed = |found: Box<Found>| found.error;
        let database = self.set_up_database().await.map_err(failed)?;
        let offered = match self.session(&database).await {
            Ok(mut session) => offered(&mut session).await,
            Err(error) => Err(error),
        };
        let _dropped = self.server.server.drop_database(&database).await;
        offered
    }

    async fn evidence(&self, database: &Database, found: &Found) -> Result<Evidence, SqlError> {
        let mut session = self.session_as(self.case.user(), database).await?;
        let is_open = self.replay_until(&mut session, database, found).await?;
        let catalog =
            if is_open { session.open_catalog().await.ok() } else { session.catalog().await.ok() };
        let _ended = session.execute("ROLLBACK").await;
        let mut session = self.session(database).await?;
        let roles = session.query("SELECT rolname FROM pg_catalog.pg_roles").await?;
        let first = |row: &Vec<Option<String>>| row.first().cloned().flatten();
        Ok(Evidence {
            catalog,
            roles: roles.0.iter().filter_map(first).collect(),
            offered: offered(&mut session).await?,
        })
    }

    /// Runs everything before the statement that failed; whether a transaction is open then.
    async fn replay_until(
        &self,
        session: &mut PgSession,
        database: &Database,
        found: &Found,
    ) -> Result<bool, SqlError> {
        let is_it = |migration: &Migration| Some(&migration.id) == found.migration.as_ref();
        if found.phase == Phase::Seed {
            let at =
                self.case.seeding.iter().position(
                    |step| matches!(step, PrepStep::Migrate(migration) if is_it(migration)),
                );
            let Some((before, at)) = at.map(|at| (&self.case.seeding[..at], at)) else {
                return Ok(false);
            };
            // Whatever fails here failed before, and then `found` would be about it.
            let _done = self.do_steps(database, before, Phase::Seed).await;
            let PrepStep::Migrate(migration) = &self.case.seeding[at] else { return Ok(false) };
            let mut sequence = Sequence::one_by_one(self.case, Phase::Seed);
            sequence.begin(session).await?;
            return self.start(session, migration, found.statement_index).await;
        }
        let rows = session.applied().await?;
        let mut sequence = Sequence::of(self.case, found.phase);
        sequence.begin(session).await?;
        for migration in &pending(&self.case.chain, &rows, self.case.order).run {
            if is_it(migration) {
                return self.start(session, migration, found.statement_index).await;
            }
            if sequence.run(session, migration).await.found.is_some() {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Runs the first statements of a migration's body, in the transaction that they would be in.
    async fn start(
        &self,
        session: &mut PgSession,
        migration: &Migration,
        stop: Option<usize>,
    ) -> Result<bool, SqlError> {
        let rule = migration.rule.unwrap_or(self.case.rule);
        let is_one = rule.wraps != Wraps::Nothing || rule.sends == Sends::Whole;
        if is_one && rule.wraps != Wraps::All {
            session.execute("BEGIN").await?;
        }
        let script = &migration.up;
        for statement in script.statements().iter().take(stop.unwrap_or(0)) {
            if run_statement(session, script, statement).await.is_err() {
                let _ended = session.execute("ROLLBACK").await;
                return Ok(false);
            }
        }
        // A file with a BEGIN of its own is in a transaction too.
        session.in_transaction().await
    }
}

async fn offered(session: &mut PgSession) -> Result<BTreeMap<String, String>, SqlError> {
    let sql = "SELECT name, default_version FROM pg_catalog.pg_available_extensions";
    let rows = session.query(sql).await?;
    let pair = |row: &Vec<Option<String>>| {
        Some((row.first().cloned().flatten()?, row.get(1).cloned().flatten()?))
    };
    Ok(rows.0.iter().filter_map(pair).collect())
}
