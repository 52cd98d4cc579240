use std::path::Path;
use std::process::Stdio;

use futures_util::StreamExt;
use testcontainers::bollard::exec::{CreateExecOptions, StartExecResults};
use testcontainers::core::client::docker_client_instance;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::plain::RestoreError;
use crate::plan::DumpFile;
use crate::postgres::client_program::{client_program, password};
use crate::postgres::{Database, Tools};

/// What `pg_restore` is told: to stop at the first error, as a person restoring for real would.
const OPTIONS: &[&str] = &["--exit-on-error", "--no-password"];

/// Restores a custom-format archive with the `pg_restore` of the server's own image or installation.
///
/// # Errors
///
/// What `pg_restore` wrote, or why it could not be run.
pub async fn restore_archive(
    tools: &Tools,
    database: &Database,
    dump: &DumpFile,
) -> Result<(), RestoreError> {
    match tools {
        Tools::Container(id) => in_container(id, database, &dump.path).await,
        Tools::Folder(bin) => on_this_machine(bin, database, &dump.path).await,
        Tools::None => Err(RestoreError::message(
            "a custom-format dump needs pg_restore of the server's version or newer on this machine; \
             install it, or make a plain dump",
        )),
    }
}

async fn in_container(id: &str, database: &Database, dump: &Path) -> Result<(), RestoreError> {
    let failed = |error: &dyn std::fmt::Display| {
        RestoreError::message(format!("pg_restore in the container: {error}"))
    };
    let docker = docker_client_instance().await.map_err(|error| failed(&error))?;
    let mut command = vec!["pg_restore", "--host=127.0.0.1", "--username=postgres"];
    let name = format!("--dbname={}", database.name);
    command.push(&name);
    command.extend(OPTIONS);
    let options = CreateExecOptions {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        env: Some(vec![format!("PGPASSWORD={}", password(&database.config))]),
        cmd: Some(command.into_iter().map(str::to_owned).collect()),
        ..CreateExecOptions::default()
    };
    let exec = docker.create_exec(id, options).await.map_err(|error| failed(&error))?;
    let started = docker.start_exec(&exec.id, None).await.map_err(|error| failed(&error))?;
    let StartExecResults::Attached { mut output, mut input } = started else {
        return Err(failed(&"the engine did not attach to it"));
    };
    let mut file = File::open(dump).await.map_err(|error| failed(&error))?;
    let feed = async {
        // When pg_restore stops early the pipe breaks; its own words say why.
        let _copied = tokio::io::copy(&mut file, &mut input).await;
        let _closed = input.shutdown().await;
    };
    let listen = async {
        let mut words = String::new();
        while let Some(Ok(line)) = output.next().await {
            words.push_str(&String::from_utf8_lossy(&line.into_bytes()));
        }
        words
    };
    let ((), words) = futures_util::future::join(feed, listen).await;
    let end = docker.inspect_exec(&exec.id).await.map_err(|error| failed(&error))?;
    match end.exit_code {
        Some(0) => Ok(()),
        _ => Err(RestoreError::message(words.trim())),
    }
}

async fn on_this_machine(bin: &Path, database: &Database, dump: &Path) -> Result<(), RestoreError> {
    let mut command = client_program(&bin.join("pg_restore"), &database.config);
    command.args(OPTIONS).arg("--dbname").arg(&database.name).arg(dump).stdin(Stdio::null());
    let output = command
        .output()
        .await
        .map_err(|error| RestoreError::message(format!("pg_restore: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(RestoreError::message(String::from_utf8_lossy(&output.stderr).trim()))
}
