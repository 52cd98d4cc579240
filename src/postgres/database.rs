use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use tokio_postgres::Config;
use tokio_postgres::types::{ToSql, Type};

use super::pg_session::connect;
use super::quote::{literal, quote};
use super::server::{Backend, Server};
use super::{error::sql_error, history};
use crate::outcome::SqlError;

/// A database that we made.
#[derive(Debug, Clone)]
pub struct Database {
    /// Its name on the server.
    pub name: String,
    /// How to connect to it.
    pub config: Config,
}

impl Database {
    /// How a role connects to it that has the password of the server's own user.
    #[must_use]
    pub fn config_as(&self, user: Option<&str>) -> Config {
        let mut config = self.config.clone();
        if let Some(user) = user {
            config.user(user);
        }
        config
    }
}

fn drop_sql(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name))
}

impl Server {
    /// Makes an empty database with our schema in it, of that name, or of one that nobody else uses.
    ///
    /// # Errors
    ///
    /// Whatever the server says; 42P04 where a database of that name is there already.
    pub async fn create_database(&self, name: Option<&str>) -> Result<Database, SqlError> {
        let database = self.make(name.map_or_else(Self::next_name, str::to_owned), "").await?;
        let client = connect(&database.config).await.map_err(|error| sql_error(&error))?;
        client.batch_execute(history::CREATE).await.map_err(|error| sql_error(&error))?;
        Ok(database)
    }

    /// Makes a copy of a database that nobody is connected to.
    ///
    /// # Errors
    ///
    /// Whatever the server says; 55006 where a session still sits on the source.
    pub async fn clone_database(&self, source: &Database) -> Result<Database, SqlError> {
        self.wait_until_left(source).await?;
        let strategy = if self.copies_files() { " STRATEGY file_copy" } else { "" };
        let from = format!(" TEMPLATE {}{strategy}", quote(&source.name));
        let copy = self.make(Self::next_name(), &from).await?;
        self.copy_attributes(source, &copy).await?;
        Ok(copy)
    }

    /// Whether copying files is the faster way, and disturbs nobody: it asks for checkpoints, which cost little where nothing is
    /// synced (documentation of CREATE DATABASE; from PG 15 on there is a choice).
    fn copies_files(&self) -> bool {
        let major = self.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        self.backend != Backend::Url && major.is_some_and(|major| major >= 15)
    }

    /// A session that has just ended may still be on its way out. The server would look again after a tenth of a second only.
    async fn wait_until_left(&self, database: &Database) -> Result<(), SqlError> {
        const LOOKS: u32 = 200;
        let admin = self.admin().await?;
        let sql = "SELECT FROM pg_catalog.pg_stat_activity WHERE datname = $1 LIMIT 1";
        let name = (&database.name.as_str() as &(dyn ToSql + Sync), Type::NAME);
        for _ in 0..LOOKS {
            let sessions = admin.query_typed(sql, std::slice::from_ref(&name)).await;
            if sessions.map_err(|error| sql_error(&error))?.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// Gives a database to a role.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn hand_over(&self, database: &Database, owner: &str) -> Result<(), SqlError> {
        let admin = self.admin().await?;
        let sql = format!("ALTER DATABASE {} OWNER TO {}", quote(&database.name), quote(owner));
        admin.batch_execute(&sql).await.map_err(|error| sql_error(&error))
    }

    async fn make(&self, name: String, from: &str) -> Result<Database, SqlError> {
        let admin = self.admin().await?;
        let execute = |sql: String| {
            let admin = admin.clone();
            async move { admin.batch_execute(&sql).await.map_err(|error| sql_error(&error)) }
        };
        let create = format!("CREATE DATABASE {}{from}", quote(&name));
        // Noted before: a run that is stopped meanwhile drops it all the same. One that was there
        // before is not ours to drop.
        self.databases().insert(name.clone());
        if let Err(error) = retry_while_in_use(|| execute(create.clone())).await {
            self.databases().remove(&name);
            return Err(error);
        }
        let mut config = self.config().clone();
        config.dbname(&name);
        Ok(Database { name, config })
    }

    /// `CREATE DATABASE … TEMPLATE` copies neither the owner nor settings (`ALTER DATABASE … SET`, `ALTER ROLE … IN
    /// DATABASE … SET`) nor grants on the database (documentation of CREATE DATABASE, notes).
    async fn copy_attributes(&self, source: &Database, copy: &Database) -> Result<(), SqlError> {
        let admin = self.admin().await?;
        let to = literal(&copy.name);
        let from = literal(&source.name);
        let sql = format!(
            "SELECT pg_catalog.format('ALTER DATABASE %I OWNER TO %I', {to}, pg_catalog.pg_get_userbyid(d.datdba))
             FROM pg_catalog.pg_database d
             WHERE d.datname = {from} AND pg_catalog.pg_get_userbyid(d.datdba) <> current_user
             UNION ALL
             SELECT pg_catalog.format('ALTER %s SET %I TO %L',
                    CASE WHEN s.setrole = 0 THEN pg_catalog.format('DATABASE %I', {to})
                         ELSE pg_catalog.format('ROLE %I IN DATABASE %I',
                              pg_catalog.pg_get_userbyid(s.setrole), {to}) END,
                    pg_catalog.split_part(c.entry, '=', 1),
                    pg_catalog.substr(c.entry, pg_catalog.strpos(c.entry, '=') + 1))
             FROM pg_catalog.pg_db_role_setting s
             JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,
             pg_catalog.unnest(s.setconfig) AS c(entry)
             WHERE d.datname = {from}
             UNION ALL
             SELECT pg_catalog.format('GRANT %s ON DATABASE %I TO %s', a.privilege_type, {to},
                    CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                         ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END)
             FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) AS a
             WHERE d.datname = {from} AND a.grantee <> d.datdba"
        );
        let rows = admin.query_typed(&sql, &[]).await.map_err(|error| sql_error(&error))?;
        for row in rows {
            let statement: &str = row.get(0);
            admin.batch_execute(statement).await.map_err(|error| sql_error(&error))?;
        }
        Ok(())
    }

