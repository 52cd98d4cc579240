//! `already-exists`: what the statement makes is there already: an object, or a row of a unique key.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, id_of, maker_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::diagnosis::writers::{last_insert, same_statement};
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::{ObjectId, parts};

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    match trouble {
        Trouble::There(object) => Some(object_there(inquiry, object)),
        Trouble::RowThere { table, values, .. } => Some(row_there(inquiry, table, values)),
        _ => None,
    }
}

fn object_there(inquiry: &Inquiry<'_>, object: &ObjectId) -> Diagnosis {
    let diagnosis = Diagnosis::of(Cause::AlreadyExists).about(object);
    let deed = format!("made {object} before");
    let culprit = match maker_of(&inquiry.past, object) {
        Some(maker) => Some(culprit_of(&inquiry.past, maker, deed)),
        None => by_text(inquiry, object, deed),
    };
    let diagnosis = match culprit {
        Some(culprit) => diagnosis.blame(Culprit { object: Some(object.to_string()), ..culprit }),
        None => diagnosis.detail(format!("{object} was there before the first migration")),
    };
    let advice = format!("if it is another one, drop or rename the earlier {object} first");
    diagnosis.way_out(WayOut::words(advice)).way_out(WayOut::exclude(&inquiry.failed.id))
}

fn row_there(inquiry: &Inquiry<'_>, table: &ObjectId, values: &[String]) -> Diagnosis {
    let same = same_statement(inquiry, &inquiry.past);
    let writer = same.or_else(|| last_insert(&inquiry.past, table, values, |_| true));
    let mut diagnosis = Diagnosis::of(Cause::AlreadyExists).about(table);
    if let Some(writer) = writer {
        let deed = format!("put the row into {table} before");
        let culprit = culprit_of(&inquiry.past, writer, deed);
        diagnosis = diagnosis.blame(Culprit { object: Some(table.to_string()), ..culprit });
    }
    diagnosis.way_out(WayOut::exclude(&inquiry.failed.id))
}

/// An author that says the object's name in SQL that cannot be read: the only one, or the last one before.
fn by_text(inquiry: &Inquiry<'_>, object: &ObjectId, deed: String) -> Option<Culprit> {
    let name = object.name.split('(').next().unwrap_or_default();
    let own = parts(name).pop().map(|part| part.text)?;
    let author = inquiry.past.authors().iter().find(|author| author.script().names(&own))?;
    let script = author.script();
    let text = script.text();
    let at = text.to_ascii_lowercase().find(&own.to_ascii_lowercase());
    let place =
        at.filter(|at| text.is_char_boundary(*at)).map(|at| script.place(at..at + own.len()));
    Some(Culprit { migration: id_of(author), place, object: Some(object.to_string()), deed })
}
