use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use migration_replay::harness::{FlagScenario, Harness, Prepared, prepare_files, prepare_flags};
use migration_replay::outcome::{Ending, Event, RunOutcome};
use migration_replay::place::Problems;
use migration_replay::report;

use super::arguments::RunArguments;
use super::console::{Console, say, style};
use super::files::{ReportFiles, ended};
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
    let flags = arguments.flags.scenario();
    let prepared = match prepare(flags.as_ref(), &arguments.scenarios, &harness) {
        Ok(prepared) => prepared,
        Err(problems) => return refuse(&problems, &files),
    };
    tell_prepared(&prepared, flags.as_ref());
    carry_out(&harness, prepared, files, arguments.reports.no_progress).await
}

/// Runs what was prepared, shows it, and writes the reports.
pub(super) async fn carry_out(
    harness: &Harness,
    prepared: Prepared,
    files: ReportFiles,
    no_progress: bool,
) -> Ending {
    let all = prepared.cases.len();
    let cases = harness.select(prepared.cases);
    if cases.is_empty() {
        let filter = harness.filter.as_deref().unwrap_or_default();
        say(&format!("nothing selected: none of {all} cases has {filter:?} in its name"));
        return write(&files, &RunOutcome::default()).or_worse(Ending::NothingDone);
    }
    let console = Arc::new(Console::new(no_progress));
    let reporter = Arc::new(Reporter { console, files, progress: Mutex::default() });
    let listener = reporter.clone();
    let sink = Arc::new(move |event: Event| listener.take(&event));
    let run = harness.run_cases(cases, prepared.images, sink, interrupted());
    let outcome = tokio::select! {
        outcome = run => outcome,
        never = reporter.keep_written() => match never {},
        () = interrupted_twice() => return Ending::Environment,
    };
    reporter.console.finish(&outcome);
    let told = ended(reporter.files.tell_github(&outcome));
    write(&reporter.files, &outcome).or_worse(told).or_worse(outcome.ending())
}

/// Reads and plans what the flags say, or else scenario files.
pub(super) fn prepare(
    flags: Option<&FlagScenario>,
    scenarios: &[PathBuf],
    harness: &Harness,
) -> Result<Prepared, Problems> {
    if let Some(flags) = flags {
        if let Some(list) = flags.exclude_from(&harness.environment) {
            say(&format!("excluding {list}, from the environment variable MIGRATION_EXCLUDE"));
        }
        return prepare_flags(flags, &harness.environment);
    }
    let default = [PathBuf::from("scenarios")];
    prepare_files(if scenarios.is_empty() { &default } else { scenarios }, &harness.environment)
}

/// Tells what should be told of what was read.
pub(super) fn tell_prepared(prepared: &Prepared, flags: Option<&FlagScenario>) {
    if !prepared.warnings.0.is_empty() {
        say(&report::render_problems(&prepared.warnings, style()));
    }
    if flags.is_some() {
        say_layout(prepared);
    }
}

/// Tells how the folder was read: what was detected may not be what was meant.
fn say_layout(prepared: &Prepared) {
    if let Some(case) = prepared.cases.first() {
        let (set, count) = (&case.set, case.set.migrations().len());
        let migrations = if count == 1 { "migration" } else { "migrations" };
        say(&format!("{}: {count} {migrations}, read as {}", set.root.display(), set.layout));
    }
}

/// Tells what is wrong with the input; the reports say so too.
pub(super) fn refuse(problems: &Problems, files: &ReportFiles) -> Ending {
    say(&report::render_problems(problems, style()));
    let broken_off = Some(problems.to_string());
    let _told = write(files, &RunOutcome { broken_off, ..RunOutcome::default() });
    Ending::WrongInput
}

fn write(files: &ReportFiles, outcome: &RunOutcome) -> Ending {
    ended(files.write(outcome))
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
    /// Whether a case has finished since the files were written.
    has_news: bool,
}

/// How soon after the end of a case the report files tell of it. Not at once: many cases may end
/// together, and each write is of the whole report.
const WRITE_AGAIN: Duration = Duration::from_millis(200);

impl Reporter {
    fn take(&self, event: &Event) {
        let mut progress = self.progress();
        progress.known.add(event);
        self.console.show(event, &progress.known);
        progress.has_news |= matches!(event, Event::CaseFinished { .. });
        if matches!(event, Event::RunStarted { .. }) {
            // The last write tells of a disk that is full; this one and those of `keep_written` do not.
            let _written = self.files.write(&progress.known);
        }
    }

    /// Writes the report files again and again, as long as somebody waits for it.
    async fn keep_written(&self) -> Infallible {
        loop {
            tokio::time::sleep(WRITE_AGAIN).await;
            let mut progress = self.progress();
            if std::mem::take(&mut progress.has_news) {
                let known = progress.known.clone();
                drop(progress);
                let _written = self.files.write(&known);
            }
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
