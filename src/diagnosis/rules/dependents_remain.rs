//! `dependents-remain`: others still depend on what is to be dropped or altered (2BP01, and 0A000 for columns that views use).

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, maker_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::Kind;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Dependents { of, dependents } = trouble else { return None };
    let what = of.as_ref().map_or_else(|| "it".to_owned(), ToString::to_string);
    let mut diagnosis = Diagnosis::of(Cause::DependentsRemain);
    for dependent in dependents {
        diagnosis = diagnosis.about(dependent);
        if let Some(maker) = maker_of(&inquiry.past, dependent) {
            let deed = format!("makes {dependent}, which depends on {what}");
            let culprit = culprit_of(&inquiry.past, maker, deed);
            let culprit = Culprit { object: Some(dependent.to_string()), ..culprit };
            if !diagnosis.culprits.iter().any(|known| known.migration == culprit.migration) {
                diagnosis = diagnosis.blame(culprit);
            }
        }
    }
    if let Some(of) = of {
        diagnosis = diagnosis.about(of);
    }
    let views: Vec<_> = dependents
        .iter()
        .filter(|it| matches!(it.kind, Kind::View | Kind::MaterializedView))
        .map(|it| it.name.as_str())
        .collect();
    let advice = if views.is_empty() {
        "drop or change what depends on it first, in the same migration; CASCADE would drop it unseen".to_owned()
    } else {
        format!(
            "drop {} first and make it again afterwards, in the same migration",
            views.join(", ")
        )
    };
    Some(diagnosis.way_out(WayOut::words(advice)).way_out(WayOut::exclude(&inquiry.failed.id)))
}
