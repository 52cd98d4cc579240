//! What sequences stand at, which a rollback does not take back (documentation, "Sequence Manipulation Functions").

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{MayWrite, Writes};
use super::{PgSession, Session, oid_array};
use crate::outcome::SqlError;

/// By OID: the last value, as the server prints it, or the first where there is none yet, and whether there is one.
pub type Sequences = BTreeMap<u32, (String, bool)>;

/// Prepares what [`PgSession::sequences`] asks. Temporary ones are left out, and those that the user may not look at.
pub(super) const PREPARE: &str = "
    PREPARE migration_replay_sequences(oid[]) AS
    SELECT c.oid, coalesce(l.value, s.seqstart), l.value IS NOT NULL
    FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
        CROSS JOIN LATERAL (SELECT pg_catalog.pg_sequence_last_value(s.seqrelid) AS value OFFSET 0) l
    WHERE ($1 IS NULL OR c.oid = ANY ($1)) AND c.relpersistence <> 't' AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
        AND pg_catalog.has_table_privilege(c.oid, 'UPDATE')";

/// Those that the open transaction has taken numbers of, or set: it holds a lock on each, which no savepoint releases
/// (`lock_and_open_sequence` of the server).
const TOUCHED: &str = "
    SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_sequence s ON s.seqrelid = l.relation
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.mode <> 'AccessShareLock'";

impl PgSession {
    /// What they stand at, or some of them by OID, in a session that is [`Self::for_trials`], and in no transaction: asking locks
    /// them.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn sequences(&mut self, only: Option<&BTreeSet<u32>>) -> Result<Sequences, SqlError> {
        let read = |row: Vec<Option<String>>| {
            let mut cells = row.into_iter().flatten();
            let (oid, value, is_called) = (cells.next()?, cells.next()?, cells.next()?);
            Some((oid.parse().ok()?, (value, is_called == "t")))
        };
        let only = only.map_or_else(|| "NULL".to_owned(), oid_array);
        let rows = self.query(&format!("EXECUTE migration_replay_sequences({only})")).await?;
        Ok(rows.0.into_iter().filter_map(read).collect())
    }

    /// Begins a transaction that is to be rolled back by [`Self::roll_back`], and reads what was written so far.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn begin_trial(&mut self, may: MayWrite) -> Result<Writes, SqlError> {
        self.writes_after("BEGIN; SAVEPOINT migration_replay_trial", may).await
    }

    /// Rolls the transaction of [`Self::begin_trial`] back, whether something failed in it or not, and sets those sequences that it
    /// has touched to what they stood at before.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn roll_back(&mut self, before: &Sequences) -> Result<(), SqlError> {
        if before.is_empty() {
            return self.execute("ROLLBACK").await;
        }
        let sql = format!("ROLLBACK TO SAVEPOINT migration_replay_trial; {TOUCHED}; ROLLBACK");
        let touched: Vec<_> = if let Ok(touched) = self.query(&sql).await {
            touched.0.into_iter().flatten().flatten().filter_map(|oid| oid.parse().ok()).collect()
        } else {
            // The transaction is no more what it was begun as: what it has touched, nobody knows.
            self.execute("ROLLBACK").await?;
            before.keys().copied().collect()
        };
        let set = touched.iter().filter_map(|oid| {
            let (value, is_called) = before.get(oid)?;
            Some(format!("SELECT pg_catalog.setval({oid}::oid::regclass, {value}, {is_called})"))
        });
        let set: Vec<_> = set.collect();
        if set.is_empty() { Ok(()) } else { self.execute(&set.join("; ")).await }
    }
}
