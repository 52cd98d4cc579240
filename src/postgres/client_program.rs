use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The password of a connection.
pub(super) fn password(config: &Config) -> String {
    String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned()
}

/// A program of Postgres's own, such as `pg_dump`, that finds its server and database by its environment
/// (documentation of libpq, "Environment Variables"), so that no password is among its arguments.
pub(super) fn client_program(program: &Path, config: &Config) -> Command {
    let host = config.get_hosts().first().map(|host| match host {
        Host::Tcp(name) => PathBuf::from(name),
        Host::Unix(path) => path.clone(),
    });
    let mut command = Command::new(program);
    command
        .env("PGHOST", host.unwrap_or_default())
        .env("PGPORT", config.get_ports().first().copied().unwrap_or(5432).to_string())
        .env("PGUSER", config.get_user().unwrap_or("postgres"))
        .env("PGDATABASE", config.get_dbname().unwrap_or("postgres"))
        .env("PGPASSWORD", password(config))
        .kill_on_drop(true);
    command
}
