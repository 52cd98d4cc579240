//! `existing-rows-violate`: rows that are there break the rule that the statement brings: not null, unique, a check, a foreign
//! key, a type that cannot take them (class 23, and class 22 in a change of type).

use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::culprit_of;
use crate::diagnosis::rules::ordered_later;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::diagnosis::writers::{last_insert, written};
use crate::diagnosis::{Change, WayOut};
use crate::scenario::Cause;
use crate::schema::{Kind, ObjectId};
use crate::sql::RowWrite;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Rows { table, about, values } = trouble else { return None };
    let mut diagnosis = Diagnosis::of(Cause::ExistingRowsViolate).about(table);
    if let Some(about) = about {
        diagnosis = diagnosis.about(about);
    }
    match last_insert(&inquiry.past, table, values, |_| true) {
        Some(writer) => {
            let deed = format!("puts rows into {table}");
            diagnosis = diagnosis.blame(culprit_of(&inquiry.past, writer, deed));
        }
        None => {
            diagnosis = diagnosis
                .detail(format!("no migration puts rows into {table}: they are in the seed state"));
        }
    }
    diagnosis.otherwise = mended_later(inquiry, table, about.as_ref()).into_iter().collect();
    let advice = match about.as_ref().map(|about| about.kind) {
        Some(Kind::Column) => {
            "mend the rows first: an UPDATE before the rule, in the same migration"
        }
        _ => {
            "mend or remove those rows first, in the same migration; or add the rule as NOT VALID and validate it later"
        }
    };
    Some(diagnosis.way_out(WayOut::words(advice)).way_out(WayOut::exclude(&inquiry.failed.id)))
}

/// A later migration that writes what the rule is about: with it before, the rows may be right.
fn mended_later(
    inquiry: &Inquiry<'_>,
    table: &ObjectId,
    about: Option<&ObjectId>,
) -> Option<(Change, Diagnosis)> {
    let mends = |how: RowWrite| matches!(how, RowWrite::Update | RowWrite::Delete);
    let of = |object: &ObjectId| {
        let history = inquiry.later_history(object);
        history.into_iter().find(|happening| written(happening).is_some_and(mends))
    };
    let happening = about.and_then(of).or_else(|| of(table))?;
    let deed = format!("changes the rows of {table}, but only later");
    let diagnosis = ordered_later::told(inquiry, about.unwrap_or(table), happening, deed);
    let change = diagnosis.ways_out.first()?.change.clone()?;
    Some((change, diagnosis))
}
