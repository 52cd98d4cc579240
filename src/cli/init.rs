use std::path::{Path, PathBuf};

use clap::Args;
use migration_replay::harness::{
    FirstScenario, Harness, HookEnd, Init, InitRequest, init as look_through, install_hook,
    remove_hook,
};
use migration_replay::outcome::Ending;
use migration_replay::place::shell_word;
use migration_replay::report::{self, Tone};

use super::ci::{Ci, workflow};
use super::console::{print, say, style};

const EXAMPLES: &str = "\
Examples:
  migration-replay init
      a scenario for each folder of migrations below this one, in scenarios/
  migration-replay init db/migrations
      for one folder
  migration-replay init --dry-run
      only show what would be written
  migration-replay init --hooks
      a git hook that checks migrations and scenarios before they are committed
  migration-replay init --ci github
      a workflow that checks and replays them for each pull request: .github/workflows/migration-replay.yml

What is looked for: folders of migrations, in the layout of any known tool; images of Postgres in Compose
files, workflows, Dockerfiles, dev containers and Helm values; lists such as MIGRATION_EXCLUDE; dumps and
seeds; tags of releases. Files that are there already stay as they are.

Exit codes:
  0  written, or there already
  2  no migrations were found, or none that can be read; a hook or workflow that is in the way";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InitArguments {
    /// A repository, a part of one, or a folder of migrations
    #[arg(value_name = "DIR", default_value = ".")]
    path: PathBuf,

    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Write no scenario, but a pre-commit hook: it runs `check` where a commit touches migrations or
    /// scenarios. A hook that is there is kept, and ours comes before it
    #[arg(long, conflicts_with = "dry_run")]
    hooks: bool,

    /// Write no scenario, but a workflow that checks and replays the scenarios that are there; no file is
    /// overwritten
    #[arg(long, value_name = "SERVICE", conflicts_with = "hooks")]
    ci: Option<Ci>,

    /// Take our part of the hook away
    #[arg(long, requires = "hooks")]
    remove: bool,
}

/// `migration-replay init`.
pub(crate) fn init(arguments: InitArguments) -> Ending {
    if arguments.hooks {
        return hooks(&arguments);
    }
    if let Some(ci) = arguments.ci {
        return workflow(ci, arguments.path, arguments.dry_run);
    }
    let request = InitRequest { path: arguments.path, writes: !arguments.dry_run };
    let init = match look_through(&request, &Harness::new().environment) {
        Ok(init) => init,
        Err(problems) => {
            say(&report::render_problems(&problems, style()));
            return Ending::WrongInput;
        }
    };
    if !init.warnings.0.is_empty() {
        say(&report::render_problems(&init.warnings, style()));
    }
    for scenario in &init.scenarios {
        print(&told(scenario, arguments.dry_run));
    }
    print(&next(&init, arguments.dry_run));
    // A folder that could not be read was told, and has no scenario.
    if init.warnings.has_errors() { Ending::WrongInput } else { Ending::AsExpected }
}

fn hooks(arguments: &InitArguments) -> Ending {
    let end =
        if arguments.remove { remove_hook(&arguments.path) } else { install_hook(&arguments.path) };
    let (file, deed) = match &end {
        Err(problems) => {
            say(&report::render_problems(problems, style()));
            return Ending::WrongInput;
        }
        Ok(HookEnd::Written(file)) => (file, "written: it checks what is about to be committed"),
        Ok(HookEnd::Unchanged(file)) => (file, "is there already"),
        Ok(HookEnd::Removed(file)) => (file, "our part is taken away"),
        Ok(HookEnd::Nothing(file)) => (file, "there is nothing of ours in it"),
    };
    print(&format!("{}: {deed}\n", file.display()));
    Ending::AsExpected
}

fn told(scenario: &FirstScenario, is_dry: bool) -> String {
    let (path, folder) = (scenario.path.display(), scenario.folder.display());
    let deed = match (scenario.was_there, is_dry) {
        (true, _) => style().paint(Tone::Doubtful, "is there, and stays as it is"),
        (false, true) => style().paint(Tone::Good, "would be written"),
        (false, false) => style().paint(Tone::Good, "written"),
    };
    let found: Vec<_> = scenario.found.iter().map(|line| format!("  {line}\n")).collect();
    let found = found.concat();
    let text = if is_dry && !scenario.was_there {
        let indented =
            scenario.text.lines().map(|line| format!("    {line}").trim_end().to_owned());
        format!("\n{}\n", indented.collect::<Vec<_>>().join("\n"))
    } else {
        String::new()
    };
    format!("{path}: {deed}\n  for {folder}\n{found}{text}\n")
}

/// How many folders that were passed over are named.
const MOST_NAMED: usize = 3;

fn next(init: &Init, is_dry: bool) -> String {
    let mut text = String::new();
    if !init.passed_over.is_empty() {
        let named: Vec<_> =
            init.passed_over.iter().take(MOST_NAMED).map(|it| it.display().to_string()).collect();
        let more = if init.passed_over.len() > MOST_NAMED { ", …" } else { "" };
        text = format!(
            "passed over, as of tests or of other databases: {}: {}{more}\n\n",
            init.passed_over.len(),
            named.join(", ")
        );
    }
    if is_dry {
        return text;
    }
    let folder = init.scenarios.first().and_then(|it| it.path.parent()).unwrap_or(Path::new(""));
    let named = if folder == Path::new("scenarios") {
        String::new()
    } else {
        format!(" {}", shell_word(&folder.to_string_lossy()))
    };
    let written = init.scenarios.iter().filter(|it| !it.was_there);
    let cases: usize = written.map(|it| it.cases.len()).sum();
    let count = match cases {
        0 => String::new(),
        1 => " (1 new case)".to_owned(),
        more => format!(" ({more} new cases)"),
    };
    format!(
        "{text}next: migration-replay run{named}{count}\nwhether this machine has all for it: migration-replay doctor{named}\n"
    )
}
