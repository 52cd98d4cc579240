use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::named::named;

named! {
    /// How much TLS is asked for, in libpq's words (documentation of libpq, "SSL Support").
    TlsMode {
        /// None.
        Disable = "disable",
        /// Where the server has it; the certificate is not looked at.
        Prefer = "prefer",
        /// Always; the certificate is looked at where a root certificate is given.
        Require = "require",
        /// Always, with a certificate that a root certificate vouches for.
        VerifyCa = "verify-ca",
        /// The same, and the certificate is for this host.
        VerifyFull = "verify-full",
    }
}

/// Which database, and how to get there.
#[derive(Debug, Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) tls: TlsRequest,
}

/// What an address says of TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TlsRequest {
    pub(super) mode: TlsMode,
    /// `sslrootcert`: a file, or `system`.
    pub(super) root: Option<PathBuf>,
    /// `sslcert` and `sslkey`.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// The text is no address of a database. No message repeats it: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no URL, or lacks something.
    #[error("{0}; write it like postgres://user@host:5432/database?sslmode=verify-full")]
    Unreadable(String),
    /// A word that libpq does not know.
    #[error("sslmode is {0:?}; it is disable, prefer, require, verify-ca or verify-full")]
    Mode(String),
    /// One of two.
    #[error("sslcert and sslkey belong together: name both, or none")]
    HalfAKey,
}

/// The parameters that are ours to follow, and the variables that libpq reads for them (documentation of libpq,
/// "Environment Variables").
const TLS: [(&str, &str); 4] = [
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
];

impl Address {
    /// Reads a URL as libpq does; what it does not say of TLS, and of the password, the environment may: `PGSSLMODE`,
    /// `PGSSLROOTCERT`, `PGSSLCERT`, `PGSSLKEY`, `PGPASSWORD`.
    ///
    /// # Errors
    ///
    /// When it is no URL of a Postgres server, or asks for what is not there.
    pub fn read(url: &str, environment: &BTreeMap<String, String>) -> Result<Self, AddressError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(AddressError::Unreadable("it does not begin with postgres://".into()));
        }
        let (rest, mut said) = split(url);
        for (name, variable) in TLS {
            if let Some(value) = environment.get(variable).filter(|value| !value.is_empty()) {
                said.entry(name).or_insert_with(|| value.clone());
            }
        }
        let mut config = parse(&rest)?;
        if config.get_password().is_none()
            && let Some(password) = environment.get("PGPASSWORD")
        {
            config.password(password);
        }
        let tls = request(&said, &config)?;
        config.ssl_mode(match tls.mode {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        });
        Ok(Self { config, tls })
    }

    /// Host, port and database, for people: without user and password.
    #[must_use]
    pub fn shown(&self) -> String {
        let host = self.config.get_hosts().first().map_or_else(String::new, |host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or("postgres");
        format!("{host}:{port}/{database}")
    }
}

/// The URL without what is said of TLS, and what is said of it.
fn split(url: &str) -> (String, BTreeMap<&'static str, String>) {
    let Some((before, query)) = url.split_once('?') else { return (url.into(), BTreeMap::new()) };
    let mut said = BTreeMap::new();
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match TLS.iter().find(|(name, _)| *name == key) {
            Some((name, _)) => {
                let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
                said.insert(*name, value);
            }
            None => kept.push(pair),
        }
    }
    let rest = if kept.is_empty() { before.into() } else { format!("{before}?{}", kept.join("&")) };
    (rest, said)
}

fn parse(url: &str) -> Result<Config, AddressError> {
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        let why = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
        AddressError::Unreadable(why)
    })?;
    if config.get_hosts().is_empty() {
        return Err(AddressError::Unreadable("it names no host".into()));
    }
    config.application_name("migration-replay");
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    Ok(config)
}

fn request(
    said: &BTreeMap<&'static str, String>,
    config: &Config,
) -> Result<TlsRequest, AddressError> {
    let mode = match said.get("sslmode").map(String::as_str) {
        None | Some("" | "allow") => TlsMode::Prefer,
        Some(text) => {
            TlsMode::from_name(text).ok_or_else(|| AddressError::Mode(text.to_owned()))?
        }
    };
    let path = |name| said.get(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    let client = match (path("sslcert"), path("sslkey")) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err(AddressError::HalfAKey),
    };
    // A socket of this machine has no TLS, whatever is asked for.
    let is_local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
    let mode = if is_local { TlsMode::Disable } else { mode };
    Ok(TlsRequest { mode, root: path("sslrootcert"), client })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(url: &str, variables: &[(&str, &str)]) -> Result<Address, AddressError> {
        let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Address::read(url, &pairs.collect())
    }

    #[rstest]
    #[case::nothing_said("postgres://me@db/app", &[], TlsMode::Prefer)]
    #[case::said("postgres://me@db/app?sslmode=verify-full", &[], TlsMode::VerifyFull)]
    #[case::by_the_environment("postgres://me@db/app", &[("PGSSLMODE", "require")], TlsMode::Require)]
    #[case::the_url_goes_first("postgres://db/app?sslmode=disable", &[("PGSSLMODE", "require")], TlsMode::Disable)]
    #[case::a_socket("postgres://me@%2Ftmp/app?sslmode=require", &[], TlsMode::Disable)]
    fn the_mode_is_what_libpq_would_take(
        #[case] url: &str,
        #[case] variables: &[(&str, &str)],
        #[case] mode: TlsMode,
    ) {
        assert_eq!(read(url, variables).unwrap().tls.mode, mode);
    }

    #[test]
    fn the_other_parameters_stay_and_the_password_is_not_shown() {
        let url = "postgresql://me:secret@db:6000/app?sslrootcert=%2Fa%20b.pem&connect_timeout=3";
        let address = read(url, &[("PGPASSWORD", "other")]).unwrap();
        assert_eq!(address.tls.root, Some("/a b.pem".into()));
        assert_eq!(address.config.get_connect_timeout(), Some(&Duration::from_secs(3)));
        assert_eq!(address.config.get_password(), Some(&b"secret"[..]));
        assert_eq!(address.shown(), "db:6000/app");
    }

    #[rstest]
    #[case::no_url("host=db dbname=app")]
    #[case::no_host("postgres:///app")]
    #[case::no_mode("postgres://me:secret@db/app?sslmode=always")]
    #[case::half_a_key("postgres://me:secret@db/app?sslcert=a.pem")]
    #[case::no_parameter("postgres://me:secret@db/app?colour=red")]
    fn what_is_no_address_is_refused_without_its_password(#[case] url: &str) {
        let error = read(url, &[]).unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
