//! A session that notes which locks its statements take, and how long it holds them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::super::statement::begins_block;
use super::company::{
    bears_company, ends_block, has_end_of_block, is_for_its_company, last_place, may_commit_inside,
    may_lock,
};
use crate::locking::Mode;
use crate::migration::history::AppliedRow;
use crate::outcome::SqlError;
use crate::postgres::{HistoryEntry, Ran, Session};
use crate::schema::Catalog;
use crate::verify::Rows;

/// A relation, by its number.
pub(super) type Oid = u32;

/// Passes everything on. After a statement that may lock a table it asks in the same message, so in the same transaction, for
/// the locks that are held.
pub(in crate::replay) struct Noting<'s, S> {
    session: &'s mut S,
    pub(super) log: LockLog,
    /// When the transaction began that may be open.
    begun: Instant,
    /// Whether nothing has ended it since.
    is_whole: bool,
    /// Whether a transaction is asked about at its end only.
    only_at_end: bool,
}

/// Locks that reads or writes of an application wait for.
#[derive(Default)]
pub(super) struct LockLog {
    /// Those of the open transaction, with the beginning of the statement that took each.
    open: BTreeMap<(Oid, Mode), Instant>,
    /// Those that earlier migrations of the same transaction have taken, where one is around all of them.
    earlier: Option<BTreeSet<(Oid, Mode)>>,
    /// Those that were given back, with the time for which each was held.
    pub(super) held: BTreeMap<(Oid, Mode), Duration>,
    /// The statement that took longest.
    pub(super) longest: Option<(Duration, String)>,
    /// What may have been written to, which takes a lock (documentation, "Explicit Locking").
    written: BTreeSet<Oid>,
    /// What may have been changed itself, and not only its rows.
    changed: BTreeSet<Oid>,
    /// Whether something may have been written to besides.
    misses_some: bool,
    /// The same before [`Session::take_written`].
    missed_some: bool,
    /// How many writes were asked about that are no transaction's with others.
    asked: usize,
}

/// About more single writes of a migration than these nobody asks: each asks one more query.
const MOST_ASKED: usize = 100;

/// In a transaction block `now()` stands still while `statement_timestamp()` goes on. What a deferred trigger does at COMMIT, nobody
/// knows before.
const LOCKS: &str = "
    SELECT l.relation, l.mode, pg_catalog.now() <> pg_catalog.statement_timestamp(),
        EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable AND NOT tgisinternal)
    FROM pg_catalog.pg_locks l
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted
        AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')";

impl<'s, S: Session> Noting<'s, S> {
    /// `earlier` as [`earlier`] has read it.
    pub(super) fn new(session: &'s mut S, earlier: Option<BTreeSet<(Oid, Mode)>>) -> Self {
        let log = LockLog { earlier, ..LockLog::default() };
        Self { session, log, begun: Instant::now(), is_whole: false, only_at_end: false }
    }

    /// One that asks only what a transaction has changed, at its end.
    pub(in crate::replay) fn of_changes(session: &'s mut S) -> Self {
        Self { only_at_end: true, ..Self::new(session, None) }
    }

    /// The relations that were locked to be changed since this was begun, and those that were to be written to as well; `None` where
    /// some may be missing.
    pub(in crate::replay) fn changed(&self) -> Option<(&BTreeSet<u32>, &BTreeSet<u32>)> {
        (!self.log.misses_some).then_some((&self.log.changed, &self.log.written))
    }

    /// Whether a statement is to be asked about: for its locks, or as the only one that may be missed.
    fn asks_about(&mut self, sql: &str) -> bool {
        if self.only_at_end && self.is_whole {
            return false;
        }
        if may_lock(sql) {
            return true;
        }
        let asks = !self.is_whole
            && !self.log.misses_some
            && self.log.asked < MOST_ASKED
            && !may_commit_inside(sql)
            && bears_company(sql);
        self.log.asked += usize::from(asks);
        asks
    }

    async fn asking(&mut self, sql: &str) -> Result<(), SqlError> {
        let begun = Instant::now();
        let told = self.session.query(&format!("{sql}\n;{LOCKS}")).await;
        let is_alone = !self.is_whole && self.log.earlier.is_none();
        if is_alone && told.as_ref().is_err_and(is_for_its_company) {
            self.log.misses_some = true;
            return self.session.execute(sql).await;
        }
        let rows = told?;
        self.log.note(&rows, begun);
        self.log.took(begun.elapsed(), sql);
        Ok(())
    }
}

impl LockLog {
    fn note(&mut self, rows: &Rows, begun: Instant) {
        for row in &rows.0 {
            let [Some(relation), Some(mode), in_block, is_deferred] = row.as_slice() else {
                continue;
            };
            let (Ok(relation), Some(mode)) = (relation.parse(), Mode::of(mode)) else { continue };
            self.written.insert(relation);
            if mode != Mode::RowExclusive {
                self.changed.insert(relation);
            }
            self.misses_some |= is_deferred.as_deref() == Some("t");
            if !mode.blocks_applications() {
                continue;
            }
            if self.earlier.as_ref().is_some_and(|earlier| earlier.contains(&(relation, mode))) {
                continue;
            }
            if in_block.as_deref() == Some("t") {
                self.open.entry((relation, mode)).or_insert(begun);
            } else {
                self.hold((relation, mode), begun.elapsed());
            }
        }
    }

    fn hold(&mut self, lock: (Oid, Mode), took: Duration) {
        let held = self.held.entry(lock).or_default();
        *held = took.max(*held);
    }

    fn took(&mut self, took: Duration, sql: &str) {
        if self.longest.as_ref().is_none_or(|(longest, _)| took > *longest) {
            self.longest = Some((took, sql.to_owned()));
        }
    }

