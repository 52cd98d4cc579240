use std::path::PathBuf;

use clap::Args;
use migration_replay::harness::{
    FlagScenario, Harness, Histories, histories, prepare_files, prepare_flags,
};
use migration_replay::outcome::Ending;
use migration_replay::place::Problems;
use migration_replay::report;

use super::console::{say, style};

/// A folder instead of a scenario, for commands that only read files.
#[derive(Debug, Args)]
pub(super) struct FolderArguments {
    /// A folder of migrations
    #[arg(long, value_name = "DIR")]
    pub(super) migrations: Option<PathBuf>,

    /// The layout of the folder [default: detected]
    #[arg(long, value_name = "NAME", requires = "migrations")]
    layout: Option<String>,

    /// Read the folder from this commit, tag or branch of the repository here, not from the work tree
    #[arg(long = "ref", value_name = "REF", requires = "migrations")]
    git_ref: Option<String>,

    /// Leave out a migration: version, file name or glob; several with commas. The environment variable
    /// `MIGRATION_EXCLUDE` is read too
    #[arg(long, value_name = "MIGRATION", value_delimiter = ',', requires = "migrations")]
    exclude: Vec<String>,

    /// Stop after this version
    #[arg(long, value_name = "VERSION", requires = "migrations")]
    through: Option<String>,
}

impl FolderArguments {
    fn flag_scenario(&self) -> Option<FlagScenario> {
        Some(FlagScenario {
            migrations: self.migrations.clone()?,
            layout: self.layout.clone(),
            git_ref: self.git_ref.clone(),
            exclude: self.exclude.iter().map(|entry| entry.trim().to_owned()).collect(),
            through: self.through.clone(),
            ..FlagScenario::default()
        })
    }
}

/// Reads the folder, or the scenarios, and lays the histories of their objects.
///
/// # Errors
///
/// What is wrong with the input has been said; it is the ending.
pub(super) fn read_histories(
    folder: &FolderArguments,
    scenarios: &[PathBuf],
) -> Result<Vec<Histories>, Ending> {
    let environment = Harness::new().environment;
    let prepared = match folder.flag_scenario() {
        Some(flags) => {
            if let Some(list) = flags.exclude_from(&environment) {
                say(&format!("excluding {list}, from the environment variable MIGRATION_EXCLUDE"));
            }
            prepare_flags(&flags, &environment)
        }
        None if scenarios.is_empty() => prepare_files(&["scenarios".into()], &environment),
        None => prepare_files(scenarios, &environment),
    };
    let tell = |problems: &Problems| say(&report::render_problems(problems, style()));
    let prepared = prepared.map_err(|problems| {
        tell(&problems);
        Ending::WrongInput
    })?;
    if !prepared.warnings.0.is_empty() {
        tell(&prepared.warnings);
    }
    Ok(histories(&prepared))
}
