//! Rows accounted for while the pending migrations run over a populated database.

use std::collections::BTreeSet;

use super::case::CaseRun;
use crate::accounts::{
    Cascade, Holdings, Loss, Sayings, TableLosses, What, ask_for_cascades, asks, disagreeing,
    losses, may_touch_rows,
};
use crate::migration::{Migration, Wraps};
use crate::outcome::{Blame, Event, Found, Phase, SqlError, SqlErrorKind};
use crate::plan::CasePlan;
use crate::postgres::{Database, Holder, PgSession, Session};
use crate::verify::{Rows, data_lost, is_declared, never_changed};

/// So many rows are told that are not as the scenario says.
const SAMPLES: usize = 3;

/// Keeps the accounts of a database.
pub(super) struct Accounts {
    /// `None` where one transaction is around all that is pending: only its own session sees what it does.
    session: Option<PgSession>,
    holder: Holder,
    before: Option<Before>,
    /// What may have been written to since the last reading, where that is known.
    written: Option<BTreeSet<u32>>,
    /// The declared changes that came true, by their positions.
    came_true: BTreeSet<usize>,
    /// Whether only what the base does not have is accounted for: on a fresh database, whose rows the migrations have made.
    is_of_the_change: bool,
}

/// What was there before a migration.
struct Before {
    holdings: Holdings,
    since: String,
}

impl CaseRun<'_> {
    /// The accounts of a database that held rows before the pending migrations, or of which a base tells what is new.
    pub(super) async fn accounts(&self, database: &Database) -> Result<Option<Accounts>, SqlError> {
        let is_of_the_change = self.case.seed.is_fresh();
        let has_new = || self.case.chain.iter().any(|it| self.case.is_new(&it.id));
        let is_wanted = !self.pool.is_for_trials() && (!is_of_the_change || has_new());
        if !is_wanted {
            return Ok(None);
        }
        let session = match self.case.rule.wraps {
            Wraps::All => None,
            Wraps::Nothing | Wraps::Each => Some(self.session(database).await?),
        };
        let (holder, came_true) = (Holder::default(), BTreeSet::new());
        let accounts =
            Accounts { session, holder, before: None, written: None, came_true, is_of_the_change };
        Ok(Some(accounts))
    }
}

