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

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Missing(wanted) = trouble else { return None };
    wanted.iter().find_map(|wanted| swallowed(inquiry, &wanted.object))
}

fn swallowed(inquiry: &Inquiry<'_>, object: &ObjectId) -> Option<Diagnosis> {
    let whole = whole_of(object)?;
    let swallow = attempt(inquiry, object, &whole)?;
    let maker = maker_of(&inquiry.past, &whole);
    let deed = format!("made {whole} before, without {}", own_name(object));
    let culprit = match maker {
        Some(maker) => Some(culprit_of(&inquiry.past, maker, deed)),
        None => by_text(inquiry, &whole, deed),
    };
    let mut diagnosis = Diagnosis::of(Cause::SwallowedByIfNotExists).about(&whole).about(object);
    match culprit {
        Some(culprit) => diagnosis = diagnosis.blame(culprit),
        None => {
            diagnosis = diagnosis.detail(format!("{whole} was there before the first migration"));
        }
    }
    let at = &swallow.place;
    diagnosis =
        diagnosis.detail(format!("{at}: CREATE … IF NOT EXISTS found {whole} and did nothing"));
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
    let last = history.last()?;
    let is_swallowed = matches!(last.effect, Effect::Swallowed(_));
    // The files say that it was made under IF NOT EXISTS, and the server that it was not: the table was there before.
    let is_hidden = last.effect == Effect::Made
        && last.guard == crate::sql::Guard::IfNotExists
        && inquiry.is_there(whole)
        && !inquiry.is_there(object);
    (is_swallowed || is_hidden).then_some(*last)
}

/// A file of setup or seed, or a migration, that says the name in SQL which cannot be read.
fn by_text(inquiry: &Inquiry<'_>, whole: &ObjectId, deed: String) -> Option<Culprit> {
    let name = own_name(whole);
    let author = inquiry.past.authors().iter().find(|author| author.script().names(&name))?;
    let place = author.script().source().place(0..0);
    let object = Some(whole.to_string());
    Some(Culprit { migration: id_of(author), place: Some(place), object, deed })
}
