//! Servers to measure on.

use std::collections::BTreeMap;

use clap::ValueEnum;
use migration_replay::postgres::{BackendChoice, KnownImages, Server, ServerRequest, Supply};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::Result;

/// A kind of server that can be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Binaries of this machine, through a unix socket
    Local,
    /// A container, through a port of 127.0.0.1
    Container,
}

impl Kind {
    pub(crate) fn choice(self) -> BackendChoice {
        match self {
            Self::Local => BackendChoice::Local,
            Self::Container => BackendChoice::Container,
        }
    }

    /// As `--backend` has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Container => "container",
        }
    }
}

/// Starts a server; `image: None` is any.
pub(crate) async fn start(choice: BackendChoice, image: Option<&str>) -> Result<Server> {
    let request = ServerRequest {
        image: image.map(str::to_owned),
        settings: BTreeMap::new(),
        setup: None,
        on_disk: false,
    };
    Ok(Supply::new(choice, None, KnownImages::default()).start(&request).await?.server)
}

/// The server that both sides of a comparison use. Local binaries stand for no image.
pub(crate) async fn start_common(kind: Kind, image: &str) -> Result<Server> {
    let image = (kind == Kind::Container).then_some(image);
    start(kind.choice(), image).await
}

/// Host (or socket folder), port and password.
pub(crate) fn address(config: &Config) -> (String, u16, String) {
    let host = match config.get_hosts().first() {
        Some(Host::Unix(folder)) => folder.display().to_string(),
        Some(Host::Tcp(name)) => name.clone(),
        None => "127.0.0.1".into(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let password = config.get_password().unwrap_or_default();
    (host, port, String::from_utf8_lossy(password).into_owned())
}

/// The server as a URL, so that a whole run of the harness can use it.
pub(crate) fn as_url(server: &Server) -> Result<BackendChoice> {
    let (host, port, password) = address(server.config());
    let host = host.replace('/', "%2F");
    let url = format!("postgres://postgres:{password}@/postgres?host={host}&port={port}");
    Ok(BackendChoice::url(&url)?)
}
