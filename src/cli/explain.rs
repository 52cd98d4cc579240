use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use migration_replay::explain::Explanation;
use migration_replay::harness::Histories;
use migration_replay::migration::Pattern;
use migration_replay::outcome::Ending;
use migration_replay::place::Problem;
use migration_replay::report;

use super::chosen::{ChosenArguments, ending, footer, read_histories};
use super::console::{print, say, style};
use super::files::{check_writable, replace};

const EXAMPLES: &str = "\
Examples:
  migration-replay explain 0020 --migrations db/migrations
      what it does, needs, and is needed by; whether it can run twice and in a transaction; which locks
      it takes on tables that are there before it, and whether it rewrites them
  migration-replay explain 006 016 scenarios/datastorage-pg17.toml
      two migrations, as this scenario replays the files; what it excludes is marked
  migration-replay explain db/migrations/0020_roles.sql
      a file; its folder is the folder of migrations
  migration-replay explain '01*' --migrations db/migrations --format markdown -o docs/explained.md

Exit codes:
  0  explained
  1  with --replay: a migration failed; what comes after it is told as the files say it
  2  wrong usage or scenario
  3  the file of --output could not be written at the end; with --replay: no server, or a server
     was lost
  4  no migration is called so";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExplainArguments {
    /// Migrations: version, file name, glob, or path. Words that end with .toml are scenario files
    /// [default: scenarios/]
    #[arg(value_name = "MIGRATION", required = true)]
    words: Vec<String>,

    #[command(flatten)]
    chosen: ChosenArguments,

    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Write to a file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A page
    Markdown,
    /// Everything, with places
    Json,
}

/// Migrations of cases that say the same of them.
struct Told<'h> {
    cases: Vec<String>,
    explanation: Explanation,
    histories: &'h Histories,
}

/// `migration-replay explain`.
pub(crate) async fn explain(mut arguments: ExplainArguments) -> Ending {
    if let Some(Err(problem)) = arguments.output.as_ref().map(|it| check_writable("--output", it)) {
        return refuse(&problem);
    }
    let words = std::mem::take(&mut arguments.words);
    let (scenarios, words): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| is_scenario(word));
    let scenarios: Vec<PathBuf> = scenarios.into_iter().map(PathBuf::from).collect();
    if scenarios.is_empty() && arguments.chosen.folder.migrations.is_none() {
        arguments.chosen.folder.migrations = folder_of(&words);
    }
    let patterns = match words.iter().map(|word| pattern(word)).collect::<Result<Vec<_>, _>>() {
        Ok(patterns) => patterns,
        Err(problem) => return refuse(&problem),
    };
    let histories = match Box::pin(read_histories(&arguments.chosen, &scenarios)).await {
        Ok(histories) => histories,
        Err(ending) => return ending,
    };
    let told = told(&histories, &patterns);
    if told.is_empty() {
        say(&format!("no migration is called {}", words.join(" or ")));
        return Ending::NothingDone;
    }
    let is_told =
        |pattern: &&Pattern| told.iter().any(|it| pattern.matches(&it.explanation.migration));
    for unknown in patterns.iter().filter(|pattern| !is_told(pattern)) {
        say(&format!("no migration is called {unknown}"));
    }
    put(&arguments, &rendered(&arguments, &told, &footer(&histories))).or_worse(ending(&histories))
}

fn is_scenario(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|extension| extension == "toml")
}

/// The folder of files that are given by their paths, if all are.
fn folder_of(words: &[String]) -> Option<PathBuf> {
    let mut folders = words.iter().map(|word| {
        let path = Path::new(word);
        path.parent().filter(|folder| path.is_file() && !folder.as_os_str().is_empty())
    });
    let first = folders.next()??;
    folders.all(|other| other == Some(first)).then(|| first.to_owned())
}

/// A path means the file of its name.
fn pattern(word: &str) -> Result<Pattern, Problem> {
    let name = Path::new(word).file_name().and_then(|name| name.to_str());
    let text = name.filter(|_| Path::new(word).is_file()).unwrap_or(word);
    Pattern::new(text).map_err(|why| Problem::error(format!("{word:?} is no migration: {why}")))
}

/// Cases that tell the same are told once.
fn told<'h>(histories: &'h [Histories], patterns: &[Pattern]) -> Vec<Told<'h>> {
    let mut all: Vec<(String, Told<'h>)> = Vec::new();
    for one in histories {
        for explanation in one.explain(patterns) {
            let text = report::explain_text(&explanation, report::Style::Plain);
            match all.iter_mut().find(|(known, _)| *known == text) {
                Some((_, told)) => told.cases.extend(one.cases.iter().cloned()),
                None => {
                    all.push((
                        text,
                        Told { cases: one.cases.clone(), explanation, histories: one },
                    ));
                }
            }
        }
    }
    all.into_iter().map(|(_, told)| told).collect()
}

fn rendered(arguments: &ExplainArguments, told: &[Told<'_>], footer: &str) -> String {
    let format = arguments.format;
    let style = if arguments.output.is_some() { report::Style::Plain } else { style() };
    if let Format::Json = format {
        let all: Vec<_> = told.iter().map(|it| (it.cases.as_slice(), &it.explanation)).collect();
        return report::explain_json(&all, arguments.chosen.read_from());
    }
    let first = told.first().map(|it| it.histories.cases.as_slice());
    let is_one = told.iter().all(|it| Some(it.histories.cases.as_slice()) == first);
    let mut text = String::new();
    for one in told {
        let cases = (!is_one).then(|| format!("in {}\n\n", one.cases.join(", ")));
        match format {
            Format::Markdown => {
                text.push_str(&report::explain_markdown(&one.explanation));
                text.push('\n');
            }
            Format::Text | Format::Json => {
                text.push_str(&cases.unwrap_or_default());
                text.push_str(&report::explain_text(&one.explanation, style));
            }
        }
    }
    match format {
        Format::Markdown => text + "*" + footer.trim_end() + "*\n",
        Format::Text | Format::Json => text + footer,
    }
}

fn put(arguments: &ExplainArguments, text: &str) -> Ending {
    match arguments.output.as_ref().map(|file| replace(file, text.as_bytes())) {
        Some(Err(problem)) => {
            say(&report::render_problem(&problem, style()));
            Ending::Environment
        }
        Some(Ok(())) => Ending::AsExpected,
        None => {
            print(text);
            Ending::AsExpected
        }
    }
}

fn refuse(problem: &Problem) -> Ending {
    say(&report::render_problem(problem, style()));
    Ending::WrongInput
}
