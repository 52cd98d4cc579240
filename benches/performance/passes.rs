//! All passes over a fresh and a populated database, against what CI jobs do today for one: a psql process for each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use migration_replay::harness::{Harness, Prepared, prepare_files};
use migration_replay::outcome::{CaseOutcome, Phase, RunOutcome, Verdict};
use migration_replay::plan::CasePlan;
use migration_replay::postgres::{BackendChoice, Server};

use crate::psql::{self, History};
use crate::sets::{ScenarioFile, write_reversible_set};
use crate::table::{median, milliseconds, with_range};
use crate::{Arguments, Result, servers, table};

/// The passes whose bodies are counted.
const PASSES: [&str; 6] = ["apply", "rerun", "converge", "reexecute", "interrupt", "round-trip"];

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = servers::start_common(arguments.server, &arguments.image).await?;
    let title = format!("all passes, s, {}, Postgres {}", server.label, server.version);
    let head = [
        "set",
        "psql, one session",
        "psql for each file",
        "all passes, two databases",
        "ratio to psql for each file, by round",
        "bodies executed",
        "ratio to one session for as many bodies",
        "ms for each migration",
    ];
    table::begin(&title, &head);
    let mut sets = Vec::new();
    if let Some(given) = &arguments.migrations {
        let link = folder.path().join("given");
        std::os::unix::fs::symlink(given.canonicalize()?, &link)?;
        sets.push((given.display().to_string(), link));
    } else {
        for count in [100, 300, 1_000] {
            sets.push((format!("{count} migrations"), write_reversible_set(folder.path(), count)?));
        }
    }
    for (name, migrations) in sets {
        let mut rounds = Rounds::default();
        for _ in 0..arguments.rounds.div_ceil(3) {
            rounds.add(&server, &migrations).await?;
        }
        table::row(&rounds.row(&name));
    }
    table::end();
    server.stop().await;
    Ok(())
}

/// Figures in ms, round by round.
#[derive(Default)]
struct Rounds {
    session: Vec<f64>,
    each: Vec<f64>,
    all: Vec<f64>,
    migrations: usize,
    bodies: usize,
}

impl Rounds {
    /// One round: each side once, on databases of its own.
    async fn add(&mut self, server: &Server, migrations: &Path) -> Result<()> {
        let choice = servers::as_url(server)?;
        let alone = scenario(migrations, "")?;
        let Prepared { cases, .. } = prepare(&alone)?;
        let case = cases.into_iter().next().ok_or("the scenario has no case")?;
        let middle = case.chain.get(case.chain.len() / 2).ok_or("there is no migration")?;
        let seeds = format!(
            "[[seed]]\nname = \"fresh\"\n[[seed]]\nname = \"middle\"\nthrough = {:?}\n",
            middle.version.as_str()
        );
        let both = scenario(migrations, &seeds)?;
        self.migrations = case.chain.len();
        let script = psql::script(&case, History::None);
        self.session.push(milliseconds(
            in_psql(server, |database| Ok(psql::run(database, &script)?.process)).await?,
        ));
        self.each
            .push(milliseconds(in_psql(server, |database| psql::run_each(database, &case)).await?));
        let begun = Instant::now();
        let outcome = in_harness(choice, &both).await?;
        self.all.push(milliseconds(begun.elapsed()));
        self.bodies = outcome.cases.iter().map(CaseOutcome::bodies).sum();
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of migrations")]
    fn row(&self, name: &str) -> Vec<String> {
        let seconds = |values: &[f64]| format!("{:.2}", median(values) / 1e3);
        let pairs: Vec<_> = self.all.iter().zip(&self.each).map(|(all, each)| all / each).collect();
        let body = median(&self.session) / self.migrations as f64;
        vec![
            name.to_owned(),
            seconds(&self.session),
            seconds(&self.each),
            seconds(&self.all),
            with_range(&pairs, 2),
            self.bodies.to_string(),
            format!("{:.2}", median(&self.all) / (body * self.bodies as f64)),
            format!("{:.2}", median(&self.all) / self.migrations as f64),
        ]
    }
}

fn scenario(migrations: &Path, seeds: &str) -> Result<PathBuf> {
    let name = if seeds.is_empty() { "alone" } else { "both" };
    ScenarioFile { migrations, transaction: "", passes: &PASSES, seeds }.write(name)
}

fn prepare(scenario: &Path) -> Result<Prepared> {
    let files = [PathBuf::from(scenario)];
    Ok(prepare_files(&files, &BTreeMap::new()).map_err(|problems| problems.to_string())?)
}

async fn in_psql(
    server: &Server,
    run: impl FnOnce(&migration_replay::postgres::Database) -> Result<Duration>,
) -> Result<Duration> {
    let database = server.create_database(None).await.map_err(|error| error.to_string())?;
    let took = run(&database);
    server.drop_database(&database).await.map_err(|error| error.to_string())?;
    took
}

/// A whole run, read and planned as a user's would be. Ways down of a real folder may well be wrong; nothing else may.
async fn in_harness(choice: BackendChoice, scenario: &Path) -> Result<RunOutcome> {
    let mut harness = Harness::new();
    harness.backend = choice;
    let Prepared { cases, images, .. } = prepare(scenario)?;
    let is_lonely = |case: &CasePlan| case.alone.is_some();
    harness.settings.allow_server_objects = cases.iter().any(is_lonely);
    let listener = std::sync::Arc::new(|_event| {});
    let outcome =
        harness.run_cases(cases, images, listener, Box::pin(std::future::pending())).await;
    let is_broken = |phase| matches!(phase, Phase::Apply | Phase::Rerun | Phase::Seed);
    for case in &outcome.cases {
        let broken =
            case.steps.iter().find(|step| is_broken(step.phase) && step.verdict != Verdict::Passed);
        if let Some(step) = broken {
            return Err(format!("the run broke: {step:?}: {:?}", case.failures).into());
        }
    }
    Ok(outcome)
}
