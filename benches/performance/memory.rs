//! The harness's own memory at its highest, as the kernel counts it (`VmHWM`).

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::sets::{ScenarioFile, write_schema_set};
use crate::{Arguments, Result, table};

pub(crate) fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();

    let large = write_schema_set(folder.path(), 3_000)?;
    let scenario = write_scenario(&large, "schema", "")?;
    rows.push(row("3,000 migrations, no dump", 0, &run(arguments, &scenario)?));

    let few = write_schema_set(folder.path(), 10)?;
    let size = arguments.dump_mib << 20;
    let plain = folder.path().join("dump.sql");
    write_dump(BufWriter::new(File::create(&plain)?), size)?;
    let with_dump =
        write_scenario(&few, "plain", "[[seed]]\nname = \"dump\"\ndump = \"dump.sql\"")?;
    let name = format!("plain dump of {} MiB", arguments.dump_mib);
    rows.push(row(&name, size, &run(arguments, &with_dump)?));
    fs::remove_file(&plain)?;

    let zipped = folder.path().join("dump.sql.gz");
    let file = BufWriter::new(File::create(&zipped)?);
    write_dump(BufWriter::new(GzEncoder::new(file, Compression::fast())), size)?;
    let with_dump =
        write_scenario(&few, "gzip", "[[seed]]\nname = \"dump\"\ndump = \"dump.sql.gz\"")?;
    let packed = fs::metadata(&zipped)?.len() >> 20;
    let name = format!("the same, gzipped ({packed} MiB)");
    rows.push(row(&name, size, &run(arguments, &with_dump)?));

    let head = ["run", "highest memory, MiB", "whole run, s", "dump MiB per s of the run"];
    table::print("the harness's own memory", &head, &rows);
    Ok(())
}

fn write_scenario(migrations: &Path, name: &str, seeds: &str) -> Result<std::path::PathBuf> {
    let passes = &["apply"];
    ScenarioFile { migrations, transaction: "statement", passes, seeds }.write(name)
}

struct Used {
    highest_kib: u64,
    took: Duration,
}

fn row(name: &str, bytes: u64, used: &Used) -> Vec<String> {
    let seconds = used.took.as_secs_f64();
    let mib = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    let speed = if mib == 0 { "–".into() } else { format!("{:.0}", f64::from(mib) / seconds) };
    let highest = used.highest_kib.div_ceil(1024);
    vec![name.to_owned(), highest.to_string(), format!("{seconds:.1}"), speed]
}

/// Runs the program itself; what it holds in the end is the most that it ever held.
fn run(arguments: &Arguments, scenario: &Path) -> Result<Used> {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_migration-replay"))
        .arg("run")
        .arg(scenario)
        .args(["--no-progress", "--backend", arguments.server.name()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut highest_kib = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        highest_kib = highest_kib.max(number.unwrap_or(0));
        if let Some(ended) = child.try_wait()? {
            if !ended.success() {
                return Err(format!("the run of {} ended with {ended}", scenario.display()).into());
            }
            return Ok(Used { highest_kib, took: begun.elapsed() });
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A dump as `pg_dump` writes it: tables, their rows as COPY data, then keys and indexes.
fn write_dump(mut out: impl Write, size: u64) -> Result<()> {
    const TABLES: u64 = 4;
    writeln!(out, "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n")?;
    for table in 0..TABLES {
        writeln!(
            out,
            "CREATE TABLE public.log_{table} (\n    id bigint NOT NULL,\n    \
             at timestamp with time zone NOT NULL,\n    token text,\n    words text\n);\n"
        )?;
    }
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for table in 0..TABLES {
        writeln!(out, "COPY public.log_{table} (id, at, token, words) FROM stdin;")?;
        let mut written = 0;
        let mut id = 0_u64;
        while written < size / TABLES {
            id += 1;
            // xorshift: cheap, and hard enough to compress.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let line = format!(
                "{id}\t2026-01-01 12:{:02}:{:02}+00\t{random:016x}{:016x}\t{}\\twords of row {id}; it's \\\\ $$ -- /*\n",
                id / 60 % 60,
                id % 60,
                random.rotate_left(29),
                if random.is_multiple_of(7) { "short" } else { "words of usual length, again" },
            );
            written += line.len() as u64;
            out.write_all(line.as_bytes())?;
        }
        writeln!(out, "\\.\n")?;
    }
    for table in 0..TABLES {
        writeln!(out, "ALTER TABLE ONLY public.log_{table} ADD PRIMARY KEY (id);")?;
    }
    out.flush()?;
    Ok(())
}
