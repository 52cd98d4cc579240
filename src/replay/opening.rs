//! What opens a session, for whoever opens it elsewhere or later.

use tokio::time::Instant;
use tokio_postgres::Config;

use crate::outcome::SqlError;
use crate::postgres::{CatalogWatch, PgSession};
use crate::scenario::Limits;

/// A session that is yet to be opened.
pub(super) struct Opening {
    pub(super) config: Config,
    /// What it is told first.
    pub(super) says: Option<String>,
    pub(super) limits: Limits,
    /// When the case began.
    pub(super) deadline_from: Instant,
    pub(super) watch: Option<CatalogWatch>,
}

impl Opening {
    pub(super) async fn open(self) -> Result<PgSession, SqlError> {
        let session =
            PgSession::open(&self.config, self.says, self.limits, self.deadline_from).await?;
        Ok(session.watched_by(self.watch))
    }
}
