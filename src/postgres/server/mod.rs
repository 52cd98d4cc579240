//! Servers: a container, local binaries, or one that runs already. Once it answers they are the same.

mod choose;
mod container;
mod databases;
mod folder;
mod kept;
mod leftover;
mod local;
mod prefix;
mod supply;
mod survey;
mod url;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_postgres::{Client, Config};

use super::error::sql_error;
use super::pg_session::connect;
use super::{Globals, owner};
use crate::named::named;
use crate::outcome::SqlError;
use crate::plan::ServerGroup;

pub use choose::BackendChoice;
use choose::{Choice, Installation, choose};
pub use container::docker_answers;
pub use folder::{make_kept_folder, make_temporary_folder};
pub use kept::KeptDatabase;
pub use leftover::{Claim, Leftover, find_leftovers, sweep};
pub use supply::{Supplied, Supply};
pub use survey::{Engine, ImageStanding, LocalPostgres, Machine};

named! {
    /// A kind of server.
    Backend {
        /// A container, by testcontainers.
        Container = "container",
        /// `initdb` and `postgres` of this machine.
        Local = "local",
        /// A server that runs already.
        Url = "url",
    }
}

/// What a group of cases needs of a server.
pub type ServerRequest = ServerGroup;

/// Why there is no server.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServerError {
    /// Nothing here can stand for what was asked for, and nothing else is run in its place.
    #[error("{0}")]
    CannotServe(String),
    /// It should have worked.
    #[error("{0}")]
    Failed(String),
}

/// Where a server's own client programs are, `pg_restore` above all.
#[derive(Debug, Clone)]
pub enum Tools {
    /// In the container of this id.
    Container(String),
    /// In this folder.
    Folder(std::path::PathBuf),
    /// Nowhere that we know.
    None,
}

/// A Postgres server that answers.
pub struct Server {
    /// Such as `postgres:17 (container)`.
    pub label: String,
    /// What kind it is.
    pub backend: Backend,
    /// As the server gives it: `17.2 (Debian 17.2-1.pgdg120+1)`.
    pub version: String,
    /// Its client programs.
    pub tools: Tools,
    /// What belonged to the whole server when it was new to us.
    pub globals: Globals,
    config: Config,
    keeper: Mutex<Option<Keeper>>,
    /// What the server is called since it is kept.
    kept_as: OnceCell<String>,
    admin: OnceCell<Arc<Client>>,
    /// The databases that we made on it and have not dropped.
    pub(super) databases: Arc<Mutex<BTreeSet<String>>>,
    /// Those that are being dropped.
    pub(super) drops: Mutex<Vec<JoinHandle<()>>>,
}

/// What has to be stopped in the end.
enum Keeper {
    Container(Box<container::Container>),
    Local(local::LocalServer),
    Url,
}

/// What every kind of server hands over when it runs.
struct Started {
    label: String,
    backend: Backend,
    config: Config,
    tools: Tools,
    keeper: Keeper,
}

impl Server {
    /// Takes over a server that runs: waits for its answer and looks at it.
    async fn take_over(started: Started, client: Client) -> Result<Self, SqlError> {
        let client = Arc::new(client);
        let row = client
            .query_typed_one("SELECT pg_catalog.current_setting('server_version')", &[])
            .await
            .map_err(|error| sql_error(&error))?;
        let globals = Globals::read(&client).await.map_err(|error| sql_error(&error))?;
        let Started { label, backend, config, tools, keeper } = started;
        Ok(Self {
            label,
            backend,
            version: row.get(0),
            tools,
            globals,
            config,
            keeper: Mutex::new(Some(keeper)),
            kept_as: OnceCell::new(),
            admin: OnceCell::new_with(Some(client)),
            databases: Arc::default(),
            drops: Mutex::default(),
        })
    }

