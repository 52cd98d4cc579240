//! The commands in files that users copy are commands that exist.

use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser};
use migration_replay::survey::{CiService, Workflow};

use super::Arguments;

/// Files to copy, and the page that explains them.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workflows = std::fs::read_dir(root.join("docs/workflows")).unwrap();
    let mut files: Vec<_> = workflows.map(|it| it.unwrap().path()).collect();
    for file in [
        "action.yml",
        ".github/workflows/migration-replay.yml",
        ".pre-commit-hooks.yaml",
        "docs/ci.md",
    ] {
        files.push(root.join(file));
    }
    files.sort();
    files
}

/// What a shell or a workflow puts in, as it might be.
const PUT_IN: &[(&str, &str)] = &[
    ("$SHARD", "2/4"),
    ("${{ matrix.shard }}", "2/4"),
    ("$((JOB_COMPLETION_INDEX+1))/N", "2/4"),
    ("$((JOB_COMPLETION_INDEX+1))", "2"),
    ("$CI_NODE_INDEX/$CI_NODE_TOTAL", "2/4"),
    ("${BASE:+--base \"$BASE\"}", "--base origin/main"),
    ("$ARGUMENTS", "--backend local scenarios"),
    (
        "${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--base \"$CI_MERGE_REQUEST_DIFF_BASE_SHA\"}",
        "--base 0123abc",
    ),
];

/// The commands of a file: each begins with the program's name and one of its commands, goes on over lines that end in a
/// backslash or are followed by a flag or a file, and ends where the shell ends it.
fn commands(text: &str) -> Vec<String> {
    let names: Vec<String> =
        Arguments::command().get_subcommands().map(|it| it.get_name().to_owned()).collect();
    let mut commands = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((before, command)) = line.split_once("migration-replay ") else { continue };
        let is_prose = before.contains('`') || before.trim_start().starts_with('#');
        let is_command =
            command.split(' ').next().is_some_and(|word| names.iter().any(|it| it == word));
        if is_prose || !is_command {
            continue;
        }
        let mut whole = command.to_owned();
        while let Some(next) =
            lines.next_if(|it| whole.ends_with('\\') || it.trim().starts_with("--"))
        {
            whole = format!("{} {}", whole.trim_end_matches('\\'), next.trim());
        }
        commands.push(whole);
    }
    commands
}

fn words(command: &str) -> Vec<String> {
    let mut command = command.to_owned();
    for (what, with) in PUT_IN {
        command = command.replace(what, with);
    }
    let end = command.find([')', '|', ';', '&', '>', '#']).unwrap_or(command.len());
    let words = command[..end].split_whitespace();
    words.map(|word| word.trim_matches(['"', '\'']).to_owned()).collect()
}

#[test]
fn commands_in_files_to_copy_are_commands_that_exist() {
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        let commands = commands(&text);
        let is_recipe =
            file.ends_with("Dockerfile") || file.ends_with("migration-replay-action.yml");
        assert_eq!(commands.is_empty(), is_recipe, "{}: {commands:?}", file.display());
        assert_exist(&file.display().to_string(), &commands);
    }
}

fn assert_exist(file: &str, commands: &[String]) {
    for command in commands {
        let program = std::iter::once("migration-replay".to_owned());
        let parsed = Arguments::try_parse_from(program.chain(words(command)));
        let error = parsed.err().map(|error| error.to_string());
        assert_eq!(error, None, "{file}: migration-replay {command}");
    }
}

/// The inputs that a workflow hands to our action: the words after `name:` in the lines below `with:`.
fn inputs(text: &str) -> Vec<(&str, &str)> {
    let ours = text.split_once("migration-replay@COMMIT").map_or("", |(_, after)| after);
    let lines = ours.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": ")).collect()
}

#[test]
fn what_init_writes_for_ci_has_commands_and_inputs_that_exist() {
    let workflow = |service| Workflow {
        service,
        scenarios: "backend/scenarios".into(),
        branch: "trunk".into(),
        image: None,
    };
    let gitlab = workflow(CiService::GitLab).text();
    let found = commands(&gitlab);
    assert_exist("gitlab", &found);
    let shown: Vec<_> = found.iter().map(|it| words(it).join(" ")).collect();
    assert_eq!(shown[0], "check backend/scenarios --base 0123abc");
    assert!(
        shown[1].starts_with("run backend/scenarios --backend local --shard 2/4 "),
        "{shown:?}"
    );
    let github = workflow(CiService::GitHub).text();
    let action = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml"));
    let action = action.unwrap();
    let inputs = inputs(&github);
    assert_eq!(inputs.iter().map(|it| it.0).collect::<Vec<_>>(), ["base", "check", "arguments"]);
    for (name, value) in inputs {
        assert!(action.contains(&format!("\n  {name}:\n")), "{name}");
        assert!(name == "base" || value == "backend/scenarios", "{name}: {value}");
    }
}

#[test]
fn a_command_goes_on_over_lines_and_ends_where_the_shell_ends_it() {
    let text = "run: >-\n  migration-replay run\n  --shard ${{ matrix.shard }}\n  --json a\n- name: x\n\
                x=$(migration-replay check db) # migration-replay run --nonsense\n# migration-replay run\n\
                the `migration-replay run` of prose\n    migration-replay report merge \\\n        a.json\n";
    let found: Vec<_> = commands(text).iter().map(|it| words(it).join(" ")).collect();
    assert_eq!(found, ["run --shard 2/4 --json a", "check db", "report merge a.json"]);
}
