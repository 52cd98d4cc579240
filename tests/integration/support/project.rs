use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use migration_replay::harness::{Harness, prepare_files};
use migration_replay::outcome::{Event, RunOutcome};
use migration_replay::postgres::BackendChoice;
use migration_replay::report::{Shown, Style, summary};
use tempfile::TempDir;

use super::servers::shared_or_any;

/// A folder with migrations and scenarios, as a user has one. It goes away with the test.
pub(crate) struct Project {
    folder: TempDir,
}

/// What the program did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// Everything that it printed.
    pub(crate) text: String,
}

impl Project {
    /// Writes the files; paths are relative to the project.
    pub(crate) fn new<Content: AsRef<[u8]>>(files: &[(&str, Content)]) -> Self {
        let project = Self { folder: TempDir::with_prefix("replayed-").unwrap() };
        for (path, content) in files {
            project.write(path, content);
        }
        project
    }

    /// Migrations in `migrations/`, and one scenario, `scenarios/case.toml`, that begins with naming them.
    pub(crate) fn with_scenario(migrations: &[(&str, &str)], scenario: &str) -> Self {
        let scenario = format!("migrations = \"../migrations\"\n{scenario}");
        let project = Self::new(&[("scenarios/case.toml", scenario)]);
        for (name, sql) in migrations {
            project.write(&format!("migrations/{name}"), sql);
        }
        project
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// The program in the project's folder, untouched by variables of the machine.
    pub(crate) fn command<Word: AsRef<OsStr>>(&self, arguments: &[Word]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migration-replay"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("MIGRATION_EXCLUDE")
            .env("XDG_CACHE_HOME", self.path(".cache"))
            .stdin(Stdio::null());
        for variable in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run<Word: AsRef<OsStr>>(&self, arguments: &[Word]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran::from(&output)
    }

    /// Runs the scenarios through the library and returns the sum, and every event in order.
    pub(crate) async fn replay(
        &self,
        backend: BackendChoice,
        change: impl FnOnce(&mut Harness),
    ) -> (RunOutcome, Vec<Event>) {
        let mut harness = Harness::new();
        harness.backend = backend;
        change(&mut harness);
        let prepared = prepare_files(&[self.path("scenarios")], &harness.environment);
        let prepared = prepared.unwrap_or_else(|problems| panic!("{problems}"));
        let cases = harness.select(prepared.cases);
        let events = Arc::new(Mutex::new(Vec::new()));
        let told = events.clone();
        let sink = Arc::new(move |event| told.lock().unwrap().push(event));
        let never = Box::pin(std::future::pending());
        let outcome = harness.run_cases(cases, prepared.images, sink, never).await;
        let events = std::mem::take(&mut *events.lock().unwrap());
        (outcome, events)
    }

    /// The same on the server that tests share; where there is none, on any at hand.
    pub(crate) async fn replay_anywhere(&self) -> RunOutcome {
        self.replay(shared_or_any().await, |_| {}).await.0
    }
}

impl From<&Output> for Ran {
    fn from(output: &Output) -> Self {
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Self { code: output.status.code(), text }
    }
}

impl Ran {
    /// Asserts the exit code and that all of these texts were printed.
    #[track_caller]
    pub(crate) fn assert(&self, code: i32, texts: &[&str]) {
        assert_eq!(self.code, Some(code), "exit code; it printed:\n{}", self.text);
        let missing: Vec<_> = texts.iter().filter(|text| !self.text.contains(**text)).collect();
        assert!(missing.is_empty(), "not printed: {missing:?}; it printed:\n{}", self.text);
    }
}

/// Asserts how a run ended, and shows its summary where it did not.
#[track_caller]
pub(crate) fn assert_ended(outcome: &RunOutcome, code: u8) {
    assert_eq!(
        outcome.ending().code(),
        code,
        "exit code of\n{}",
        summary(outcome, Shown::All, Style::Plain)
    );
}

/// Every failure of a run: whether it was expected, its phase, and its message.
pub(crate) fn failures(outcome: &RunOutcome) -> Vec<(bool, String, String)> {
    let failures = outcome.cases.iter().flat_map(|case| &case.failures);
    failures
        .map(|it| (it.expected, it.found.phase.to_string(), it.found.error.message.clone()))
        .collect()
}

/// Runs git in a project, under a name that everybody knows; what it printed.
#[track_caller]
pub(crate) fn git(project: &Project, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@localhost"])
        .args(words)
        .current_dir(project.path(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
