//! How somebody else gets to a database: the configuration of a connection, and psql.

use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::outcome::Psql;
use crate::postgres::{Database, Tools};

/// How to connect to a database so that the session has these settings from its start.
pub(super) fn config_of(
    database: &Database,
    user: Option<&str>,
    settings: &[(String, String)],
) -> Config {
    let mut config = database.config_as(user);
    let options: Vec<_> = settings
        .iter()
        .map(|(name, value)| format!("-c {}", option_word(&format!("{name}={value}"))))
        .collect();
    if !options.is_empty() {
        config.options(options.join(" "));
    }
    config
}

/// A word in the options of a connection: blanks and backslashes are escaped (documentation of libpq, "options").
fn option_word(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for character in word.chars() {
        if character.is_whitespace() || character == '\\' {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

pub(super) fn without_password(config: &Config) -> Config {
    let mut shown = Config::new();
    for host in config.get_hosts() {
        match host {
            Host::Tcp(name) => shown.host(name),
            Host::Unix(path) => shown.host_path(path),
        };
    }
    for port in config.get_ports() {
        shown.port(*port);
    }
    if let Some(user) = config.get_user() {
        shown.user(user);
    }
    if let Some(database) = config.get_dbname() {
        shown.dbname(database);
    }
    if let Some(options) = config.get_options() {
        shown.options(options);
    }
    shown
}

/// psql where it is: on the `PATH`, beside the server, or in its container.
pub(super) fn psql(tools: &Tools, holder: Option<String>, config: &Config) -> Psql {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).any(|folder| folder.join("psql").is_file());
    let beside = |bin: &PathBuf| Some(bin.join("psql")).filter(|program| program.is_file());
    match (on_path, tools, holder) {
        (false, Tools::Container(_), Some(name)) => Psql::InContainer {
            name,
            user: config.get_user().unwrap_or("postgres").to_owned(),
            database: config.get_dbname().unwrap_or("postgres").to_owned(),
            options: config.get_options().unwrap_or_default().to_owned(),
        },
        (false, Tools::Folder(bin), _) => {
            let program = beside(bin).map(|program| program.display().to_string());
            Psql::Here(program.unwrap_or_else(|| "psql".into()))
        }
        _ => Psql::Here("psql".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::url::database_url;
    use super::*;

    #[test]
    fn settings_of_a_session_become_options_of_the_connection() {
        let mut config = Config::new();
        config.user("postgres").dbname("x").host("127.0.0.1").password("secret");
        let database = Database { name: "x".into(), config };
        let settings = [("search_path".to_owned(), r#""$user", app"#.to_owned())];
        let config = config_of(&database, Some("app"), &settings);
        assert_eq!(config.get_options(), Some(r#"-c search_path="$user",\ app"#));
        let url = database_url(&without_password(&config));
        assert_eq!(
            url,
            "postgres://app@127.0.0.1:5432/x?options=-c%20search_path%3D%22%24user%22%2C%5C%20app"
        );
    }
}
