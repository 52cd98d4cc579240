//! `ordered-later`: a migration that runs later makes what is missing.

use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, same};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::diagnosis::writers::{inserts, statement_text};
use crate::diagnosis::{Change, WayOut};
use crate::lineage::{Effect, Happening};
use crate::scenario::Cause;
use crate::schema::{Kind, ObjectId};
use crate::sql::{Act, Verb};

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let (object, happening, deed) = match trouble {
        Trouble::Missing(wanted) => {
            let objects =
                wanted.iter().flat_map(|it| std::iter::once(&it.object).chain(&it.brought_by));
            let (object, maker) =
                objects.into_iter().find_map(|object| Some((object, maker(inquiry, object)?)))?;
            let diagnosis = told(inquiry, object, maker, deed(object));
            return Some(Diagnosis { otherwise: each_maker(inquiry, object), ..diagnosis });
        }
        Trouble::RowMissing(table, values) => {
            let row = row(inquiry, table, values)?;
            (table, row, format!("puts rows into {table}, but only later"))
        }
        _ => return None,
    };
    Some(told(inquiry, object, happening, deed))
}

/// A diagnosis that blames a later migration.
pub(super) fn told(
    inquiry: &Inquiry<'_>,
    object: &ObjectId,
    happening: &Happening,
    deed: String,
) -> Diagnosis {
    let culprit = culprit_of(inquiry.whole(), happening, deed);
    let mut diagnosis = Diagnosis::of(Cause::OrderedLater).about(object).blame(culprit.clone());
    if let Some(migration) = &culprit.migration {
        diagnosis = diagnosis
            .way_out(WayOut::move_before(migration, &inquiry.failed.id))
            .way_out(WayOut::move_after(&inquiry.failed.id, migration));
    }
    diagnosis
}

/// The same for what was there before and went: a later migration makes it again, and was perhaps meant to come first. A statement
/// that takes it away is not meant for what is made later.
pub(super) fn made_again(inquiry: &Inquiry<'_>, object: &ObjectId) -> Option<(Change, Diagnosis)> {
    let takes = |act: &Act| {
        matches!(act.verb, Verb::Drop { .. }) && inquiry.past.resolve(&act.object).contains(object)
    };
    if inquiry.reading.acts.iter().any(takes) {
        return None;
    }
    let happening = later_makers(inquiry, object).next()?;
    let diagnosis = told(inquiry, object, happening, deed(object));
    Some((diagnosis.ways_out.first()?.change.clone()?, diagnosis))
}

/// Where several later migrations make it, a replay tells which was meant to come before: the first with which it passes.
fn each_maker(inquiry: &Inquiry<'_>, object: &ObjectId) -> Vec<(Change, Diagnosis)> {
    const MOST: usize = 3;
    let mut authors = Vec::new();
    let mut found = Vec::new();
    for maker in later_makers(inquiry, object).filter(|maker| !is_made_again(inquiry, maker)) {
        let is_known = authors.contains(&maker.author);
        let diagnosis = told(inquiry, object, maker, deed(object));
        let change = diagnosis.ways_out.first().and_then(|way_out| way_out.change.clone());
        if let (false, Some(change)) = (is_known, change) {
            authors.push(maker.author);
            found.push((change, diagnosis));
        }
    }
    found.truncate(MOST);
    if found.len() > 1 { found } else { Vec::new() }
}

fn deed(object: &ObjectId) -> String {
    format!("makes {object}, but only later")
}

/// The first later migration that makes it, where that is why it is missing.
fn maker<'i>(inquiry: &'i Inquiry<'_>, object: &'i ObjectId) -> Option<&'i Happening> {
    later_makers(inquiry, object).find(|happening| !is_made_again(inquiry, happening))
}

fn later_makers<'i>(
    inquiry: &'i Inquiry<'_>,
    object: &'i ObjectId,
) -> impl Iterator<Item = &'i Happening> {
    inquiry.whole().happenings().iter().filter(move |happening| {
        let is_kept = happening.effect == Effect::Kept && happening.verb == Verb::Create;
        inquiry.is_later(happening)
            && (happening.effect.brings() || is_kept)
            && same(&happening.object, object)
            && !is_part_of_another_rebuild(inquiry, happening)
            && !replaces_a_column(inquiry, happening)
    })
}

/// A column that the same migration drops first was there for it: it makes another one of that name.
fn replaces_a_column(inquiry: &Inquiry<'_>, happening: &Happening) -> bool {
    let drops = |it: &&Happening| {
        it.author == happening.author
            && it.statement <= happening.statement
            && matches!(it.verb, Verb::Drop { .. })
    };
    happening.object.kind == Kind::Column
        && inquiry.whole().history(&happening.object).iter().any(drops)
}

/// A later `CREATE TABLE` lists the columns of a table that is there now: it builds the table again, and is not where a column
/// that was there already was meant to come from.
fn is_part_of_another_rebuild(inquiry: &Inquiry<'_>, happening: &Happening) -> bool {
    let Some(whole) = happening.part_of.and_then(|whole| inquiry.whole().happenings().get(whole))
    else {
        return false;
    };
    let is_column = happening.object.kind == Kind::Column;
    is_column
        && inquiry.is_there(&whole.object)
        && !inquiry.past.history(&happening.object).is_empty()
}

/// It was there and went, and that it went is the reason: triggers, keys, functions and their like are often made again later, with
/// another shape; a table or column was taken away fewer migrations before than it is made again after.
fn is_made_again(inquiry: &Inquiry<'_>, happening: &Happening) -> bool {
    let is_rebuilt_often = !matches!(happening.object.kind, Kind::Column | Kind::Table);
    let history = inquiry.past.history(&happening.object);
    if is_rebuilt_often {
        return history.iter().any(|happening| happening.effect.takes());
    }
    let last = history.iter().rev().find(|it| it.effect.takes() || it.effect.brings());
    last.is_some_and(|last| {
        last.effect.takes() && inquiry.migrations_since(last) < inquiry.migrations_until(happening)
    })
}

/// A later insert that says one of the values; any, where no earlier one wrote to the table.
fn row<'i>(inquiry: &'i Inquiry<'_>, table: &ObjectId, values: &[String]) -> Option<&'i Happening> {
    let history = inquiry.later_history(table);
    let says = |happening: &&Happening| {
        let text = statement_text(inquiry.whole(), happening);
        values.iter().any(|value| text.contains(value.as_str()))
    };
    let is_empty = !inquiry.past.history(table).iter().any(|happening| inserts(happening));
    let mut rows = history.iter().filter(|happening| inserts(happening)).copied();
    let mut named = history.iter().filter(|happening| inserts(happening)).copied();
    named.find(|happening| says(happening)).or_else(|| if is_empty { rows.next() } else { None })
}
