//! What is made from the program itself: completions, man pages, schemas of files.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use migration_replay::outcome::Ending;
use migration_replay::place::Problem;
use migration_replay::scenario::{SCHEMA, shared_schema};

use super::arguments::Arguments;
use super::files::{ended, put};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  migration-replay completions bash > ~/.local/share/bash-completion/completions/migration-replay
  migration-replay completions zsh > ~/.zfunc/_migration-replay
  migration-replay completions fish > ~/.config/fish/completions/migration-replay.fish")]
pub(crate) struct CompletionsArguments {
    /// For which shell
    shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  migration-replay man | man -l -
  migration-replay man --output /usr/local/share/man/man1
      a page for each command: migration-replay.1, migration-replay-run.1, …")]
pub(crate) struct ManArguments {
    /// Write a page for each command into this folder [default: the main page to standard output]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  migration-replay schema --output .schemas/scenario.json
      then the first line of a scenario file can be
      #:schema ../.schemas/scenario.json
      and editors that know TOML and JSON Schema complete and check it")]
pub(crate) struct SchemaArguments {
    /// The schema of migration-replay.toml, not of scenario files
    #[arg(long)]
    shared: bool,

    /// Write to a file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const NAME: &str = "migration-replay";

/// `migration-replay completions`.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Ending {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), NAME, &mut script);
    put(None, &String::from_utf8_lossy(&script))
}

/// `migration-replay man`.
pub(crate) fn man(arguments: &ManArguments) -> Ending {
    let command = Arguments::command();
    let Some(folder) = &arguments.output else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(command).render(&mut page);
        return match rendered {
            Ok(()) => put(None, &String::from_utf8_lossy(&page)),
            Err(error) => ended(Err(cannot_be_made(&error))),
        };
    };
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    ended(written.map_err(|error| cannot_be_made(&error).path(folder)))
}

fn cannot_be_made(error: &std::io::Error) -> Problem {
    Problem::error(format!("the pages cannot be written: {error}"))
}

/// `migration-replay schema`.
pub(crate) fn schema(arguments: &SchemaArguments) -> Ending {
    let text = if arguments.shared { shared_schema() } else { SCHEMA.to_owned() };
    put(arguments.output.as_deref(), &text)
}
