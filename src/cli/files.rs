use std::io::Write;
use std::path::{Path, PathBuf};

use migration_replay::outcome::{Ending, RunOutcome};
use migration_replay::place::{Problem, Problems};
use migration_replay::report::{self, LONGEST_MARKDOWN, Qualified};
use tempfile::NamedTempFile;

use super::arguments::ReportArguments;
use super::console::{say, style};
use super::github::Job;

/// Report files. They are written beside their place and renamed into it, so that a reader never sees
/// half of one and a killed run loses none.
#[derive(Debug, Clone, Default)]
pub(super) struct ReportFiles {
    junit: Option<PathBuf>,
    json: Option<PathBuf>,
    markdown: Option<PathBuf>,
    qualification: Option<QualificationFiles>,
}

/// The report of a qualification.
#[derive(Debug, Clone)]
pub(super) struct QualificationFiles {
    pub(super) qualified: Qualified,
    pub(super) markdown: Option<PathBuf>,
    pub(super) html: Option<PathBuf>,
}

impl QualificationFiles {
    fn write(&self, outcome: &RunOutcome) -> Result<(), Problem> {
        if let Some(path) = &self.markdown {
            let text = report::qualification_markdown(&self.qualified, outcome, usize::MAX);
            replace(path, text.as_bytes())?;
        }
        if let Some(path) = &self.html {
            replace(path, report::qualification_html(&self.qualified, outcome).as_bytes())?;
        }
        Ok(())
    }
}

impl ReportFiles {
    /// The same with the report of a qualification beside the others.
    pub(super) fn with(self, qualification: QualificationFiles) -> Self {
        Self { qualification: Some(qualification), ..self }
    }

    /// Checks, before anything is started, that the files can be written.
    pub(super) fn check(arguments: &ReportArguments) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let files = [
            ("--junit", &arguments.junit),
            ("--json", &arguments.json),
            ("--markdown", &arguments.markdown),
        ];
        for (flag, path) in files {
            let Some(path) = path else { continue };
            if let Err(problem) = check_writable(flag, path) {
                problems.push(problem);
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(Self {
            junit: arguments.junit.clone(),
            json: arguments.json.clone(),
            markdown: arguments.markdown.clone(),
            qualification: None,
        })
    }

    /// Writes what is known.
    pub(super) fn write(&self, outcome: &RunOutcome) -> Result<(), Problem> {
        if let Some(path) = &self.junit {
            replace(path, report::junit(outcome).as_bytes())?;
        }
        if let Some(path) = &self.json {
            replace(path, report::json(outcome).as_bytes())?;
        }
        if let Some(path) = &self.markdown {
            replace(path, report::markdown(outcome, LONGEST_MARKDOWN).as_bytes())?;
        }
        self.qualification.as_ref().map_or(Ok(()), |files| files.write(outcome))
    }

    /// Tells GitHub of the end of a run.
    pub(super) fn tell_github(&self, job: Job, outcome: &RunOutcome) -> Result<(), Problem> {
        let job = self.job(job);
        let annotations = report::annotations(outcome, &job.paths);
        job.tell(&annotations, |most| match &self.qualification {
            Some(files) => report::qualification_markdown(&files.qualified, outcome, most),
            None => report::markdown(outcome, most),
        })
    }

    /// Tells GitHub why nothing is run.
    pub(super) fn tell_github_problems(
        &self,
        job: Job,
        problems: &Problems,
    ) -> Result<(), Problem> {
        self.job(job).tell_problems(problems)
    }

    /// The page of the step gets the summary that no file was named for.
    fn job(&self, job: Job) -> Job {
        let of_qualification = self.qualification.as_ref().and_then(|it| it.markdown.as_ref());
        let is_named = self.markdown.is_some() || of_qualification.is_some();
        if is_named { job.without_summary() } else { job }
    }
}

/// Checks that the file of a flag can be written.
pub(super) fn check_writable(flag: &str, path: &Path) -> Result<(), Problem> {
    match folder_of(path).and_then(NamedTempFile::new_in) {
        Ok(_) => Ok(()),
        Err(error) => {
            let message = format!("the file of {flag} cannot be written: {error}");
            Err(Problem::error(message).path(path))
        }
    }
}

/// The folder of a file, made if it is not there.
pub(super) fn folder_of(path: &Path) -> std::io::Result<PathBuf> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Writes a file beside its place and renames it into it.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), Problem> {
    let write = || -> std::io::Result<()> {
        let mut file = NamedTempFile::new_in(folder_of(path)?)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write()
        .map_err(|error| Problem::error(format!("the file cannot be written: {error}")).path(path))
}

/// Writes a result to the file that was asked for, else to standard output.
pub(crate) fn put(output: Option<&Path>, text: &str) -> Ending {
    ended(match output {
        Some(file) => replace(file, text.as_bytes()),
        None => std::io::stdout()
            .write_all(text.as_bytes())
            .map_err(|error| Problem::error(format!("standard output cannot be written: {error}"))),
    })
}

/// What writing came to; what went wrong is told.
pub(crate) fn ended(written: Result<(), Problem>) -> Ending {
    match written {
        Ok(()) => Ending::AsExpected,
        Err(problem) => {
            say(&report::render_problem(&problem, style()));
            Ending::Environment
        }
    }
}
