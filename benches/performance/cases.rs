//! What one more case costs on a warm server: runs of 5 and of 15 cases, compared.

use std::fmt::Write as _;

use crate::apply::in_harness;
use crate::sets::{ScenarioFile, write_schema_set};
use crate::table::{milliseconds, with_range};
use crate::{Arguments, Result, servers, table};

const FEW: usize = 5;
const MORE: usize = 15;

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let migrations = write_schema_set(folder.path(), 300)?;
    let server = servers::start_common(arguments.server, &arguments.image).await?;
    let choice = servers::as_url(&server)?;
    let kinds = [
        ("fresh, 300 migrations", ""),
        ("populated, 290 of 300 in its seed", "through = \"00290\"\n"),
        ("populated, all in its seed", "through = \"00300\"\n"),
    ];
    let mut rows = Vec::new();
    for (name, seed) in kinds {
        let write = |count: usize| {
            let seeds = seeds(count, seed)?;
            let scenario = ScenarioFile {
                migrations: &migrations,
                transaction: "statement",
                passes: &["apply", "rerun", "converge"],
                seeds: &seeds,
            };
            scenario.write(&format!("cases-{count}"))
        };
        let mut row = vec![name.to_owned()];
        for jobs in [1, 2] {
            let mut costs = Vec::new();
            for _ in 0..arguments.rounds.div_ceil(2) {
                let (few, _) = in_harness(&choice, &write(FEW)?, jobs).await?;
                let (more, _) = in_harness(&choice, &write(MORE)?, jobs).await?;
                let added = milliseconds(more.run) - milliseconds(few.run);
                costs.push(added / 10.0);
            }
            row.push(with_range(&costs, 0));
        }
        rows.push(row);
    }
    let title = format!("one more case, ms, {}, all passes", server.label);
    server.stop().await;
    table::print(&title, &["case", "one at once", "two at once"], &rows);
    Ok(())
}

fn seeds(count: usize, table: &str) -> Result<String> {
    let mut text = String::new();
    for number in 1..=count {
        writeln!(text, "[[seed]]\nname = \"seed-{number}\"\n{table}")?;
    }
    Ok(text)
}
