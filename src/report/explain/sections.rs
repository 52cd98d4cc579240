use super::does::does;
use super::page::{Page, Row, Section};
use super::verdicts::{locks, repeats, transaction};
use crate::explain::{Explanation, Neighbour, Step};
use crate::lineage::Link;
use crate::place::Place;
use crate::report::style::Tone;
use crate::report::text::first_line;
use crate::schema::Kind;

/// So many objects of one neighbour, and columns of one relation, are named.
const MOST: usize = 8;

pub(super) fn page(explanation: &Explanation) -> Page {
    let note = explanation
        .left_out
        .as_ref()
        .map(|reason| format!("excluded ({}): this is what it would do", first_line(reason)));
    Page {
        title: explanation.migration.up.source().path().display().to_string(),
        note,
        sections: vec![
            steps(&explanation.steps),
            needs(explanation),
            needed_by(explanation),
            repeats(explanation),
            transaction(&explanation.transaction),
            locks(explanation),
        ],
    }
}

/// What it does; the same thing done by one statement after the other is told once.
fn steps(steps: &[Step]) -> Section {
    let mut rows: Vec<(Row, usize)> = Vec::new();
    for step in steps {
        let told: Vec<_> = step
            .deeds
            .iter()
            .filter_map(|deed| Some((line(&deed.happening.place), does(deed)?)))
            .collect();
        let quiet = told.is_empty().then(|| (line(&step.place), format!("runs {}", step.words)));
        for (at, text) in told.into_iter().chain(quiet) {
            match rows.last_mut() {
                Some((row, times)) if row.text == text => *times += 1,
                _ => rows.push((Row::new(Some(at), text), 1)),
            }
        }
    }
    let is_empty = rows.is_empty();
    let rows = rows.into_iter().map(|(mut row, times)| {
        if times > 1 {
            row.text = format!("{}, {times} times", row.text);
        }
        row
    });
    let verdict = is_empty.then(|| (Tone::Dim, "nothing".to_owned()));
    Section { title: "What it does", verdict, rows: rows.collect() }
}

fn needs(explanation: &Explanation) -> Section {
    let neighbours = &explanation.neighbours;
    let mut rows: Vec<Row> = neighbours.outside.iter().map(outside).collect();
    rows.extend(neighbours.needs.iter().map(|it| neighbour(it, "", Whose::Theirs)));
    let mentions = neighbours.mentions.iter();
    rows.extend(mentions.map(|it| neighbour(it, ", and would not fail without it", Whose::Theirs)));
    let verdict = rows.is_empty().then(|| (Tone::Dim, "no other migration".to_owned()));
    Section { title: "Needs", verdict, rows }
}

fn needed_by(explanation: &Explanation) -> Section {
    let neighbours = &explanation.neighbours;
    let mut rows: Vec<Row> =
        neighbours.needed_by.iter().map(|it| neighbour(it, "", Whose::Ours)).collect();
    let mentioned = neighbours.mentioned_by.iter();
    rows.extend(
        mentioned.map(|it| neighbour(it, ", which would not fail without it", Whose::Ours)),
    );
    let verdict = rows.is_empty().then(|| (Tone::Dim, "no other migration".to_owned()));
    Section { title: "Needed by", verdict, rows }
}

/// What an image or an environment has to bring, or what no file makes although it should.
fn outside(link: &Link) -> Row {
    let from = match link.object.kind {
        Kind::Extension => "from the image",
        Kind::Role => "from the environment",
        _ => "which no migration here makes",
    };
    Row::new(Some(line(&link.needed)), format!("{}, {from}", link.object))
}

/// Whose objects a relation between two files is about.
#[derive(Clone, Copy)]
enum Whose {
    Ours,
    Theirs,
}

fn neighbour(neighbour: &Neighbour, addition: &str, whose: Whose) -> Row {
    let excluded = match &neighbour.left_out {
        Some(reason) => format!(" (excluded: {})", first_line(reason)),
        None => String::new(),
    };
    let mut row = Row::new(None, format!("{}{excluded}{addition}", neighbour.name));
    if neighbour.left_out.is_some() {
        row = row.toned(Tone::Doubtful);
    }
    row.notes = notes(&neighbour.through, whose);
    row
}

/// One line for each object; the columns of a relation are on its line.
fn notes(through: &[Link], whose: Whose) -> Vec<String> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for link in through {
        let (relation, column) = match (link.object.kind, link.object.name.rsplit_once('.')) {
            (Kind::Column, Some((relation, column))) => (relation, Some(column)),
            _ => (link.object.name.as_str(), None),
        };
        let is_of = |group: &&mut Group<'_>| {
            group.relation == relation
                && (column.is_some() || group.link.object.kind == Kind::Column)
        };
        match groups.iter_mut().find(is_of) {
            Some(group) => {
                group.columns.extend(column);
                if column.is_none() {
                    group.link = link;
                }
            }
            None => groups.push(Group { relation, link, columns: column.into_iter().collect() }),
        }
    }
    let mut notes: Vec<_> = groups.iter().take(MOST).map(|group| group.told(whose)).collect();
    if let Some(more) = groups.len().checked_sub(MOST).filter(|more| *more > 0) {
        notes.push(format!("and {more} more"));
    }
    notes
}

/// An object of another file, or a relation with its columns.
struct Group<'l> {
    relation: &'l str,
    link: &'l Link,
    columns: Vec<&'l str>,
}

impl Group<'_> {
    /// The object, where this file speaks of it or makes it, and the place in the other file.
    fn told(&self, whose: Whose) -> String {
        let columns = names(&self.columns);
        let what = match (self.link.object.kind, self.columns.len()) {
            (Kind::Column, 1) => self.link.object.to_string(),
            (Kind::Column, _) => format!("columns {columns} of {}", self.relation),
            (_, 0) => self.link.object.to_string(),
            (_, _) => format!("{} ({columns})", self.link.object),
        };
        let made = self.link.made.as_ref().map(line);
        let needed = line(&self.link.needed);
        match (whose, made) {
            (Whose::Theirs, Some(made)) => {
                format!("{what}: line {needed}, made at its line {made}")
            }
            (Whose::Ours, Some(made)) => {
                format!("{what}: line {made}, needed at its line {needed}")
            }
            (Whose::Theirs, None) => format!("{what}: line {needed}"),
            (Whose::Ours, None) => format!("{what}: needed at its line {needed}"),
        }
    }
}

fn names(columns: &[&str]) -> String {
    let said = columns.get(..MOST).unwrap_or(columns).join(", ");
    match columns.len().checked_sub(MOST).filter(|more| *more > 0) {
        Some(more) => format!("{said} and {more} more"),
        None => said,
    }
}

pub(super) fn line(place: &Place) -> usize {
    place.line_column().line
}
