use std::path::PathBuf;

use migration_replay::harness::{Harness, Prepared, prepare_files, prepare_flags};
use migration_replay::place::Problems;
use migration_replay::report;

use super::arguments::InputArguments;
use super::console::{say, style};

/// Reads and plans what the arguments name, and tells what should be told about it.
pub(super) fn prepare(arguments: &InputArguments, harness: &Harness) -> Result<Prepared, Problems> {
    let prepared = read(arguments, harness)?;
    if !prepared.warnings.0.is_empty() {
        say(&report::render_problems(&prepared.warnings, style()));
    }
    if arguments.is_of_flags() {
        say_layout(&prepared);
    }
    Ok(prepared)
}

fn read(arguments: &InputArguments, harness: &Harness) -> Result<Prepared, Problems> {
    if let Some(flags) = arguments.flag_scenario() {
        if let Some(list) = flags.exclude_from(&harness.environment) {
            say(&format!("excluding {list}, from the environment variable MIGRATION_EXCLUDE"));
        }
        return prepare_flags(&flags, &harness.environment);
    }
    let default = vec![PathBuf::from("scenarios")];
    let paths = if arguments.scenarios.is_empty() { &default } else { &arguments.scenarios };
    prepare_files(paths, &harness.environment)
}

/// Tells how the folder was read: what was detected may not be what was meant.
fn say_layout(prepared: &Prepared) {
    if let Some(case) = prepared.cases.first() {
        let (set, count) = (&case.set, case.set.migrations().len());
        let migrations = if count == 1 { "migration" } else { "migrations" };
        say(&format!("{}: {count} {migrations}, read as {}", set.root.display(), set.layout));
    }
}