    /// How to connect to it as its administrator.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The administrator's connection.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn admin(&self) -> Result<Arc<Client>, SqlError> {
        let connect = || async {
            connect(&self.config).await.map(Arc::new).map_err(|error| sql_error(&error))
        };
        self.admin.get_or_try_init(connect).await.cloned()
    }

    /// What belongs to the whole server now.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn read_globals(&self) -> Result<Globals, SqlError> {
        let admin = self.admin().await?;
        Globals::read(&admin).await.map_err(|error| sql_error(&error))
    }

    /// Drops roles that were not there when we came. On a server that is not ours nothing else that
    /// belongs to the whole server is taken back.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn drop_added_roles(&self) -> Result<(), SqlError> {
        self.drop_roles_added_since(&self.globals).await
    }

    /// Drops roles that were not there at a certain time.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn drop_roles_added_since(&self, before: &Globals) -> Result<(), SqlError> {
        // What is theirs goes with the databases.
        self.wait_for_drops().await;
        let admin = self.admin().await?;
        for role in self.read_globals().await?.roles_added_since(before) {
            let sql = format!("DROP ROLE {}", super::quote(&role));
            admin.batch_execute(&sql).await.map_err(|error| sql_error(&error))?;
        }
        Ok(())
    }

    /// A name for the next database: no other process or server handle takes it.
    pub(super) fn next_name() -> String {
        static DATABASES: AtomicU64 = AtomicU64::new(0);
        owner::database_name(DATABASES.fetch_add(1, Ordering::Relaxed))
    }

    /// What the server wrote last, for messages about a server that went away.
    pub async fn last_words(&self) -> Option<String> {
        if let Tools::Container(id) = &self.tools {
            return container::last_words(id).await;
        }
        match &*self.keeper.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Keeper::Local(local)) => local.last_words(),
            _ => None,
        }
    }

    /// Stops it and takes away what it left, unless it is kept.
    pub async fn stop(&self) {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        match keeper {
            Some(Keeper::Container(container)) => container.stop().await,
            Some(Keeper::Local(local)) => local.stop().await,
            // A run that was told to stop has left the databases of its cases.
            Some(Keeper::Url) => self.drop_all_databases().await,
            None => {}
        }
    }
}

/// How long a server may take from its start to its first answer.
const START_PATIENCE: Duration = Duration::from_mins(2);

/// Tries to connect until the server answers, gives up, or is gone.
async fn wait_for_answer<F>(config: &Config, is_gone: impl Fn() -> F) -> Result<Client, ServerError>
where
    F: Future<Output = Option<String>>,
{
    let begun = Instant::now();
    let mut tries = 0_u32;
    loop {
        let error = match connect(config).await {
            Ok(client) => match client.simple_query("SELECT 1").await {
                Ok(_) => return Ok(client),
                Err(error) => error,
            },
            Err(error) => error,
        };
        tries += 1;
        if tries.is_multiple_of(20)
            && let Some(words) = is_gone().await
        {
            return Err(ServerError::Failed(words));
        }
        if begun.elapsed() > START_PATIENCE {
            let message = format!("the server did not answer in {START_PATIENCE:?}: {error}");
            return Err(ServerError::Failed(message));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Settings for throw-away servers: nothing needs to survive a crash, messages are in English, times
/// are UTC, and one transaction may touch thousands of tables. With room for more locks every look at `pg_locks` takes longer.
const SETTINGS: &[(&str, &str)] = &[
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("max_locks_per_transaction", "256"),
    ("max_connections", "200"),
    ("max_wal_size", "4GB"),
    ("autovacuum", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("lc_messages", "C"),
    ("cluster_name", "migration-replay"),
];

/// Our settings and the scenario's, which win.
fn settings(request: &ServerRequest) -> impl Iterator<Item = (&str, &str)> {
    let own = SETTINGS.iter().copied().filter(|(name, _)| !request.settings.contains_key(*name));
    let theirs = request.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    own.chain(theirs)
}

/// A password that nobody can guess.
fn random_password() -> String {
    format!("{:032x}", rand::random::<u128>())
}
