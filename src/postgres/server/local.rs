//! Servers from the `initdb` and `postgres` binaries of this machine: real Postgres without Docker.
//! Data and socket lie in a private folder in memory; there is no sandbox around the server.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::unistd::{Gid, Uid, User};
use tokio_postgres::Config;

use super::folder;
use super::kept::KeptMark;
use super::prefix::with_hidden_extensions;
use super::{
    Backend, Installation, Keeper, Server, ServerError, ServerRequest, Started, Tools,
    random_password, settings, wait_for_answer,
};

pub(super) struct LocalServer {
    folder: PathBuf,
    watchdog: Child,
}

/// Stops the server and removes its folder when its input ends: when the harness closes it, or when
/// the harness dies. Told to keep the server, it leaves it alone. Arguments: folder, `postgres` and its
/// arguments.
const WATCHDOG: &str = r#"folder=$1; shift
"$@" >"$folder/log" 2>&1 &
server=$!
read -r order
if [ "$order" = keep ]; then exit; fi
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder""#;

pub(super) async fn start(
    installation: &Installation,
    hidden: &BTreeSet<String>,
    label: String,
    request: &ServerRequest,
) -> Result<Server, ServerError> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        ServerError::Failed(format!("local Postgres: {what}: {error}"))
    };
    let account = account().map_err(|why| failed("cannot start", &why))?;
    let folder = make_folder(request.on_disk, account)
        .map_err(|error| failed("cannot make a folder", &error))?;
    let begun = begin(installation, hidden, request, &folder, account);
    let (watchdog, bin, password) = match begun {
        Ok(begun) => begun,
        Err(why) => {
            let _removed = fs::remove_dir_all(&folder);
            return Err(failed("cannot start", &why));
        }
    };
    let mut config = Config::new();
    config
        .host_path(&folder)
        .user("postgres")
        .password(password)
        .dbname("postgres")
        .application_name("migration-replay");
    let mut server = LocalServer { folder, watchdog };
    let log = server.folder.join("log");
    let pid_file = server.folder.join("data/postmaster.pid");
    let ended = std::sync::Mutex::new(&mut server.watchdog);
    let is_gone = || async {
        let has_ended = ended.lock().is_ok_and(|mut child| !matches!(child.try_wait(), Ok(None)));
        let refused = fs::read_to_string(&log).unwrap_or_default();
        // A server that is still starting says FATAL to early visitors, but holds its pid file.
        let stopped = refused.contains("FATAL") && !pid_file.exists();
        (has_ended || stopped)
            .then(|| format!("the server stopped while starting: {}", last_lines(&refused, 5)))
    };
    let answer = wait_for_answer(&config, is_gone).await;
    let client = match answer {
        Ok(client) => client,
        Err(error) => {
            server.stop().await;
            return Err(failed("cannot start", &error));
        }
    };
    let started = Started {
        label,
        backend: Backend::Local,
        config,
        tools: Tools::Folder(bin),
        keeper: Keeper::Local(server),
    };
    Server::take_over(started, client).await.map_err(|error| failed("cannot start", &error))
}

/// `initdb`, then the server under its watchdog.
fn begin(
    installation: &Installation,
    hidden: &BTreeSet<String>,
    request: &ServerRequest,
    folder: &Path,
    account: Option<(Uid, Gid)>,
) -> Result<(Child, PathBuf, String), String> {
    let bin = if hidden.is_empty() {
        installation.bin.clone()
    } else {
        with_hidden_extensions(installation, hidden, &folder.join("prefix"))
            .map_err(|error| format!("cannot hide extensions: {error}"))?
    };
    let password = random_password();
    let password_file = folder.join("password");
    fs::write(&password_file, &password).map_err(|error| error.to_string())?;
    fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600))
        .map_err(|error| error.to_string())?;
    give(&password_file, account).map_err(|error| error.to_string())?;
    let mut initdb = as_account(&bin.join("initdb"), account);
    initdb
        .args(["--no-sync", "--username=postgres", "--auth=scram-sha-256", "--no-instructions"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8"])
        .arg("--pgdata")
        .arg(folder.join("data"))
        .arg("--pwfile")
        .arg(&password_file)
        .current_dir(folder);
    let output = initdb.output().map_err(|error| format!("initdb: {error}"))?;
    if !output.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let mut server = as_account(Path::new("sh"), account);
    server.arg("-c").arg(WATCHDOG).arg("watchdog").arg(folder).arg(bin.join("postgres"));
    server.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    server.args(["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]);
    for (name, value) in settings(request) {
        server.arg("-c").arg(format!("{name}={value}"));
    }
    server.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A Ctrl-C in the terminal is for the harness, which then closes the watchdog's input.
    server.process_group(0).current_dir(folder);
    let child = server.spawn().map_err(|error| format!("sh: {error}"))?;
    Ok((child, bin, password))
}

/// Postgres refuses to run as root: then it runs as `postgres`, or else as `nobody`.
pub(super) fn account() -> Result<Option<(Uid, Gid)>, String> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let named = |name| User::from_name(name).ok().flatten();
    let user = named("postgres").or_else(|| named("nobody"));
    user.map(|user| Some((user.uid, user.gid)))
        .ok_or_else(|| "started as root, and there is no user postgres or nobody".to_owned())
}

fn as_account(program: &Path, account: Option<(Uid, Gid)>) -> Command {
    let mut command = Command::new(program);
    if let Some((uid, gid)) = account {
        command.uid(uid.as_raw()).gid(gid.as_raw());
    }
    command.env_remove("PGDATA").env_remove("PGPORT").env("LC_ALL", "C.UTF-8");
    command
}

fn give(path: &Path, account: Option<(Uid, Gid)>) -> std::io::Result<()> {
    match account {
        Some((uid, gid)) => chown(path, Some(uid.as_raw()), Some(gid.as_raw())),
        None => Ok(()),
    }
}

fn make_folder(on_disk: bool, account: Option<(Uid, Gid)>) -> std::io::Result<PathBuf> {
    let folder = folder::make(on_disk)?;
    give(&folder, account)?;
    Ok(folder)
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

impl LocalServer {
    pub(super) fn last_words(&self) -> Option<String> {
        let log = fs::read_to_string(self.folder.join("log")).ok()?;
        Some(last_lines(&log, 15)).filter(|text| !text.is_empty())
    }

    /// Leaves the server running after the end of this process; returns its folder.
    pub(super) async fn keep(mut self, mark: &KeptMark) -> Result<String, ServerError> {
        let kept = folder::keep(&self.folder, mark).and_then(|()| match &mut self.watchdog.stdin {
            Some(input) => input.write_all(b"keep\n"),
            None => Err(std::io::Error::other("its watchdog is gone")),
        });
        match kept {
            Ok(()) => Ok(self.folder.display().to_string()),
            Err(error) => {
                self.stop().await;
                Err(ServerError::Failed(format!("the local server cannot be kept: {error}")))
            }
        }
    }

    pub(super) async fn stop(mut self) {
        drop(self.watchdog.stdin.take());
        let waiting = tokio::task::spawn_blocking(move || {
            let _ended = self.watchdog.wait();
            // The watchdog removes it; a folder that a root harness made may need a second try.
            let _removed = fs::remove_dir_all(&self.folder);
        });
        let _done = waiting.await;
    }
}
