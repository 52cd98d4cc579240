//! `swallowed-by-if-not-exists`: `CREATE … IF NOT EXISTS` found something of that name with another shape, and did nothing.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, id_of, maker_of, own_name, whole_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::lineage::{Effect, Happening};
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::{Kind, ObjectId};
use crate::sql::{Guard, Verb};

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    match trouble {
        Trouble::Missing(wanted) => {
            wanted.iter().find_map(|wanted| swallowed(inquiry, &wanted.object))
        }
        Trouble::Shape(relation) => unlike(inquiry, relation),
        _ => None,
    }
}

/// A relation that is there, and is not what the statement needs: an earlier one of its name was kept in its place.
fn unlike(inquiry: &Inquiry<'_>, relation: &ObjectId) -> Option<Diagnosis> {
    let maker = maker_of(&inquiry.past, relation)?;
    let history = inquiry.past.history(relation);
    let kept = history.iter().find(|happening| happening.effect == Effect::Kept);
    let readings = [Some(&inquiry.reading), inquiry.outer.as_ref()];
    let is_kept_now = readings.into_iter().flatten().flat_map(|reading| &reading.acts).any(|act| {
        act.verb == Verb::Create
            && act.guard == Guard::IfNotExists
            && inquiry.past.resolve(&act.object).contains(relation)
    });
    if kept.is_none() && !is_kept_now {
        return None;
    }
    let deed = format!("made {relation} before, in another shape");
    let mut diagnosis = Diagnosis::of(Cause::SwallowedByIfNotExists)
        .about(relation)
        .blame(culprit_of(&inquiry.past, maker, deed));
    if let Some(kept) = kept {
        diagnosis = diagnosis.detail(found_and_kept(kept, relation));
    }
    Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)))
}

fn found_and_kept(happening: &Happening, whole: &ObjectId) -> String {
    format!("{}: CREATE … IF NOT EXISTS found {whole} and did nothing", happening.place)
}

fn swallowed(inquiry: &Inquiry<'_>, object: &ObjectId) -> Option<Diagnosis> {
    let whole = whole_of(object)?;
    let swallow = attempt(inquiry, object, &whole)?;
    let then = whole_of(&swallow.object).unwrap_or_else(|| whole.clone());
    let maker = first_maker(inquiry, &whole);
    let deed = format!("made {then} before, without {}", own_name(object));
    let culprit = match maker {
        Some(maker) => Some(culprit_of(&inquiry.past, maker, deed)),
        None => by_text(inquiry, &whole, deed),
    };
    let mut diagnosis =
        Diagnosis::of(Cause::SwallowedByIfNotExists).about(&then).about(&whole).about(object);
    match culprit {
        Some(culprit) => diagnosis = diagnosis.blame(culprit),
        None => {
            diagnosis = diagnosis.detail(format!("{whole} was there before the first migration"));
        }
    }
    diagnosis = diagnosis.detail(found_and_kept(swallow, &then));
    if let (Kind::Column, Some(definition)) = (object.kind, &swallow.definition) {
        let table = whole.name.as_str();
        let sql = format!(
            "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {} {definition}",
            own_name(object)
        );
        diagnosis = diagnosis.way_out(WayOut::insert(sql, &inquiry.failed.id));
    }
    let guard =
        format!("guard what needs {} by a look at information_schema.columns", own_name(object));
    Some(diagnosis.way_out(WayOut::words(guard)).way_out(WayOut::exclude(&inquiry.failed.id)))
}

/// The statement that would have made it: swallowed as the files say, or kept by a table that only the database knows of.
fn attempt<'i>(
    inquiry: &'i Inquiry<'_>,
    object: &ObjectId,
    whole: &ObjectId,
) -> Option<&'i Happening> {
    let history = inquiry.past.history(object);
    if history.is_empty() {
        return under_former_names(inquiry, object, whole);
    }
    let last = history.last()?;
    // What was there and went is missing for another reason.
    let has_gone = history.iter().any(|happening| happening.effect.takes());
    let is_swallowed = matches!(last.effect, Effect::Swallowed(_)) && !has_gone;
    // The files say that it was made under IF NOT EXISTS, and the server that it was not: the table was there before.
    let is_hidden = last.effect == Effect::Made
        && last.guard == Guard::IfNotExists
        && inquiry.is_there(whole)
        && !inquiry.is_there(object);
    (is_swallowed || is_hidden).then_some(*last)
}

/// Who made what is there now, whatever its name was then.
fn first_maker<'i>(inquiry: &'i Inquiry<'_>, whole: &ObjectId) -> Option<&'i Happening> {
    let maker = maker_of(&inquiry.past, whole)?;
    if maker.effect == Effect::Made {
        return Some(maker);
    }
    let history = inquiry.past.history(whole);
    history.into_iter().rev().find(|it| it.effect == Effect::Made).or(Some(maker))
}

/// The table was renamed since: the statement that would have made the member speaks of the former name.
fn under_former_names<'i>(
    inquiry: &'i Inquiry<'_>,
    object: &ObjectId,
    whole: &ObjectId,
) -> Option<&'i Happening> {
    let bare = own_name(object);
    let lived_through = inquiry.past.history(whole);
    lived_through.iter().filter(|it| it.object != *whole).find_map(|before| {
        let former = ObjectId::new(object.kind, format!("{}.{bare}", before.object.name));
        let swallowed = inquiry.past.history(&former).into_iter().last()?;
        matches!(swallowed.effect, Effect::Swallowed(_)).then_some(swallowed)
    })
}

/// A file of setup or seed, or a migration, that says the name in SQL which cannot be read.
fn by_text(inquiry: &Inquiry<'_>, whole: &ObjectId, deed: String) -> Option<Culprit> {
    let name = own_name(whole);
    let author = inquiry.past.authors().iter().find(|author| author.script().names(&name))?;
    let place = author.script().source().place(0..0);
    let object = Some(whole.to_string());
    Some(Culprit { migration: id_of(author), place: Some(place), object, deed })
}
