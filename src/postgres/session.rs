//! What a replay needs of a connection.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::history::HistoryEntry;
use crate::migration::Script;
use crate::migration::history::AppliedRow;
use crate::outcome::SqlError;
use crate::schema::Catalog;
use crate::verify::Rows;

/// What a replay needs of a connection. One statement is under way at a time.
pub trait Session: Send {
    /// Sends SQL by the simple query protocol, as psql does.
    fn execute(&mut self, sql: &str) -> impl Future<Output = Result<(), SqlError>> + Send;

    /// Sends SQL of several statements at once, and counts those that are complete: an error belongs to
    /// the next one. Returns what the last query among them tells.
    fn execute_counting(
        &mut self,
        sql: &str,
        complete: &mut usize,
    ) -> impl Future<Output = Result<Rows, SqlError>> + Send;

    /// Sends `COPY … FROM stdin` and its data.
    fn copy_in(
        &mut self,
        sql: &str,
        data: &str,
    ) -> impl Future<Output = Result<(), SqlError>> + Send;

    /// Writes a row of the history table.
    fn record(
        &mut self,
        entry: &HistoryEntry<'_>,
    ) -> impl Future<Output = Result<(), SqlError>> + Send;

    /// Writes a row of the history table and commits, in one round trip.
    fn record_and_commit(
        &mut self,
        entry: &HistoryEntry<'_>,
    ) -> impl Future<Output = Result<(), SqlError>> + Send;

    /// The migrations that the history table says are applied.
    fn applied(&mut self) -> impl Future<Output = Result<Vec<AppliedRow>, SqlError>> + Send;

    /// Whether a transaction block is open.
    fn in_transaction(&mut self) -> impl Future<Output = Result<bool, SqlError>> + Send;

    /// Runs a query and returns what the server prints.
    fn query(&mut self, sql: &str) -> impl Future<Output = Result<Rows, SqlError>> + Send;

    /// Ends the connection and opens another: what the next `psql` of a script would find.
    fn renew(&mut self) -> impl Future<Output = Result<(), SqlError>> + Send;

    /// Sends what a tool sends to undo settings; those that the connection opened with are said again.
    fn restore(&mut self, sql: &str) -> impl Future<Output = Result<(), SqlError>> + Send;

    /// Reads the catalog, outside a transaction.
    fn catalog(&mut self) -> impl Future<Output = Result<Catalog, SqlError>> + Send;

    /// The relations that may have been written to since this was asked last, by OID; `None` where nobody has noted it.
    fn take_written(&mut self) -> Option<BTreeSet<u32>> {
        None
    }

    /// Something has run to its end: whoever watches the session is shown the catalog.
    fn has_run(&mut self, _what: Ran<'_>) -> impl Future<Output = Result<(), SqlError>> + Send {
        async { Ok(()) }
    }
}

/// What has run to its end.
#[derive(Debug, Clone, Copy)]
pub enum Ran<'a> {
    /// The body of a migration, or SQL of a scenario.
    Script(&'a Script),
    /// What has no statements that we know: a dump, or nothing yet.
    Other,
}

/// Somebody who is shown the catalog after everything that ran. Must not block.
pub type CatalogWatch = Arc<dyn Fn(Ran<'_>, Catalog) + Send + Sync>;
