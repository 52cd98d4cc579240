//! A failure once more: the case is run up to just before the statement that fails, and its database stays.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Harness;
use super::bundle::write_bundle;
use crate::outcome::{CaseOutcome, Dump, Failure, Reproduction, RunOutcome};
use crate::place::Problem;
use crate::plan::{CasePlan, Stop};
use crate::postgres::{KnownImages, make_kept_folder};
use crate::replay::{EventSink, Keep, Keeping};
use crate::report::statement_file;

/// What is asked of [`Harness::reproduce`].
#[derive(Debug, Clone, Default)]
pub struct ReproRequest {
    /// Where to stop, as the user says it: a migration, and after a colon the number of a statement. `None`: before
    /// whatever fails.
    pub at: Option<String>,
    /// A file for everything that somebody else needs.
    pub bundle: Option<PathBuf>,
}

impl Harness {
    /// Runs one case up to just before the statement that fails, and keeps its database beyond the end of this
    /// process. Where no statement of a file is to blame, the database is as the failure left it. A failure that the
    /// scenario expects is one all the same. A case where nothing fails keeps nothing, unless the request says where to stop.
    ///
    /// Each run is told as `listener` likes it; `interrupt` is asked for once per run.
    ///
    /// # Errors
    ///
    /// That the place to stop at is not in the case.
    pub async fn reproduce<F: Future<Output = String> + Send>(
        &self,
        case: CasePlan,
        images: &KnownImages,
        request: &ReproRequest,
        listener: &EventSink,
        interrupt: impl Fn() -> F,
    ) -> Result<Reproduction, Problem> {
        let folder = request.bundle.as_ref().map(|_| TempDir::new()).transpose();
        let folder =
            folder.map_err(|error| Problem::error(format!("no folder for a dump: {error}")))?;
        let work = Work { harness: self, images, folder, listener, interrupt };
        let mut reproduction = work.find(&case, request.at.as_deref()).await?;
        if let Some(failure) = &reproduction.failure
            && reproduction.kept.is_none()
            && reproduction.run.broken_off.is_none()
            && let Some(stop) = Stop::before(&failure.found, &case)
        {
            work.stop_before(&case, stop, &mut reproduction).await;
        }
        work.write_files(&mut reproduction, request.bundle.as_deref());
        Ok(reproduction)
    }
}

/// The first failure that nobody expected; else the first one of a statement, which the scenario expects and somebody wants to
/// look at.
fn to_reproduce(case: &CaseOutcome) -> Option<&Failure> {
    let of_statement = || case.failures.iter().find(|failure| failure.found.statement.is_some());
    case.unexpected().next().or_else(of_statement)
}

struct Work<'a, I> {
    harness: &'a Harness,
    images: &'a KnownImages,
    /// Where a dump goes, if one is wanted.
    folder: Option<TempDir>,
    listener: &'a EventSink,
    interrupt: I,
}

impl<F: Future<Output = String> + Send, I: Fn() -> F> Work<'_, I> {
    /// Runs the case to its failure, or to where the user says.
    async fn find(&self, case: &CasePlan, at: Option<&str>) -> Result<Reproduction, Problem> {
        let run = match at {
            None => self.run(case.clone(), Keep::NotStoppable).await,
            Some(at) => {
                let stop = Stop::at(at, case)
                    .map_err(|why| Problem::error(format!("--at {at}: {why}")))?;
                self.run(case.stopping(stop), Keep::Stopped).await
            }
        };
        let outcome = run.cases.first();
        let failure = outcome.and_then(to_reproduce).cloned();
        let kept = outcome.and_then(|case| case.kept.clone());
        Ok(Reproduction { run, failure, kept, ..Reproduction::default() })
    }

    /// Runs the case up to there; where the failure does not show so, with its whole file left to be run.
    async fn stop_before(&self, case: &CasePlan, stop: Stop, reproduction: &mut Reproduction) {
        let whole = stop.whole();
        for stop in std::iter::once(stop).chain(whole) {
            let run = self.run(case.stopping(stop), Keep::Stopped).await;
            let Some(outcome) = run.cases.into_iter().next() else { return };
            reproduction.kept = outcome.kept;
            if reproduction.kept.is_some() {
                return;
            }
            if let Some(why) = run.broken_off {
                reproduction.trouble.push(format!("the run was broken off: {why}"));
                return;
            }
            if let Some(failure) = outcome.failures.first() {
                let message = &failure.found.error.message;
                reproduction
                    .trouble
                    .push(format!("run again, the case fails before that statement: {message}"));
                return;
            }
        }
    }

    async fn run(&self, case: CasePlan, which: Keep) -> RunOutcome {
        let mut harness = self.harness.clone();
        harness.settings.keeping = Keeping { which, dump: self.dump_file() };
        let images = self.images.clone();
        harness
            .run_cases(vec![case], images, self.listener.clone(), Box::pin((self.interrupt)()))
            .await
    }

    fn dump_file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().join("dump.sql"))
    }

    /// Writes what belongs to a kept database.
    fn write_files(&self, reproduction: &mut Reproduction, bundle: Option<&Path>) {
        if let Err(error) = write_statement(reproduction) {
            reproduction.trouble.push(format!("the statement cannot be written: {error}"));
        }
        let (Some(bundle), Some(dump), Some(kept)) = (bundle, self.dump_file(), &reproduction.kept)
        else {
            return;
        };
        let written = match &kept.dump {
            Dump::Written { .. } => {
                write_bundle(bundle, &dump, reproduction).map_err(|error| error.to_string())
            }
            Dump::Failed(why) => Err(why.clone()),
            Dump::NotAsked => Ok(()),
        };
        match written {
            Ok(()) => reproduction.bundle = Some(bundle.to_owned()),
            Err(why) => {
                let path = bundle.display();
                reproduction.trouble.push(format!("{path} cannot be written: {why}"));
            }
        }
    }
}

fn write_statement(reproduction: &mut Reproduction) -> io::Result<()> {
    let (Some(text), Some(case)) = (statement_file(reproduction), reproduction.case()) else {
        return Ok(());
    };
    let path = make_kept_folder(&case.head.name)?.join("statement.sql");
    std::fs::write(&path, text)?;
    reproduction.statement = Some(path);
    Ok(())
}
