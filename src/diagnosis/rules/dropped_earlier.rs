//! `dropped-earlier`: an earlier migration dropped what the statement names.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, history_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::lineage::Effect;
use crate::outcome::Culprit;
use crate::scenario::Cause;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Missing(wanted) = trouble else { return None };
    wanted.iter().find_map(|wanted| {
        let objects = std::iter::once(&wanted.object).chain(&wanted.brought_by);
        objects.into_iter().find_map(|object| {
            let history = history_of(&inquiry.past, object);
            let gone = history.iter().rev().find(|it| it.effect.takes() || it.effect.brings())?;
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
                    .way_out(WayOut::move_before(&inquiry.failed.id, &migration))
                    .way_out(WayOut::exclude(&migration));
            }
            Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)))
        })
    })
}
