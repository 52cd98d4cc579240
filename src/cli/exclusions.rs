use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migration_replay::exclusions::{Comparison, List, Spec, compare, lists_in};
use migration_replay::harness::{prepare_files, prepare_flags, read_exclusion_lists};
use migration_replay::outcome::Ending;
use migration_replay::place::{Problem, Problems};
use migration_replay::plan::CasePlan;
use migration_replay::report;

use super::arguments::FolderArguments;
use super::console::{print, say, style};
use super::files::{check_writable, replace};

const EXAMPLES: &str = "\
Examples:
  migration-replay exclusions --migrations db/migrations --compare .github/workflows
      every MIGRATION_EXCLUDE of every workflow: entries that match nothing, and copies that differ
  migration-replay exclusions --migrations db/migrations \\
      --compare .gitlab-ci.yml:SKIP_MIGRATIONS docs/excluded.txt \"src/migrate.ts#'(\\d+_\\w+\\.sql)'\"
      another variable; a file with one entry per line; names in code, found by a pattern
  migration-replay exclusions scenarios/fresh.toml --production none --compare .github/workflows
      the scenario's own list too, and what production, which leaves out nothing, runs all the same

A LIST is FILE, FILE:VARIABLE or FILE#REGEX. A FILE alone is read by its name: .toml as a
scenario, .txt as one entry per line, others by the variable MIGRATION_EXCLUDE. Of a folder its
YAML files are read.

Exit codes:
  0  the lists agree, and every entry means something
  1  they differ, an entry matches no migration, or production runs what another list leaves out
  2  wrong usage, scenario or file";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExclusionsArguments {
    /// A scenario: its folder of migrations is meant, and its own list is compared too
    #[arg(value_name = "SCENARIO", conflicts_with = "migrations")]
    scenario: Option<PathBuf>,

    /// Lists that should be the same
    #[arg(long, value_name = "LIST", num_args = 1.., required = true, help_heading = "Comparing lists")]
    compare: Vec<String>,

    /// What production leaves out; `none` for nothing. It need not be the same: what it runs and others
    /// leave out is told
    #[arg(long, value_name = "LIST", help_heading = "Comparing lists")]
    production: Vec<String>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write to a file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Without a scenario file")]
    folder: FolderArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

/// `migration-replay exclusions`.
pub(crate) fn exclusions(arguments: &ExclusionsArguments) -> Ending {
    let comparison = match compared(arguments) {
        Ok(comparison) => comparison,
        Err(problems) => {
            say(&report::render_problems(&problems, style()));
            return Ending::WrongInput;
        }
    };
    let ending =
        if comparison.has_findings() { Ending::MigrationFailed } else { Ending::AsExpected };
    put(arguments, &render(arguments, &comparison)).or_worse(ending)
}

fn compared(arguments: &ExclusionsArguments) -> Result<Comparison, Problems> {
    if let Some(file) = &arguments.output {
        check_writable("--output", file)?;
    }
    let lists = read_exclusion_lists(&arguments.compare, &arguments.production)?;
    let case = a_case(arguments)?;
    let own = own_list(&case)?;
    let all: Vec<_> = own.into_iter().chain(lists).collect();
    Ok(compare(&all, &case.set))
}

/// A case of the scenario or the folder: all of them have the same migrations. The environment is not asked,
/// since a list in it that matches nothing would be an error.
fn a_case(arguments: &ExclusionsArguments) -> Result<CasePlan, Problems> {
    let environment = BTreeMap::new();
    let prepared = match (arguments.folder.scenario(), &arguments.scenario) {
        (Some(flags), _) => prepare_flags(&flags, &environment)?,
        (None, Some(scenario)) => prepare_files(std::slice::from_ref(scenario), &environment)?,
        (None, None) => return Err(no_folder().into()),
    };
    let mut sets: Vec<CasePlan> = prepared.cases;
    sets.dedup_by(|one, other| std::sync::Arc::ptr_eq(&one.set, &other.set));
    match (sets.pop(), sets.len()) {
        (Some(case), 0) => Ok(case),
        _ => Err(no_folder().into()),
    }
}

fn no_folder() -> Problem {
    Problem::error("lists are compared with one folder of migrations")
        .help("name one scenario, before --compare, or --migrations DIR")
}

/// The list that the scenario has itself, if it leaves out anything.
fn own_list(case: &CasePlan) -> Result<Option<List>, Problem> {
    match &case.scenario.source {
        Some(source) if !case.scenario.exclude.is_empty() => {
            Ok(lists_in(source, &Spec::Scenario)?.pop())
        }
        _ => Ok(None),
    }
}

fn render(arguments: &ExclusionsArguments, comparison: &Comparison) -> String {
    match arguments.format {
        Format::Text if arguments.output.is_some() => {
            report::render_comparison(comparison, report::Style::Plain)
        }
        Format::Text => report::render_comparison(comparison, style()),
        Format::Markdown => report::comparison_markdown(comparison),
        Format::Json => report::comparison_json(comparison),
    }
}

fn put(arguments: &ExclusionsArguments, text: &str) -> Ending {
    let Some(file) = &arguments.output else {
        print(text);
        return Ending::AsExpected;
    };
    match replace(file, text.as_bytes()) {
        Ok(()) => Ending::AsExpected,
        Err(problem) => {
            say(&report::render_problem(&problem, style()));
            Ending::Environment
        }
    }
}
