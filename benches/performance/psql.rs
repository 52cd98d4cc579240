//! The other side of the comparison: one psql session.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use migration_replay::migration::{BodyRule, Migration, Wraps};
use migration_replay::plan::CasePlan;
use migration_replay::postgres::Database;

use crate::Result;
use crate::servers::address;

/// What one session took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PsqlTimes {
    /// From the first statement to the last, by the server's clock.
    pub(crate) statements: Duration,
    /// From the start of the process to its end.
    pub(crate) process: Duration,
}

/// Whether the session keeps the history that the harness keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum History {
    Kept,
    None,
}

/// What migrations print is not of interest.
const STAMP: &str =
    "\\o\nSELECT 'stamp ' || extract(epoch FROM pg_catalog.clock_timestamp());\n\\o /dev/null\n";

/// Everything in one file: the same transactions and the same rows as the harness's own.
pub(crate) fn script(case: &CasePlan, history: History) -> String {
    let mut script = STAMP.to_owned();
    for migration in &case.chain {
        let rule = migration.rule.unwrap_or(case.rule);
        let is_implicit = rule == BodyRule::WHOLE && migration.up.statements().len() > 1;
        let is_wrapped = rule.wraps != Wraps::Nothing || is_implicit;
        if is_wrapped {
            script.push_str("BEGIN;\n");
        }
        script.push_str(&migration.up.text()[migration.up.body()]);
        script.push_str("\n;\n");
        if is_implicit {
            script.push_str("COMMIT;\n");
        }
        if history == History::Kept {
            add_history(&mut script, migration);
        }
        if is_wrapped && !is_implicit {
            script.push_str("COMMIT;\n");
        }
    }
    script.push_str(STAMP);
    script
}

fn add_history(script: &mut String, migration: &Migration) {
    // Writing into a String cannot fail.
    let _written = writeln!(
        script,
        "INSERT INTO migration_replay.history \
         (migration, version, file, checksum, phase, outcome, sqlstate, message, started_at, duration_ms) \
         VALUES ('{}', '{}', '{}', '{}', 'apply', 'applied', NULL, NULL, \
         pg_catalog.to_timestamp(1767225600.125), 3.25);",
        migration.id,
        migration.version.as_str(),
        migration.file_name(),
        migration.up.checksum(),
    );
}

/// Runs each migration in a psql process of its own, one after the other, as CI jobs do, and returns how long that took.
pub(crate) fn run_each(database: &Database, case: &CasePlan) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    for (position, migration) in case.chain.iter().enumerate() {
        let file = folder.path().join(format!("{position}.sql"));
        std::fs::write(&file, &migration.up.text()[migration.up.body()])?;
        let rule = migration.rule.unwrap_or(case.rule);
        let is_implicit = rule == BodyRule::WHOLE && migration.up.statements().len() > 1;
        files.push((file, rule.wraps != Wraps::Nothing || is_implicit));
    }
    let begun = Instant::now();
    for (file, is_wrapped) in files {
        let mut command = command(database);
        if is_wrapped {
            command.arg("-1");
        }
        let output = command.arg("-f").arg(file).output()?;
        if !output.status.success() {
            return Err(format!("psql: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
    }
    Ok(begun.elapsed())
}

fn command(database: &Database) -> Command {
    let (host, port, password) = address(&database.config);
    let mut command = Command::new("psql");
    command
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
        .env("PGHOST", host)
        .env("PGPORT", port.to_string())
        .env("PGUSER", "postgres")
        .env("PGPASSWORD", password)
        .env("PGDATABASE", &database.name)
        .stdin(Stdio::null());
    command
}

/// Runs a script in one session.
pub(crate) fn run(database: &Database, script: &str) -> Result<PsqlTimes> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(script.as_bytes())?;
    let begun = Instant::now();
    let output = command(database).arg("-f").arg(file.path()).output()?;
    let process = begun.elapsed();
    if !output.status.success() {
        return Err(format!("psql: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let stamps = String::from_utf8(output.stdout)?;
    let stamps = stamps.lines().filter_map(|line| line.strip_prefix("stamp "));
    let stamps: Vec<f64> = stamps.map(str::parse).collect::<std::result::Result<_, _>>()?;
    let [first, last] = stamps[..] else { return Err("psql printed no two stamps".into()) };
    Ok(PsqlTimes { statements: Duration::from_secs_f64(last - first), process })
}
