//! `apply` with history against one psql session that does the same, on one server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use migration_replay::harness::{Harness, Prepared, prepare_files};
use migration_replay::outcome::{Ending, Event, Phase, RunOutcome, Verdict};
use migration_replay::plan::CasePlan;
use migration_replay::postgres::{BackendChoice, Server};

use crate::psql::{self, History};
use crate::sets::{ScenarioFile, write_data_set, write_schema_set};
use crate::table::{least, median, milliseconds, with_range};
use crate::{Arguments, Result, servers, table};

/// What the harness took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HarnessTimes {
    /// The sum over the steps of the apply pass, as reports have it.
    pub(crate) steps: Duration,
    /// From the beginning of the first migration to the end of the last.
    pub(crate) apply: Duration,
    /// Reading and planning.
    pub(crate) prepare: Duration,
    /// The whole run after that: connecting, databases, passes.
    pub(crate) run: Duration,
}

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let schema = write_schema_set(folder.path(), 300)?;
    let data = write_data_set(folder.path())?;
    let server = servers::start_common(arguments.server, &arguments.image).await?;
    let title = format!("apply, ms, {}, Postgres {}", server.label, server.version);
    let head = [
        "set",
        "psql",
        "psql with history",
        "harness, steps",
        "harness, whole pass",
        "ratio, steps",
        "ratio, whole pass",
        "ratio of the best",
        "ratio by round",
        "psql process",
    ];
    table::begin(&title, &head);
    if let Some(given) = &arguments.migrations {
        let link = folder.path().join("given");
        std::os::unix::fs::symlink(given.canonicalize()?, &link)?;
        let rounds = compare(&server, &link, "", arguments.rounds).await?;
        table::row(&rounds.row(&given.display().to_string()));
        table::end();
        server.stop().await;
        return Ok(());
    }
    for (name, migrations) in [("300 schema migrations", &schema), ("heavy data", &data)] {
        for transaction in ["statement", "file"] {
            let rounds = compare(&server, migrations, transaction, arguments.rounds).await?;
            table::row(&rounds.row(&format!("{name}, by {transaction}")));
        }
    }
    table::end();
    server.stop().await;
    Ok(())
}

/// Figures in ms, round by round.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    pub(crate) plain: Vec<f64>,
    pub(crate) with_history: Vec<f64>,
    process: Vec<f64>,
    steps: Vec<f64>,
    pub(crate) apply: Vec<f64>,
    pub(crate) prepare: Vec<f64>,
    pub(crate) run: Vec<f64>,
}

impl Rounds {
    fn row(&self, name: &str) -> Vec<String> {
        let whole = |values: &[f64]| format!("{:.0}", median(values));
        let base = median(&self.with_history);
        let pairs: Vec<_> = self.apply.iter().zip(&self.with_history).map(|(a, b)| a / b).collect();
        vec![
            name.to_owned(),
            whole(&self.plain),
            whole(&self.with_history),
            whole(&self.steps),
            whole(&self.apply),
            format!("{:.2}", median(&self.steps) / base),
            format!("{:.2}", median(&self.apply) / base),
            format!("{:.2}", least(&self.apply) / least(&self.with_history)),
            with_range(&pairs, 2),
            whole(&self.process),
        ]
    }
}

