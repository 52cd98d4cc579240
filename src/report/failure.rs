use annotate_snippets::{AnnotationKind, Element, Level, Message, Origin};

use super::Style;
use super::facts::{file_of, subject};
use super::snippet::{place_in, snippet};
use super::text::{first_line, visible};
use crate::outcome::{Failure, Found, Standing};

/// A failure with everything that helps: the place with its source line, what the server said, the
/// cause with the migrations to blame, ways out, and the command that reproduces it.
#[must_use]
pub fn render_failure(failure: &Failure, style: Style) -> String {
    let found = &failure.found;
    let mut title = Level::ERROR.primary_title(visible(&found.error.message));
    if let Some(state) = &found.error.sqlstate {
        title = title.id(state.to_string());
    }
    let group = title
        .elements(places(found))
        .elements(said(found))
        .elements(diagnosis(found))
        .elements(note("standing", standing(failure.standing)))
        .elements(note("reproduce", Some(&failure.reproduce)));
    style.renderer().render(&[group])
}

/// A finding under a title of the caller's: its place, who is to blame, and why; nothing of a run.
#[must_use]
pub fn render_found(found: &Found, title: &str, style: Style) -> String {
    let mut title = Level::ERROR.primary_title(visible(title));
    if let Some(state) = &found.error.sqlstate {
        title = title.id(state.to_string());
    }
    let details = (!found.details.is_empty()).then(|| found.details.join("\n"));
    let group = title
        .elements(places(found))
        .elements(note("detail", found.error.detail.as_deref()))
        .elements(note("details", details.as_deref()))
        .elements(diagnosis(found));
    style.renderer().render(&[group])
}

/// Where it failed, where inside a function, and where the culprits stand.
fn places(found: &Found) -> Vec<Element<'static>> {
    let mut places = Vec::new();
    match (&found.place, file_of(found)) {
        (Some(place), _) => places.push(snippet(place, AnnotationKind::Primary, None).into()),
        (None, Some(file)) => {
            places.push(Origin::path(visible(&file.display().to_string())).into());
        }
        (None, None) => {}
    }
    if let Some((statement, character)) = &found.error.internal {
        let place = place_in("statement inside a function", statement, *character);
        places.push(snippet(&place, AnnotationKind::Primary, None).into());
    }
    for culprit in &found.culprits {
        if let Some(place) = &culprit.place {
            let label = visible(&culprit.deed);
            places.push(snippet(place, AnnotationKind::Context, Some(label)).into());
        }
    }
    places
}

/// What was done and what the server said about it.
fn said(found: &Found) -> impl Iterator<Item = Message<'static>> {
    let unplaced = || found.statement.as_deref().map(first_line);
    let statement = if found.place.is_none() { unplaced() } else { None };
    let details = (!found.details.is_empty()).then(|| found.details.join("\n"));
    note("step", Some(&subject(found)))
        .into_iter()
        .chain(note("statement", statement.as_deref()))
        .chain(note("detail", found.error.detail.as_deref()))
        .chain(note("hint", found.error.hint.as_deref()))
        .chain(note("context", found.error.context.as_deref()))
        .chain(note("details", details.as_deref()))
}

/// Why, who, and what to do.
fn diagnosis(found: &Found) -> Vec<Message<'static>> {
    let unplaced = found.culprits.iter().filter(|culprit| culprit.place.is_none());
    let named = unplaced.filter_map(|it| Some((it.migration.as_ref()?, it)));
    let culprits = named.map(|(migration, it)| format!("{migration} {}", it.deed));
    let because = (!found.because.is_empty()).then(|| found.because.join("\n"));
    let mut notes: Vec<_> = note("cause", cause(found).as_deref()).into_iter().collect();
    notes.extend(note("because", because.as_deref()));
    notes.extend(culprits.filter_map(|culprit| note("culprit", Some(&culprit))));
    notes.extend(advice(found));
    notes
}

/// The cause, with the page about it.
pub(super) fn cause(found: &Found) -> Option<String> {
    found.cause.map(|cause| {
        if found.certain {
            format!("{cause} (docs/causes/{cause}.md)")
        } else {
            format!("perhaps {cause}")
        }
    })
}

/// What to do.
pub(super) fn advice(found: &Found) -> impl Iterator<Item = Message<'static>> {
    found.advice.iter().map(|advice| {
        let proof = if advice.proven { " (proven by a replay)" } else { "" };
        Level::HELP.message(visible(&format!("{}{proof}", advice.text)))
    })
}

const fn standing(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Introduced => Some("this change brought it"),
        Standing::Before => Some("it failed before this change"),
        Standing::Unknown => None,
    }
}

/// A line such as `= hint: …`; none for an empty text.
pub(super) fn note(name: &'static str, text: Option<&str>) -> Option<Message<'static>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    Some(Level::NOTE.with_name(name).message(visible(text)))
}

#[cfg(test)]
mod tests;
