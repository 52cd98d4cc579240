use std::ops::Range;

use super::change::{Change, is_name, is_reserved};
use super::depend::{self, Depend};
use crate::place::{Place, Problem, Problems, SourceText};

/// The changes of a plan in order, and what is worth knowing about them.
pub(super) fn read(source: &SourceText) -> Result<(Vec<Change>, Problems), Problems> {
    let mut reader = Reader {
        source,
        project: None,
        changes: Vec::new(),
        tags: Vec::new(),
        problems: Problems::default(),
    };
    let mut is_header = true;
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let trimmed = line.trim_end_matches(['\n', '\r']);
        let (text, note) =
            trimmed.split_once('#').map_or((trimmed, ""), |(text, note)| (text, note));
        let line_at = Line { text: text.trim_end(), start };
        match line_at.text.trim_start() {
            // A note alone does not end the header; an empty line does.
            "" => is_header &= !note.trim().is_empty(),
            _ if is_header => reader.read_pragma(&line_at),
            _ => reader.read_entry(&line_at),
        }
        start += line.len();
    }
    reader.finish()
}

/// A line of the plan without its note.
struct Line<'t> {
    text: &'t str,
    start: usize,
}

impl Line<'_> {
    /// The bytes of the plan that a part of the line is; the whole line for a part that is not there.
    fn span_of(&self, part: &str) -> Range<usize> {
        let within = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        match within.filter(|within| within + part.len() <= self.text.len()) {
            Some(within) => self.start + within..self.start + within + part.len(),
            None => self.start..self.start + self.text.len(),
        }
    }
}

struct Reader<'s> {
    source: &'s SourceText,
    project: Option<String>,
    changes: Vec<Change>,
    tags: Vec<String>,
    problems: Problems,
}

/// The parts of a line that names a change or a tag.
struct Entry<'t> {
    is_tag: bool,
    name: &'t str,
    depends: Option<&'t str>,
}

impl Reader<'_> {
    fn read_pragma(&mut self, line: &Line<'_>) {
        let Some(pragma) = line.text.trim_start().strip_prefix('%') else {
            let help = "leave a blank line between the lines that begin with % and the changes";
            return self.refuse(line, line.text.trim(), "this is no pragma", help);
        };
        let (name, value) = pragma.split_once('=').unwrap_or((pragma, ""));
        let value = value.trim_start();
        if name.trim() != "project" {
            return;
        }
        if !is_name(value) {
            return self.refuse(line, value, "this is no name of a project", NAMES);
        }
        self.project = Some(value.to_owned());
    }

    fn read_entry(&mut self, line: &Line<'_>) {
        match entry(line.text) {
            Ok(entry) if entry.is_tag => self.read_tag(line, &entry),
            Ok(entry) => self.read_change(line, &entry),
            Err((part, message, help)) => self.refuse(line, part, message, help),
        }
    }

    fn read_tag(&mut self, line: &Line<'_>, entry: &Entry<'_>) {
        let wrong = match entry.depends {
            Some(_) => Some(("a tag requires nothing", "take the brackets out")),
            None if entry.name.contains('/') => Some(("a tag has no slash", "call it @v1.0")),
            None if self.changes.is_empty() => {
                Some(("there is no change before this tag", "write it below a change"))
            }
            None if self.tags.iter().any(|tag| tag == entry.name) => {
                Some(("the plan has this tag before", "give it a name of its own"))
            }
            None => None,
        };
        if let Some((message, help)) = wrong {
            return self.refuse(line, entry.name, message, help);
        }
        if let Some(change) = self.changes.last_mut() {
            change.tags.push(entry.name.to_owned());
        }
        self.tags.push(entry.name.to_owned());
    }

    fn read_change(&mut self, line: &Line<'_>, entry: &Entry<'_>) {
        let section = self.tags.len();
        let earlier = self.changes.iter().rposition(|change| change.name == entry.name);
        if let Some(earlier) = earlier {
            if self.changes[earlier].section == section {
                let help = "a change is named again only after a tag: sqitch rework";
                return self.refuse(line, entry.name, "the plan has this change before", help);
            }
            self.rework(earlier);
        }
        let depends = self.read_depends(line, entry.depends.unwrap_or_default());
        self.changes.push(Change {
            name: entry.name.to_owned(),
            place: self.place(line, entry.name),
            section,
            depends,
            tags: Vec::new(),
            rework_tags: Vec::new(),
        });
    }

    /// Notes of an earlier instance the tags after which its scripts may be called.
    fn rework(&mut self, earlier: usize) {
        let later = self.changes[earlier + 1..].iter().rev().flat_map(|change| &change.tags);
        let tags = later.chain(&self.changes[earlier].tags).cloned().collect();
        self.changes[earlier].rework_tags = tags;
    }

    fn read_depends(&mut self, line: &Line<'_>, list: &str) -> Vec<Depend> {
        let mut depends = Vec::new();
        let mut seen = Vec::new();
        for written in list.split_ascii_whitespace() {
            let project = self.project.as_deref().unwrap_or_default();
            match Depend::parse(written, project, self.place(line, written)) {
                _ if seen.contains(&written) => {
                    self.refuse(
                        line,
                        written,
                        "this dependency stands here twice",
                        "write it once",
                    );
                }
                Some(depend) => depends.push(depend),
                None => {
                    let help = "a dependency is like name, name@tag, !name or project:name";
                    self.refuse(line, written, "this is no dependency", help);
                }
            }
            seen.push(written);
        }
        depends
    }

    fn place(&self, line: &Line<'_>, part: &str) -> Place {
        self.source.place(line.span_of(part))
    }

    fn refuse(&mut self, line: &Line<'_>, part: &str, message: &str, help: &str) {
        let place = self.place(line, part);
        self.problems.push(Problem::error(message).at(place).help(help));
    }

    fn finish(mut self) -> Result<(Vec<Change>, Problems), Problems> {
        if self.project.is_none() && !self.problems.has_errors() {
            let help = "begin with the lines %syntax-version=1.0.0 and %project=name";
            let problem = Problem::error("the plan names no project");
            self.problems.push(problem.at(self.source.place(0..0)).help(help));
        }
        let (unmet, warnings) = depend::check(&self.changes, &self.tags);
        self.problems.append(unmet);
        if self.problems.has_errors() { Err(self.problems) } else { Ok((self.changes, warnings)) }
    }
}