    /// Drops a database that we made, whoever is connected.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn drop_database(&self, database: &Database) -> Result<(), SqlError> {
        self.drop_by_name(&database.name).await
    }

    /// The same while others go on, on a connection of its own: the server takes a while for it. Where it cannot be dropped, it goes
    /// with its server, or is dropped in the end.
    pub fn drop_meanwhile(&self, database: &Database) {
        let (config, name) = (self.config().clone(), database.name.clone());
        let databases = Arc::clone(&self.databases);
        let mut drops = self.drops.lock().unwrap_or_else(PoisonError::into_inner);
        drops.retain(|drop| !drop.is_finished());
        drops.push(tokio::spawn(async move {
            let Ok(client) = connect(&config).await else { return };
            if client.batch_execute(&drop_sql(&name)).await.is_ok() {
                databases.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            }
        }));
    }

    /// Waits for all of [`Self::drop_meanwhile`].
    pub(super) async fn wait_for_drops(&self) {
        let drops = std::mem::take(&mut *self.drops.lock().unwrap_or_else(PoisonError::into_inner));
        let _all = futures_util::future::join_all(drops).await;
    }

    async fn drop_by_name(&self, name: &str) -> Result<(), SqlError> {
        let admin = self.admin().await?;
        admin.batch_execute(&drop_sql(name)).await.map_err(|error| sql_error(&error))?;
        self.databases().remove(name);
        Ok(())
    }

    /// From now on nobody drops the database of that name.
    pub(super) fn forget_database(&self, name: &str) {
        self.databases().remove(name);
    }

    /// Drops what is left of our databases, those included that are just being made: the
    /// administrator's connection does one thing after the other.
    pub(super) async fn drop_all_databases(&self) {
        self.wait_for_drops().await;
        let left = self.databases().clone();
        for name in left {
            // What cannot be dropped now is swept by the next start.
            let _dropped = self.drop_by_name(&name).await;
        }
    }

    fn databases(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.databases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that has just ended may still be on its way out, and holds the template (55006
/// `object_in_use`) for a few milliseconds.
pub(super) async fn retry_while_in_use<F>(create: impl Fn() -> F) -> Result<(), SqlError>
where
    F: Future<Output = Result<(), SqlError>>,
{
    const ATTEMPTS: u32 = 100;
    for _ in 0..ATTEMPTS {
        match create().await {
            Err(error) if error.sqlstate.as_ref().is_some_and(|it| it.as_str() == "55006") => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            result => return result,
        }
    }
    create().await
}
