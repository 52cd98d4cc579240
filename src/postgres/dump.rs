//! A dump of a database as SQL, by the `pg_dump` of the server's own image or installation.

use std::path::Path;
use std::process::Stdio;

use futures_util::StreamExt;
use testcontainers::bollard::container::LogOutput;
use testcontainers::bollard::exec::{CreateExecOptions, StartExecResults};
use testcontainers::core::client::docker_client_instance;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio_postgres::Config;

use super::client_program::{client_program, password};
use super::error::sql_error;
use super::{Database, OWN_SCHEMA, Server, Tools};

/// The statements that make the roles of this name, without passwords: `GRANT`s only among them.
const ROLES: &str = "\
SELECT pg_catalog.format('CREATE ROLE %I%s%s%s%s%s%s;', rolname,
    CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END,
    CASE WHEN rolinherit THEN '' ELSE ' NOINHERIT' END,
    CASE WHEN rolcreaterole THEN ' CREATEROLE' ELSE '' END,
    CASE WHEN rolcreatedb THEN ' CREATEDB' ELSE '' END,
    CASE WHEN rolcanlogin THEN ' LOGIN' ELSE '' END,
    CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE '' END)
FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)
UNION ALL
SELECT pg_catalog.format('GRANT %I TO %I;', granted.rolname, member.rolname)
FROM pg_catalog.pg_auth_members
JOIN pg_catalog.pg_roles granted ON granted.oid = roleid
JOIN pg_catalog.pg_roles member ON member.oid = pg_auth_members.member
WHERE granted.rolname = ANY ($1) AND member.rolname = ANY ($1)";

impl Server {
    /// Writes a dump of a database to a file, without what we keep there ourselves. Returns the statements that
    /// make the roles which were not there when the server was new to us.
    ///
    /// # Errors
    ///
    /// What `pg_dump` wrote, or why it could not be run.
    pub async fn dump(
        &self,
        database: &Database,
        file: &Path,
        rows: DumpedRows,
    ) -> Result<Vec<String>, String> {
        match &self.tools {
            Tools::Container(id) => dump_in_container(id, database, file, rows).await?,
            Tools::Folder(bin) => dump_here(bin, &database.config, file, rows).await?,
            Tools::None => {
                return Err(
                    "a dump needs pg_dump of the server's version or newer on this machine".into(),
                );
            }
        }
        self.role_statements().await
    }

    async fn role_statements(&self) -> Result<Vec<String>, String> {
        let now = self.read_globals().await.map_err(|error| error.to_string())?;
        let added = now.roles_added_since(&self.globals);
        let admin = self.admin().await.map_err(|error| error.to_string())?;
        let names = (&added as &(dyn tokio_postgres::types::ToSql + Sync), NAMES);
        let rows = admin.query_typed(ROLES, &[names]).await;
        let rows = rows.map_err(|error| sql_error(&error).to_string())?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

const NAMES: tokio_postgres::types::Type = tokio_postgres::types::Type::NAME_ARRAY;

/// How a dump writes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DumpedRows {
    /// As `COPY`, which is quick.
    Copied,
    /// As `INSERT`, which can be run by whoever runs SQL.
    Inserted,
}

fn options(rows: DumpedRows) -> Vec<String> {
    let own = format!("--exclude-schema={OWN_SCHEMA}");
    let mut options = vec!["--format=plain".into(), "--no-password".into(), own];
    if rows == DumpedRows::Inserted {
        options.extend(["--column-inserts".to_owned(), "--encoding=UTF8".to_owned()]);
    }
    options
}

async fn dump_here(
    bin: &Path,
    config: &Config,
    file: &Path,
    rows: DumpedRows,
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("pg_dump: {error}");
    let output = client_program(&bin.join("pg_dump"), config)
        .args(options(rows))
        .arg("--file")
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("pg_dump: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

async fn dump_in_container(
    id: &str,
    database: &Database,
    file: &Path,
    rows: DumpedRows,
) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("pg_dump in the container: {error}");
    let docker = docker_client_instance().await.map_err(|error| failed(&error))?;
    let mut command = vec!["pg_dump".to_owned(), "--host=127.0.0.1".into()];
    command.extend(["--username=postgres".into(), format!("--dbname={}", database.name)]);
    command.extend(options(rows));
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        env: Some(vec![format!("PGPASSWORD={}", password(&database.config))]),
        cmd: Some(command),
        ..CreateExecOptions::default()
    };
    let exec = docker.create_exec(id, options).await.map_err(|error| failed(&error))?;
    let started = docker.start_exec(&exec.id, None).await.map_err(|error| failed(&error))?;
    let StartExecResults::Attached { mut output, .. } = started else {
        return Err(failed(&"the engine did not attach to it"));
    };
    let mut written = File::create(file).await.map_err(|error| failed(&error))?;
    let mut words = String::new();
    while let Some(part) = output.next().await {
        match part.map_err(|error| failed(&error))? {
            LogOutput::StdErr { message } => words.push_str(&String::from_utf8_lossy(&message)),
            other => {
                written.write_all(&other.into_bytes()).await.map_err(|error| failed(&error))?;
            }
        }
    }
    written.flush().await.map_err(|error| failed(&error))?;
    let end = docker.inspect_exec(&exec.id).await.map_err(|error| failed(&error))?;
    match end.exit_code {
        Some(0) => Ok(()),
        _ => Err(failed(&words.trim())),
    }
}
