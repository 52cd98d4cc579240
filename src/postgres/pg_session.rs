//! The conversation with a server.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::time::Instant;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow};

use super::catalog::{Changed, Moment, Prepared, Reading, Relations};
use super::error::sql_error;
use super::history::{self, HistoryEntry};
use super::session::{CatalogWatch, Ran, Session};
use crate::migration::history::AppliedRow;
use crate::outcome::{SqlError, SqlErrorKind};
use crate::scenario::Limits;
use crate::schema::Catalog;
use crate::verify::Rows;

/// How long a server may take to answer a cancel request before it counts as lost.
const CANCEL_PATIENCE: Duration = Duration::from_secs(10);

/// A connection to Postgres, with time limits.
pub struct PgSession {
    client: Client,
    /// What the connection has prepared to read the catalog.
    prepared: Prepared,
    config: Config,
    opening: Option<String>,
    statement_limit: Duration,
    deadline: Instant,
    watch: Option<CatalogWatch>,
}

impl PgSession {
    /// Connects, and sends `opening` first, if there is one. The case's deadline is counted from
    /// `deadline_from`.
    ///
    /// # Errors
    ///
    /// Whatever the server or the network says.
    pub async fn open(
        config: &Config,
        opening: Option<String>,
        limits: Limits,
        deadline_from: Instant,
    ) -> Result<Self, SqlError> {
        let client = connect(config).await.map_err(|error| sql_error(&error))?;
        let session = Self {
            client,
            prepared: Prepared::default(),
            config: config.clone(),
            opening,
            statement_limit: limits.statement,
            deadline: deadline_from + limits.case,
            watch: None,
        };
        session.say_opening().await?;
        Ok(session)
    }

    async fn say_opening(&self) -> Result<(), SqlError> {
        match &self.opening {
            Some(sql) => self.limited(self.client.batch_execute(sql)).await,
            None => Ok(()),
        }
    }

    /// The same session, watched.
    #[must_use]
    pub fn watched_by(self, watch: Option<CatalogWatch>) -> Self {
        Self { watch, ..self }
    }

    /// The connection itself, for what has no time limit of its own.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Reads the catalog as the open transaction sees it, and leaves the transaction as it was.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn open_catalog(&self) -> Result<Catalog, SqlError> {
        self.limited(super::catalog::read_in_transaction(&self.client)).await
    }

    /// The same session, in which things are tried out, with what it asks of rows and sequences prepared. Not for one that migrations
    /// run in for good, since they may deallocate what is prepared.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn for_trials(self) -> Result<Self, SqlError> {
        self.limited(super::rows::prepare_writes(&self.client)).await?;
        self.limited(self.client.batch_execute(super::sequences::PREPARE)).await?;
        Ok(self)
    }

    /// Reads the catalog by what has changed since an earlier reading of the same database, or of one that it is a copy of. The queries
    /// are prepared as they are needed, so migrations that run in the session for good in between must deallocate nothing.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn read_again(
        &self,
        moment: Moment,
        earlier: Option<(&Reading, Changed<'_>)>,
    ) -> Result<Reading, SqlError> {
        let read = super::catalog::read_again(&self.client, &self.prepared, moment, earlier);
        let read = self.limited(read).await;
        if read.is_err() && moment == Moment::Committed {
            // The session may be gone; the failure is told either way.
            let _rolled_back = self.client.batch_execute("ROLLBACK").await;
        }
        read
    }

    /// Reads the catalog of a copy of a database by what has changed since an earlier reading of that one: a copy has its pages, and so
    /// the versions of its rows. For a session that has read nothing before.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn read_copy(&self, earlier: &Reading) -> Result<Arc<Catalog>, SqlError> {
        let earlier = Some((earlier, Changed::ANYTHING));
        Ok(self.read_again(Moment::Committed, earlier).await?.catalog)
    }

    /// Prepares what [`Self::read_again`] asks where a few relations have changed, by asking it of one that is not there.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn prepare_to_read(&self, earlier: &Reading) -> Result<(), SqlError> {
        let none = BTreeSet::from([u32::MAX]);
        let relations = Relations::Locked(&none);
        let changed = Changed { rest: false, functions: false, relations };
        self.read_again(Moment::Committed, Some((earlier, changed))).await.map(drop)
    }

    /// Waits for a statement, but not longer than allowed. Past the limit the statement is cancelled;
    /// a server that does not even answer that is lost.
    pub(super) async fn limited<T>(
        &self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, SqlError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let (limit, which) = if left < self.statement_limit {
            (left, "the time limit for the case")
        } else {
            (self.statement_limit, "the time limit for one statement")
        };
        let mut statement = pin!(statement);
        if let Ok(result) = tokio::time::timeout(limit, &mut statement).await {
            return result.map_err(|error| sql_error(&error));
        }
        let cancelled = async {
            let _told = self.client.cancel_token().cancel_query(NoTls).await;
            statement.await
        };
        let shown = if which.ends_with("case") { None } else { Some(limit) };
        match tokio::time::timeout(CANCEL_PATIENCE, cancelled).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(error)) => {
                let mut error = sql_error(&error);
                if error.kind == SqlErrorKind::Refused {
                    let length = shown.map_or(String::new(), |limit| format!(" ({limit:?})"));
                    error.kind = SqlErrorKind::TimedOut { limit };
                    error.message = format!("{which}{length} was reached");
                    error.hint =
                        Some("raise it under [limits] if the work is meant to take so long".into());
                }
                Err(error)
            }
            Err(_) => Err(SqlError {
                kind: SqlErrorKind::Lost,
                message: format!("{which} was reached, and the server did not answer a cancel"),
                ..SqlError::default()
            }),
        }
    }
}

