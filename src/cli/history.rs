use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use migration_replay::harness::Histories;
use migration_replay::outcome::Ending;
use migration_replay::report::{self, Asked};

use super::chosen::{ChosenArguments, ending, footer, read_histories};
use super::console::{print, style};

const EXAMPLES: &str = "\
Examples:
  migration-replay history agents.metadata --migrations db/migrations
      who made, changed, renamed or dropped the column, in order; a table made again without it is told
  migration-replay history agents scenarios/agents-mended.toml
      the table, as this scenario replays the files; what it excludes is marked
  migration-replay history 'function assess_churn_risk' 'extension vector' 'policy users_read'
      other kinds, in every scenario below scenarios/
  migration-replay history users.tenant --migrations db/migrations --replay
      also what no statement says (a loop over the catalog, SQL that is put together), as a server shows it
  migration-replay history users.email --migrations db/migrations --format json

Exit codes:
  0  found
  1  with --replay: a migration failed; what comes after it is told as the files say it
  2  wrong usage or scenario
  3  with --replay: no server, or a server was lost
  4  nothing is called so";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HistoryArguments {
    /// Objects: `agents.metadata`, `table agents`, `public.agents`, `f(uuid)`, `role app`. Words that end
    /// with .toml are scenario files [default: scenarios/]
    #[arg(value_name = "OBJECT", required = true)]
    words: Vec<String>,

    #[command(flatten)]
    chosen: ChosenArguments,

    /// How to print it
    #[arg(long, value_enum, default_value = "text", help_heading = "Output")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Whether a word of the command line names a scenario file and no object.
fn is_scenario(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// `migration-replay history`.
pub(crate) async fn history(arguments: &HistoryArguments) -> Ending {
    let (scenarios, objects): (Vec<_>, Vec<_>) =
        arguments.words.iter().partition(|word| is_scenario(word));
    let scenarios: Vec<PathBuf> = scenarios.into_iter().map(PathBuf::from).collect();
    let histories = match Box::pin(read_histories(&arguments.chosen, &scenarios)).await {
        Ok(histories) => histories,
        Err(ending) => return ending,
    };
    let answers: Vec<(&Histories, Vec<Asked>)> = histories
        .iter()
        .map(|one| (one, objects.iter().map(|text| Asked::of(text, &one.told)).collect()))
        .collect();
    match arguments.format {
        Format::Text => print(&(text(&answers) + &footer(&histories))),
        Format::Json => {
            let all: Vec<_> = answers
                .iter()
                .map(|(one, asked)| (one.cases.as_slice(), asked.as_slice(), &one.told))
                .collect();
            print(&report::history_json(&all, arguments.chosen.read_from()));
        }
    }
    let mut found = answers.iter().flat_map(|(_, asked)| asked);
    if found.any(|asked| !asked.objects.is_empty()) {
        ending(&histories)
    } else {
        Ending::NothingDone
    }
}

/// Cases that tell the same story are told once.
fn text(answers: &[(&Histories, Vec<Asked>)]) -> String {
    let mut stories: Vec<(String, Vec<&str>)> = Vec::new();
    for (one, asked) in answers {
        let story = report::history(asked, &one.told, style());
        let cases = one.cases.iter().map(String::as_str);
        match stories.iter_mut().find(|(known, _)| *known == story) {
            Some((_, known)) => known.extend(cases),
            None => stories.push((story, cases.collect())),
        }
    }
    let is_only = stories.len() == 1;
    let mut text = String::new();
    for (story, cases) in stories {
        if !is_only {
            text.extend(["in ", &cases.join(", "), "\n\n"]);
        }
        text.push_str(&story);
    }
    text
}
