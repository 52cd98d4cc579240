use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migration_replay::harness::Histories;
use migration_replay::outcome::Ending;
use migration_replay::report::{self, GraphView};

use super::chosen::{ChosenArguments, ending, footer, read_histories};
use super::console::{print, style};

const EXAMPLES: &str = "\
Examples:
  migration-replay graph --migrations db/migrations
      which file requires which and through what, what it creates, who uses it; the files that are
      independent, the longest chain, DEPENDS headers that do not agree, objects that are defined twice
  migration-replay graph scenarios/plugins-existing.toml
      the same for the files of a scenario; what it excludes is marked
  migration-replay graph --migrations db/migrations --replay
      also through what no statement says, as a server shows it
  migration-replay graph --migrations db/migrations --format markdown > docs/migrations.md
  migration-replay graph --migrations db/migrations --format dot | dot -Tsvg > migrations.svg

Exit codes:
  0  done
  1  with --replay: a migration failed; what comes after it is told as the files say it
  2  wrong usage or scenario
  3  with --replay: no server, or a server was lost";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GraphArguments {
    /// Scenario files, or folders with scenario files [default: scenarios/]
    #[arg(value_name = "SCENARIO", conflicts_with = "migrations")]
    scenarios: Vec<PathBuf>,

    #[command(flatten)]
    chosen: ChosenArguments,

    /// How to print it
    #[arg(long, value_enum, default_value = "table", help_heading = "Output")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Columns, for people
    Table,
    /// A table for a page
    Markdown,
    /// A flowchart for a page
    Mermaid,
    /// For Graphviz
    Dot,
    /// Everything, with places
    Json,
}

/// `migration-replay graph`.
pub(crate) async fn graph(arguments: &GraphArguments) -> Ending {
    let histories = match Box::pin(read_histories(&arguments.chosen, &arguments.scenarios)).await {
        Ok(histories) => histories,
        Err(ending) => return ending,
    };
    let views: Vec<(&Histories, GraphView<'_>)> =
        histories.iter().map(|one| (one, GraphView::of(&one.told))).collect();
    if let Format::Json = arguments.format {
        let all: Vec<_> = views.iter().map(|(one, view)| (one.cases.as_slice(), view)).collect();
        print(&report::graph_json(&all, arguments.chosen.read_from()));
        return ending(&histories);
    }
    let is_only = views.len() == 1;
    for (one, view) in &views {
        let text = match arguments.format {
            Format::Markdown => report::graph_markdown(view),
            Format::Mermaid => report::mermaid(view),
            Format::Dot => report::dot(view),
            Format::Table | Format::Json => report::graph_table(view, style()),
        };
        if !is_only {
            print(&heading(arguments.format, &one.cases.join(", ")));
        }
        print(&text);
    }
    let footer = footer(&histories);
    match arguments.format {
        Format::Table => print(&footer),
        Format::Markdown => print(&format!("\n*{}*\n", footer.trim_end())),
        Format::Mermaid => footer.lines().for_each(|line| print(&format!("%% {line}\n"))),
        Format::Dot => footer.lines().for_each(|line| print(&format!("// {line}\n"))),
        Format::Json => {}
    }
    ending(&histories)
}

/// Which cases follow, in a way that the format takes.
fn heading(format: Format, cases: &str) -> String {
    match format {
        Format::Table | Format::Json => format!("in {cases}\n\n"),
        Format::Markdown => format!("## {cases}\n\n"),
        Format::Mermaid => format!("%% {cases}\n"),
        Format::Dot => format!("// {cases}\n"),
    }
}