fn cells(row: &SimpleQueryRow) -> Vec<Option<String>> {
    (0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect()
}

/// Opens a connection and drives it in the background.
pub(super) async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        // The client reports the same error to whoever waits for an answer.
        let _ended = connection.await;
    });
    Ok(client)
}

impl Session for PgSession {
    async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        self.limited(self.client.batch_execute(sql)).await
    }

    async fn execute_counting(
        &mut self,
        sql: &str,
        complete: &mut usize,
    ) -> Result<Rows, SqlError> {
        let counting = async {
            let mut messages = pin!(self.client.simple_query_raw(sql).await?);
            let mut last = Rows::default();
            while let Some(message) = messages.next().await {
                match message? {
                    SimpleQueryMessage::CommandComplete(_) => *complete += 1,
                    SimpleQueryMessage::RowDescription(_) => last.0.clear(),
                    SimpleQueryMessage::Row(row) => last.0.push(cells(&row)),
                    _ => {}
                }
            }
            Ok(last)
        };
        self.limited(counting).await
    }

    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<(), SqlError> {
        let copy = async {
            let sink = self.client.copy_in::<_, Bytes>(sql).await?;
            let mut sink = pin!(sink);
            for chunk in data.as_bytes().chunks(64 * 1024) {
                sink.send(Bytes::copy_from_slice(chunk)).await?;
            }
            sink.finish().await
        };
        self.limited(copy).await.map(drop)
    }

    async fn record(&mut self, entry: &HistoryEntry<'_>) -> Result<(), SqlError> {
        self.limited(history::insert(&self.client, entry)).await
    }

    async fn record_and_commit(&mut self, entry: &HistoryEntry<'_>) -> Result<(), SqlError> {
        let both = async {
            let (recorded, committed) = futures_util::future::join(
                history::insert(&self.client, entry),
                self.client.batch_execute("COMMIT"),
            )
            .await;
            recorded.and(committed)
        };
        self.limited(both).await
    }

    async fn applied(&mut self) -> Result<Vec<AppliedRow>, SqlError> {
        self.limited(history::applied(&self.client)).await
    }

    /// In a transaction block `now()` stands still while `statement_timestamp()` goes on; outside they
    /// are the same (documentation, "Date/Time Functions").
    async fn in_transaction(&mut self) -> Result<bool, SqlError> {
        let rows =
            self.query("SELECT pg_catalog.now() <> pg_catalog.statement_timestamp()").await?;
        Ok(rows
            .0
            .first()
            .and_then(|row| row.first())
            .is_some_and(|cell| cell.as_deref() == Some("t")))
    }

    async fn query(&mut self, sql: &str) -> Result<Rows, SqlError> {
        let messages = self.limited(self.client.simple_query(sql)).await?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(cells(&row)),
            _ => None,
        });
        Ok(Rows(rows.collect()))
    }

    async fn renew(&mut self) -> Result<(), SqlError> {
        self.client = connect(&self.config).await.map_err(|error| sql_error(&error))?;
        self.prepared = Prepared::default();
        self.say_opening().await
    }

    async fn restore(&mut self, sql: &str) -> Result<(), SqlError> {
        self.limited(self.client.batch_execute(sql)).await?;
        self.say_opening().await
    }

    async fn catalog(&mut self) -> Result<Catalog, SqlError> {
        self.limited(super::catalog::read(&self.client)).await
    }

    async fn has_run(&mut self, what: Ran<'_>) -> Result<(), SqlError> {
        let Some(watch) = self.watch.clone() else { return Ok(()) };
        let catalog = if self.in_transaction().await? {
            self.open_catalog().await?
        } else {
            self.catalog().await?
        };
        watch(what, catalog);
        Ok(())
    }
}
