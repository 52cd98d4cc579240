use std::error::Error as _;

use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::address::{Address, TlsMode};
use super::tls::connector;
use crate::outcome::SqlError;
use crate::postgres::catalog;
use crate::postgres::error::sql_error;
use crate::schema::Catalog;

/// A live database, at one moment. Everything that is sent goes through one read-only transaction with short limits, which is
/// never committed; Postgres itself refuses to write in it.
pub struct LiveDatabase {
    client: Client,
    shown: String,
}

/// The database could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// Certificates, before anything was sent.
    #[error("{0}")]
    Certificate(String),
    /// Nobody answered, or who did could not be believed.
    #[error("cannot connect to {shown}: {why}")]
    Connect {
        /// Host, port and database.
        shown: String,
        /// What went wrong.
        why: String,
    },
    /// The server refused a query.
    #[error("{shown}: {error}")]
    Query {
        /// Host, port and database.
        shown: String,
        /// What the server says.
        error: Box<SqlError>,
    },
}

/// The settings are of the transaction: a pooler that hands the connection on gives nobody else a part of them. `lock_timeout`
/// keeps a look from standing in the queue before the application, `statement_timeout` from holding back vacuum for long.
const BEGIN: &str = "\
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '30s';
SET LOCAL idle_in_transaction_session_timeout = '60s';
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL standard_conforming_strings = on;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL timezone = 'UTC'";

impl LiveDatabase {
    /// Connects, and begins the transaction.
    ///
    /// # Errors
    ///
    /// When nobody answers, the certificate is not believed, or the server refuses the user.
    pub async fn open(address: &Address) -> Result<Self, LiveError> {
        let shown = address.shown();
        let failed = |error: tokio_postgres::Error| LiveError::Connect {
            shown: shown.clone(),
            why: error.as_db_error().map_or_else(
                || error.source().map_or(error.to_string(), ToString::to_string),
                |told| told.message().to_owned(),
            ),
        };
        let client = if address.tls.mode == TlsMode::Disable {
            let (client, connection) = address.config.connect(NoTls).await.map_err(failed)?;
            drive(connection);
            client
        } else {
            let connector = connector(&address.tls)?;
            let (client, connection) = address.config.connect(connector).await.map_err(failed)?;
            drive(connection);
            client
        };
        let database = Self { client, shown };
        database.query(BEGIN).await?;
        Ok(database)
    }

    /// Host, port and database, for people.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Sends SQL and returns the rows as text, each under its column.
    ///
    /// # Errors
    ///
    /// Whatever the server says: 25006 `read_only_sql_transaction` to everything that would write.
    pub async fn query(&self, sql: &str) -> Result<LiveRows, LiveError> {
        let messages = self.client.simple_query(sql).await.map_err(|error| self.failed(&error))?;
        let mut found = LiveRows::default();
        for message in messages {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    found.columns = columns.iter().map(|it| it.name().to_owned()).collect();
                }
                SimpleQueryMessage::Row(row) => {
                    let cells = (0..row.len()).map(|at| row.get(at).map(str::to_owned));
                    found.rows.push(cells.collect());
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Reads the schema.
    ///
    /// # Errors
    ///
    /// If the server refuses, or is lost.
    pub async fn catalog(&self) -> Result<Catalog, LiveError> {
        catalog::read_in_transaction(&self.client).await.map_err(|error| self.failed(&error))
    }

    /// The major version of the server.
    ///
    /// # Errors
    ///
    /// If the server is lost.
    pub async fn major(&self) -> Result<u32, LiveError> {
        let found = self.query("SELECT current_setting('server_version_num')::int / 10000").await?;
        let cell = found.rows.into_iter().flatten().flatten().next();
        Ok(cell.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    fn failed(&self, error: &tokio_postgres::Error) -> LiveError {
        LiveError::Query { shown: self.shown.clone(), error: Box::new(sql_error(error)) }
    }
}

/// What a query of a live database gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveRows {
    /// The columns of the last statement that has some.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Drives a connection in the background; the client reports the same errors to whoever waits for an answer.
fn drive<S, T>(connection: tokio_postgres::Connection<S, T>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    T: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        let _ended = connection.await;
    });
}
