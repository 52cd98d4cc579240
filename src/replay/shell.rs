//! A command of the user's, run by a shell until it ends or its time is up.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// What to run.
pub(super) struct Shell<'a> {
    pub(super) command: &'a str,
    pub(super) folder: &'a Path,
    pub(super) environment: Vec<(String, String)>,
    pub(super) limit: Duration,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Ended {
    /// Why it counts as failed: fits after "the command".
    pub(super) failure: Option<String>,
    /// What it printed, both streams.
    pub(super) output: String,
}

impl Shell<'_> {
    /// Runs it. Whatever it started ends with it.
    pub(super) async fn run(self) -> Ended {
        let cannot = |error: std::io::Error| Ended {
            failure: Some(format!("cannot be run: {error}")),
            output: String::new(),
        };
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(self.command)
            .envs(self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        if !self.folder.as_os_str().is_empty() {
            shell.current_dir(self.folder);
        }
        let mut child = match shell.spawn() {
            Ok(child) => child,
            Err(error) => return cannot(error),
        };
        let group = Group::of(&child);
        let printed = Printed::default();
        let readers = (printed.read(child.stdout.take()), printed.read(child.stderr.take()));
        let ended = tokio::time::timeout(self.limit, child.wait()).await;
        drop(group);
        let both = async { tokio::join!(readers.0, readers.1) };
        // A stream that a stranger still holds open tells nothing more.
        let _read = tokio::time::timeout(LAST_WORDS, both).await;
        let failure = match ended {
            Err(_) => Some(format!("did not end in {:?}", self.limit)),
            Ok(Err(error)) => return cannot(error),
            Ok(Ok(status)) => (!status.success()).then(|| format!("failed ({status})")),
        };
        Ended { failure, output: printed.text() }
    }
}

/// How long to wait for what a program has printed, once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a program printed on both streams, as it came.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    /// Collects a stream until it ends.
    fn read(&self, stream: Option<impl AsyncRead + Unpin + Send + 'static>) -> JoinHandle<()> {
        let printed = self.0.clone();
        tokio::spawn(async move {
            let Some(mut stream) = stream else { return };
            let mut buffer = [0; 8192];
            while let Ok(read) = stream.read(&mut buffer).await
                && read > 0
            {
                let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
                printed.extend_from_slice(&buffer[..read]);
            }
        })
    }

    fn text(&self) -> String {
        let printed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&printed).into_owned()
    }
}

/// The processes that a command started. They end when this is dropped: at the end of the command, at
/// its time limit, and when the run is stopped.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Usually there is nobody left.
            let _ended = killpg(group, Signal::SIGKILL);
        }
    }
}
