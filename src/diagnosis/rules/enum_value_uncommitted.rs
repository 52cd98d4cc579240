//! `enum-value-uncommitted`: a label that `ALTER TYPE … ADD VALUE` brought cannot be used before its transaction is committed
//! (55P04; documentation of ALTER TYPE, notes).

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::message::quoted_names;
use crate::diagnosis::objects::culprit_of;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::scenario::Cause;
use crate::schema::Kind;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    if *trouble != Trouble::EnumUncommitted {
        return None;
    }
    let names = quoted_names(&inquiry.found.error.message);
    let added =
        inquiry.past.happenings().iter().rev().filter(|happening| {
            happening.object.kind == Kind::EnumValue && happening.effect.brings()
        });
    let own = |name: &str| name.rsplit('.').next().unwrap_or_default().trim_matches('"').to_owned();
    let mut of_message =
        added.clone().filter(|happening| names.contains(&own(&happening.object.name)));
    let happening = of_message.next().or_else(|| added.clone().next());
    let mut diagnosis = Diagnosis::of(Cause::EnumValueUncommitted);
    if let Some(happening) = happening {
        let deed = format!("adds {}, in a transaction that is still open", happening.object);
        diagnosis =
            diagnosis.about(&happening.object).blame(culprit_of(&inquiry.past, happening, deed));
    }
    let advice = "add the value in a migration of its own, committed before the one that uses it";
    Some(diagnosis.way_out(WayOut::words(advice)).way_out(WayOut::exclude(&inquiry.failed.id)))
}
