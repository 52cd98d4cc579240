//! `migration-replay exclusions --compare`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use migration_replay::exclusions::compare::render::{json, markdown, text};
use migration_replay::exclusions::compare::{Comparison, List, Spec, compare, lists_in};
use migration_replay::harness::{prepare_files, prepare_flags, read_exclusion_lists};
use migration_replay::outcome::Ending;
use migration_replay::place::{Problem, Problems};
use migration_replay::plan::CasePlan;
use migration_replay::report::{self, Style};

use super::console::{print, say, style};
use super::exclusions::{ExclusionsArguments, Format};
use super::files::{check_writable, replace};

#[derive(Debug, Args)]
pub(super) struct CompareArguments {
    /// Hold lists that stand elsewhere against each other and the folder, instead of a replay: FILE,
    /// `FILE:VARIABLE`, `FILE#REGEX`, or a folder of workflows. Of a FILE alone the name tells: .toml is a
    /// scenario, .txt has one entry per line, others set `MIGRATION_EXCLUDE`
    #[arg(long, value_name = "LIST", num_args = 1.., conflicts_with_all = ["write_list", "strict", "filter"])]
    pub(super) compare: Vec<String>,

    /// What production leaves out; `none` for nothing. It need not be the same: what it runs and a list
    /// leaves out is told
    #[arg(long, value_name = "LIST", requires = "compare")]
    production: Vec<String>,
}

/// Compares lists, and ends with 1 where something is wrong with them.
pub(super) fn compared(arguments: &ExclusionsArguments) -> Ending {
    let comparison = match comparison(arguments) {
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

fn comparison(arguments: &ExclusionsArguments) -> Result<Comparison, Problems> {
    if let Some(file) = &arguments.output {
        check_writable("--output", file)?;
    }
    let lists = &arguments.lists;
    let named = read_exclusion_lists(&lists.compare, &lists.production)?;
    let cases = cases(arguments)?;
    let Some(set) = cases.first().map(|case| &case.set) else { return Err(no_folder().into()) };
    if cases.iter().any(|case| case.set.root != set.root) {
        return Err(no_folder().into());
    }
    let all: Vec<_> = own_lists(&cases)?.into_iter().chain(named).collect();
    Ok(compare(&all, set))
}

/// The cases of the scenarios or the folder. The environment is not asked, since a list in it that matches
/// nothing would be an error.
fn cases(arguments: &ExclusionsArguments) -> Result<Vec<CasePlan>, Problems> {
    let environment = BTreeMap::new();
    let default = [PathBuf::from("scenarios")];
    let prepared = match arguments.folder.scenario() {
        Some(flags) => prepare_flags(&flags, &environment)?,
        None if arguments.scenarios.is_empty() => prepare_files(&default, &environment)?,
        None => prepare_files(&arguments.scenarios, &environment)?,
    };
    Ok(prepared.cases)
}

fn no_folder() -> Problem {
    Problem::error("lists are compared with one folder of migrations")
        .help("name a scenario, before --compare, or --migrations DIR")
}

/// The lists that scenarios have themselves, of those that leave out anything.
fn own_lists(cases: &[CasePlan]) -> Result<Vec<List>, Problem> {
    let with_lists = cases.iter().filter(|case| !case.scenario.exclude.is_empty());
    let mut sources: Vec<_> = with_lists.filter_map(|case| case.scenario.source.as_ref()).collect();
    sources.dedup_by_key(|source| source.path());
    let mut lists = Vec::new();
    for source in sources {
        lists.extend(lists_in(source, &Spec::Scenario)?);
    }
    Ok(lists)
}

fn render(arguments: &ExclusionsArguments, comparison: &Comparison) -> String {
    match arguments.format {
        Format::Text if arguments.output.is_some() => text(comparison, Style::Plain),
        Format::Text => text(comparison, style()),
        Format::Markdown => markdown(comparison),
        Format::Json => json(comparison),
    }
}

fn put(arguments: &ExclusionsArguments, content: &str) -> Ending {
    let Some(file) = &arguments.output else {
        print(content);
        return Ending::AsExpected;
    };
    match replace(file, content.as_bytes()) {
        Ok(()) => Ending::AsExpected,
        Err(problem) => {
            say(&report::render_problem(&problem, style()));
            Ending::Environment
        }
    }
}
