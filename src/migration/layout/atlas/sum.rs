//! `atlas.sum`, the hashes of all files. (`HashFile` and `Validate` in `sql/migrate/dir.go`)

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::directives::Directive;
use crate::migration::layout::{Folder, FolderFile};
use crate::place::{Place, Problem, Problems, SourceText};

pub(super) const NAME: &str = "atlas.sum";

/// A line: a file and the hash of it and all files before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    hash: String,
}

/// Holds the files against the sum; everything that differs is told.
pub(super) fn check(folder: &Folder, files: &[&FolderFile]) -> Result<(), Problems> {
    let path = folder.path.join(NAME);
    let help = "after a change on purpose: atlas migrate hash";
    let Some(sum) = folder.file(NAME) else {
        let message = "there is no atlas.sum beside the migrations";
        return Err(Problem::error(message).path(path).help(help).into());
    };
    let source = sum.source(folder)?;
    let (total, listed) = parse(&source)?;
    let computed = hashes(files);
    let names: Vec<_> = listed.iter().map(|(entry, _)| entry.clone()).collect();
    let mut problems = differences(&listed, &computed);
    if problems.is_empty() && (names != computed || total_of(&computed) != total) {
        let end = source.text().find('\n').unwrap_or(source.text().len());
        let message = "the first line is not the sum of the lines below it";
        problems.push(Problem::error(message).at(source.place(0..end)));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Problems(problems.into_iter().map(|it| with_path(it, &path).help(help)).collect()))
}

fn with_path(problem: Problem, path: &std::path::Path) -> Problem {
    if problem.place.is_some() { problem } else { problem.path(path) }
}

type Listed = Vec<(Entry, Place)>;

/// The sum of the first line, and the entries with their places.
fn parse(source: &SourceText) -> Result<(&str, Listed), Problem> {
    let text = source.text();
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let mut at = first.len();
    let mut entries = Vec::new();
    for line in lines {
        let place = source.place(at..at + line.trim_end().len());
        at += line.len();
        let Some((name, hash)) = line.trim_end_matches(['\n', '\r']).split_once("h1:") else {
            let help = "a line looks like: 20250101000000_users.sql h1:…";
            return Err(Problem::error("this line holds no hash").at(place).help(help));
        };
        entries.push((Entry { name: name.trim().into(), hash: hash.into() }, place));
    }
    let total = first.trim_end_matches(['\n', '\r']);
    Ok((total.strip_prefix("h1:").unwrap_or(total), entries))
}

/// The entries that the files should have. A file whose first line says `atlas:sum ignore` has none.
fn hashes(files: &[&FolderFile]) -> Vec<Entry> {
    let texts = files.iter().map(|file| (file.name(), file.bytes.as_slice()));
    let all = files.iter().zip(chain(texts));
    all.filter_map(|(file, hash)| Some(Entry { name: file.name().into(), hash: hash? })).collect()
}

/// The hash of each file, by name and text: over all names and texts so far. A file whose first line says `atlas:sum ignore`
/// has none, and counts with its name alone.
pub(in crate::migration::layout) fn chain<'f>(
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Vec<Option<String>> {
    let mut hasher = Sha256::new();
    let hash = |(name, bytes): (&str, &[u8])| {
        hasher.update(name);
        let directive = Directive::first(&String::from_utf8_lossy(bytes))
            .map(|it| it.name == "sum" && it.value == "ignore");
        if directive == Some(true) {
            return None;
        }
        hasher.update(bytes);
        Some(BASE64_STANDARD.encode(hasher.clone().finalize()))
    };
    files.into_iter().map(hash).collect()
}

fn total_of(entries: &[Entry]) -> String {
    let mut hasher = Sha256::new();
    for entry in entries {
        hasher.update(&entry.name);
        hasher.update(&entry.hash);
    }
    BASE64_STANDARD.encode(hasher.finalize())
}

/// Files that are listed and gone, there and not listed, and the first that was edited: the hashes
/// after it differ for its sake.
fn differences(listed: &[(Entry, Place)], computed: &[Entry]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (entry, place) in listed {
        if !computed.iter().any(|it| it.name == entry.name) {
            let message = format!("{} is listed in atlas.sum and is not there", entry.name);
            problems.push(Problem::error(message).at(place.clone()));
        }
    }
    for entry in computed {
        if !listed.iter().any(|(it, _)| it.name == entry.name) {
            problems.push(Problem::error(format!("{} is not listed in atlas.sum", entry.name)));
        }
    }
    let edited = listed.iter().zip(computed).find(|((left, _), right)| left != *right);
    if let Some(((entry, place), computed)) = edited
        && entry.name == computed.name
    {
        let message = format!("{} was edited after its hash was written", entry.name);
        problems.push(Problem::error(message).at(place.clone()));
    }
    problems
}

/// The text of `atlas.sum` for files in order.
#[cfg(test)]
pub(super) fn of(files: &[&FolderFile]) -> String {
    use std::fmt::Write;

    let entries = hashes(files);
    let mut text = format!("h1:{}\n", total_of(&entries));
    for entry in entries {
        writeln!(text, "{} h1:{}", entry.name, entry.hash).unwrap();
    }
    text
}
