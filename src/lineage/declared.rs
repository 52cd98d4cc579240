//! `-- DEPENDS: file` headers, held against what the statements show.

use super::answers::Lineage;
use super::author::Author;
use super::graph::{Graph, Link};
use crate::migration::{Migration, Script};
use crate::place::Place;

/// One file that a header names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Whose header it is.
    pub author: usize,
    /// The file as written.
    pub name: String,
    /// Where.
    pub place: Place,
    /// The migration that it means.
    pub on: Option<usize>,
}

/// A header that does not agree with the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disagreement {
    /// No migration is called so.
    Missing(Declared),
    /// The migration comes later, or is the same one.
    Later(Declared),
    /// No statement shows that it is needed, directly or through others.
    NotNeeded(Declared),
    /// It is required, and neither declared nor reached through what is declared. Told only of files with a header.
    NotDeclared {
        /// Whose header lacks it.
        author: usize,
        /// The migration that it requires.
        on: usize,
        /// Through what.
        through: Vec<Link>,
    },
}

/// Every file that a header of a migration names, in order.
///
/// A header is a comment line before the first statement: `-- DEPENDS:` and files, separated by commas or blanks, by their
/// names with or without `.sql`, or by their versions. Case is of no account, and there may be several lines.
#[must_use]
pub fn declared(authors: &[Author]) -> Vec<Declared> {
    let mut declared = Vec::new();
    for (author, migration) in authors.iter().enumerate() {
        let Some(migration) = migration.migration() else { continue };
        for (name, place) in headers(&migration.up) {
            let is_meant =
                |other: &Author| other.migration().is_some_and(|other| is_called(other, &name));
            let on = authors.iter().position(is_meant);
            declared.push(Declared { author, name, place, on });
        }
    }
    declared
}

/// Where headers and statements do not agree.
#[must_use]
pub fn disagreements(lineage: &Lineage, graph: &Graph) -> Vec<Disagreement> {
    let all = declared(lineage.authors());
    let mut found = Vec::new();
    for one in &all {
        match one.on {
            None => found.push(Disagreement::Missing(one.clone())),
            Some(on) if on >= one.author => found.push(Disagreement::Later(one.clone())),
            Some(on) if !graph.reaches(one.author, on) && !mentions(graph, one.author, on) => {
                found.push(Disagreement::NotNeeded(one.clone()));
            }
            Some(_) => {}
        }
    }
    for one_of_author in all.chunk_by(|left, right| left.author == right.author) {
        let Some(author) = one_of_author.first().map(|one| one.author) else { continue };
        let known = said(author, &all);
        let requires = graph.nodes().get(author).map(|node| node.requires.as_slice());
        for requirement in requires.unwrap_or_default() {
            let is_migration = lineage
                .authors()
                .get(requirement.author)
                .is_some_and(|author| author.migration().is_some());
            let is_reached = known
                .iter()
                .any(|on| *on == requirement.author || graph.reaches(*on, requirement.author));
            if is_migration && !is_reached {
                found.push(Disagreement::NotDeclared {
                    author,
                    on: requirement.author,
                    through: requirement.through.clone(),
                });
            }
        }
    }
    found
}

/// Whether an author speaks of what the other one makes, and would not fail without it.
fn mentions(graph: &Graph, author: usize, other: usize) -> bool {
    let node = graph.nodes().get(author);
    node.is_some_and(|node| node.mentions.iter().any(|it| it.author == other))
}

/// What the headers of an author name, and theirs.
fn said(author: usize, all: &[Declared]) -> Vec<usize> {
    let mut known = Vec::new();
    let mut left = vec![author];
    while let Some(author) = left.pop() {
        for on in all.iter().filter(|one| one.author == author).filter_map(|one| one.on) {
            if !known.contains(&on) {
                known.push(on);
                left.push(on);
            }
        }
    }
    known
}

fn is_called(migration: &Migration, name: &str) -> bool {
    let file = migration.file_name();
    file == name
        || file.strip_suffix(".sql") == Some(name)
        || migration.id.as_str() == name
        || migration.version.is(name)
}

/// The names in the comment lines before the first statement.
fn headers(script: &Script) -> Vec<(String, Place)> {
    let text = script.text();
    let body = script.body();
    let end = script.statements().first().map_or(body.end, |statement| statement.span.start);
    let mut found = Vec::new();
    let mut start = body.start;
    for line in text.get(body.start..end.max(body.start)).unwrap_or_default().split_inclusive('\n')
    {
        let at = start;
        start += line.len();
        let Some(names) = names_of(line) else { continue };
        let mut from = at + line.len() - names.len();
        for name in names.split([',', ' ', '\t', '\r', '\n', ';']) {
            if !name.is_empty() {
                found.push((name.to_owned(), script.place(from..from + name.len())));
            }
            from += name.len() + 1;
        }
    }
    found
}

/// What follows `-- DEPENDS:` on a line.
fn names_of(line: &str) -> Option<&str> {
    let comment = line.trim_start().strip_prefix("--")?.trim_start();
    let (word, names) = comment.split_once(':')?;
    let word = word.trim();
    let is_header = word.eq_ignore_ascii_case("depends") || word.eq_ignore_ascii_case("depends on");
    is_header.then_some(names)
}
