use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The `DATABASE_URL` of a database, as libpq reads it (documentation, "Connection URIs").
pub(super) fn database_url(config: &Config) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let user = encode(config.get_user().unwrap_or("postgres"));
    let password = config.get_password().map_or_else(String::new, |password| {
        format!(":{}", encode(&String::from_utf8_lossy(password)))
    });
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = encode(config.get_dbname().unwrap_or("postgres"));
    match config.get_hosts().first() {
        Some(Host::Unix(path)) => {
            let host = encode(&path.display().to_string());
            format!("postgres://{user}{password}@/{database}?host={host}&port={port}")
        }
        Some(Host::Tcp(host)) => format!("postgres://{user}{password}@{host}:{port}/{database}"),
        None => format!("postgres://{user}{password}@127.0.0.1:{port}/{database}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_socket_folders_are_encoded() {
        let mut config = Config::new();
        config.user("postgres").password("a/b").dbname("x").host("127.0.0.1").port(5433);
        assert_eq!(database_url(&config), "postgres://postgres:a%2Fb@127.0.0.1:5433/x");
        let mut config = Config::new();
        config.user("postgres").dbname("x").host_path("/tmp/s");
        assert_eq!(database_url(&config), "postgres://postgres@/x?host=%2Ftmp%2Fs&port=5432");
    }
}
