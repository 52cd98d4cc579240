//! `recreated-without`: the table was dropped and made again, or replaced by another under its name, without the column.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, maker_of, own_name, whole_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::lineage::{Effect, Happening};
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::{Kind, ObjectId};

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Missing(wanted) = trouble else { return None };
    wanted.iter().find_map(|wanted| rebuilt(inquiry, &wanted.object))
}

fn rebuilt(inquiry: &Inquiry<'_>, object: &ObjectId) -> Option<Diagnosis> {
    let table = whole_of(object)?;
    let own = own_name(object);
    let history = inquiry.past.history(object);
    let last = history.iter().rev().find(|it| it.effect.takes() || it.effect.brings())?;
    let is_rebuilt = match &last.effect {
        Effect::MadeAgainWithout => true,
        Effect::RemovedWith(_) | Effect::RenamedTo(_) => {
            inquiry.is_there(&table) && made_after(inquiry, &table, last)
        }
        _ => false,
    };
    // The old table is still there under another name: it was renamed, and another took its name.
    let lives_on = history.iter().any(
        |happening| matches!(&happening.effect, Effect::RenamedTo(new) if inquiry.is_there(new)),
    );
    if !is_rebuilt || lives_on {
        return None;
    }
    let maker = maker_of(&inquiry.past, &table).unwrap_or(last);
    let deed = format!("builds {table} again, without {own}");
    let culprit =
        Culprit { object: Some(object.to_string()), ..culprit_of(&inquiry.past, maker, deed) };
    let mut diagnosis = Diagnosis::of(Cause::RecreatedWithout).about(object).blame(culprit);
    if let Some(first) = history.iter().find(|it| it.effect.brings() && it.definition.is_some()) {
        diagnosis = diagnosis.detail(format!("{}: {object} was made here", first.place));
        if object.kind == Kind::Column {
            let definition = first.definition.as_deref().unwrap_or_default();
            let sql = format!("ALTER TABLE {} ADD COLUMN {own} {definition}", table.name);
            diagnosis = diagnosis.way_out(WayOut::insert(sql, &inquiry.failed.id));
        }
    }
    Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)))
}

/// Whether the table that is there now came after the column went.
fn made_after(inquiry: &Inquiry<'_>, table: &ObjectId, went: &Happening) -> bool {
    let maker = maker_of(&inquiry.past, table);
    maker.is_some_and(|maker| {
        (maker.author, maker.statement) >= (went.author, 0) || maker.author == went.author
    })
}