    /// The relations whose locks were given back, which whatever is rewritten is among; `None` where some may be missing.
    pub(super) fn locked(&self) -> Option<BTreeSet<Oid>> {
        let has_all = !self.misses_some && !self.missed_some && self.earlier.is_none();
        has_all.then(|| self.held.keys().map(|(relation, _)| *relation).collect())
    }

    /// The transaction is over.
    pub(super) fn close(&mut self) {
        for (lock, begun) in std::mem::take(&mut self.open) {
            self.hold(lock, begun.elapsed());
        }
    }
}

/// Locks that an open transaction holds before a migration that runs in it.
pub(super) async fn earlier<S: Session>(session: &mut S) -> Option<BTreeSet<(Oid, Mode)>> {
    let rows = session.query(LOCKS).await.ok()?;
    let locks = rows.0.into_iter().filter_map(|row| {
        let mut cells = row.into_iter();
        Some((cells.next()??.parse().ok()?, Mode::of(&cells.next()??)?))
    });
    Some(locks.collect())
}

impl<S: Session> Session for Noting<'_, S> {
    async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        if self.asks_about(sql) {
            return self.asking(sql).await;
        }
        let begun = Instant::now();
        self.session.execute(sql).await?;
        if begins_block(sql) {
            (self.begun, self.is_whole) = (begun, true);
        }
        self.log.took(begun.elapsed(), sql);
        if ends_block(sql) {
            self.is_whole = false;
            self.log.close();
        }
        self.log.misses_some |= !self.is_whole;
        Ok(())
    }

    async fn execute_counting(
        &mut self,
        sql: &str,
        complete: &mut usize,
    ) -> Result<Rows, SqlError> {
        self.is_whole &= !has_end_of_block(sql);
        // Where a transaction is around it that is not its own, its end is asked.
        let at = if self.is_whole || self.log.earlier.is_some() { None } else { last_place(sql) };
        let Some((at, before)) = at else {
            self.log.misses_some |= !self.is_whole;
            return self.session.execute_counting(sql, complete).await;
        };
        let begun = Instant::now();
        let asking = format!("{}\n;{LOCKS};\n{}", &sql[..at], &sql[at..]);
        let sent = self.session.execute_counting(&asking, complete).await;
        *complete -= usize::from(*complete > before);
        if at == sql.len() && sent.as_ref().is_err_and(is_for_its_company) {
            // It took nothing from the server, and may be right alone.
            (*complete, self.log.misses_some) = (0, true);
            return self.session.execute_counting(sql, complete).await;
        }
        let rows = sent?;
        self.log.note(&rows, begun);
        self.log.took(begun.elapsed(), sql);
        Ok(rows)
    }

    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<(), SqlError> {
        let begun = Instant::now();
        self.session.copy_in(sql, data).await?;
        self.log.misses_some |= !self.is_whole;
        self.log.took(begun.elapsed(), sql);
        Ok(())
    }

    async fn record(&mut self, entry: &HistoryEntry<'_>) -> Result<(), SqlError> {
        if self.log.earlier.is_some() {
            let rows = self.session.query(LOCKS).await?;
            self.log.note(&rows, self.begun);
        }
        self.session.record(entry).await
    }

    async fn record_and_commit(&mut self, entry: &HistoryEntry<'_>) -> Result<(), SqlError> {
        // What was sent as a whole is asked about here, and counts from the beginning of the transaction.
        let rows = self.session.query(LOCKS).await?;
        self.log.note(&rows, self.begun);
        self.session.record_and_commit(entry).await?;
        self.log.misses_some |= !std::mem::take(&mut self.is_whole);
        self.log.close();
        Ok(())
    }

    fn take_written(&mut self) -> Option<BTreeSet<u32>> {
        let written = std::mem::take(&mut self.log.written);
        let misses_some = std::mem::take(&mut self.log.misses_some);
        self.log.missed_some |= misses_some;
        (!misses_some).then_some(written)
    }

    async fn applied(&mut self) -> Result<Vec<AppliedRow>, SqlError> {
        self.session.applied().await
    }

    async fn in_transaction(&mut self) -> Result<bool, SqlError> {
        self.session.in_transaction().await
    }

    async fn query(&mut self, sql: &str) -> Result<Rows, SqlError> {
        self.log.misses_some |= !self.is_whole;
        self.session.query(sql).await
    }

    async fn renew(&mut self) -> Result<(), SqlError> {
        self.session.renew().await
    }

    async fn restore(&mut self, sql: &str) -> Result<(), SqlError> {
        self.session.restore(sql).await
    }

    async fn catalog(&mut self) -> Result<Catalog, SqlError> {
        self.session.catalog().await
    }

    async fn has_run(&mut self, what: Ran<'_>) -> Result<(), SqlError> {
        self.session.has_run(what).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_from_its_statement_to_the_end_of_the_transaction() {
        let mut log = LockLog::default();
        let row = |mode: &str, open: &str| {
            Rows(vec![["7", mode, open, "f"].map(|cell| Some(cell.to_owned())).to_vec()])
        };
        let Some(before) = Instant::now().checked_sub(Duration::from_secs(5)) else { return };
        log.note(&row("AccessExclusiveLock", "t"), before);
        log.note(&row("AccessExclusiveLock", "t"), Instant::now());
        assert!(log.held.is_empty());
        log.close();
        assert!(log.held[&(7, Mode::AccessExclusive)] >= Duration::from_secs(5));
        log.note(&row("ShareLock", "f"), Instant::now());
        assert!(log.held[&(7, Mode::Share)] < Duration::from_secs(5));
        log.note(&row("RowExclusiveLock", "f"), before);
        assert_eq!(log.held.len(), 2, "writes wait for no such lock");
    }
}
