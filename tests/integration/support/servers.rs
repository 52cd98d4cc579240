use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use migration_replay::postgres::{
    BackendChoice, KnownImages, Server, ServerRequest, Supply, Tools, docker_answers,
};
use tokio::runtime::Runtime;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, NoTls};

/// The image that every kind of server can stand for on a machine with Debian's Postgres 15.
const IMAGE: &str = "postgres:15";

/// In CI nothing is passed over; elsewhere the test says why it did nothing.
fn say_why(what: &str, answer: Result<(), String>) -> bool {
    let Err(why) = answer else { return true };
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{what} is needed under CI=true: {why}");
    eprintln!("not tested: {what} is needed: {why}");
    false
}

/// Whether a Docker engine answers.
pub(crate) async fn docker_or_say_why() -> bool {
    say_why("a Docker engine", docker_answers().await)
}

/// Whether this machine has the binaries of Postgres 15.
pub(crate) async fn local_or_say_why() -> bool {
    say_why("a local Postgres 15", local_answers().await)
}

/// Whether there is any server.
pub(crate) async fn server_or_say_why() -> bool {
    if docker_answers().await.is_ok() {
        return true;
    }
    say_why("Docker, or a local Postgres 15,", local_answers().await)
}

async fn local_answers() -> Result<(), String> {
    let started = tokio::task::spawn_blocking(shared_server).await.unwrap();
    started.as_ref().map(|_| ()).map_err(Clone::clone)
}

async fn start(choice: BackendChoice) -> Result<Server, String> {
    start_image(choice, IMAGE).await
}

async fn start_image(choice: BackendChoice, image: &str) -> Result<Server, String> {
    let request = ServerRequest {
        image: Some(image.into()),
        settings: std::collections::BTreeMap::default(),
        setup: None,
        on_disk: false,
    };
    let supplied = Supply::new(choice, None, KnownImages::default()).start(&request).await;
    supplied.map(|supplied| supplied.server).map_err(|error| error.to_string())
}

/// The URL of a local server that all tests of this process share: a start takes longer than most of what runs on it. For those
/// that want nothing of a server but that it answers; those about servers, roles or what is kept have their own.
pub(crate) fn shared() -> &'static str {
    &shared_server().as_ref().unwrap().url
}

/// Its watchdog stops it when the process ends.
fn shared_server() -> &'static Result<UrlServer, String> {
    static SHARED: OnceLock<Result<UrlServer, String>> = OnceLock::new();
    let start = || Runtime::new().unwrap().block_on(start(BackendChoice::Local)).map(UrlServer::of);
    // On a thread of its own, since most who ask are inside a runtime.
    SHARED.get_or_init(|| std::thread::spawn(start).join().unwrap())
}

/// The same as a choice.
pub(crate) fn on_shared() -> BackendChoice {
    BackendChoice::url(shared()).unwrap()
}

/// The same where it can be had, else whatever there is.
pub(crate) async fn shared_or_any() -> BackendChoice {
    match local_answers().await {
        Ok(()) => on_shared(),
        Err(_) => BackendChoice::Auto,
    }
}

/// A server of the test's own, for runs that are given one by its URL.
pub(crate) struct UrlServer {
    server: Server,
    /// `postgres://…`, with the password.
    pub(crate) url: String,
}

impl UrlServer {
    /// Starts one, of local binaries where they are, else in a container.
    pub(crate) async fn start() -> Option<Self> {
        let started = match start(BackendChoice::Local).await {
            Ok(server) => Ok(server),
            Err(why) => match docker_answers().await {
                Ok(()) => start(BackendChoice::Container).await,
                Err(docker) => Err(format!("{why}; {docker}")),
            },
        };
        match started {
            Ok(server) => Some(Self::of(server)),
            Err(why) => {
                say_why("a server", Err(why));
                None
            }
        }
    }

    fn of(server: Server) -> Self {
        Self { url: url_of(&server), server }
    }

    /// Starts one in a container of this image.
    pub(crate) async fn start_container(image: &str) -> Option<Self> {
        match start_image(BackendChoice::Container, image).await {
            Ok(server) => Some(Self::of(server)),
            Err(why) => {
                say_why(image, Err(why));
                None
            }
        }
    }

    /// The container that it runs in, if it does.
    pub(crate) fn container(&self) -> Option<String> {
        match &self.server.tools {
            Tools::Container(id) => Some(id.clone()),
            Tools::Folder(_) | Tools::None => None,
        }
    }

    /// The folder of its programs, if they are on this machine.
    pub(crate) fn programs(&self) -> Option<PathBuf> {
        match &self.server.tools {
            Tools::Folder(folder) => Some(folder.clone()),
            Tools::Container(_) | Tools::None => None,
        }
    }

    /// The URL of another database on it.
    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("{}/{database}", self.url.strip_suffix("/postgres").unwrap())
    }

    pub(crate) fn password(&self) -> String {
        String::from_utf8_lossy(self.server.config().get_password().unwrap()).into_owned()
    }

    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// One column of texts.
    pub(crate) async fn query(&self, sql: &str) -> Vec<String> {
        let rows = self.client().await.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Databases and roles that are not a new server's own.
    pub(crate) async fn strangers(&self) -> Vec<String> {
        self.query(
            "select 'database ' || datname from pg_database
               where datname not in ('postgres', 'template0', 'template1')
             union all select 'role ' || rolname from pg_roles
               where rolname <> 'postgres' and rolname not like 'pg\\_%'",
        )
        .await
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}

fn url_of(server: &Server) -> String {
    let config = server.config();
    let password = String::from_utf8_lossy(config.get_password().unwrap()).into_owned();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(folder)) => in_url(folder),
        None => "127.0.0.1".into(),
    };
    format!("postgres://postgres:{password}@{host}:{port}/postgres")
}

fn in_url(folder: &Path) -> String {
    folder.display().to_string().replace('/', "%2F")
}

/// What the `docker` program prints.
pub(crate) fn docker_words(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "docker {arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The containers that the process of this id made, running or not.
pub(crate) fn containers_of(process: u32) -> Vec<String> {
    let format = "{{.ID}} {{.Label \"migration-replay.owner\"}}";
    let labels = ["ps", "--all", "--no-trunc", "--filter", "label=migration-replay.owner"];
    let listed = docker_words(&[&labels[..], &["--format", format]].concat());
    let is_of = |line: &&str| line.contains(&format!("\"pid\":{process},"));
    listed.lines().filter(is_of).filter_map(|line| line.split(' ').next()).map(Into::into).collect()
}
