use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{FolderArguments, ServerArguments};
use super::compared::CompareArguments;

const EXAMPLES: &str = "\
Examples:
  migration-replay exclusions scenarios/datastorage-hand-written-list.toml
      what falls with the list of a scenario, which entries are still needed, and the smallest list
  migration-replay exclusions --migrations db/migrations --image postgres:17 --exclude 005,008
      the same for a folder and a list; MIGRATION_EXCLUDE is read too
  migration-replay exclusions scenarios/ci.toml --write-list exclude.toml
      the list with everything that falls with it, as [[exclude]] tables to paste
  migration-replay exclusions scenarios/ci.toml --filter postgres:17/fresh --write-folder clean --stubs stubs
      both ways out: the folder without what falls, and stubs for what the image cannot take; each is
      replayed
  migration-replay exclusions scenarios/ci.toml --format markdown -o docs/exclusions.md
      a page for the documentation
  migration-replay exclusions scenarios/ --strict
      for CI: red as soon as a list is not closed, or has an entry that is not needed any more
  migration-replay exclusions --migrations db/migrations --compare .github/workflows
      every MIGRATION_EXCLUDE of every workflow: entries that match nothing, and copies that differ
  migration-replay exclusions scenarios/ci.toml --production none \\
      --compare .gitlab-ci.yml:SKIP docs/left-out.txt \"src/migrate.ts#'(\\d+_\\w+\\.sql)'\"
      another variable, a file with one entry per line, names in code by a pattern; and what
      production, which leaves out nothing, runs all the same

Exit codes:
  0  every list is closed (entries that are no longer needed are told; see --strict)
  1  more migrations fall with a list than are on it; compared lists differ, or have an entry that
     matches nothing, or leave out what production runs
  2  wrong usage or scenario
  3  no server, or a server was lost
  4  nothing selected, or every case was skipped";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExclusionsArguments {
    /// Scenario files, or folders with scenario files [default: scenarios/]
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["migrations", "layout", "git_ref", "image", "exclude", "seed_sql", "seed_through", "rows"])]
    pub(super) scenarios: Vec<PathBuf>,

    /// Only cases whose name contains this text; names are scenario@image/seed
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,

    /// How to tell it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,

    /// Write to a file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Write the list with everything that falls with it: `[[exclude]]` tables, and the same with commas
    #[arg(long, value_name = "FILE")]
    pub(super) write_list: Option<PathBuf>,

    /// Write the folder without what is left out, closed, and replay it
    #[arg(long, value_name = "DIR")]
    pub(super) write_folder: Option<PathBuf>,

    /// Write stubs that stand in for what is left out: the same without what the server lacks, an
    /// extension and all that speaks of it; and replay with them
    #[arg(long, value_name = "DIR")]
    pub(super) stubs: Option<PathBuf>,

    /// An entry that is no longer needed makes it end with 1
    #[arg(long)]
    pub(super) strict: bool,

    /// Print plain lines instead of live progress
    #[arg(long)]
    pub(super) no_progress: bool,

    #[command(flatten, next_help_heading = "Comparing lists")]
    pub(super) lists: CompareArguments,

    #[command(flatten, next_help_heading = "Without a scenario file")]
    pub(super) folder: FolderArguments,

    #[command(flatten, next_help_heading = "Servers")]
    pub(super) servers: ServerArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// A page with tables
    Markdown,
    /// Everything, with places
    Json,
}
