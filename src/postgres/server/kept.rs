//! Databases that stay after their run, with their server, because somebody wants to look at them. A
//! mark tells who kept them, so that no later start sweeps them and `clean` finds them.

use std::sync::PoisonError;

use super::{Backend, Keeper, Server, ServerError};
use crate::postgres::owner::Owner;
use crate::postgres::{Database, Tools};

/// Who kept something, for which case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct KeptMark {
    pub(super) owner: Owner,
    pub(super) case: String,
    /// Roles that were made on a server that is not ours, and go away with the database.
    #[serde(default)]
    pub(super) roles: Vec<String>,
}

impl KeptMark {
    pub(super) fn new(case: &str) -> Self {
        Self { owner: Owner::this(), case: case.to_owned(), roles: Vec::new() }
    }

    /// One line of JSON.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A database that stays.
#[derive(Debug, Clone)]
pub struct KeptDatabase {
    /// The database; on a server that is not ours it has got another name.
    pub database: Database,
    /// What holds it: a container by its name, or a local server by its folder. `None` where the server is not
    /// ours.
    pub holder: Option<String>,
    /// Roles that were made on a server that is not ours, and stay with it.
    pub roles: Vec<String>,
}

impl Server {
    /// Keeps a database, and its server if that is ours, beyond the end of this process. Nobody may be
    /// connected to it.
    ///
    /// # Errors
    ///
    /// Why it cannot be kept; then it goes away as ever.
    pub async fn keep(&self, database: &Database, case: &str) -> Result<KeptDatabase, ServerError> {
        let mut mark = KeptMark::new(case);
        if self.backend == Backend::Url {
            return self.keep_on_url(database, &mut mark).await;
        }
        let holder = self.kept_as.get_or_try_init(|| self.keep_server(&mark)).await?.clone();
        Ok(KeptDatabase { database: database.clone(), holder: Some(holder), roles: Vec::new() })
    }

    /// Whether a database on it is kept.
    #[must_use]
    pub fn has_kept(&self) -> bool {
        self.kept_as.initialized()
    }

    /// From now on nobody stops the server; returns the name of its container or its folder.
    async fn keep_server(&self, mark: &KeptMark) -> Result<String, ServerError> {
        if let Tools::Container(id) = &self.tools {
            let name = super::container::keep(id, &mark.case).await?;
            if let Some(Keeper::Container(container)) = self.take_keeper() {
                container.forget();
            }
            return Ok(name);
        }
        match self.take_keeper() {
            Some(Keeper::Local(local)) => local.keep(mark).await,
            Some(Keeper::Container(_) | Keeper::Url) | None => {
                Err(ServerError::Failed("the server is being stopped".into()))
            }
        }
    }

    fn take_keeper(&self) -> Option<Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
