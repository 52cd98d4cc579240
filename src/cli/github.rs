//! Tells GitHub what a command came to, where it is GitHub that runs it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use migration_replay::harness::repository_paths;
use migration_replay::place::{Problem, Problems};
use migration_replay::report::{self, Annotations, LONGEST_MARKDOWN, RepositoryPaths};

use super::console::print;

/// A job of GitHub's; outside of one it is told nothing.
pub(super) struct Job {
    /// Whether files can be annotated (GitHub's documentation, "Default environment variables").
    is_github: bool,
    /// The page of the step, if there is one.
    summary: Option<PathBuf>,
    /// How files are called there.
    pub(super) paths: RepositoryPaths,
}

impl Job {
    /// The job that the environment speaks of.
    pub(super) fn here() -> Self {
        Self::of(&std::env::vars_os().filter_map(readable).collect())
    }

    fn of(environment: &BTreeMap<String, String>) -> Self {
        let summary = environment.get("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        Self {
            is_github: environment.get("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            summary: summary.map(PathBuf::from),
            paths: repository_paths(environment),
        }
    }

    /// The same without the page of the step: its content goes to another file.
    pub(super) fn without_summary(self) -> Self {
        Self { summary: None, ..self }
    }

    /// Tells what is to be shown on files, and on the page of the step; `page` makes a text of at most so many bytes.
    pub(super) fn tell(
        &self,
        annotations: &Annotations,
        page: impl FnOnce(usize) -> String,
    ) -> Result<(), Problem> {
        if self.is_github {
            print(&annotations.lines);
        }
        let Some(path) = &self.summary else { return Ok(()) };
        let left_out = annotations.left_out.as_ref().filter(|_| self.is_github);
        let left_out = left_out.map(|sentence| format!("\n{sentence}\n")).unwrap_or_default();
        let used = std::fs::metadata(path).map_or(0, |file| file.len());
        let used = usize::try_from(used).unwrap_or(usize::MAX);
        let page = page(LONGEST_MARKDOWN.saturating_sub(used).saturating_sub(left_out.len()));
        if page.is_empty() { Ok(()) } else { append(path, &(page + &left_out)) }
    }

    /// Tells what is wrong with the input.
    pub(super) fn tell_problems(&self, problems: &Problems) -> Result<(), Problem> {
        let annotations = report::problem_annotations(problems, &self.paths);
        self.tell(&annotations, |most| report::problems_markdown(problems, most))
    }
}

fn readable((name, value): (OsString, OsString)) -> Option<(String, String)> {
    Some((name.into_string().ok()?, value.into_string().ok()?))
}

fn append(path: &Path, text: &str) -> Result<(), Problem> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let message = format!("the file of GITHUB_STEP_SUMMARY cannot be written: {error}");
        Problem::error(message).path(path)
    })
}
