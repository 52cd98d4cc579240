//! TLS to live databases, as libpq has it: against a real server with certificates of our own.

use migration_replay::postgres::live::{Address, LiveDatabase};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::support::{Project, UrlServer, docker_or_say_why};

/// Certificates: of an authority, of a server called `localhost`, of a client.
struct Certificates {
    root: String,
    server: (String, String),
    client: (String, String),
}

fn certificates() -> Certificates {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let signed = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        (params.signed_by(&key, &authority).unwrap().pem(), key.serialize_pem())
    };
    Certificates { server: signed("localhost"), client: signed("postgres"), root: authority.pem() }
}

/// One that vouches for itself.
fn self_signed() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// Gives a running server its certificate. A program that a superuser may start writes the files, so that they belong to the
/// server's own user and nobody else may read the key.
async fn give(server: &UrlServer, (certificate, key): &(String, String), settings: &str) {
    let client = server.client().await;
    for (file, text) in [("server.crt", certificate), ("server.key", key)] {
        let lines: Vec<_> = text.lines().map(|line| format!("('{line}')")).collect();
        let sql = format!(
            "copy (select * from (values {}) lines) to program 'umask 077; cat > {file}'",
            lines.join(", ")
        );
        client.batch_execute(&sql).await.unwrap();
    }
    client.batch_execute("alter system set ssl = on").await.unwrap();
    client.batch_execute(settings).await.unwrap();
    client.batch_execute("select pg_reload_conf(), pg_sleep(0.5)").await.unwrap();
}

/// Whether a connection is encrypted, or why there is none.
async fn tried(url: &str) -> Result<bool, String> {
    let address = Address::read(url, &[].into()).map_err(|error| error.to_string())?;
    let live = LiveDatabase::open(&address).await.map_err(|error| error.to_string())?;
    let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    let rows = live.query(sql).await.map_err(|error| error.to_string())?.rows;
    Ok(rows[0][0].as_deref() == Some("t"))
}

async fn assert_refused(url: &str, why: &str) {
    let error = tried(url).await.unwrap_err();
    assert!(error.contains(why), "{url}: {error}");
}

#[tokio::test]
async fn certificates_are_looked_at_as_much_as_sslmode_asks() {
    if !docker_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start_container("postgres:15").await else { return };
    let plain = server.url.clone();
    let by_name = plain.replace("127.0.0.1", "localhost");
    assert_eq!(tried(&format!("{plain}?sslmode=prefer")).await, Ok(false));
    assert_refused(&format!("{plain}?sslmode=require"), "TLS").await;

    let ours = certificates();
    let project = Project::new(&[("root.pem", &ours.root), ("other.pem", &certificates().root)]);
    let root = |file: &str| format!("sslrootcert={}", project.path(file).display());
    give(&server, &ours.server, "").await;
    for (url, is_encrypted) in [
        (format!("{plain}?sslmode=disable"), false),
        (plain.clone(), true),
        (format!("{plain}?sslmode=prefer"), true),
        (format!("{plain}?sslmode=require"), true),
        (format!("{plain}?sslmode=require&{}", root("root.pem")), true),
        (format!("{plain}?sslmode=verify-ca&{}", root("root.pem")), true),
        (format!("{by_name}?sslmode=verify-full&{}", root("root.pem")), true),
    ] {
        assert_eq!(tried(&url).await, Ok(is_encrypted), "{url}");
    }
    assert_refused(
        &format!("{plain}?sslmode=verify-full&{}", root("root.pem")),
        "not valid for name",
    )
    .await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("{by_name}?sslmode={mode}&{}", root("other.pem"));
        assert_refused(&url, "certificate").await;
    }
    assert_refused(&format!("{plain}?sslmode=verify-ca&{}", root("gone.pem")), "no PEM file").await;
    server.stop().await;
}

#[tokio::test]
async fn a_root_certificate_is_looked_for_where_libpq_does_and_has_to_be_there() {
    if !docker_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start_container("postgres:15").await else { return };
    let ours = certificates();
    give(&server, &ours.server, "").await;
    let project = Project::new(&[("migrations/001_a.sql", "select 1;")]);
    let status = |url: &str, mode: &str| {
        let mut command = project.command(&["status", "migrations", "--database", url]);
        command.env("HOME", project.path("")).env("PGSSLMODE", mode);
        crate::support::Ran::from(&command.output().unwrap())
    };
    let by_name = server.url.replace("127.0.0.1", "localhost");
    status(&by_name, "require").assert(0, &["1 pending"]);
    status(&by_name, "verify-full").assert(2, &["needs a root certificate", "sslrootcert=FILE"]);
    project.write(".postgresql/root.crt", &ours.root);
    status(&by_name, "verify-full").assert(0, &["1 pending"]);
    status(&server.url, "verify-full").assert(3, &["cannot connect to 127.0.0.1", "sslrootcert"]);
    project.write(".postgresql/root.crt", certificates().root);
    status(&by_name, "require").assert(3, &["certificate"]);
    server.stop().await;
}

#[tokio::test]
async fn a_certificate_that_vouches_for_itself_is_its_own_root_and_a_client_may_have_one() {
    if !docker_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start_container("postgres:15").await else { return };
    let own = self_signed();
    let ours = certificates();
    let project = Project::new(&[
        ("own.pem", &own.0),
        ("other.pem", &self_signed().0),
        ("client.pem", &ours.client.0),
        ("client.key", &ours.client.1),
    ]);
    let path = |file: &str| project.path(file).display().to_string();
    let plain = server.url.clone();
    let by_name = plain.replace("127.0.0.1", "localhost");
    give(&server, &own, "").await;
    let full = format!("{by_name}?sslmode=verify-full&sslrootcert={}", path("own.pem"));
    assert_eq!(tried(&full).await, Ok(true));
    let elsewhere = format!("{plain}?sslmode=verify-full&sslrootcert={}", path("own.pem"));
    assert_refused(&elsewhere, "not valid for name").await;
    let other = format!("{by_name}?sslmode=verify-ca&sslrootcert={}", path("other.pem"));
    assert_refused(&other, "certificate").await;

    let lines: Vec<_> = ours.root.lines().map(|line| format!("('{line}')")).collect();
    let wanted = "local all all trust\nhostssl all all all scram-sha-256 clientcert=verify-ca";
    let wanted: Vec<_> = wanted.lines().map(|line| format!("('{line}')")).collect();
    let client = server.client().await;
    for (file, lines) in [("ca.crt", lines), ("pg_hba.conf", wanted)] {
        let sql = format!(
            "copy (select * from (values {}) l) to program 'cat > {file}'",
            lines.join(", ")
        );
        client.batch_execute(&sql).await.unwrap();
    }
    client.batch_execute("alter system set ssl_ca_file = 'ca.crt'").await.unwrap();
    client.batch_execute("select pg_reload_conf(), pg_sleep(0.5)").await.unwrap();
    assert!(tried(&full).await.is_err());
    let with_key = format!("{full}&sslcert={}&sslkey={}", path("client.pem"), path("client.key"));
    assert_eq!(tried(&with_key).await, Ok(true));
    server.stop().await;
}
