//! A server that runs already, such as a CI service container. Only databases that we made are touched.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Config};

use super::super::error::sql_error;
use super::super::image::{ImageProfile, is_of_postgres};
use super::super::pg_session::connect;
use super::{Backend, Installation, Keeper, Server, ServerError, ServerRequest, Started, Tools};
use crate::outcome::SqlError;

pub(super) async fn start(
    url: &str,
    profile: &ImageProfile,
    request: &ServerRequest,
    installations: &[Installation],
) -> Result<Server, ServerError> {
    let config = read(url)?;
    let failed = |error: SqlError| ServerError::Failed(format!("{}: {error}", shown(&config)));
    let client = connect_to(url).await?;
    let major = major_of(&client).await.map_err(failed)?;
    if let Some(image) = &request.image {
        check_image(image, profile, major, &client).await?;
    }
    check_settings(request, &client).await?;
    let tools = installations.iter().filter(|found| found.major >= major);
    let tools = tools.min_by_key(|found| found.major);
    let started = Started {
        label: format!("{} (url)", shown(&config)),
        backend: Backend::Url,
        tools: tools.map_or(Tools::None, |found| Tools::Folder(found.bin.clone())),
        keeper: Keeper::Url,
        config,
    };
    Server::take_over(started, client).await.map_err(|error| ServerError::Failed(error.to_string()))
}

/// Connects to the server of a URL.
pub(super) async fn connect_to(url: &str) -> Result<Client, ServerError> {
    let config = read(url)?;
    let failed = |error: SqlError| ServerError::Failed(format!("{}: {error}", shown(&config)));
    connect(&config).await.map_err(|error| failed(connect_error(&error)))
}

/// Reads a URL; its password is in no message.
pub(super) fn read(url: &str) -> Result<Config, ServerError> {
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        let why = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
        ServerError::Failed(format!(
            "the server URL cannot be read: {why}; write it like postgres://user:password@127.0.0.1:5432/postgres"
        ))
    })?;
    if config.get_hosts().is_empty() {
        return Err(ServerError::Failed(
            "the server URL names no host; write it like postgres://user:password@127.0.0.1:5432/postgres".into(),
        ));
    }
    config.application_name("migration-replay");
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(std::time::Duration::from_secs(10));
    }
    Ok(config)
}

/// Host, port and database, without user and password.
fn shown(config: &Config) -> String {
    let host = config.get_hosts().first().map_or_else(String::new, |host| match host {
        tokio_postgres::config::Host::Tcp(name) => name.clone(),
        tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
    });
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("{host}:{port}/{}", config.get_dbname().unwrap_or("postgres"))
}

fn connect_error(error: &tokio_postgres::Error) -> SqlError {
    let mut told = sql_error(error);
    if error.as_db_error().is_none() {
        let why = std::error::Error::source(error).map_or(error.to_string(), ToString::to_string);
        told.message = format!("cannot connect: {why}");
    }
    told
}

async fn major_of(client: &Client) -> Result<u32, SqlError> {
    let sql = "SELECT pg_catalog.current_setting('server_version_num')::int / 10000";
    let row = client.query_typed_one(sql, &[]).await.map_err(|error| sql_error(&error))?;
    Ok(u32::try_from(row.get::<_, i32>(0)).unwrap_or_default())
}

/// The server must give what the image gives, and nothing that the image lacks.
async fn check_image(
    image: &str,
    profile: &ImageProfile,
    major: u32,
    client: &Client,
) -> Result<(), ServerError> {
    let cannot = |why: String| Err(ServerError::CannotServe(why));
    let (Some(wanted), Some(needed)) = (profile.major, &profile.extensions) else {
        return cannot(format!("version and extensions of image {image} are not known"));
    };
    if wanted != major {
        return cannot(format!("image {image} is Postgres {wanted}; the server is {major}"));
    }
    let rows = client
        .query_typed("SELECT name::text FROM pg_catalog.pg_available_extensions", &[])
        .await
        .map_err(|error| ServerError::Failed(sql_error(&error).to_string()))?;
    let offered: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let missing: Vec<_> = needed.difference(&offered).cloned().collect();
    if !missing.is_empty() {
        let names = missing.join(", ");
        return cannot(format!("image {image} has the extension {names}; the server has not"));
    }
    let extra = offered.iter().filter(|name| !is_of_postgres(name) && !needed.contains(*name));
    let extra: Vec<_> = extra.cloned().collect();
    if !extra.is_empty() {
        let names = extra.join(", ");
        return cannot(format!("the server has the extension {names}; image {image} has not"));
    }
    Ok(())
}

/// Settings of a server that runs cannot be changed for a scenario; it may have them already.
async fn check_settings(request: &ServerRequest, client: &Client) -> Result<(), ServerError> {
    for (name, wanted) in &request.settings {
        let row = client
            .query_typed_one(
                "SELECT pg_catalog.current_setting($1, true)",
                &[(&name.as_str(), tokio_postgres::types::Type::TEXT)],
            )
            .await
            .map_err(|error| ServerError::Failed(sql_error(&error).to_string()))?;
        let has: Option<String> = row.get(0);
        if has.as_ref() != Some(wanted) {
            let has = has.unwrap_or_else(|| "nothing".into());
            let message = format!("the scenario needs {name} = {wanted}; the server has {has}");
            return Err(ServerError::CannotServe(message));
        }
    }
    Ok(())
}
