use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use migration_replay::harness::{Harness, Prepared, prepare_files, prepare_flags};
use migration_replay::outcome::{Ending, Event, RunOutcome};
use migration_replay::place::Problems;
use migration_replay::report;

use super::arguments::RunArguments;
use super::console::{Console, say, style};
use super::files::ReportFiles;
use super::interrupt::{interrupted, interrupted_twice};

/// `migration-replay run`.
pub(crate) async fn run(arguments: Box<RunArguments>) -> Ending {
    let files = match ReportFiles::check(&arguments.reports) {
        Ok(files) => files,
        Err(problems) => return refuse(&problems, &ReportFiles::default()),
    };
    let harness = match arguments.harness() {
        Ok(harness) => harness,
        Err(problem) => return refuse(&problem.into(), &files),
    };
    let prepared = match prepare(&arguments, &harness) {
        Ok(prepared) => prepared,
        Err(problems) => return refuse(&problems, &files),
    };
    if !prepared.warnings.0.is_empty() {
        say(&report::render_problems(&prepared.warnings, style()));
    }
    let all = prepared.cases.len();
    let cases = harness.select(prepared.cases);
    if cases.is_empty() {
        let filter = harness.filter.as_deref().unwrap_or_default();
        say(&format!("nothing selected: none of {all} cases has {filter:?} in its name"));
        return write(&files, &RunOutcome::default()).or_worse(Ending::NothingDone);
    }
    let console = Arc::new(Console::new(arguments.reports.no_progress));
    let reporter = Arc::new(Reporter { console, files, progress: Mutex::default() });
    let listener = reporter.clone();
    let sink = Arc::new(move |event: Event| listener.take(&event));
    let run = harness.run_cases(cases, prepared.images, sink, interrupted());
    let outcome = tokio::select! {
        outcome = run => outcome,
        () = interrupted_twice() => return Ending::Environment,
    };
    reporter.console.finish(&outcome);
    write(&reporter.files, &outcome).or_worse(outcome.ending())
}

fn prepare(arguments: &RunArguments, harness: &Harness) -> Result<Prepared, Problems> {
    if let Some(flags) = arguments.flag_scenario() {
        if let Some(list) = flags.exclude_from(&harness.environment) {
            say(&format!("excluding {list}, from the environment variable MIGRATION_EXCLUDE"));
        }
        return prepare_flags(&flags, &harness.environment);
    }
    let default = vec![PathBuf::from("scenarios")];
    let paths = if arguments.scenarios.is_empty() { &default } else { &arguments.scenarios };
    prepare_files(paths, &harness.environment)
}

/// Tells what is wrong with the input; the reports say so too.
fn refuse(problems: &Problems, files: &ReportFiles) -> Ending {
    say(&report::render_problems(problems, style()));
    let broken_off = Some(problems.to_string());
    let _told = write(files, &RunOutcome { broken_off, ..RunOutcome::default() });
    Ending::WrongInput
}

fn write(files: &ReportFiles, outcome: &RunOutcome) -> Ending {
    match files.write(outcome) {
        Ok(()) => Ending::AsExpected,
        Err(problem) => {
            say(&report::render_problem(&problem, style()));
            Ending::Environment
        }
    }
}

/// Takes every event: shows it, and keeps the report files true.
struct Reporter {
    console: Arc<Console>,
    files: ReportFiles,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    known: RunOutcome,
    written: Option<Instant>,
}

/// Report files are written again when a case has finished, but not more often than this.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

impl Reporter {
    fn take(&self, event: &Event) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.known.add(event);
        self.console.show(event, &progress.known);
        let is_news = matches!(event, Event::RunStarted { .. } | Event::CaseFinished { .. });
        if is_news && progress.written.is_none_or(|written| written.elapsed() > WRITE_AGAIN) {
            // The last write tells of a disk that is full.
            let _written = self.files.write(&progress.known);
            progress.written = Some(Instant::now());
        }
    }
}
