//! `renamed-earlier`: what the statement names was there under this name, and an earlier migration renamed it.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, history_of};
use crate::diagnosis::rules::ordered_later::made_again;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::lineage::{Effect, Happening};
use crate::outcome::Culprit;
use crate::scenario::Cause;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Missing(wanted) = trouble else { return None };
    wanted.iter().find_map(|wanted| {
        let object = &wanted.object;
        let history = history_of(&inquiry.past, object);
        let of_it = history.iter().rev().filter(|it| it.object.name == object.name);
        let is_change = |it: &&&Happening| {
            (it.effect.takes() || it.effect.brings()) && it.effect != Effect::MadeAgainWithout
        };
        let gone = of_it.clone().find(is_change)?;
        let Effect::RenamedTo(new) = &gone.effect else { return None };
        let deed = format!("renames {object} to {new}");
        let culprit =
            Culprit { object: Some(object.to_string()), ..culprit_of(&inquiry.past, gone, deed) };
        let migration = culprit.migration.clone();
        let mut diagnosis = Diagnosis::of(Cause::RenamedEarlier).about(object).blame(culprit);
        diagnosis = diagnosis.way_out(WayOut::words(format!("name it {}", new.name)));
        if let Some(migration) = migration.filter(|it| *it != inquiry.failed.id) {
            diagnosis = diagnosis
                .way_out(WayOut::move_after(&migration, &inquiry.failed.id))
                .way_out(WayOut::move_before(&inquiry.failed.id, &migration));
        }
        diagnosis.otherwise = made_again(inquiry, object).into_iter().collect();
        Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)))
    })
}
