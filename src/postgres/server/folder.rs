//! Folders of ours below the world-writable ones: of local servers, and of files that were kept for
//! somebody. A file in each tells who made it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::kept::KeptMark;
use super::leftover::{Found, Thing};
use crate::postgres::owner::Owner;

/// Our folders are named like this, directly below a world-writable folder.
const PREFIX: &str = "migration-replay-";

/// Tells who made a folder that goes away with its run.
const OWNER_FILE: &str = "owner.json";

/// Tells who kept a folder that stays. It takes the place of the other file.
const KEPT_FILE: &str = "kept.json";

/// Makes a folder that only its owner can enter: in memory where that is to be had, unless it should lie
/// on disk.
pub(super) fn make(on_disk: bool) -> std::io::Result<PathBuf> {
    make_marked(on_disk, OWNER_FILE, &Owner::this().to_text())
}

/// Makes a folder on disk that only its owner can enter, and that the next start sweeps if this run does not take it away.
///
/// # Errors
///
/// Whatever the file system says.
pub fn make_temporary_folder() -> std::io::Result<PathBuf> {
    make(true)
}

/// Makes a folder on disk that stays until somebody cleans up: for files that belong to a kept database.
///
/// # Errors
///
/// Whatever the file system says.
pub fn make_kept_folder(case: &str) -> std::io::Result<PathBuf> {
    make_marked(true, KEPT_FILE, &KeptMark::new(case).to_text())
}

fn make_marked(on_disk: bool, file: &str, mark: &str) -> std::io::Result<PathBuf> {
    let mut last = std::io::Error::other("no folder for temporary files");
    for root in roots(on_disk) {
        let made = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&root);
        match made {
            Ok(folder) => {
                fs::write(folder.path().join(file), mark)?;
                return Ok(folder.keep());
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// From now on the folder stays until somebody cleans up.
pub(super) fn keep(folder: &Path, mark: &KeptMark) -> std::io::Result<()> {
    fs::write(folder.join(KEPT_FILE), mark.to_text())?;
    fs::remove_file(folder.join(OWNER_FILE))
}

fn roots(on_disk: bool) -> Vec<PathBuf> {
    let memory = Path::new("/dev/shm").to_owned();
    let disk = std::env::temp_dir();
    if on_disk || !memory.is_dir() { vec![disk] } else { vec![memory, disk] }
}

/// Every folder of ours.
pub(super) fn find() -> Vec<Found> {
    let folders = roots(false).into_iter().filter_map(|root| fs::read_dir(root).ok()).flatten();
    let is_named = |path: &PathBuf| {
        path.file_name().is_some_and(|it| it.to_string_lossy().starts_with(PREFIX))
    };
    folders
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(is_named)
        .filter_map(look_at)
        .collect()
}

fn look_at(folder: PathBuf) -> Option<Found> {
    let read = |file| fs::read_to_string(folder.join(file)).ok();
    let kept = read(KEPT_FILE).and_then(|text| KeptMark::from_text(&text));
    let owner = match &kept {
        Some(mark) => mark.owner.clone(),
        None => Owner::from_text(&read(OWNER_FILE)?)?,
    };
    let is_server = folder.join("data").is_dir();
    let what = if is_server { "local server in" } else { "folder" };
    Some(Found {
        label: format!("{what} {}", folder.display()),
        owner: Some(owner),
        is_kept: kept.is_some(),
        case: kept.map(|mark| mark.case),
        is_local_server: is_server,
        is_running: server_in(&folder).is_some(),
        thing: Thing::Folder(folder),
    })
}

/// Stops the server in it, if one runs, and removes it.
pub(super) fn remove(folder: &Path) -> std::io::Result<()> {
    stop_server_in(folder);
    fs::remove_dir_all(folder)
}

/// The process of a server that still runs in that folder, by its own pid file.
fn server_in(folder: &Path) -> Option<i32> {
    let pid_file = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let pid = pid_file.lines().next()?.trim().parse().ok()?;
    let runs_here = match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(cwd) => cwd.starts_with(folder.join("data")),
        Err(_) if Path::new("/proc/self").exists() => false,
        Err(_) => kill(Pid::from_raw(pid), None).is_ok(),
    };
    runs_here.then_some(pid)
}

fn stop_server_in(folder: &Path) {
    let Some(pid) = server_in(folder) else { return };
    let _told = kill(Pid::from_raw(pid), Signal::SIGQUIT);
    for _ in 0..200 {
        if server_in(folder).is_none() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