/// All three sides in turn, each on a database of its own; who begins changes from round to round. One
/// round before warms the server up.
pub(crate) async fn compare(
    server: &Server,
    migrations: &Path,
    transaction: &str,
    rounds: u16,
) -> Result<Rounds> {
    let scenario = ScenarioFile { migrations, transaction, passes: &["apply"], seeds: "" }
        .write(transaction)?;
    let choice = servers::as_url(server)?;
    let case = plan(&scenario)?;
    let plain = psql::script(&case, History::None);
    let with_history = psql::script(&case, History::Kept);
    let mut figures = Rounds::default();
    for round in 0..=rounds {
        let mut this = Rounds::default();
        for turn in 0..3 {
            match (turn + round) % 3 {
                0 => {
                    let times = in_psql(server, &plain).await?;
                    this.plain.push(milliseconds(times.statements));
                }
                1 => {
                    let times = in_psql(server, &with_history).await?;
                    this.with_history.push(milliseconds(times.statements));
                    this.process.push(milliseconds(times.process));
                }
                _ => {
                    checkpoint(server).await?;
                    let (times, _) = in_harness(&choice, &scenario, 1).await?;
                    this.steps.push(milliseconds(times.steps));
                    this.apply.push(milliseconds(times.apply));
                    this.prepare.push(milliseconds(times.prepare));
                    this.run.push(milliseconds(times.run));
                }
            }
        }
        if round > 0 {
            figures.plain.append(&mut this.plain);
            figures.with_history.append(&mut this.with_history);
            figures.process.append(&mut this.process);
            figures.steps.append(&mut this.steps);
            figures.apply.append(&mut this.apply);
            figures.prepare.append(&mut this.prepare);
            figures.run.append(&mut this.run);
        }
    }
    Ok(figures)
}

/// What one side left to write must not cost the next one time.
async fn checkpoint(server: &Server) -> Result<()> {
    Ok(server.admin().await?.batch_execute("CHECKPOINT").await?)
}

async fn in_psql(server: &Server, script: &str) -> Result<psql::PsqlTimes> {
    // Such a database has the harness's history table.
    let database = server.create_database(None).await.map_err(|error| error.to_string())?;
    checkpoint(server).await?;
    let times = psql::run(&database, script);
    server.drop_database(&database).await.map_err(|error| error.to_string())?;
    times
}

fn plan(scenario: &Path) -> Result<CasePlan> {
    let prepared = prepare(scenario)?;
    prepared.cases.into_iter().next().ok_or_else(|| "the scenario has no case".into())
}

fn prepare(scenario: &Path) -> Result<Prepared> {
    let files = [PathBuf::from(scenario)];
    Ok(prepare_files(&files, &BTreeMap::new()).map_err(|problems| problems.to_string())?)
}

/// A whole run, read and planned anew as a user's would be.
pub(crate) async fn in_harness(
    choice: &BackendChoice,
    scenario: &Path,
    jobs: usize,
) -> Result<(HarnessTimes, RunOutcome)> {
    let mut harness = Harness::new();
    harness.backend = choice.clone();
    harness.settings.jobs = jobs;
    let begun = Instant::now();
    let Prepared { cases, images, .. } = prepare(scenario)?;
    let prepare = begun.elapsed();
    let pass = Arc::new(Mutex::new((None::<Instant>, None::<Instant>)));
    let seen = pass.clone();
    let listener = Arc::new(move |event: Event| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Working { phase: Phase::Apply, what: Some(_), .. } => {
                seen.0.get_or_insert_with(Instant::now);
            }
            Event::StepFinished { step, .. } if step.phase == Phase::Apply => {
                seen.1 = Some(Instant::now());
            }
            _ => {}
        }
    });
    let outcome =
        harness.run_cases(cases, images, listener, Box::pin(std::future::pending())).await;
    if outcome.ending() != Ending::AsExpected || outcome.verdict() != Verdict::Passed {
        return Err(format!("the run did not pass: {:?}", outcome.cases).into());
    }
    let steps = outcome.cases.iter().flat_map(|case| &case.steps);
    let steps = steps.filter(|step| step.phase == Phase::Apply).map(|step| step.took).sum();
    let (first, last) = *pass.lock().unwrap_or_else(PoisonError::into_inner);
    // Nothing is pending where the seed holds everything.
    let apply = first.zip(last).map(|(first, last)| last.duration_since(first)).unwrap_or_default();
    Ok((HarnessTimes { steps, apply, prepare, run: outcome.took }, outcome))
}