impl Accounts {
    /// Writes down what is there, if the migration may change any of it.
    pub(super) async fn open<S: Session>(
        &mut self,
        session: &mut S,
        (run, migration): (&CaseRun<'_>, &Migration),
    ) -> Result<(), Box<Found>> {
        self.before = None;
        let is_asked = !self.is_of_the_change || run.case.is_new(&migration.id);
        if is_asked && may_touch_rows(&migration.up) {
            let read = self.read(session).await;
            let read = kept(run, migration, read)?;
            self.before = read.map(|(holdings, since)| Before { holdings, since });
        }
        Ok(())
    }

    /// Nobody can tell what the migration did: rows were taken out while it ran.
    pub(super) fn forget(&mut self) {
        self.before = None;
    }

    /// Somebody has written to relations, by OID; `None`: to any.
    pub(super) fn note_written(&mut self, written: Option<BTreeSet<u32>>) {
        self.written = self.written.take().zip(written).map(|(earlier, later)| &earlier | &later);
    }

    async fn read<S: Session>(&mut self, session: &mut S) -> Result<(Holdings, String), SqlError> {
        let written = self.written.replace(BTreeSet::new());
        match &mut self.session {
            Some(own) => self.holder.read(own, written.as_ref()).await,
            None => self.holder.read(session, None).await,
        }
    }

    async fn ask<S: Session>(&mut self, session: &mut S, query: &str) -> Result<Rows, SqlError> {
        match &mut self.session {
            Some(own) => self.holder.ask(own, query).await,
            None => self.holder.ask(session, query).await,
        }
    }

    /// What the migration took away without anybody having declared it.
    pub(super) async fn close<S: Session>(
        &mut self,
        session: &mut S,
        (run, migration): (&CaseRun<'_>, &Migration),
    ) -> Vec<Found> {
        let Some(before) = self.before.take() else { return Vec::new() };
        let read = self.read(session).await;
        let after = match kept(run, migration, read) {
            Ok(Some((after, _))) => after,
            Ok(None) => return Vec::new(),
            Err(found) => return vec![*found],
        };
        let all = losses(&before.holdings, &after, &before.since);
        if all.is_empty() {
            return Vec::new();
        }
        let sayings = Sayings::of(&migration.up);
        let mut found = Vec::new();
        for table in all {
            let mut left = table.clone();
            left.losses.clear();
            for loss in table.losses.iter().cloned() {
                let of = (&table, loss);
                let case = (run.case, migration);
                left.losses.extend(self.undeclared(session, case, of, (&before, &after)).await);
            }
            if !left.losses.is_empty() {
                left.cascades = self.cascades(session, &left).await;
                found.extend(data_lost(run.case, migration, &left, &sayings));
            }
        }
        found
    }

    /// The foreign keys by way of which others reach a table. What cannot be read explains nothing.
    async fn cascades<S: Session>(&mut self, session: &mut S, of: &TableLosses) -> Vec<Cascade> {
        if of.rebuilt || of.now.is_none() {
            return Vec::new();
        }
        let told = self.ask(session, &ask_for_cascades(of.table.oid)).await.unwrap_or_default();
        let texts = told.0.iter().filter_map(|row| row.first()?.as_deref());
        texts.filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// The same loss where nobody declared it, or where the values are not the declared ones.
    async fn undeclared<S: Session>(
        &mut self,
        session: &mut S,
        (case, migration): (&CasePlan, &Migration),
        (table, loss): (&TableLosses, Loss),
        (before, after): (&Before, &Holdings),
    ) -> Option<Loss> {
        let mut declared = case.expect().changes.iter().enumerate();
        let declared =
            declared.find(|(_, change)| is_declared(change, migration, &table.table, &loss.what));
        let Some((position, change)) = declared else { return Some(loss) };
        self.came_true.insert(position);
        let (Some(sql), What::Values { column, .. }) = (&change.sql, &loss.what) else {
            return None;
        };
        let of = (table.table.oid, column.as_str());
        let query = asks(of, &sql.value, &before.holdings, after)?;
        let answers = match self.ask(session, &query).await {
            Ok(rows) => rows.0.into_iter().filter_map(|row| row.into_iter().next()).collect(),
            Err(error) => {
                let samples =
                    vec![format!("the declared {:?} cannot be worked out: {error}", sql.value)];
                return Some(Loss { samples, ..loss });
            }
        };
        let answers: Vec<_> = answers;
        let others = disagreeing(of, &answers, &before.holdings, after);
        let count = others.len() as u64;
        let samples = others.into_iter().take(SAMPLES).collect();
        (count > 0).then_some(Loss { count, samples, ..loss })
    }

    /// Changes that the scenario declares and that did not happen. Where it has several seeds they may be for another, and on a fresh
    /// database for a migration that was not accounted for.
    pub(super) fn stale(&self, case: &CasePlan) -> Vec<Found> {
        if case.scenario.seeds.len() > 1 || self.is_of_the_change {
            return Vec::new();
        }
        let changes = case.expect().changes.iter().enumerate();
        let open = changes.filter(|(at, _)| !self.came_true.contains(at));
        open.map(|(_, change)| never_changed(change)).collect()
    }
}

/// What was read. What is in the way of reading is told, and is nobody's fault; a lost server is.
fn kept<T>(
    run: &CaseRun<'_>,
    migration: &Migration,
    read: Result<T, SqlError>,
) -> Result<Option<T>, Box<Found>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind == SqlErrorKind::Lost => {
            Err(Box::new(Found::sql(Phase::Apply, Blame::Environment, error)))
        }
        Err(error) => {
            let (case, id) = (&run.case.name, &migration.id);
            let text = format!("{case}: the rows around {id} were not accounted for: {error}");
            run.emitter.event(Event::Warning { text });
            Ok(None)
        }
    }
}
