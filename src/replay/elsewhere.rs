//! A seed state that is built on another image than the case's: made there, dumped by the `pg_dump` of that image, and
//! restored here.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::case::CaseRun;
use super::pool::SharedServer;
use super::prepare::dump_failure;
use super::run::take_away;
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::plan::{DumpFile, DumpFormat, ServerGroup};
use crate::postgres::{
    Database, DumpedRows, PgSession, ServerError, Session, copy_history, restore_plain,
};

impl CaseRun<'_> {
    /// A database in the seed state, built on a server of that kind which nobody else uses.
    pub(super) async fn bring_seed(&self, group: &ServerGroup) -> Result<Database, Box<Found>> {
        let there = match self.pool.own(group).await {
            Ok(there) => there,
            Err(error) => return Err(self.no_server(group, &error)),
        };
        let brought = self.bring_from(&there, group).await;
        take_away(self.pool, &there, self.case).await;
        brought
    }

    async fn bring_from(
        &self,
        there: &SharedServer,
        group: &ServerGroup,
    ) -> Result<Database, Box<Found>> {
        let run = self.on(there);
        let built = run.make_seeded_here().await?;
        let file = tempfile::NamedTempFile::new().map_err(|error| failed(error.to_string()))?;
        let roles =
            there.server.dump(&built, file.path(), DumpedRows::Copied).await.map_err(failed)?;
        let source = run.session(&built).await.map_err(lost)?;
        let database = self.with_roles(&roles).await?;
        let session = self.session(&database).await.map_err(lost)?;
        self.restore(&session, file.path(), group).await?;
        copy_history(&source, &session).await.map_err(lost)?;
        drop(session);
        self.hand_over(&database).await?;
        Ok(database)
    }

    /// An empty database on a server that has the roles of the setup, and these. What else the setup makes is in the dump.
    async fn with_roles(&self, statements: &[String]) -> Result<Database, Box<Found>> {
        let set_up = self.set_up_database().await?;
        let _dropped = self.server.server.drop_database(&set_up).await;
        let database = self.empty_database().await?;
        let mut session = self.session(&database).await.map_err(lost)?;
        for statement in statements {
            match session.execute(statement).await {
                Err(error) if !is_there(&error) => return Err(lost(error)),
                _ => {}
            }
        }
        Ok(database)
    }

    async fn restore(
        &self,
        session: &PgSession,
        file: &Path,
        group: &ServerGroup,
    ) -> Result<(), Box<Found>> {
        let about = std::fs::metadata(file).map_err(|error| failed(error.to_string()))?;
        let dump = DumpFile {
            path: file.to_owned(),
            format: DumpFormat::Plain,
            bytes: about.len(),
            modified: None,
            file: (about.dev(), about.ino()),
        };
        let restored = restore_plain(session, &dump).await;
        restored.map(drop).map_err(|error| {
            let mut found = dump_failure(&dump, error, Phase::Seed);
            // The dump is gone when somebody reads this.
            found.file = self.case.scenario.source.as_ref().map(|it| it.path().to_owned());
            found.place = self.case.seed.image.as_ref().and_then(|image| image.place.clone());
            let (from, to) = (group.image.as_deref().unwrap_or("any"), self.case.image_name());
            let line =
                format!("the seed state was built on {from}, and {to} cannot restore its dump");
            found.details.insert(0, line);
            found
        })
    }

    fn no_server(&self, group: &ServerGroup, error: &ServerError) -> Box<Found> {
        let image = group.image.as_deref().unwrap_or("any");
        let why = format!("the seed state is built on {image}: {error}");
        if matches!(error, ServerError::CannotServe(_)) {
            // Nobody comes here twice with another answer.
            let _first = self.cannot_serve.set(why.clone());
        }
        Box::new(Found::new(Phase::Seed, Blame::Environment, why))
    }
}

/// 42710 `duplicate_object`: the setup has made the role already.
fn is_there(error: &SqlError) -> bool {
    error.sqlstate.as_ref().is_some_and(|state| state.as_str() == "42710")
}

fn failed(why: String) -> Box<Found> {
    Box::new(Found::new(Phase::Seed, Blame::Environment, why))
}

fn lost(error: SqlError) -> Box<Found> {
    Box::new(Found::sql(Phase::Seed, Blame::Environment, error))
}
