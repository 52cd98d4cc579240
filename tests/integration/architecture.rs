//! `docs/architecture.md` says how modules depend on each other; here the code is held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../docs/architecture.md");

/// The program: it is beside the library and not in the table.
const PROGRAM: &[&str] = &["cli", "main", "lib"];

/// No file is longer, but for these.
const LINES: usize = 350;
const LONGER: &[(&str, &str)] = &[];

/// Every Rust file below a folder of the repository, with its path and its text.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// `src/plan/build.rs` belongs to `plan`, `src/named.rs` to `named`.
fn module_of(path: &Path) -> String {
    let part = path.components().nth(1).unwrap().as_os_str().to_string_lossy();
    part.trim_end_matches(".rs").to_owned()
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The modules that a text names by `crate::`.
fn uses(text: &str) -> BTreeSet<String> {
    let named = code(text).flat_map(|line| line.split("crate::").skip(1));
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    named
        .map(|rest| rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())].to_owned())
        .filter(|name| !name.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect()
}

/// The table of the page: module, and what it may use.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let words = |cell: &str| {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let rows = PAGE.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').collect();
        (words(cells[0]).pop_first().unwrap(), words(cells[2]))
    })
    .collect()
}

/// What the modules really use.
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let mut used: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (path, text) in files("src") {
        let module = module_of(&path);
        if !PROGRAM.contains(&module.as_str()) {
            let others = uses(&text).into_iter().filter(|name| *name != module);
            used.entry(module.clone()).or_default().extend(others);
        }
    }
    used
}

#[test]
fn modules_use_exactly_what_the_page_says() {
    assert_eq!(used(), table(), "left: the code; right: docs/architecture.md");
}

#[test]
fn arrows_point_one_way() {
    let mut left = used();
    while !left.is_empty() {
        let done: Vec<_> =
            left.iter().filter(|(_, uses)| uses.is_empty()).map(|it| it.0.clone()).collect();
        assert!(!done.is_empty(), "these modules use each other: {left:?}");
        left.retain(|module, _| !done.contains(module));
        for uses in left.values_mut() {
            uses.retain(|name| !done.contains(name));
        }
    }
}

#[test]
fn the_program_uses_only_what_the_library_exports() {
    for (path, text) in files("src") {
        if matches!(module_of(&path).as_str(), "cli" | "main") {
            let others: Vec<_> = uses(&text).into_iter().filter(|name| name != "cli").collect();
            assert!(others.is_empty(), "{} uses {others:?} of its own", path.display());
        }
    }
}

#[test]
fn only_the_command_line_prints_or_reads_arguments() {
    const MARKS: &[&str] =
        &["println!", "print!(", "dbg!(", "io::stdout", "io::stderr", "process::exit", "env::args"];
    for (path, text) in files("src") {
        if matches!(module_of(&path).as_str(), "cli" | "main") {
            continue;
        }
        let prints = code(&text).find(|line| MARKS.iter().any(|mark| line.contains(mark)));
        assert_eq!(prints, None, "{} prints", path.display());
    }
}

#[test]
fn files_are_short() {
    for (path, text) in ["src", "tests"].into_iter().flat_map(files) {
        let name = path.display().to_string();
        let is_known = LONGER.iter().any(|(known, _)| *known == name);
        let is_long = text.lines().count() > LINES;
        assert_eq!(is_long, is_known, "{name} has {} lines", text.lines().count());
    }
}

#[test]
fn every_folder_begins_with_what_it_is_for() {
    for (path, text) in files("src") {
        if path.ends_with("mod.rs") {
            assert!(text.starts_with("//!"), "{} has no module documentation", path.display());
        }
    }
}