const NAMES: &str =
    "names neither begin nor end with punctuation, and hold no blank and none of @ : # \\ [ ]";
const STAMP: &str = "a line is like: users [roles] 2024-01-31T12:00:00Z Ann <ann@example.org>";

type Refused<'t> = (&'t str, &'static str, &'static str);

/// Takes a line apart: name, dependencies, time, planner.
fn entry(text: &str) -> Result<Entry<'_>, Refused<'_>> {
    let line = text.trim_start();
    let (is_tag, rest) = match line.strip_prefix('@') {
        Some(rest) => (true, rest),
        None => (false, line.strip_prefix(['+', '-']).unwrap_or(line).trim_start()),
    };
    let (name, rest) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    if !is_name(name) {
        return Err((name, "this is no name", NAMES));
    }
    if is_reserved(name) {
        return Err((name, "Sqitch keeps this name for itself", NAMES));
    }
    let rest = rest.trim_start();
    let (depends, rest) = match rest.strip_prefix('[') {
        Some(inner) => match inner.split_once(']') {
            Some((depends, rest)) => (Some(depends), rest.trim_start()),
            None => return Err((rest, "this bracket is never closed", STAMP)),
        },
        None => (None, rest),
    };
    match rest.get(..STAMP_LENGTH).filter(|stamp| is_stamp(stamp)) {
        Some(_) if is_planner(rest[STAMP_LENGTH..].trim_start()) => {
            Ok(Entry { is_tag, name, depends })
        }
        Some(_) => Err((name, "the line does not tell who planned it", STAMP)),
        None => Err((name, "the line does not tell when it was planned", STAMP)),
    }
}

const STAMP_LENGTH: usize = "2024-01-31T12:00:00Z".len();

/// Whether a text is like `2024-01-31T12:00:00Z`.
fn is_stamp(text: &str) -> bool {
    let form = "dddd-dd-ddTdd:dd:ddZ";
    text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    })
}

/// Whether a text is like `Ann <ann@example.org>`.
fn is_planner(text: &str) -> bool {
    let parts = text.strip_suffix('>').and_then(|rest| rest.split_once('<'));
    parts.is_some_and(|(name, email)| {
        let is_parted = name.ends_with([' ', '\t']);
        is_parted && !name.trim().is_empty() && !email.is_empty() && !email.contains('>')
    })
}
