//! The lines above a committed migration, and the chain of hashes in them.

use std::ops::Range;

use sha1::{Digest, Sha1};

use super::super::javascript::trimmed;
use super::super::{Folder, FolderFile};
use crate::place::{Problem, Problems, SourceText};

/// A line `--! Key: value`: the key, and where its value stands.
pub(super) type Header<'t> = (&'t str, Option<Range<usize>>);

/// The header lines that a text begins with, and where they end.
pub(super) fn headers(text: &str) -> (Vec<Header<'_>>, usize) {
    let mut headers = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let Some(header) = header_of(text, at..at + line.trim_end_matches('\n').len()) else {
            break;
        };
        headers.push(header);
        at += line.len();
    }
    (headers, at)
}

fn header_of(text: &str, line: Range<usize>) -> Option<Header<'_>> {
    let said = text[line.clone()].strip_prefix("--! ")?;
    let key_end =
        said.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(said.len());
    let (key, rest) = said.split_at(key_end);
    if !key.starts_with(|c: char| c.is_ascii_uppercase())
        || rest.contains(['\r', '\u{2028}', '\u{2029}'])
    {
        return None;
    }
    match rest.strip_prefix(':') {
        Some(value) => Some((key, Some(trimmed(text, line.end - value.len()..line.end)))),
        None => rest.is_empty().then_some((key, None)),
    }
}

/// What a header says, if it is there and says something.
pub(super) fn value<'t>(text: &'t str, headers: &[Header<'_>], key: &str) -> Option<&'t str> {
    let span = headers.iter().find(|header| header.0 == key)?.1.clone()?;
    Some(&text[span]).filter(|value| !value.is_empty())
}

/// A committed migration as its file tells it.
pub(super) struct Commit<'f> {
    pub(super) number: &'f str,
    pub(super) source: SourceText,
    /// What runs, without the white space around it.
    pub(super) body: Range<usize>,
    previous: Range<usize>,
    hash: Range<usize>,
    allows_invalid_hash: bool,
}

impl<'f> Commit<'f> {
    pub(super) fn read(folder: &Folder, file: &'f FolderFile) -> Result<Self, Problem> {
        let source = file.source(folder)?;
        let text = source.text();
        let (headers, end) = headers(text);
        for (position, (key, _)) in headers.iter().enumerate() {
            if headers[..position].iter().any(|(earlier, _)| earlier == key) {
                let message = format!("the header {key:?} stands here twice");
                let help = "keep one of the two lines";
                return Err(Problem::error(message).path(source.path()).help(help));
            }
        }
        if !text[end..].starts_with('\n') && (end < text.len() || !text.ends_with('\n')) {
            return Err(no_empty_line(&source, end));
        }
        let needed = |key: &str| {
            let header = headers.iter().find(|header| header.0 == key);
            header.and_then(|header| header.1.clone()).filter(|span| !span.is_empty()).ok_or_else(|| {
                let help = "a committed migration begins with --! Previous: - or --! Previous: sha1:…, and --! Hash: sha1:…";
                Problem::error(format!("there is no header {key:?}")).path(source.path()).help(help)
            })
        };
        Ok(Self {
            number: super::number_of(file.name()).unwrap_or_default(),
            body: trimmed(text, end..text.len()),
            previous: needed("Previous")?,
            hash: needed("Hash")?,
            allows_invalid_hash: headers.iter().any(|header| header.0 == "AllowInvalidHash"),
            source: source.clone(),
        })
    }

    fn hash(&self) -> &str {
        &self.source.text()[self.hash.clone()]
    }

    /// The hash of the migration before; none for the first.
    fn previous(&self) -> Option<&str> {
        Some(&self.source.text()[self.previous.clone()]).filter(|previous| *previous != "-")
    }

    /// Why the tool stops when it comes to this migration: its text is not what was committed.
    pub(super) fn refused(&self) -> Option<Problem> {
        let found = hash_of(&self.source.text()[self.body.clone()], self.previous());
        let place = self.source.place(self.hash.clone());
        match (found == self.hash(), self.allows_invalid_hash) {
            (true, false) | (false, true) => None,
            (false, false) => {
                let message =
                    format!("the file has changed since it was committed: its hash is {found}");
                let help =
                    "take the change back, or allow it with a header line --! AllowInvalidHash";
                Some(Problem::error(message).at(place).help(help))
            }
            (true, true) => {
                let message = "an invalid hash is allowed, and the hash is right";
                Some(
                    Problem::error(message)
                        .at(place)
                        .help("take out the line --! AllowInvalidHash"),
                )
            }
        }
    }
}

/// Each migration names the hash of the one before, and the first none. Two of one number cannot be
/// told apart in the history.
pub(super) fn check_chain(commits: &[Commit<'_>]) -> Problems {
    let mut problems = Problems::default();
    let mut before: Option<&Commit<'_>> = None;
    for commit in commits {
        let at = |problem: Problem| problem.at(commit.source.place(commit.previous.clone()));
        if commit.previous() != before.map(Commit::hash) {
            let message = match before {
                None => "the first migration has one before it, which is not here".to_owned(),
                Some(before) => format!("the migration before this one is {}", before.hash()),
            };
            let help = "bring back the missing file, or uncommit and commit the later one again";
            problems.push(at(Problem::error(message).help(help)));
        }
        if before.is_some_and(|before| before.number == commit.number) {
            let message = format!("two migrations have the number {}", commit.number);
            problems
                .push(at(Problem::error(message).help("give the later one the next free number")));
        }
        before = Some(commit);
    }
    problems
}

fn hash_of(body: &str, previous: Option<&str>) -> String {
    let text = format!("{}\n{body}", previous.unwrap_or_default());
    let text = format!("{}\n", &text[trimmed(&text, 0..text.len())]);
    let digest = Sha1::digest(text.as_bytes());
    let hex: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha1:{}", hex.concat())
}

fn no_empty_line(source: &SourceText, end: usize) -> Problem {
    let rest = &source.text()[end..];
    let line = rest.find('\n').unwrap_or(rest.len());
    let help = if rest[..line].ends_with('\r') {
        "its lines end in CR LF; in .gitattributes write: committed/*.sql -text"
    } else {
        "put the body after an empty line; header lines look like --! Message: add users"
    };
    Problem::error("there is no empty line after the headers")
        .at(source.place(end..end + line))
        .help(help)
}
