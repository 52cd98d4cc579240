use std::path::PathBuf;

use clap::{Args, Subcommand};
use migration_replay::harness::merge;
use migration_replay::outcome::Ending;
use migration_replay::place::{Problem, Problems};
use migration_replay::report::{self, Annotations, LONGEST_MARKDOWN, Merged};

use super::console::{print, say, style};
use super::files::{check_writable, ended, replace};
use super::github::Job;

#[derive(Debug, Args)]
pub(crate) struct ReportCommand {
    #[command(subcommand)]
    command: ReportSubcommand,
}

#[derive(Debug, Subcommand)]
enum ReportSubcommand {
    /// Put the reports of several machines together into one
    Merge(MergeArguments),
}

const EXAMPLES: &str = "\
Examples:
  migration-replay report merge shards/ --junit replay.xml --json replay.json
      all JUnit files and JSON reports below shards/
  migration-replay report merge shard-*.json --json replay.json --expect 4
      fails if there are not four

A shard or case that was reported twice was tried again: the later report counts, and a warning says so.

Exit codes: as the runs would have ended together
  0  all as expected
  1  a migration failed
  2  wrong usage, a file that is no report, or a run that was refused
  3  a shard never reported, or could not run
  4  nothing was replayed";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct MergeArguments {
    /// JUnit files and JSON reports of `run`, or folders of them; told apart by what is in them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Write one JUnit file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Write one JSON report
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write a summary as Markdown, from JSON reports [default: added to the file of
    /// `GITHUB_STEP_SUMMARY`, if set]
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// How many shards there must be [default: as many as their reports say]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    expect: Option<u16>,
}

/// `migration-replay report`.
pub(crate) fn report(command: ReportCommand) -> Ending {
    match command.command {
        ReportSubcommand::Merge(arguments) => {
            let merged = arguments.merged();
            merged.map_or_else(|problems| refuse(&problems), |merged| arguments.tell(&merged))
        }
    }
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    let _told = ended(Job::here().tell_problems(problems));
    Ending::WrongInput
}

impl MergeArguments {
    fn merged(&self) -> Result<Merged, Problems> {
        let outputs =
            [("--junit", &self.junit), ("--json", &self.json), ("--markdown", &self.markdown)];
        for (flag, file) in outputs {
            if let Some(file) = file {
                check_writable(flag, file)?;
            }
        }
        let merged = merge(&self.files, self.expect.map(usize::from))?;
        let lacks = |flag: &str, kind: &str| {
            let message = format!("{flag} cannot be written: there is no {kind} among the files");
            Err(Problem::error(message).help(format!("give the files that `run {flag}` wrote")))
        };
        if self.junit.is_some() && merged.junit.is_none() {
            lacks("--junit", "JUnit file")?;
        }
        if self.json.is_some() && merged.json.is_none() {
            lacks("--json", "JSON report")?;
        }
        if self.markdown.is_some() && merged.json.is_none() {
            lacks("--json", "JSON report, which --markdown is made from")?;
        }
        Ok(merged)
    }

    fn tell(&self, merged: &Merged) -> Ending {
        for warning in &merged.warnings {
            say(&format!("warning: {warning}"));
        }
        print(&merged.summary);
        let write = |file: &Option<PathBuf>, text: Option<&str>| match (file, text) {
            (Some(file), Some(text)) => ended(replace(file, text.as_bytes())),
            _ => Ending::AsExpected,
        };
        let page = merged.markdown(LONGEST_MARKDOWN);
        let written = [
            write(&self.junit, merged.junit.as_deref()),
            write(&self.json, merged.json.as_deref()),
            write(&self.markdown, page.as_deref()),
            self.tell_github(merged),
        ];
        written.into_iter().fold(merged.ending, Ending::or_worse)
    }

    /// The shards have shown their failures on the files.
    fn tell_github(&self, merged: &Merged) -> Ending {
        if self.markdown.is_some() {
            return Ending::AsExpected;
        }
        let page = |most| merged.markdown(most).unwrap_or_default();
        ended(Job::here().tell(&Annotations::default(), page))
    }
}
