//! Databases of ours on a server that is not: kept ones, and those that a dead run left.

use std::sync::Arc;

use tokio_postgres::Client;

use super::kept::{KeptDatabase, KeptMark};
use super::leftover::{Found, Thing};
use super::{Server, ServerError, url};
use crate::outcome::SqlError;
use crate::postgres::error::sql_error;
use crate::postgres::owner::{DATABASE_PREFIX, owner_of_database};
use crate::postgres::{Database, literal, quote, retry_while_in_use};

/// The names of databases that are kept begin like this.
const KEPT_PREFIX: &str = "migration_replay_kept_";

impl Server {
    /// Gives the database a name that no later run sweeps, and a comment that tells for whom it is kept.
    pub(super) async fn keep_on_url(
        &self,
        database: &Database,
        mark: &mut KeptMark,
    ) -> Result<KeptDatabase, ServerError> {
        let failed =
            |error: SqlError| ServerError::Failed(format!("the database cannot be kept: {error}"));
        let name = format!("{KEPT_PREFIX}{:08x}", rand::random::<u32>());
        let admin = self.admin().await.map_err(failed)?;
        let added = self.read_globals().await.map_err(failed)?;
        mark.roles = added.roles_added_since(&self.globals);
        let rename = format!("ALTER DATABASE {} RENAME TO {}", quote(&database.name), quote(&name));
        retry_while_in_use(|| execute(&admin, &rename)).await.map_err(failed)?;
        self.forget_database(&database.name);
        let comment =
            format!("COMMENT ON DATABASE {} IS {}", quote(&name), literal(&mark.to_text()));
        execute(&admin, &comment).await.map_err(failed)?;
        // On a server that is not ours nothing has to be called anything; it only has to be known.
        let _known = self.kept_as.set(String::new());
        let mut config = database.config.clone();
        config.dbname(&name);
        let database = Database { name, config };
        Ok(KeptDatabase { database, holder: None, roles: mark.roles.clone() })
    }
}

async fn execute(client: &Arc<Client>, sql: &str) -> Result<(), SqlError> {
    client.batch_execute(sql).await.map_err(|error| sql_error(&error))
}

/// Every database of ours on the server.
pub(super) async fn find(address: &str) -> Result<Vec<Found>, ServerError> {
    let client = url::connect_to(address).await?;
    let sql = "SELECT datname::text, pg_catalog.shobj_description(oid, 'pg_database')
               FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY 1";
    let rows = client.query_typed(sql, &[]).await;
    let rows = rows.map_err(|error| ServerError::Failed(sql_error(&error).to_string()))?;
    let found = rows.iter().filter_map(|row| look_at(address, row.get(0), row.get(1)));
    Ok(found.collect())
}

fn look_at(address: &str, name: String, comment: Option<String>) -> Option<Found> {
    let is_kept = name.starts_with(KEPT_PREFIX);
    let mark = comment.filter(|_| is_kept).and_then(|text| KeptMark::from_text(&text));
    let owner = match &mark {
        Some(mark) => Some(mark.owner.clone()),
        None => owner_of_database(&name),
    };
    if !name.starts_with(DATABASE_PREFIX) || (owner.is_none() && !is_kept) {
        return None;
    }
    let (case, roles) = mark.map(|mark| (mark.case, mark.roles)).unzip();
    Some(Found {
        label: format!("database {name}"),
        owner,
        is_kept,
        case,
        is_running: true,
        is_local_server: false,
        thing: Thing::Database { url: address.to_owned(), name, roles: roles.unwrap_or_default() },
    })
}

/// Drops a database, and the roles that were made for it.
pub(super) async fn remove(address: &str, name: &str, roles: &[String]) -> Result<(), String> {
    let client = url::connect_to(address).await.map_err(|error| error.to_string())?;
    let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name));
    client.batch_execute(&drop).await.map_err(|error| sql_error(&error).to_string())?;
    for role in roles {
        let drop = format!("DROP ROLE IF EXISTS {}", quote(role));
        client
            .batch_execute(&drop)
            .await
            .map_err(|error| format!("the role {role} stays: {}", sql_error(&error)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_databases_of_ours_are_found() {
        let is_found = |name: &str, comment: Option<String>| {
            look_at("postgres://h/d", name.to_owned(), comment).is_some()
        };
        let mark = KeptMark::new("users@any/fresh").to_text();
        assert!(!is_found("production", Some(mark.clone())));
        assert!(!is_found("migration_replay_notes", None));
        assert!(is_found("migration_replay_kept_0011aabb", Some(mark)));
        assert!(is_found("migration_replay_00000000_1_1_1", None));
    }

    #[test]
    fn a_kept_database_tells_its_case_and_its_roles() {
        let mark = KeptMark { roles: vec!["app".into()], ..KeptMark::new("users@any/fresh") };
        let name = "migration_replay_kept_0011aabb".to_owned();
        let found = look_at("postgres://h/d", name, Some(mark.to_text())).unwrap();
        assert_eq!(found.case.as_deref(), Some("users@any/fresh"));
        let Thing::Database { roles, .. } = found.thing else { panic!("it is a database") };
        assert_eq!(roles, ["app"]);
    }
}
