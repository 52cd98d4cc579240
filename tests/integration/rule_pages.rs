//! Every rule of `check` has its page in `docs/rules/`, and what the pages show is so: their files are written and checked.

use std::fs;
use std::path::{Path, PathBuf};

use migration_replay::check::{Definition, definitions};
use migration_replay::scenario::{Level, Rule};

use crate::support::Project;

/// What these find depends on git, or has no file that is right.
const WITHOUT_RIGHT: &[Rule] = &[Rule::AppliedChanged, Rule::NotRecorded, Rule::VersionTaken];
const WITHOUT_WRONG: Rule = Rule::VersionTaken;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

fn page(definition: &Definition) -> String {
    fs::read_to_string(folder().join(format!("{}.md", definition.rule))).unwrap_or_default()
}

/// A block of a page: its words after the three backticks, and its text.
fn blocks(part: &str) -> Vec<(Vec<&str>, &str)> {
    let mut blocks = Vec::new();
    for block in part.split("\n```").skip(1).step_by(2) {
        let (head, text) = block.split_once('\n').unwrap_or((block, ""));
        blocks.push((head.split(' ').collect(), text));
    }
    blocks
}

fn part<'p>(page: &'p str, title: &str) -> &'p str {
    let start = page.find(&format!("\n## {title}\n")).map(|at| at + 4);
    let rest = start.map_or("", |start| &page[start..]);
    rest.split("\n## ").next().unwrap_or_default()
}

/// The files of a part of a page.
fn project(part: &str) -> Project {
    let project = Project::new::<&str>(&[]);
    for (words, text) in blocks(part) {
        if let [_, path] = words.as_slice() {
            let end = if text.is_empty() { "" } else { "\n" };
            project.write(path, format!("{text}{end}"));
        }
    }
    project
}

/// What a part of a page says that is printed.
fn printed(part: &str) -> Option<&str> {
    blocks(part).into_iter().find(|(words, _)| words == &["text"]).map(|(_, text)| text)
}

fn check(part: &str) -> crate::support::Ran {
    let folder = if part.contains("scenarios/") { "scenarios" } else { "db/migrations" };
    project(part).run(&["check", folder])
}

#[test]
fn every_rule_has_a_page_with_its_title_its_level_and_how_to_mend_it() {
    for definition in definitions() {
        let (page, rule) = (page(definition), definition.rule);
        assert!(page.starts_with(&format!("# {rule}\n")), "docs/rules/{rule}.md");
        assert!(page.contains(&format!("`{}`", definition.level)), "{rule}: its level");
        for title in ["What it means", "How to mend it"] {
            assert!(!part(&page, title).is_empty(), "{rule}: {title}");
        }
        assert_eq!(part(&page, "Wrong").is_empty(), rule == WITHOUT_WRONG, "{rule}: Wrong");
        assert_eq!(part(&page, "Right").is_empty(), WITHOUT_RIGHT.contains(&rule), "{rule}: Right");
    }
}

#[test]
fn what_is_wrong_on_a_page_is_found_and_told_as_the_page_says() {
    for definition in definitions() {
        let page = page(definition);
        let wrong = part(&page, "Wrong");
        if definition.rule == WITHOUT_WRONG {
            continue;
        }
        let expected =
            printed(wrong).unwrap_or_else(|| panic!("{}: nothing shown", definition.rule));
        let ran = check(wrong);
        let told = format!("rule: {} (docs/rules/{0}.md)", definition.rule);
        assert!(ran.text.contains(&told), "{}: {}", definition.rule, ran.text);
        assert!(ran.text.contains(expected.trim_end()), "{}: {}", definition.rule, ran.text);
        let code = match definition.rule {
            Rule::Unreadable => 2,
            _ if ran.text.contains("\nerror") || ran.text.starts_with("error") => 1,
            _ => 0,
        };
        assert_eq!(ran.code, Some(code), "{}: {}", definition.rule, ran.text);
        assert_eq!(definition.level == Level::Warn, code == 0, "{}: its level", definition.rule);
    }
}

#[test]
fn what_is_right_on_a_page_is_not_told() {
    for definition in definitions() {
        let page = page(definition);
        let right = part(&page, "Right");
        if !right.is_empty() {
            check(right).assert(0, &["nothing found"]);
        }
    }
}

#[test]
fn the_index_names_every_rule_and_every_page_is_of_one() {
    let index = fs::read_to_string(folder().join("README.md")).unwrap();
    for definition in definitions() {
        let row = format!("| [{0}]({0}.md) | `{1}` |", definition.rule, definition.level);
        assert_eq!(index.matches(&row).count(), 1, "{row}");
    }
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy();
        assert!(name == "README" || Rule::from_name(&name).is_some(), "{}", path.display());
    }
}
