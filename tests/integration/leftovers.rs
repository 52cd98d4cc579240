//! However a run ends, nothing of it stays: at once where it can clean up, else when the next run starts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rstest::rstest;

use crate::support::{Project, UrlServer, containers_of, docker_or_say_why, local_or_say_why};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Container,
    Local,
    Url,
}

/// Where a run's servers come from, and how to see what it left there.
struct Place {
    kind: Kind,
    server: Option<UrlServer>,
}

impl Place {
    async fn find(kind: Kind) -> Option<Self> {
        let server = match kind {
            Kind::Container => docker_or_say_why().await.then_some(None),
            Kind::Local => local_or_say_why().await.then_some(None),
            Kind::Url => UrlServer::start().await.map(Some),
        };
        Some(Self { kind, server: server? })
    }

    fn backend(&self) -> &str {
        match (self.kind, &self.server) {
            (Kind::Container, _) => "container",
            (Kind::Local, _) => "local",
            (Kind::Url, server) => &server.as_ref().unwrap().url,
        }
    }

    /// What is there of the run of this process.
    async fn left_by(&self, process: u32) -> Vec<String> {
        match &self.server {
            Some(server) => server.strangers().await,
            None if self.kind == Kind::Container => containers_of(process),
            None => folders_of(process).iter().map(|folder| folder.display().to_string()).collect(),
        }
    }

    async fn stop(self) {
        if let Some(server) = self.server {
            server.stop().await;
        }
    }
}

/// Server folders whose owner is this process.
fn folders_of(process: u32) -> Vec<PathBuf> {
    let roots = [PathBuf::from("/dev/shm"), std::env::temp_dir()];
    let entries = roots.iter().filter_map(|root| fs::read_dir(root).ok()).flatten();
    let folders = entries.filter_map(Result::ok).map(|entry| entry.path());
    let is_of = |folder: &PathBuf| {
        let owner = fs::read_to_string(folder.join("owner.json")).unwrap_or_default();
        owner.contains(&format!("\"pid\":{process},"))
    };
    folders.filter(is_of).collect()
}

/// One case that ends soon, and one that would take ten minutes.
fn project() -> Project {
    Project::new(&[
        ("quick/001_users.sql", "create table users (id integer);\n"),
        ("slow/001_users.sql", "create table users (id integer);\nselect pg_sleep(600);\n"),
        ("scenarios/quick.toml", "migrations = '../quick'\nimage = 'postgres:15'\n"),
        ("scenarios/slow.toml", "migrations = '../slow'\nimage = 'postgres:15'\n"),
    ])
}

/// Starts both cases, and waits until the first is in the report and the second under way.
fn start_and_wait(project: &Project, place: &Place) -> Child {
    let reports = ["--junit", "out.xml", "--json", "out.json"];
    let arguments = ["run", "--jobs", "2", "--backend", place.backend()];
    let mut child = project.command(&[&arguments[..], &reports].concat()).spawn().unwrap();
    let begun = Instant::now();
    while !project.read("out.json").contains("\"verdict\": \"passed\"") {
        assert!(begun.elapsed() < Duration::from_mins(2), "{}", project.read("out.json"));
        assert!(child.try_wait().unwrap().is_none(), "it ended: {}", project.read("out.json"));
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(500));
    child
}

fn send(signal: Signal, process: u32) {
    kill(Pid::from_raw(process.cast_signed()), signal).unwrap();
}

#[rstest]
#[case::container(Kind::Container)]
#[case::local(Kind::Local)]
#[case::url(Kind::Url)]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_ends_by_itself_leaves_nothing(#[case] kind: Kind) {
    let Some(place) = Place::find(kind).await else { return };
    let project = project();
    let arguments = ["run", "scenarios/quick.toml", "--backend", place.backend()];
    let mut child = project.command(&arguments).spawn().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(place.left_by(child.id()).await, Vec::<String>::new());
    place.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_told_to_stop_leaves_its_reports_and_nothing_else(
    #[values(Kind::Container, Kind::Local, Kind::Url)] kind: Kind,
    #[values(Signal::SIGINT, Signal::SIGTERM)] signal: Signal,
) {
    let Some(place) = Place::find(kind).await else { return };
    let project = project();
    let mut child = start_and_wait(&project, &place);
    assert_ne!(place.left_by(child.id()).await, Vec::<String>::new(), "half-way it has a server");
    send(signal, child.id());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert_eq!(place.left_by(child.id()).await, Vec::<String>::new());
    for report in [project.read("out.json"), project.read("out.xml")] {
        assert!(report.contains(signal.as_str()), "{report}");
        assert!(report.contains("slow@postgres:15/fresh"), "{report}");
    }
    place.stop().await;
}

#[rstest]
#[case::container(Kind::Container)]
#[case::local(Kind::Local)]
#[case::url(Kind::Url)]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_is_swept_by_the_next(#[case] kind: Kind) {
    let Some(place) = Place::find(kind).await else { return };
    let project = project();
    let mut child = start_and_wait(&project, &place);
    let process = child.id();
    assert_ne!(place.left_by(process).await, Vec::<String>::new(), "half-way it has a server");
    let servers: Vec<_> = folders_of(process).iter().filter_map(|it| server_in(it)).collect();
    // The watchdog would clean up for a run that dies; the sweep must do without it.
    for watchdog in children_of(process) {
        send(Signal::SIGKILL, watchdog);
    }
    send(Signal::SIGKILL, process);
    child.wait().unwrap();
    let known = project.read("out.json");
    assert!(known.contains("quick@postgres:15/fresh"), "the report stays: {known}");
    let next = project.run(&["run", "scenarios/quick.toml", "--backend", place.backend()]);
    next.assert(0, &[]);
    assert_eq!(place.left_by(process).await, Vec::<String>::new());
    let still_there: Vec<_> = servers.iter().filter(|server| is_running(**server)).collect();
    assert!(still_there.is_empty(), "servers of the killed run: {still_there:?}");
    assert_eq!(servers.is_empty(), kind != Kind::Local);
    place.stop().await;
}

/// A local server ends with its run even if no other run ever starts.
#[tokio::test(flavor = "multi_thread")]
async fn a_local_server_ends_by_itself_when_its_run_is_killed() {
    let Some(place) = Place::find(Kind::Local).await else { return };
    let project = project();
    let mut child = start_and_wait(&project, &place);
    let folders = folders_of(child.id());
    send(Signal::SIGKILL, child.id());
    child.wait().unwrap();
    let begun = Instant::now();
    while folders.iter().any(|folder| folder.exists()) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{folders:?} are still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The process id of the server that runs in a folder.
fn server_in(folder: &Path) -> Option<u32> {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

fn is_running(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let is_zombie = status.lines().any(|line| line.starts_with("State:\tZ"));
    !status.is_empty() && !is_zombie
}

fn children_of(process: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = format!("PPid:\t{process}");
    let is_child = |id: &u32| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.lines().any(|line| line == parent)
    };
    ids.filter(is_child).collect()
}
