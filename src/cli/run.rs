use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use migration_replay::harness::{
    FlagScenario, Harness, Paired, Prepared, commit_of, prepare_files, prepare_flags,
};
use migration_replay::outcome::{Ending, Event, RunOutcome, ShardPart};
use migration_replay::place::{Problem, Problems};
use migration_replay::plan::CasePlan;
use migration_replay::postgres::KnownImages;
use migration_replay::report;

use super::arguments::RunArguments;
use super::base::compare;
use super::console::{Console, say, style};
use super::files::{ReportFiles, ended};
use super::github::Job;
use super::interrupt::{interrupted, interrupted_twice};
use super::shards::{Divided, finish_empty};

/// `migration-replay run`.
pub(crate) async fn run(arguments: Box<RunArguments>) -> Ending {
    let files = match ReportFiles::check(&arguments.reports) {
        Ok(files) => files,
        Err(problems) => return refuse(&problems, &ReportFiles::default()),
    };
    let mut harness = match arguments.harness() {
        Ok(harness) => harness,
        Err(problem) => return refuse(&problem.into(), &files),
    };
    let flags = arguments.flags.scenario();
    let prepared = match prepare(flags.as_ref(), &arguments.scenarios, &harness) {
        Ok(prepared) => prepared,
        Err(problems) => return refuse(&problems, &files),
    };
    tell_prepared(&prepared, flags.as_ref());
    let chosen = match choose(&mut harness, prepared, flags.as_ref(), &files) {
        Ok(chosen) => chosen,
        Err(ending) => return ending,
    };
    let commit = harness.settings.commit.as_deref();
    let (cases, shard) = match arguments.shards.divide(chosen.cases, commit, &harness.environment) {
        Ok(Divided::Run(cases, shard)) => (cases, shard),
        Ok(Divided::Listed) => return Ending::AsExpected,
        Err(problems) => return refuse(&problems, &files),
    };
    if cases.is_empty()
        && let Some(part) = shard
    {
        return finish_empty(&files, part);
    }
    let (cases, paired) = match compare(cases, flags.as_ref(), &arguments.base, &harness) {
        Ok(compared) => compared,
        Err(problems) => return refuse(&problems, &files),
    };
    let mut warnings = chosen.warnings;
    warnings.append_new(paired.as_ref().map(|it| it.warnings.clone()).unwrap_or_default());
    let chosen = Chosen { cases, shard, paired, warnings, ..chosen };
    carry_out(&harness, chosen, files, arguments.display.console()).await
}

/// What is to be run.
pub(super) struct Chosen {
    cases: Vec<CasePlan>,
    images: KnownImages,
    /// Which part of a run over several machines it is.
    shard: Option<ShardPart>,
    /// The base that the cases are compared with.
    paired: Option<Paired>,
    /// What should be looked at in what was read.
    warnings: Problems,
}

/// The cases that the filter lets through; how the command ends where there are none.
pub(super) fn choose(
    harness: &mut Harness,
    mut prepared: Prepared,
    flags: Option<&FlagScenario>,
    files: &ReportFiles,
) -> Result<Chosen, Ending> {
    let all = prepared.cases.len();
    let cases = harness.select(std::mem::take(&mut prepared.cases));
    if cases.is_empty() {
        return Err(nothing_selected(all, harness, files));
    }
    harness.settings.commit = commit_of(&cases, flags);
    let Prepared { images, warnings, .. } = prepared;
    Ok(Chosen { cases, images, shard: None, paired: None, warnings })
}

/// Runs what was chosen, shows it, and writes the reports.
pub(super) async fn carry_out(
    harness: &Harness,
    chosen: Chosen,
    files: ReportFiles,
    console: Console,
) -> Ending {
    let Chosen { cases, images, shard, paired, warnings } = chosen;
    let console = Arc::new(console);
    let known =
        RunOutcome { shard: shard.clone(), input: warnings.clone(), ..RunOutcome::default() };
    let progress = Mutex::new(Progress { known, ..Progress::default() });
    let reporter = Arc::new(Reporter { console, files, progress });
    let listener = reporter.clone();
    let sink = Arc::new(move |event: Event| listener.take(&event));
    let run = harness.run_cases(cases, images, sink, Box::pin(interrupted()));
    let mut outcome = tokio::select! {
        outcome = run => outcome,
        never = reporter.keep_written() => match never {},
        () = interrupted_twice() => return Ending::Environment,
    };
    outcome.shard = shard;
    outcome.input = warnings;
    reporter.console.finish(&outcome);
    if let Some(paired) = &paired {
        paired.remember(&outcome);
    }
    let told = ended(reporter.files.tell_github(Job::here(), &outcome));
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

/// Tells that the filter lets no case through.
fn nothing_selected(all: usize, harness: &Harness, files: &ReportFiles) -> Ending {
    let filter = harness.filter.as_deref().unwrap_or_default();
    let message = format!("nothing selected: none of {all} cases has {filter:?} in its name");
    say(&message);
    let told = ended(files.tell_github_problems(Job::here(), &Problem::error(message).into()));
    write(files, &RunOutcome::default()).or_worse(told).or_worse(Ending::NothingDone)
}

/// Tells what is wrong with the input; the reports say so too.
pub(super) fn refuse(problems: &Problems, files: &ReportFiles) -> Ending {
    say(&report::render_problems(problems, style()));
    let broken_off = Some(problems.to_string());
    let _written = write(files, &RunOutcome { broken_off, ..RunOutcome::default() });
    let _told = ended(files.tell_github_problems(Job::here(), problems));
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
