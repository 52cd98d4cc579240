//! For what no other rule knows: migrations that were left out, or come later, and change what the statement speaks of. Whether
//! one of them is to blame only a replay can tell.

use super::missing_from_set::hypothesis;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::culprit_of;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::diagnosis::writers::same_statement;
use crate::diagnosis::{Change, WayOut};
use crate::lineage::{Effect, Happening, Lineage};
use crate::scenario::Cause;
use crate::schema::ObjectId;

/// More replays than this are not worth the guess.
const MOST: usize = 4;
/// Where nothing but a replay speaks for it.
const MOST_GUESSES: usize = 8;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    if !matches!(trouble, Trouble::Other | Trouble::Shape(_)) {
        return None;
    }
    let objects = spoken_of(inquiry);
    if let Some(twin) = same_statement(inquiry, &inquiry.past) {
        let deed = "did the same before".to_owned();
        let diagnosis = Diagnosis::of(Cause::AlreadyExists).about(&twin.object).blame(culprit_of(
            &inquiry.past,
            twin,
            deed,
        ));
        return Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)));
    }
    let mut otherwise: Vec<(Change, Diagnosis)> = Vec::new();
    let left_out = |happening: &Happening| {
        let author = inquiry.complete.authors().get(happening.author);
        author.is_some_and(|author| inquiry.is_left_out(author))
    };
    let later = |happening: &Happening| inquiry.is_later(happening);
    otherwise.extend(guesses(
        inquiry,
        &inquiry.complete,
        &objects,
        &left_out,
        Cause::ExcludedDependency,
    ));
    otherwise.extend(guesses(inquiry, inquiry.whole(), &objects, &later, Cause::OrderedLater));
    otherwise.truncate(MOST);
    let is_guess = otherwise.is_empty();
    if is_guess {
        otherwise = any_left_out(inquiry, objects.first()?);
    }
    let (_, first) = otherwise.first()?;
    Some(Diagnosis { certain: false, is_guess, otherwise: otherwise.clone(), ..first.clone() })
}

/// Nothing that the statement speaks of was changed by another: what was left out may have changed what its rows are made of, by
/// a trigger, say. The nearest first.
fn any_left_out(inquiry: &Inquiry<'_>, object: &ObjectId) -> Vec<(Change, Diagnosis)> {
    let authors = inquiry.complete.authors().iter().rev();
    let left_out = authors.filter(|author| inquiry.is_left_out(author)).take(MOST_GUESSES);
    left_out
        .filter_map(|author| hypothesis(inquiry, object, author, Cause::ExcludedDependency))
        .collect()
}

/// Everything that the statement names, tables before their members.
fn spoken_of(inquiry: &Inquiry<'_>) -> Vec<ObjectId> {
    let acts = inquiry.reading.acts.iter().map(|act| &act.object);
    let uses = inquiry.reading.uses.iter().map(|it| &it.object);
    let mut objects = Vec::new();
    for named in acts.chain(uses).filter(|named| !named.name.is_empty()) {
        for object in inquiry.past.resolve(named) {
            if !objects.contains(&object) {
                objects.push(object);
            }
        }
    }
    objects
}

fn guesses(
    inquiry: &Inquiry<'_>,
    lineage: &Lineage,
    objects: &[ObjectId],
    counts: &dyn Fn(&Happening) -> bool,
    cause: Cause,
) -> Vec<(Change, Diagnosis)> {
    let mut found = Vec::new();
    let mut known = Vec::new();
    for object in objects {
        for happening in lineage.history(object) {
            let Some(author) = lineage.authors().get(happening.author) else { continue };
            let changes =
                !matches!(happening.effect, Effect::Absent | Effect::Kept | Effect::Unclear);
            if changes && counts(happening) && !known.contains(&happening.author) {
                known.push(happening.author);
                found.extend(hypothesis(inquiry, object, author, cause));
            }
        }
    }
    found
}
