//! Failures of one kind: the first are shown whole, the others by a line each.

use std::collections::BTreeSet;

use annotate_snippets::Level;

use super::facts::{file_of, subject};
use super::failure::{advice, cause, note};
use super::text::first_line;
use super::{Shown, Style, render_failure};
use crate::outcome::{Failure, Found, Phase, Standing};
use crate::scenario::{Cause, SqlState};

/// So many failures of one kind are all shown whole.
const MOST_ALIKE: usize = 5;
/// Of more than that, so many are.
const WHOLE: usize = 2;
/// So many of the others are named.
const MOST_NAMED: usize = 40;

/// A failure and its text.
pub(super) struct Told<'f> {
    pub(super) failure: &'f Failure,
    pub(super) text: String,
}

impl<'f> Told<'f> {
    pub(super) fn of(failure: &'f Failure, style: Style) -> Self {
        Self { failure, text: render_failure(failure, style) }
    }
}

/// What has one reason and one way out, since the same time.
#[derive(PartialEq)]
struct Kind<'f> {
    phase: Phase,
    cause: Cause,
    certain: bool,
    standing: Standing,
    state: Option<&'f SqlState>,
    advice: Vec<&'f str>,
}

impl<'f> Kind<'f> {
    /// `None` where nobody knows the reason: each may have its own.
    fn of(failure: &'f Failure) -> Option<Self> {
        let Failure { found, standing, .. } = failure;
        let advice = found.advice.iter().map(|it| it.text.as_str()).collect();
        let state = found.error.sqlstate.as_ref();
        let (phase, cause, certain) = (found.phase, found.cause?, found.certain);
        Some(Self { phase, cause, certain, standing: *standing, state, advice })
    }
}

/// The texts that are shown. Where many are of one kind, one text has a line for each that is not shown whole; `more` says where
/// these can be seen.
pub(super) fn texts(all: &[Told<'_>], shown: Shown, more: &str, style: Style) -> Vec<String> {
    let mut kinds: Vec<(Kind<'_>, Vec<usize>)> = Vec::new();
    let of_a_kind = all.iter().enumerate().filter(|_| shown == Shown::WorthALook);
    for (at, told) in of_a_kind {
        let Some(kind) = Kind::of(told.failure) else { continue };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, places)) => places.push(at),
            None => kinds.push((kind, vec![at])),
        }
    }
    kinds.retain(|(_, places)| places.len() > MOST_ALIKE);
    let text = |(at, told): (usize, &Told<'_>)| {
        let kind = kinds.iter().find_map(|(_, places)| {
            places.iter().position(|place| *place == at).map(|turn| (turn, places))
        });
        match kind {
            Some((WHOLE, places)) => {
                let others = places.iter().skip(WHOLE).map(|place| &all[*place].failure.found);
                Some(the_rest(&others.collect::<Vec<_>>(), more, style))
            }
            Some((turn, _)) if turn > WHOLE => None,
            _ => Some(told.text.clone()),
        }
    };
    all.iter().enumerate().filter_map(text).collect()
}

fn the_rest(others: &[&Found], more: &str, style: Style) -> String {
    let Some(first) = others.first() else { return String::new() };
    let mut lines = lines(others);
    if lines.len() > MOST_NAMED {
        lines.truncate(MOST_NAMED);
        lines.push(format!("and {} more", others.len() - MOST_NAMED));
    }
    let known = first.cause.map(|cause| cause.to_string()).unwrap_or_default();
    let title = format!("{known}: {} more like these in the pass {}", others.len(), first.phase);
    let group = Level::ERROR
        .primary_title(title)
        .elements(note("at", Some(&lines.join("\n"))))
        .elements(note("cause", cause(first).as_deref()))
        .elements(advice(first))
        .element(Level::HELP.message(more.to_owned()));
    style.renderer().render(&[group])
}

/// A line for each: the place, and what is said of it where that is not the same of all.
fn lines(all: &[&Found]) -> Vec<String> {
    let messages = all.iter().map(|found| message(found));
    let is_one = messages.clone().collect::<BTreeSet<_>>().len() == 1;
    let line = |(found, message): (&&Found, String)| {
        if is_one { place(found) } else { format!("{}: {message}", place(found)) }
    };
    all.iter().zip(messages).map(line).collect()
}

/// `migrations/0007_roles.sql`
fn place(found: &Found) -> String {
    match (&found.place, file_of(found)) {
        (Some(place), _) => place.to_string(),
        (None, Some(file)) => file.display().to_string(),
        (None, None) => subject(found),
    }
}

/// What is said, without the migration that it is said of.
fn message(found: &Found) -> String {
    let line = first_line(&found.error.message);
    let of_migration = found.migration.as_ref().and_then(|it| line.strip_prefix(it.as_str()));
    of_migration.unwrap_or(&line).trim_start_matches([':', ' ']).to_owned()
}

#[cfg(test)]
mod tests;
