use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Names of folders that do not say which migrations they hold.
const GENERAL: &[&str] = &[
    "app",
    "apps",
    "backend",
    "changes",
    "common",
    "core",
    "data",
    "database",
    "databases",
    "db",
    "deploy",
    "drizzle",
    "internal",
    "lib",
    "main",
    "migrate",
    "migration",
    "migrations",
    "packages",
    "pg",
    "postgres",
    "postgresql",
    "prisma",
    "resources",
    "schema",
    "server",
    "services",
    "shared",
    "sql",
    "src",
    "supabase",
    "up",
];

/// A name for the scenario of each folder, after the part of its path that says most; all of them different.
#[must_use]
pub fn scenario_names(folders: &[PathBuf]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let named = folders.iter().map(|folder| {
        let candidates = candidates(folder);
        let free = candidates.iter().find(|name| !taken.contains(*name)).cloned();
        let name = free.unwrap_or_else(|| {
            let last = candidates.last().cloned().unwrap_or_default();
            let numbered = (2..).map(|number| format!("{last}-{number}"));
            numbered.into_iter().find(|name| !taken.contains(name)).unwrap_or(last)
        });
        taken.insert(name.clone());
        name
    });
    named.collect()
}

/// What a scenario may be called, the shortest first.
fn candidates(folder: &Path) -> Vec<String> {
    let parts: Vec<_> = folder
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(plain(&name.to_string_lossy())),
            _ => None,
        })
        .filter(|part| !part.is_empty())
        .collect();
    let is_telling = |part: &&String| !GENERAL.contains(&part.as_str());
    let mut found: Vec<_> = parts.iter().rev().filter(is_telling).take(1).cloned().collect();
    for length in 1..=parts.len() {
        let joined = parts[parts.len() - length..].join("-");
        if length > 1 || found.is_empty() {
            found.push(joined);
        }
    }
    if found.is_empty() {
        found.push("migrations".into());
    }
    found
}

/// A part of a path as a part of a file name.
fn plain(part: &str) -> String {
    let kept = |it: char| if it.is_alphanumeric() || "._".contains(it) { it } else { '-' };
    part.chars().map(kept).collect::<String>().trim_matches(['-', '.']).to_owned()
}
