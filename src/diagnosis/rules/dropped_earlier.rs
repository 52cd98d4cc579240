//! `dropped-earlier`: an earlier migration dropped what the statement names.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, history_of, is_routine};
use crate::diagnosis::rules::ordered_later::made_again;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::lineage::{Effect, Happening};
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::ObjectId;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Missing(wanted) = trouble else { return None };
    wanted.iter().find_map(|wanted| {
        let objects = std::iter::once(&wanted.object).chain(&wanted.brought_by);
        objects.into_iter().find_map(|object| {
            let gone = last_change(inquiry, object)?;
            let object = if is_routine(object.kind) { &gone.object } else { object };
            let with = match &gone.effect {
                Effect::Removed => String::new(),
                Effect::RemovedWith(whole) => format!(", with {whole}"),
                _ => return None,
            };
            let deed = format!("drops {object}{with}");
            let culprit = Culprit {
                object: Some(object.to_string()),
                ..culprit_of(&inquiry.past, gone, deed)
            };
            let migration = culprit.migration.clone();
            let mut diagnosis = Diagnosis::of(Cause::DroppedEarlier).about(object).blame(culprit);
            if let Some(migration) = migration.filter(|it| *it != inquiry.failed.id) {
                diagnosis = diagnosis
                    .way_out(WayOut::move_after(&migration, &inquiry.failed.id))
                    .way_out(WayOut::move_before(&inquiry.failed.id, &migration))
                    .way_out(WayOut::exclude(&migration));
            }
            diagnosis.otherwise = made_again(inquiry, object).into_iter().collect();
            Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)))
        })
    })
}

/// What came to the object last. A routine of the name may be there, and the one with other arguments is meant, that went.
fn last_change<'i>(inquiry: &'i Inquiry<'_>, object: &ObjectId) -> Option<&'i Happening> {
    let history = history_of(&inquiry.past, object);
    let mut changes = history.iter().rev().filter(|it| it.effect.takes() || it.effect.brings());
    let last = *changes.next()?;
    if !is_routine(object.kind) || last.effect.takes() {
        return Some(last);
    }
    let asked = arguments(&inquiry.found.error.message);
    let is_meant = |it: &&&Happening| {
        it.effect.takes() && !inquiry.past.exists(&it.object) && arguments(&it.object.name) == asked
    };
    history.iter().rev().find(is_meant).copied()
}

/// How many arguments `function f(integer, numeric(4,2)) does not exist` or a signature has.
fn arguments(text: &str) -> usize {
    let Some((_, inside)) = text.split_once('(') else { return 0 };
    let mut depth = 1;
    let mut commas = 0;
    let mut is_empty = true;
    for letter in inside.chars() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => break,
            ')' => depth -= 1,
            ',' if depth == 1 => commas += 1,
            _ => {}
        }
        is_empty &= letter.is_whitespace();
    }
    if is_empty { 0 } else { commas + 1 }
}
