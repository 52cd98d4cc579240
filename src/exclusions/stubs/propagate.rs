//! Taking out of a file what speaks of things that are not there.

use std::collections::BTreeSet;

use super::elements::Elements;
use super::gone::Gone;
use super::stub::Edit;
use crate::lineage::Readings;
use crate::migration::{Migration, Statement};
use crate::schema::Kind;
use crate::sql::{Act, Reading, Verb};

/// The changes that a migration's file needs, given what is gone; what they take out is gone from then on.
pub(super) fn edits(migration: &Migration, readings: &Readings, gone: &mut Gone) -> Vec<Edit> {
    let script = &migration.up;
    gone.enter(&migration.id);
    let mut edits = Vec::new();
    for (number, statement) in script.statements().iter().enumerate() {
        let reading = readings.reading(script, number);
        let touched = gone.touched(&reading);
        if touched.is_empty() {
            gone.keep(&reading);
        } else {
            edits.extend(cut(migration, statement, &reading, &touched, gone));
        }
    }
    edits
}

/// Takes the parts out of a statement that hold these bytes, and whatever depends on them; else the whole statement. Nothing
/// where parts would have to go from a statement with placeholders: what is sent does not stand in the file.
pub(super) fn cut(
    migration: &Migration,
    statement: &Statement,
    reading: &Reading,
    touched: &[usize],
    gone: &mut Gone,
) -> Option<Edit> {
    let script = &migration.up;
    let text = script.text_of(statement);
    let view = reading.acts.first().filter(|act| is_view(act));
    let elements = if view.is_some() { Elements::of_view(&text) } else { Elements::of(&text) };
    let parts = elements.and_then(|elements| {
        let cut = parts(&elements, reading, touched, migration, gone)?;
        Some((elements, cut))
    });
    let span = script.place(statement.span.clone()).span();
    let Some((elements, cut)) = parts else {
        gone.take_out(&migration.id, reading.acts.iter());
        let first = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return Some(Edit::of_statement(script.source().text(), span, short(&first)));
    };
    if script.source().text().get(span.clone()) != Some(&*text) {
        return None;
    }
    gone.keep(&kept(reading, &elements, &cut));
    let without: Vec<_> = cut.iter().map(|part| elements.shown(&text, *part)).collect();
    let of = named_in(reading);
    let without = short(&format!("{of}{}", without.join("; ")));
    Some(Edit { span, text: elements.without(&text, &cut), without })
}

/// The parts that have to go, to the last one that needs another of them; `None` where the whole statement has to go.
fn parts(
    elements: &Elements,
    reading: &Reading,
    touched: &[usize],
    migration: &Migration,
    gone: &mut Gone,
) -> Option<BTreeSet<usize>> {
    let mut touched = touched.to_vec();
    let mut cut = BTreeSet::new();
    loop {
        for offset in &touched {
            cut.insert(elements.at(*offset)?);
        }
        if cut.len() == elements.len() {
            return None;
        }
        let lost = lost(reading, elements, &cut);
        gone.take_out(&migration.id, lost.into_iter());
        let more: Vec<_> = gone.touched(reading);
        let is_known =
            |offset: &usize| elements.at(*offset).is_some_and(|part| cut.contains(&part));
        if more.iter().all(is_known) {
            return Some(cut);
        }
        touched = more;
    }
}

/// What the cut parts would have made. The columns of a view stand in the order of its query's.
fn lost<'r>(reading: &'r Reading, elements: &Elements, cut: &BTreeSet<usize>) -> Vec<&'r Act> {
    let is_of_view = reading.acts.first().is_some_and(is_view);
    let parts = reading.acts.iter().filter(|act| !is_of_view || act.part_of.is_some());
    let is_lost = |(position, act): &(usize, &Act)| {
        let part = if is_of_view { Some(*position) } else { elements.at(act.span.start) };
        part.is_some_and(|part| cut.contains(&part))
    };
    parts.enumerate().filter(is_lost).map(|(_, act)| act).collect()
}

/// The reading of what stays.
fn kept(reading: &Reading, elements: &Elements, cut: &BTreeSet<usize>) -> Reading {
    let lost: Vec<_> = lost(reading, elements, cut).into_iter().cloned().collect();
    let acts = reading.acts.iter().filter(|act| !lost.contains(act)).cloned();
    Reading { acts: acts.collect(), ..Reading::default() }
}

fn is_view(act: &Act) -> bool {
    act.verb == Verb::Create && matches!(act.object.kind, Kind::View | Kind::MaterializedView)
}

/// `action_patterns: `, the relation that something is taken out of.
fn named_in(reading: &Reading) -> String {
    reading.acts.first().map_or(String::new(), |act| format!("{}: ", act.object.name))
}

/// Enough of a statement to know it by.
fn short(text: &str) -> String {
    const LONGEST: usize = 90;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
