//! From files on disk to statements in memory.

use std::collections::BTreeMap;
use std::time::Instant;

use migration_replay::harness::prepare_files;

use crate::sets::{ScenarioFile, write_large_set};
use crate::table::{milliseconds, with_range};
use crate::{Arguments, Result, table};

const FILES: usize = 3000;

pub(crate) fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let migrations = write_large_set(folder.path(), FILES)?;
    let file =
        ScenarioFile { migrations: &migrations, transaction: "", passes: &["apply"], seeds: "" };
    let scenario = [file.write("large")?];
    let (mut plain, mut loaded, mut split) = (Vec::new(), Vec::new(), Vec::new());
    let mut statements = 0;
    for _ in 0..=arguments.rounds {
        let begun = Instant::now();
        for entry in std::fs::read_dir(&migrations)? {
            std::hint::black_box(std::fs::read(entry?.path())?);
        }
        plain.push(milliseconds(begun.elapsed()));
        let begun = Instant::now();
        let prepared =
            prepare_files(&scenario, &BTreeMap::new()).map_err(|problems| problems.to_string())?;
        loaded.push(milliseconds(begun.elapsed()));
        let chain = prepared.cases.iter().flat_map(|case| &case.chain);
        statements = chain.map(|migration| migration.up.statements().len()).sum();
        split.push(milliseconds(begun.elapsed()));
    }
    let title = format!("{FILES} files of 5 KB, {statements} statements, ms");
    table::begin(&title, &["reading the files alone", "read, hashed and planned", "and split"]);
    // The first round warms the disk's cache.
    table::row(&[&plain, &loaded, &split].map(|figures| with_range(&figures[1..], 0)));
    table::end();
    Ok(())
}
