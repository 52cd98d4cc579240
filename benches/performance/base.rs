//! A run that is compared with the base of a change, against the same run alone.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use migration_replay::harness::{BaseRequest, Harness, Prepared, pair_with_base, prepare_files};
use migration_replay::outcome::{Event, Verdict};
use migration_replay::postgres::BackendChoice;

use crate::sets::{ScenarioFile, write_schema_set};
use crate::table::{median, milliseconds, with_range};
use crate::{Arguments, Result, table};

const MIGRATIONS: usize = 300;
const SEEDS: &str = "[[seed]]\nname = \"fresh\"\n[[seed]]\nthrough = \"150\"\n";

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let migrations = write_schema_set(folder.path(), MIGRATIONS)?;
    let usual = ["apply", "rerun", "converge"];
    let all = ["apply", "rerun", "reexecute", "interrupt", "converge"];
    for (name, passes) in [("usual", &usual[..]), ("all", &all[..])] {
        let passes =
            ScenarioFile { migrations: &migrations, transaction: "file", passes, seeds: SEEDS };
        passes.write(name)?;
    }
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"])?;
    git(folder.path(), &["add", "."])?;
    git(folder.path(), &["commit", "--quiet", "--message=base"])?;
    change_last(&migrations)?;
    let title = format!("the last of {MIGRATIONS} migrations changed, s, local server");
    table::begin(&title, &["passes", "alone", "with --base", "ratio"]);
    for name in ["usual", "all"] {
        let scenario = folder.path().join(format!("{name}.toml"));
        let (mut alone, mut compared) = (Vec::new(), Vec::new());
        for _ in 0..arguments.rounds.div_ceil(3) {
            alone.push(run(&scenario, None).await?);
            compared.push(run(&scenario, Some("main")).await?);
        }
        let ratio = format!("{:.2}", median(&compared) / median(&alone));
        table::row(&[name.to_owned(), with_range(&alone, 2), with_range(&compared, 2), ratio]);
    }
    table::end();
    Ok(())
}

/// One run from the scenario file to the end, servers and all, in seconds.
async fn run(scenario: &Path, base: Option<&str>) -> Result<f64> {
    let begun = Instant::now();
    let mut harness = Harness::new();
    harness.backend = BackendChoice::Local;
    let prepared = prepare_files(&[scenario.to_owned()], &harness.environment);
    let Prepared { cases, images, .. } = prepared.map_err(|problems| problems.to_string())?;
    let (cases, paired) = match base {
        None => (cases, None),
        Some(reference) => {
            let request = BaseRequest {
                reference: reference.to_owned(),
                report: None,
                servers: harness.servers(),
                uses_cache: false,
            };
            let paired = pair_with_base(cases, None, &request, &harness.environment);
            let paired = paired.map_err(|problems| problems.to_string())?;
            (paired.cases.clone(), Some(paired))
        }
    };
    let ignore = Arc::new(|_: Event| {});
    let outcome = harness.run_cases(cases, images, ignore, Box::pin(std::future::pending())).await;
    drop(paired);
    let took = milliseconds(begun.elapsed()) / 1000.0;
    match outcome.verdict() {
        Verdict::Passed => Ok(took),
        other => Err(format!("the run {other}").into()),
    }
}

fn change_last(migrations: &Path) -> Result<()> {
    let mut files: Vec<_> =
        std::fs::read_dir(migrations)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    let last = files.pop().ok_or("there is no migration")?;
    let mut file = OpenOptions::new().append(true).open(last)?;
    writeln!(file, "CREATE TABLE of_this_change (id integer);")?;
    Ok(())
}

fn git(folder: &Path, words: &[&str]) -> Result<()> {
    let who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
    let done = Command::new("git").arg("-C").arg(folder).args(who).args(words).status()?;
    if done.success() { Ok(()) } else { Err(format!("git {words:?} failed").into()) }
}
