use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What stands for itself in every part of a URL (RFC 3986, "unreserved") does so here.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// In a query slashes do too.
const QUERY: &AsciiSet = &PART.remove(b'/');

/// The `DATABASE_URL` of a database, as libpq reads it (documentation, "Connection URIs").
pub(super) fn database_url(config: &Config) -> String {
    let encode = |text: &str| utf8_percent_encode(text, PART).to_string();
    let encode_in_query = |text: &str| utf8_percent_encode(text, QUERY).to_string();
    let user = encode(config.get_user().unwrap_or("postgres"));
    let password = config.get_password().map_or_else(String::new, |password| {
        format!(":{}", encode(&String::from_utf8_lossy(password)))
    });
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = encode(config.get_dbname().unwrap_or("postgres"));
    let options =
        config.get_options().map(|options| format!("options={}", encode_in_query(options)));
    let and = |sign: char| options.as_ref().map_or_else(String::new, |it| format!("{sign}{it}"));
    match config.get_hosts().first() {
        Some(Host::Unix(path)) => {
            let host = encode_in_query(&path.display().to_string());
            let options = and('&');
            format!("postgres://{user}{password}@/{database}?host={host}&port={port}{options}")
        }
        Some(Host::Tcp(host)) => {
            format!("postgres://{user}{password}@{host}:{port}/{database}{}", and('?'))
        }
        None => format!("postgres://{user}{password}@127.0.0.1:{port}/{database}{}", and('?')),
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
        assert_eq!(database_url(&config), "postgres://postgres@/x?host=/tmp/s&port=5432");
    }
}
