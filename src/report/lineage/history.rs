use std::fmt::Write as _;

use super::words::{what_happened, what_would_happen};
use crate::lineage::{Effect, Told, Twofold};
use crate::place::Place;
use crate::report::Style;
use crate::report::style::Tone;
use crate::report::text::{first_line, visible};
use crate::schema::{Kind, ObjectId};

/// What somebody asked for, and what was found.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As it was typed.
    pub text: String,
    /// The objects that it means.
    pub objects: Vec<ObjectId>,
    /// Where it means none: what is called alike.
    pub near: Vec<ObjectId>,
}

impl Asked {
    /// Looks for what was typed.
    #[must_use]
    pub fn of(text: &str, told: &Twofold) -> Self {
        let objects = told.find(text);
        let near = if objects.is_empty() { told.all.near(text) } else { Vec::new() };
        Self { text: text.to_owned(), objects, near }
    }
}

/// The histories of objects, for people.
#[must_use]
pub fn history(asked: &[Asked], told: &Twofold, style: Style) -> String {
    let mut text = String::new();
    for one in asked {
        if one.objects.is_empty() {
            text.push_str(&not_found(one));
        }
        for object in &one.objects {
            text.push_str(&of_object(object, told, style));
        }
    }
    text
}

fn not_found(asked: &Asked) -> String {
    let mut text = format!("{}: no migration speaks of it\n", visible(&asked.text));
    if !asked.near.is_empty() {
        let near: Vec<_> = asked.near.iter().map(|id| visible(&id.to_string())).collect();
        let _ = writeln!(text, "  did you mean {}?", near.join(", or "));
    }
    text + "\n"
}

fn of_object(object: &ObjectId, told: &Twofold, style: Style) -> String {
    let end = if told.run.exists(object) { "there at the end" } else { "not there at the end" };
    let mut text = format!("{}, {end}\n", visible(&object.to_string()));
    for line in lines(&events(object, told), object) {
        let _ = writeln!(text, "  {}: {}", line.place, style.paint(line.tone, &line.what));
        let _ = writeln!(text, "      {}", style.paint(Tone::Dim, &line.source));
    }
    text + "\n"
}

/// What came to an object; to a relation also through its parts.
pub(super) fn events<'t>(object: &ObjectId, told: &'t Twofold) -> Vec<Told<'t>> {
    let has_parts = matches!(
        object.kind,
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView | Kind::Type
    );
    if has_parts { told.history_with_parts(object) } else { told.history(object) }
}

struct Line {
    place: String,
    what: String,
    source: String,
    tone: Tone,
}

fn lines(events: &[Told<'_>], object: &ObjectId) -> Vec<Line> {
    let mut lines = Vec::new();
    for same in events.chunk_by(|left, right| is_one_write(left, right)) {
        let Some(first) = same.first() else { continue };
        let mut what = words(first, object);
        if same.len() > 1 {
            let _ = write!(what, ", by {} statements", same.len());
        }
        lines.push(Line {
            place: visible(&first.happening.place.to_string()),
            what,
            source: source_line(&first.happening.place),
            tone: tone(first),
        });
    }
    lines
}

/// Rows that one file writes, one statement after the other, are told once.
fn is_one_write(left: &Told<'_>, right: &Told<'_>) -> bool {
    let is_write = matches!(left.happening.effect, Effect::Written(_));
    let (left, right) = (left.happening, right.happening);
    is_write
        && left.author == right.author
        && left.effect == right.effect
        && left.object == right.object
}

fn words(told: &Told<'_>, object: &ObjectId) -> String {
    let happening = told.happening;
    let what = match told.left_out {
        Some(reason) => {
            format!("excluded ({}): would {}", first_line(reason), what_would_happen(happening))
        }
        None => what_happened(happening),
    };
    let what = match told.by {
        Some(by) => format!("{what}, made at {}", by.place),
        None => what,
    };
    if happening.object == *object {
        visible(&what)
    } else {
        visible(&format!("{}: {what}", happening.object))
    }
}

fn tone(told: &Told<'_>) -> Tone {
    match &told.happening.effect {
        _ if told.left_out.is_some() => Tone::Doubtful,
        Effect::Made | Effect::RenamedFrom(_) | Effect::Replaced => Tone::Good,
        Effect::Removed
        | Effect::RemovedWith(_)
        | Effect::MadeAgainWithout
        | Effect::Impossible
        | Effect::Swallowed(_) => Tone::Bad,
        Effect::Unclear => Tone::Doubtful,
        Effect::Kept
        | Effect::Altered(_)
        | Effect::RenamedTo(_)
        | Effect::Absent
        | Effect::NotDone
        | Effect::Reshaped(_)
        | Effect::Written(_) => Tone::Dim,
    }
}

/// The line of the file, without the blanks around it.
pub(super) fn source_line(place: &Place) -> String {
    let text = place.source().text();
    let start = place.span().start;
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    first_line(text[line_start..].lines().next().unwrap_or_default())
}
