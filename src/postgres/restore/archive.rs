use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;

use bytes::Bytes;
use futures_util::StreamExt;
use testcontainers::bollard::exec::{CreateExecOptions, StartExecResults};
use testcontainers::bollard::query_parameters::UploadToContainerOptionsBuilder;
use testcontainers::bollard::{Docker, body_try_stream};
use testcontainers::core::client::docker_client_instance;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::plain::RestoreError;
use crate::plan::{DumpFile, DumpFormat};
use crate::postgres::client_program::{client_program, password};
use crate::postgres::{Database, Tools};

/// What `pg_restore` is told: to stop at the first error, as a person restoring for real would.
const OPTIONS: &[&str] = &["--exit-on-error", "--no-password"];

/// Restores an archive, a file or a folder, with the `pg_restore` of the server's own image or installation.
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
        Tools::Container(id) => in_container(id, database, dump).await,
        Tools::Folder(bin) => on_this_machine(bin, database, &dump.path).await,
        Tools::None => Err(RestoreError::message(
            "a dump in custom or directory format needs pg_restore of the server's version or newer on this machine; \
             install it, or make a plain dump",
        )),
    }
}

/// Restores a folder, the last argument, and takes it away.
const RESTORE_FOLDER: &str =
    r#"for folder; do :; done; pg_restore "$@"; status=$?; rm -rf "$folder"; exit $status"#;

async fn in_container(id: &str, database: &Database, dump: &DumpFile) -> Result<(), RestoreError> {
    let failed = |error: &dyn std::fmt::Display| {
        RestoreError::message(format!("pg_restore in the container: {error}"))
    };
    let docker = docker_client_instance().await.map_err(|error| failed(&error))?;
    let name = format!("--dbname={}", database.name);
    let mut command = match dump.format {
        DumpFormat::Directory => vec!["sh", "-c", RESTORE_FOLDER, "sh"],
        _ => vec!["pg_restore"],
    };
    command.extend(["--host=127.0.0.1", "--username=postgres", &name]);
    command.extend(OPTIONS);
    let folder = format!("/dump_of_{}", database.name);
    let mut file = None;
    if dump.format == DumpFormat::Directory {
        upload(&docker, id, &dump.path, &folder).await.map_err(|error| failed(&error))?;
        command.push(&folder);
    } else {
        file = Some(File::open(&dump.path).await.map_err(|error| failed(&error))?);
    }
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
    let feed = async {
        if let Some(file) = &mut file {
            // When pg_restore stops early the pipe breaks; its own words say why.
            let _copied = tokio::io::copy(file, &mut input).await;
        }
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

/// How much of an archive is sent at once.
const CHUNK: usize = 64 * 1024;

/// Copies a folder into a container, streamed; the engine unpacks it.
async fn upload(docker: &Docker, id: &str, from: &Path, to: &str) -> Result<(), String> {
    let (reader, writer) = std::io::pipe().map_err(|error| error.to_string())?;
    let (folder, name) = (from.to_owned(), to.trim_start_matches('/').to_owned());
    let packing =
        tokio::task::spawn_blocking(move || tar::Builder::new(writer).append_dir_all(name, folder));
    let reader = File::from_std(std::fs::File::from(OwnedFd::from(reader)));
    let chunks = futures_util::stream::try_unfold(reader, |mut reader| async move {
        let mut chunk = vec![0; CHUNK];
        let read = reader.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then_some((Bytes::from(chunk), reader)))
    });
    let options = UploadToContainerOptionsBuilder::new().path("/").build();
    let sent = docker.upload_to_container(id, Some(options), body_try_stream(chunks)).await;
    sent.map_err(|error| error.to_string())?;
    packing.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
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
