//! What it takes to fill 300 tables with generated rows: a seed state with them, against the same one without.

use std::fmt::Write as _;
use std::path::Path;

use migration_replay::outcome::Phase;
use migration_replay::postgres::BackendChoice;

use crate::apply::in_harness;
use crate::sets::{ScenarioFile, write_table_set};
use crate::table::{milliseconds, with_range};
use crate::{Arguments, Result, servers, table};

const TABLES: usize = 300;
const ROWS: usize = 50;

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = servers::start_common(arguments.server, &arguments.image).await?;
    let choice = servers::as_url(&server)?;
    let (label, version) = (&server.label, &server.version);
    let title = format!("{TABLES} tables, {ROWS} rows each, ms, {label}, Postgres {version}");
    table::begin(&title, &["files", "seed state", "with rows", "added"]);
    for files in [1, TABLES / 3] {
        let migrations = write_table_set(folder.path(), TABLES, files)?;
        let (mut bare, mut filled, mut added) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..arguments.rounds.div_ceil(2) {
            let without = seed(&choice, &migrations, files, 0).await?;
            let with = seed(&choice, &migrations, files, ROWS).await?;
            bare.push(without);
            filled.push(with);
            added.push(with - without);
        }
        let figures = [&bare, &filled, &added].map(|values| with_range(values, 0));
        table::row(&[&[files.to_string()], figures.as_slice()].concat());
    }
    table::end();
    server.stop().await;
    Ok(())
}

/// Makes the seed state; in ms.
async fn seed(choice: &BackendChoice, migrations: &Path, files: usize, rows: usize) -> Result<f64> {
    let mut seeds = format!("[[seed]]\nname = \"old\"\nthrough = \"{files:05}\"\n");
    if rows > 0 {
        writeln!(seeds, "rows = {rows}")?;
    }
    let passes = &["apply"];
    let scenario = ScenarioFile { migrations, transaction: "statement", passes, seeds: &seeds };
    let (_, outcome) = in_harness(choice, &scenario.write("rows")?, 1).await?;
    let coverage = outcome.cases.iter().find_map(|case| case.coverage.as_ref());
    if let Some(short) = coverage.filter(|coverage| coverage.filled < TABLES) {
        return Err(format!("not all tables were filled: {short:?}").into());
    }
    let steps = outcome.cases.iter().flat_map(|case| &case.steps);
    let seeded = steps.filter(|step| step.phase == Phase::Seed);
    Ok(milliseconds(seeded.map(|step| step.took).sum()))
}
