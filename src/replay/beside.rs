//! What goes on beside the pending migrations of `apply`, between one and the next: tables are filled, rows are accounted for.

use super::accounts::Accounts;
use super::case::CaseRun;
use super::fill::Filling;
use super::migrate::MigrationRun;
use super::over_rows::{self, Again, fill_up};
use super::sequence::Sequence;
use crate::migration::{Migration, Wraps};
use crate::outcome::{Coverage, Found, SqlError};
use crate::postgres::{Database, Session};
use crate::verify::{fills_after, fills_between};

/// Sessions beside the one that the migrations run in.
#[derive(Default)]
pub(super) struct Beside {
    filling: Option<Filling>,
    accounts: Option<Accounts>,
}

impl Beside {
    /// What the seed of the case asks for, where nothing is open between two migrations.
    pub(super) async fn begin(run: &CaseRun<'_>, database: &Database) -> Result<Self, SqlError> {
        let filling = match run.case.seed.rows {
            Some(rows) if run.case.rule.wraps != Wraps::All => {
                let filling = Filling::begin(run, database, rows).await?;
                Some(if fills_between(run.case) { filling } else { filling.waiting() })
            }
            _ => None,
        };
        Ok(Self { filling, accounts: run.accounts(database).await? })
    }

    /// Runs a migration; also what it took away from tables.
    pub(super) async fn run<S: Session>(
        &mut self,
        session: &mut S,
        sequence: &mut Sequence<'_>,
        (run, migration): (&CaseRun<'_>, &Migration),
    ) -> (MigrationRun, Vec<Found>) {
        if let Some(accounts) = &mut self.accounts
            && let Err(found) = accounts.open(session, (run, migration)).await
        {
            return (MigrationRun::failed(found), Vec::new());
        }
        let mut ran = self.migrate(session, sequence, run, migration).await;
        let written = session.take_written();
        if let Some(accounts) = &mut self.accounts {
            // Whoever fills tables takes rows out and puts them back as well.
            accounts.note_written(written.filter(|_| self.filling.is_none()));
        }
        let mut lost = Vec::new();
        if ran.found.is_none() {
            if let Some(accounts) = &mut self.accounts {
                lost = accounts.close(session, (run, migration)).await;
            }
            if let Some(filling) = &mut self.filling {
                if !fills_after(run.case, &migration.id) {
                    filling.wait();
                }
                ran.found = fill_up(migration, filling).await;
            }
        }
        (ran, lost)
    }

    async fn migrate<S: Session>(
        &mut self,
        session: &mut S,
        sequence: &mut Sequence<'_>,
        run: &CaseRun<'_>,
        migration: &Migration,
    ) -> MigrationRun {
        let Some(filling) = &mut self.filling else {
            return sequence.run(session, migration).await;
        };
        let again = Again::of(run.case, migration);
        let all = over_rows::run(session, sequence, migration, filling, again).await;
        run.note_brought_up(all.brought_up);
        if let Some(accounts) = self.accounts.as_mut().filter(|_| all.has_taken_out) {
            accounts.forget();
        }
        all.run
    }

    /// After the last migration: how many tables hold generated rows; `None` where none were asked for.
    pub(super) async fn finish(&mut self) -> Result<Option<Coverage>, SqlError> {
        match &mut self.filling {
            Some(filling) => filling.finish().await.map(Some),
            None => Ok(None),
        }
    }

    /// Changes of rows that the scenario declares and that did not happen.
    pub(super) fn stale(&self, run: &CaseRun<'_>) -> Vec<Found> {
        self.accounts.as_ref().map(|accounts| accounts.stale(run.case)).unwrap_or_default()
    }
}
