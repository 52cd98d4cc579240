use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::super::shell::{Ended, Shell};
use super::super::url::database_url;
use super::container;
use crate::plan::CasePlan;
use crate::scenario::Runner;

/// Calls the user's runner onto a database.
pub(in crate::replay) struct RunnerCall<'a> {
    pub(super) case: &'a CasePlan,
    pub(super) runner: &'a Runner,
    config: Config,
}

impl<'a> RunnerCall<'a> {
    /// The case's runner, if it has one, for a database.
    pub(in crate::replay) fn of(case: &'a CasePlan, config: &Config) -> Option<Self> {
        let runner = case.scenario.replay.runner.as_ref()?;
        Some(Self { case, runner, config: config.clone() })
    }

    /// Runs it to its end.
    pub(super) async fn run(&self) -> Ended {
        let exclude = self.exclude();
        let command = Runner::filled(&self.runner.command.value, &exclude);
        let environment = self.environment(&exclude);
        let folder = self.folder();
        let limit = self.limit();
        match &self.runner.image {
            None => Shell { command: &command, folder: &folder, environment, limit }.run().await,
            Some(image) => {
                let socket = self.socket_folder();
                container::run(image, &command, &folder, environment, socket, limit).await
            }
        }
    }

    /// The excluded files, as lists in environment variables have them.
    fn exclude(&self) -> String {
        let files = self.case.set.migrations().iter().filter(|migration| {
            self.case.excluded.iter().any(|excluded| excluded.migration == migration.id)
        });
        files.map(|migration| migration.file_name()).collect::<Vec<_>>().join(",")
    }

    /// `DATABASE_URL`, and what libpq reads (its documentation, "Environment Variables").
    fn environment(&self, exclude: &str) -> Vec<(String, String)> {
        let config = &self.config;
        let host = match config.get_hosts().first() {
            Some(Host::Unix(path)) => path.display().to_string(),
            Some(Host::Tcp(host)) => host.clone(),
            None => "127.0.0.1".into(),
        };
        let password = String::from_utf8_lossy(config.get_password().unwrap_or_default());
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let given = [
            ("DATABASE_URL", database_url(config)),
            ("PGHOST", host),
            ("PGPORT", port.to_string()),
            ("PGUSER", config.get_user().unwrap_or("postgres").to_owned()),
            ("PGPASSWORD", password.into_owned()),
            ("PGDATABASE", config.get_dbname().unwrap_or("postgres").to_owned()),
        ];
        let own = self.runner.env.iter();
        let own = own.map(|(name, value)| (name.clone(), Runner::filled(value, exclude)));
        given.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
    }

    fn folder(&self) -> PathBuf {
        let scenario = &self.case.scenario.folder;
        match &self.runner.folder {
            Some(folder) => scenario.join(&folder.value),
            None => scenario.clone(),
        }
    }

    fn socket_folder(&self) -> Option<PathBuf> {
        match self.config.get_hosts().first() {
            Some(Host::Unix(path)) => Some(path.clone()),
            _ => None,
        }
    }

    fn limit(&self) -> Duration {
        self.case.scenario.limits.case
    }
}
