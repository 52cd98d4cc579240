//! `check` against reading and parsing the same files once, on as many threads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use migration_replay::harness::{CheckRequest, check, today};
use migration_replay::sql;

use crate::sets::write_large_set;
use crate::table::{median, milliseconds, with_range};
use crate::{Arguments, Result, table};

const FILES: usize = 1000;

pub(crate) fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let migrations = write_large_set(folder.path(), FILES)?;
    let files = files_of(&migrations)?;
    let request = CheckRequest {
        paths: vec![migrations],
        layout: None,
        base: None,
        branches: Vec::new(),
        today: today(),
    };
    let (mut parsed, mut checked) = (Vec::new(), Vec::new());
    for _ in 0..=arguments.rounds {
        let begun = Instant::now();
        parse_all(&files);
        parsed.push(milliseconds(begun.elapsed()));
        let begun = Instant::now();
        let answer = check(&request, &BTreeMap::new()).map_err(|problems| problems.to_string())?;
        checked.push(milliseconds(begun.elapsed()));
        std::hint::black_box(answer);
    }
    let title = format!("check, {FILES} files of 5 KB, ms");
    table::begin(&title, &["threads", "read and parsed once", "check", "ratio"]);
    // The first round warms the disk's cache.
    let (parsed, checked) = (&parsed[1..], &checked[1..]);
    table::row(&[
        threads().to_string(),
        with_range(parsed, 0),
        with_range(checked, 0),
        format!("{:.2}", median(checked) / median(parsed)),
    ]);
    table::end();
    Ok(())
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    files.collect()
}

/// Each file as one text: its tree is built, and walked for what it says.
fn parse_all(files: &[PathBuf]) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let text = std::fs::read_to_string(file).unwrap_or_default();
                    std::hint::black_box(sql::read(&text));
                }
            });
        }
    });
}
