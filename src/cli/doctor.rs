use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use migration_replay::harness::{Checkup, Harness, Prepared, prepare_files};
use migration_replay::outcome::Ending;
use migration_replay::place::Problems;
use migration_replay::postgres::{ImageStanding, Machine};
use migration_replay::report::{self, Tone};

use super::console::{print, say, style};

const EXAMPLES: &str = "\
Examples:
  migration-replay doctor
      what there is: Docker and its images, Postgres binaries and their extensions, git; what is
      missing, and how to get it. Where there is a folder scenarios/, also whether it is enough for
      them
  migration-replay doctor scenarios/datastorage-with-pgvector.toml
      whether it is enough for one scenario

Exit codes:
  0  there is a server, and every image that the scenarios want can be had
  2  a scenario is wrong
  3  there is neither Docker nor Postgres, or an image cannot be had";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DoctorArguments {
    /// Scenario files, or folders with scenario files [default: scenarios/, where it is there]
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,

    /// The folder of `postgres` and `initdb`, for local servers
    #[arg(long, value_name = "DIR")]
    pg_bin: Option<PathBuf>,
}

/// `migration-replay doctor`.
pub(crate) async fn doctor(arguments: DoctorArguments) -> Ending {
    let mut harness = Harness::new();
    harness.pg_bin = arguments.pg_bin;
    let prepared = match prepare(&arguments.scenarios, &harness) {
        Ok(prepared) => prepared,
        Err(problems) => {
            say(&report::render_problems(&problems, style()));
            return Ending::WrongInput;
        }
    };
    let checkup = harness.doctor(&prepared.cases, prepared.images).await;
    let lines =
        [of_docker(&checkup.machine), of_local(&checkup.machine), of_git(), of_images(&checkup)];
    print(&(lines.concat().join("\n") + "\n"));
    checkup.ending()
}

fn prepare(scenarios: &[PathBuf], harness: &Harness) -> Result<Prepared, Problems> {
    let usual = [PathBuf::from("scenarios")];
    match scenarios {
        [] if !Path::new("scenarios").is_dir() => Ok(Prepared::default()),
        [] => prepare_files(&usual, &harness.environment),
        some => prepare_files(some, &harness.environment),
    }
}

fn good(text: &str) -> String {
    format!("{}  {text}", style().paint(Tone::Good, "ok     "))
}

fn missing(text: &str) -> String {
    format!("{}  {text}", style().paint(Tone::Doubtful, "missing"))
}

/// What comes below a line.
fn more(text: &str) -> String {
    format!("         {text}")
}

fn of_docker(machine: &Machine) -> Vec<String> {
    match &machine.docker {
        Ok(engine) => {
            let is_of_postgres = |tag: &&String| {
                ["postgres", "pgvector", "postgis", "timescale"].iter().any(|it| tag.contains(it))
            };
            let images: Vec<_> = engine.images.iter().filter(is_of_postgres).cloned().collect();
            let mut lines =
                vec![good(&format!("Docker engine {} (API {})", engine.version, engine.api))];
            lines.push(more(&if images.is_empty() {
                "no image of Postgres yet: docker pull postgres:17".to_owned()
            } else {
                format!("images of Postgres: {}", images.join(", "))
            }));
            lines
        }
        Err(why) => vec![
            missing(&format!("no Docker engine answers: {}", report::first_line(why))),
            more(
                "install one (https://docs.docker.com/engine/install), start it, or say in DOCKER_HOST where it is",
            ),
        ],
    }
}

fn of_local(machine: &Machine) -> Vec<String> {
    let mut lines = Vec::new();
    for found in &machine.local {
        lines.push(good(&format!("Postgres {} in {}", found.major, found.bin.display())));
        lines.push(more(&if found.extensions.is_empty() {
            "no extensions beyond Postgres's own".to_owned()
        } else {
            format!("extensions beyond Postgres's own: {}", found.extensions.join(", "))
        }));
    }
    if machine.local.is_empty() {
        lines.push(missing("no Postgres binaries"));
        lines.push(more("install postgresql (Debian, Homebrew), or name their folder with --pg-bin; containers need none"));
    }
    if let (Some(why), false) = (&machine.no_account, machine.local.is_empty()) {
        lines.push(missing(why));
        lines.push(more("run as another user, or add a user postgres"));
    }
    lines
}

/// For folders of a commit, releases, and renames.
fn of_git() -> Vec<String> {
    match Command::new("git").arg("--version").output() {
        Ok(output) if output.status.success() => {
            vec![good(String::from_utf8_lossy(&output.stdout).trim())]
        }
        _ => vec![
            missing("git is not on the PATH"),
            more("it is needed for `ref`, `releases` and for renames only"),
        ],
    }
}

fn of_images(checkup: &Checkup) -> Vec<String> {
    let line = |(image, standing): (&Option<String>, &ImageStanding)| {
        let name = image.as_deref().unwrap_or("any server");
        match standing {
            ImageStanding::Here => vec![good(&format!("{name}: the image is here"))],
            ImageStanding::Local(major) => vec![good(&format!("{name}: local Postgres {major}"))],
            ImageStanding::ToBePulled => {
                let pull = image.as_deref().unwrap_or("postgres:17");
                vec![
                    missing(&format!("{name}: the image is not here yet")),
                    more(&format!("the first run pulls it, or: docker pull {pull}")),
                ]
            }
            ImageStanding::Nothing(why) => vec![
                missing(&format!("{name}: {why}")),
                more("start a Docker engine, or install what is missing"),
            ],
        }
    };
    checkup.images.iter().flat_map(line).collect()
}
