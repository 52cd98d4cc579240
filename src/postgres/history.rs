use std::pin::pin;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::PgSession;
use crate::migration::history::AppliedRow;
use crate::migration::{Migration, MigrationId};
use crate::outcome::{Phase, SqlError};
use crate::scenario::SqlState;

/// How a migration ended, as the history table has it.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// It ran to its end.
    Applied,
    /// The dump of the seed state held it already.
    Seeded,
    /// A statement failed.
    Failed(&'a SqlError),
}

/// A row of the history table.
#[derive(Debug, Clone, Copy)]
pub struct HistoryEntry<'a> {
    /// Which migration.
    pub migration: &'a Migration,
    /// In which phase of the case.
    pub phase: Phase,
    /// How it ended.
    pub outcome: Outcome<'a>,
    /// When it began.
    pub started_at: SystemTime,
    /// How long it took.
    pub took: Duration,
}

/// Our schema and table. Whoever a migration makes the session (`SET ROLE`), the row can be written.
pub(super) const CREATE: &str = "\
CREATE SCHEMA migration_replay;
CREATE TABLE migration_replay.history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration text NOT NULL,
    version text NOT NULL,
    file text NOT NULL,
    checksum text NOT NULL,
    phase text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'seeded', 'failed')),
    sqlstate text,
    message text,
    started_at timestamptz NOT NULL,
    duration_ms double precision NOT NULL
);
GRANT USAGE ON SCHEMA migration_replay TO PUBLIC;
GRANT SELECT, INSERT ON migration_replay.history TO PUBLIC;";

/// Every operator and function is qualified: a migration may have changed the search path.
const INSERT: &str = "\
INSERT INTO migration_replay.history
    (migration, version, file, checksum, phase, outcome, sqlstate, message, started_at, duration_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, pg_catalog.to_timestamp($9), $10)";

/// Sent without a prepared statement, which a migration's `DISCARD ALL` would take away.
pub(super) async fn insert(
    client: &Client,
    entry: &HistoryEntry<'_>,
) -> Result<(), tokio_postgres::Error> {
    let checksum = entry.migration.up.checksum().to_string();
    let phase = entry.phase.name();
    let (outcome, error) = match entry.outcome {
        Outcome::Applied => ("applied", None),
        Outcome::Seeded => ("seeded", None),
        Outcome::Failed(error) => ("failed", Some(error)),
    };
    let state = error.and_then(|error| error.sqlstate.as_ref()).map(SqlState::as_str);
    let message = error.map(|error| error.message.as_str());
    let since_epoch = entry.started_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let started = since_epoch.as_secs_f64();
    let took = entry.took.as_secs_f64() * 1e3;
    client
        .execute_typed(
            INSERT,
            &[
                (&entry.migration.id.as_str(), Type::TEXT),
                (&entry.migration.version.as_str(), Type::TEXT),
                (&entry.migration.file_name(), Type::TEXT),
                (&checksum, Type::TEXT),
                (&phase, Type::TEXT),
                (&outcome, Type::TEXT),
                (&state, Type::TEXT),
                (&message, Type::TEXT),
                (&started, Type::FLOAT8),
                (&took, Type::FLOAT8),
            ],
        )
        .await
        .map(drop)
}

/// What is applied, by the newest row of each migration.
pub(super) async fn applied(client: &Client) -> Result<Vec<AppliedRow>, tokio_postgres::Error> {
    let sql = "SELECT migration, checksum FROM migration_replay.history \
               WHERE outcome IN ('applied', 'seeded') ORDER BY id";
    let rows = client.query_typed(sql, &[]).await?;
    Ok(rows
        .iter()
        .map(|row| AppliedRow { id: MigrationId::new(row.get::<_, &str>(0)), checksum: row.get(1) })
        .collect())
}

const COLUMNS: &str = "id, migration, version, file, checksum, phase, outcome, sqlstate, message, started_at, duration_ms";

/// Copies every row to the empty table of another database.
///
/// # Errors
///
/// Whatever one of the servers says.
pub async fn copy_history(from: &PgSession, to: &PgSession) -> Result<(), SqlError> {
    let copied = async {
        let sql = format!("COPY migration_replay.history ({COLUMNS}) TO STDOUT");
        let rows: Vec<Bytes> = from.client().copy_out(&sql).await?.try_collect().await?;
        let sql = format!("COPY migration_replay.history ({COLUMNS}) FROM STDIN");
        let mut sink = pin!(to.client().copy_in::<_, Bytes>(&sql).await?);
        for row in rows {
            sink.send(row).await?;
        }
        sink.finish().await?;
        // What is recorded next comes after them.
        let sql = "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('migration_replay.history', 'id'),
            (SELECT pg_catalog.max(id) FROM migration_replay.history))";
        to.client().simple_query(sql).await.map(drop)
    };
    to.limited(copied).await
}
